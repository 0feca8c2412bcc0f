package dev.mizan.price;

import dev.mizan.usage.ServiceTier;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a price file in the product's own format: one card per line and in a stable order, so that changes are read.
 */
final class CatalogWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final ServiceTier[] TIERS = {ServiceTier.BATCH, ServiceTier.FLEX, ServiceTier.PRIORITY};

    private CatalogWriter() {}

    /** The text of a provider's file, with a newline at the end. */
    static String write(ProviderPrices provider) {
        ProviderPrices.Profile profile = provider.profile();
        String head = object(json -> {
            json.writeStringProperty("provider", profile.id());
            json.writeStringProperty("source", profile.source());
            json.writeStringProperty("as_of", profile.asOf().toString());
            texts(json, "urls", profile.urls());
            texts(json, "names", profile.names());
            texts(json, "models", profile.models());
            texts(json, "fallback", profile.fallbacks());
        });
        List<String> cards = new ArrayList<>();
        for (ProviderPrices.Entry entry : provider.entries()) {
            boolean first = true;
            for (PriceCard card : entry.prices().cards()) {
                cards.add(card(entry, card, first, profile));
                first = false;
            }
        }
        return head.substring(0, head.length() - 1) + ",\"cards\":[\n" + String.join(",\n", cards) + "\n]}\n";
    }

    private static String card(
            ProviderPrices.Entry entry, PriceCard card, boolean first, ProviderPrices.Profile profile) {
        return object(json -> {
            json.writeStringProperty("model", card.model());
            if (first) {
                if (!entry.match().equals(NameMatch.of(card.model()))) {
                    texts(json, "match", entry.match().patterns());
                }
                entry.prices().contextWindow().ifPresent(tokens -> json.writeNumberProperty("context", tokens));
                entry.prices().maxOutputTokens().ifPresent(tokens -> json.writeNumberProperty("max_output", tokens));
            }
            if (!card.from().equals(PriceCard.ALWAYS)) {
                json.writeStringProperty("from", date(card.from()));
            }
            if (!card.hours().isAllDay()) {
                json.writeStringProperty("hours", card.hours().toString());
            }
            prices(json, card);
            if (!card.source().equals(profile.source())) {
                json.writeStringProperty("source", card.source());
            }
            if (!card.asOf().equals(profile.asOf())) {
                json.writeStringProperty("as_of", card.asOf().toString());
            }
        });
    }

    private static void prices(JsonGenerator json, PriceCard card) {
        PriceTier base = card.tiers().getFirst();
        if (base.rates().equals(Rates.FREE)) {
            json.writeBooleanProperty("free", true);
        } else if (!base.rates().isEmpty()) {
            rates(json, "price", base.rates());
        }
        service(json, base.service());
        if (card.tiers().size() > 1) {
            json.writeObjectPropertyStart("above");
            for (PriceTier tier : card.tiers().subList(1, card.tiers().size())) {
                json.writeObjectPropertyStart(Long.toString(tier.above()));
                rates(json, "price", tier.rates());
                service(json, tier.service());
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        for (ServiceTier tier : TIERS) {
            BigDecimal factor = card.factors().get(tier);
            if (factor != null) {
                json.writeStringProperty(tier.label(), plain(factor));
            }
        }
        if (card.perThousandRequests().signum() != 0) {
            json.writeStringProperty("requests", plain(card.perThousandRequests()));
        }
        if (!card.perThousandToolUses().isEmpty()) {
            json.writeObjectPropertyStart("tools");
            new TreeMap<>(card.perThousandToolUses())
                    .forEach((tool, price) -> json.writeStringProperty(tool, plain(price)));
            json.writeEndObject();
        }
    }

    private static void service(JsonGenerator json, Map<ServiceTier, Rates> service) {
        for (ServiceTier tier : TIERS) {
            if (service.containsKey(tier)) {
                rates(json, tier.label(), service.getOrDefault(tier, Rates.NONE));
            }
        }
    }

    private static void rates(JsonGenerator json, String name, Rates rates) {
        json.writeObjectPropertyStart(name);
        rates.usdPerMillion().forEach((unit, usd) -> json.writeStringProperty(unit.label(), plain(usd)));
        json.writeEndObject();
    }

    private static void texts(JsonGenerator json, String name, List<String> texts) {
        if (!texts.isEmpty()) {
            json.writeArrayPropertyStart(name);
            texts.forEach(json::writeString);
            json.writeEndArray();
        }
    }

    private static String plain(BigDecimal decimal) {
        return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
    }

    /** An instant that starts a day in UTC as a date, any other as an instant. */
    private static String date(Instant instant) {
        var time = instant.atOffset(ZoneOffset.UTC);
        boolean startsDay = time.toLocalTime().toSecondOfDay() == 0 && time.getNano() == 0;
        return startsDay ? time.toLocalDate().toString() : instant.toString();
    }

    private static String object(Consumer<JsonGenerator> properties) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            properties.accept(json);
            json.writeEndObject();
        }
        return text.toString();
    }
}
