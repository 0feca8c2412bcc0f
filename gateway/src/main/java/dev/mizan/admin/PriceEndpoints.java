package dev.mizan.admin;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.Priced;
import dev.mizan.price.PricedReading;
import dev.mizan.price.Receipt;
import dev.mizan.usage.TokenCounter;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageReader;
import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a call would cost, before it is made; and what a provider's answer cost. Nothing is recorded. */
final class PriceEndpoints {
    private static final int OUTPUT_TOKENS_MAX = 100_000_000;
    private static final List<String> METHODS = List.of("tokenizer", "rough");
    private static final List<String> PRICE_FIELDS = List.of("provider", "flavor", "model", "body", "at");
    private static final int SHOWN_PLACES = 4;

    private final Supplier<Pricing> pricing;

    PriceEndpoints(Supplier<Pricing> pricing) {
        this.pricing = pricing;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/api/v2/cost/estimate", Access.COST, this::estimate),
                Endpoint.post("/api/v2/cost/price", Access.KEY, this::price));
    }

    /** The same object as a line of {@code mizan prices price}. */
    private Answer price(Exchange exchange) {
        ObjectNode json = exchange.json();
        for (String name : json.propertyNames()) {
            if (!PRICE_FIELDS.contains(name)) {
                throw Problem.unknownField(name, String.join(", ", PRICE_FIELDS));
            }
        }
        String provider = text(json, "provider", "");
        if (provider.isEmpty()) {
            throw Problem.value("provider", provider, "a provider's id, as openai");
        }
        String flavor = text(json, "flavor", "default");
        String model = text(json, "model", "");
        if (!json.path("body").isObject()) {
            throw Problem.secretValue("body", "the object that the provider answered");
        }
        Pricing prices = pricing.get();
        UsageReader reader = UsageReader.of(prices.catalogueIds().getOrDefault(provider, provider), flavor)
                .orElseThrow(() -> Problem.value("flavor", flavor, "a flavour of " + provider));
        PricedReading priced = PricedReading.of(
                reader.read(Json.bytes(json.path("body"))),
                provider,
                model,
                name -> prices.ofProvider(provider, name),
                at(json, exchange));
        return new Answer.Whole(200, Answer.JSON, Buffer.buffer(Json.bytes(priced::write)), Map.of());
    }

    private static long at(ObjectNode json, Exchange exchange) {
        String at = text(json, "at", "");
        if (at.isEmpty()) {
            return exchange.now().toEpochMilli();
        }
        try {
            return OffsetDateTime.parse(at).toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw Problem.value("at", at, "an ISO 8601 time with offset, as 2025-11-06T12:00:00Z");
        }
    }

    private static String text(ObjectNode json, String name, String otherwise) {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isString()) {
            throw Problem.value(name, value.toString(), "a text");
        }
        return value.stringValue();
    }

    private Answer estimate(Exchange exchange) {
        Query query = exchange.query().only(List.of("model", "input_text", "output_tokens", "method"));
        String name = query.text("model");
        String text = query.text("input_text");
        if (name.isEmpty()) {
            throw Problem.value("model", name, "an alias or a model");
        }
        if (!query.has("input_text")) {
            throw Problem.value("input_text", "", "a text");
        }
        Pricing prices = pricing.get();
        Pricing.Found found = prices.named(name).orElseThrow(() -> new Problem(
                        ErrorCode.MODEL_NOT_FOUND, "error.unpriced", Map.of("model", name), "model", 0)
                .thrown());
        long input = query.choice("method", METHODS).equals("rough")
                ? TokenCounter.rough(text)
                : prices.tokens().count(found.model(), text);
        // What is not said is taken to be half as long again as the question, as the cost tracker takes it.
        long output = query.has("output_tokens")
                ? query.number("output_tokens", 0, 0, OUTPUT_TOKENS_MAX)
                : Math.multiplyExact(input, 3) / 2;
        NanoUsd cost = cost(found, Usage.of(input, output), exchange.now().toEpochMilli());
        ObjectNode json = Json.object();
        json.put("model", name);
        json.put("input_length", text.codePointCount(0, text.length()));
        json.put("estimated_input_tokens", input);
        json.put("estimated_output_tokens", output);
        json.put("estimated_cost", Json.number(cost));
        json.put("formatted_cost", formatted(cost));
        return Answer.json(json);
    }

    private static NanoUsd cost(Pricing.Found found, Usage usage, long atMillis) {
        return switch (found.prices().price(usage, atMillis)) {
            case Priced.Known(Receipt receipt) -> receipt.totalCost();
            case Priced.Unknown unknown ->
                throw new Problem(
                                ErrorCode.UNPRICED_MODEL, "error.unpriced", Map.of("model", found.model()), "model", 0)
                        .thrown();
        };
    }

    private static String formatted(NanoUsd cost) {
        BigDecimal shown = cost.usd().setScale(SHOWN_PLACES, RoundingMode.HALF_EVEN);
        return "$" + shown.toPlainString();
    }
}
