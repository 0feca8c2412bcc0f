package dev.mizan.cli;

import dev.mizan.price.ModelPrices;
import dev.mizan.price.PriceCard;
import dev.mizan.price.PriceTier;
import dev.mizan.price.Rates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Price cards as text and as JSON. */
final class PriceText {
    private PriceText() {}

    /** An instant that starts a day in UTC as a date, any other as it is. */
    static String date(Instant instant) {
        String text = instant.toString();
        return text.endsWith("T00:00:00Z") ? text.substring(0, 10) : text;
    }

    /** A model's cards as one JSON object; {@code current} marks those in force at {@code at}. */
    static ObjectNode json(ModelPrices prices, Instant at) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("provider", prices.provider()).put("model", prices.model());
        prices.contextWindow().ifPresent(tokens -> json.put("context_window", tokens));
        prices.maxOutputTokens().ifPresent(tokens -> json.put("max_output_tokens", tokens));
        ArrayNode cards = json.putArray("cards");
        for (PriceCard card : prices.cards()) {
            ObjectNode one = cards.addObject().put("id", card.id());
            if (!card.from().equals(PriceCard.ALWAYS)) {
                one.put("from", date(card.from()));
            }
            if (!card.hours().isAllDay()) {
                one.put("hours_utc", card.hours().toString());
            }
            for (PriceTier tier : card.tiers()) {
                ObjectNode rates = tier.above() == 0
                        ? one.putObject("usd_per_million")
                        : one.withObject("/above").putObject(Long.toString(tier.above()));
                put(rates, tier.rates());
                tier.service().forEach((service, of) -> put(rates.putObject(service.label()), of));
            }
            new TreeMap<>(card.factors())
                    .forEach((tier, factor) -> one.put(tier.label() + "_factor", factor.toPlainString()));
            if (card.perThousandRequests().signum() > 0) {
                one.put("usd_per_thousand_requests", card.perThousandRequests().toPlainString());
            }
            if (!card.perThousandToolUses().isEmpty()) {
                ObjectNode tools = one.putObject("usd_per_thousand_tool_uses");
                new TreeMap<>(card.perThousandToolUses()).forEach((tool, usd) -> tools.put(tool, usd.toPlainString()));
            }
            one.put("source", card.source()).put("as_of", card.asOf().toString());
            one.put("current", prices.card(at).filter(card::equals).isPresent());
        }
        return json;
    }

    private static void put(ObjectNode json, Rates rates) {
        rates.usdPerMillion().forEach((unit, usd) -> json.put(unit.label(), usd.toPlainString()));
    }

    /** A model's cards as lines of text. */
    static List<String> lines(ModelPrices prices, Instant at) {
        List<String> lines = new ArrayList<>();
        lines.add(prices.provider() + "/" + prices.model());
        prices.contextWindow().ifPresent(tokens -> lines.add("  context window: " + count(tokens) + " tokens"));
        prices.maxOutputTokens().ifPresent(tokens -> lines.add("  longest answer: " + count(tokens) + " tokens"));
        for (PriceCard card : prices.cards()) {
            boolean current = prices.card(at).filter(card::equals).isPresent();
            lines.add("  " + (current ? "* " : "  ")
                    + (card.from().equals(PriceCard.ALWAYS) ? "always" : "from " + date(card.from()))
                    + (card.hours().isAllDay() ? "" : ", " + card.hours() + " UTC")
                    + "  (" + card.source() + ", read " + card.asOf() + ")");
            for (PriceTier tier : card.tiers()) {
                String above = tier.above() == 0 ? "" : " above " + count(tier.above()) + " tokens of input";
                add(lines, "", tier.rates(), above);
                new TreeMap<>(tier.service())
                        .forEach((service, rates) -> add(lines, service.label() + " ", rates, above));
            }
            new TreeMap<>(card.factors())
                    .forEach((tier, factor) -> lines.add("      " + tier.label() + ": × " + factor.toPlainString()));
            if (card.perThousandRequests().signum() > 0) {
                lines.add("      requests: $" + card.perThousandRequests().toPlainString() + " per thousand");
            }
            new TreeMap<>(card.perThousandToolUses())
                    .forEach((tool, usd) ->
                            lines.add("      " + tool + ": $" + usd.toPlainString() + " per thousand uses"));
        }
        return lines;
    }

    private static void add(List<String> lines, String before, Rates rates, String after) {
        rates.usdPerMillion()
                .forEach((unit, usd) -> lines.add(
                        "      " + before + unit.label() + ": $" + usd.toPlainString() + " per million" + after));
    }

    private static String count(long tokens) {
        return String.format(Locale.ROOT, "%,d", tokens);
    }
}
