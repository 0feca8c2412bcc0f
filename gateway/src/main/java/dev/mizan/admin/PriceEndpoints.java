package dev.mizan.admin;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.Priced;
import dev.mizan.price.Receipt;
import dev.mizan.usage.TokenCounter;
import dev.mizan.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** What a call would cost, before it is made; and what a provider's answer cost. Nothing is recorded. */
final class PriceEndpoints {
    private static final int OUTPUT_TOKENS_MAX = 100_000_000;
    private static final List<String> METHODS = List.of("tokenizer", "rough");
    private static final int SHOWN_PLACES = 4;

    private final Supplier<Pricing> pricing;

    PriceEndpoints(Supplier<Pricing> pricing) {
        this.pricing = pricing;
    }

    List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/api/v2/cost/estimate", Access.COST, this::estimate));
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
