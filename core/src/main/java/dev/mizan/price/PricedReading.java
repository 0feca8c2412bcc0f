package dev.mizan.price;

import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageReading;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;

/**
 * What a provider's body says was used, and what that costs.
 *
 * @param model the model that was charged; empty if nobody named one
 */
public record PricedReading(String model, Usage usage, Priced priced) {
    /**
     * Prices a reading. One that is not complete has no price: it would be charged too little.
     *
     * @param provider the provider's name, for messages
     * @param otherwise the model, if the body names none; may be empty
     * @param models the prices of a model at the provider
     */
    public static PricedReading of(
            UsageReading reading,
            String provider,
            String otherwise,
            Function<String, Optional<ModelPrices>> models,
            long atMillis) {
        String model = reading.model().isEmpty() ? otherwise : reading.model();
        return new PricedReading(model, reading.usage(), price(reading, provider, model, models, atMillis));
    }

    private static Priced price(
            UsageReading reading,
            String provider,
            String model,
            Function<String, Optional<ModelPrices>> models,
            long atMillis) {
        if (!reading.isComplete()) {
            String why = reading.problem().isEmpty() ? "" : ": " + reading.problem();
            return new Priced.Unknown(
                    (reading.isPresent() ? "the usage is not complete" : "the body states no usage") + why);
        }
        if (model.isEmpty()) {
            return new Priced.Unknown("neither the body nor the line names a model");
        }
        Optional<ModelPrices> prices = models.apply(model);
        return prices.isPresent()
                ? prices.get().price(reading.usage(), atMillis)
                : new Priced.Unknown(provider + "/" + model + ": the catalogue has no such model at this provider");
    }

    /** Writes it as one JSON object, money as decimal strings; {@code "priced": false} and why if it has none. */
    public void write(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("model", model);
        json.writeObjectPropertyStart("usage");
        usage.forEach((unit, count) -> json.writeNumberProperty(unit.label(), count));
        if (!usage.toolUses().isEmpty()) {
            json.writeObjectPropertyStart("tool_uses");
            usage.toolUses().forEach(json::writeNumberProperty);
            json.writeEndObject();
        }
        json.writeNumberProperty("input_tokens", usage.inputTokens());
        json.writeNumberProperty("output_tokens", usage.outputTokens());
        json.writeNumberProperty("total_tokens", usage.totalTokens());
        json.writeEndObject();
        switch (priced) {
            case Priced.Known(Receipt receipt) -> {
                json.writeStringProperty("input_cost_usd", receipt.inputCost().toDecimal());
                json.writeStringProperty("output_cost_usd", receipt.outputCost().toDecimal());
                json.writeStringProperty("total_cost_usd", receipt.totalCost().toDecimal());
            }
            case Priced.Unknown(String reason) -> {
                json.writeBooleanProperty("priced", false);
                json.writeStringProperty("reason", reason);
            }
        }
        json.writeEndObject();
    }
}
