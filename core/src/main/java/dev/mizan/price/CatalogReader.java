package dev.mizan.price;

import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a price file in the product's own format: one provider per file, one card per line, prices as decimal text in
 * USD per million units. An unknown key is an error: a misspelt price must not become a missing one.
 */
final class CatalogReader {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Map<String, Unit> UNITS = units();

    private final JsonParser parser;
    private String provider = "";
    private String source = "";
    private LocalDate asOf = LocalDate.EPOCH;
    private List<String> urls = List.of();
    private List<String> names = List.of();
    private List<String> models = List.of();
    private List<String> fallbacks = List.of();
    private final Map<String, Model> cards = new LinkedHashMap<>();

    private CatalogReader(JsonParser parser) {
        this.parser = parser;
    }

    /** The cards of one model so far. */
    private static final class Model {
        NameMatch match = NameMatch.of();
        int context;
        int maxOutput;
        final List<PriceCard> cards = new ArrayList<>();
    }

    /**
     * Reads a file.
     *
     * @param name of the file, for messages
     * @throws IllegalArgumentException if it is not such a file; the message says where
     */
    static ProviderPrices read(String name, byte[] json) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            return new CatalogReader(parser).file();
        } catch (JacksonException e) {
            throw new IllegalArgumentException(name + ": " + e.getOriginalMessage() + " (expected: a price file)", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    /** Reads a file's head now and its cards, which must come last, when they are first asked for. */
    static ProviderPrices readLater(String name, byte[] json) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            CatalogReader reader = new CatalogReader(parser);
            reader.properties(false);
            return new ProviderPrices(reader.profile(), () -> read(name, json).entries());
        } catch (JacksonException e) {
            throw new IllegalArgumentException(name + ": " + e.getOriginalMessage() + " (expected: a price file)", e);
        }
    }

    private ProviderPrices file() {
        properties(true);
        List<ProviderPrices.Entry> entries = new ArrayList<>();
        cards.forEach((id, model) -> entries.add(new ProviderPrices.Entry(
                model.match, new ModelPrices(provider, id, model.context, model.maxOutput, model.cards))));
        return new ProviderPrices(profile(), entries);
    }

    private ProviderPrices.Profile profile() {
        return new ProviderPrices.Profile(provider, source, asOf, urls, names, models, fallbacks);
    }

    private void properties(boolean withCards) {
        expect(parser.nextToken(), JsonToken.START_OBJECT);
        for (String key = parser.nextName(); key != null; key = parser.nextName()) {
            if (key.equals("cards") && !withCards) {
                return;
            }
            parser.nextToken();
            switch (key) {
                case "provider" -> provider = text();
                case "source" -> source = text();
                case "as_of" -> asOf = LocalDate.parse(text());
                case "urls" -> urls = texts();
                case "names" -> names = texts();
                case "models" -> models = texts();
                case "fallback" -> fallbacks = texts();
                case "cards" -> cards();
                default -> throw unknown(key);
            }
        }
    }

    private void cards() {
        expect(parser.currentToken(), JsonToken.START_ARRAY);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            card();
        }
    }

    private void card() {
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        String id = "";
        List<String> match = List.of();
        int context = 0;
        int maxOutput = 0;
        Instant from = PriceCard.ALWAYS;
        DailyHours hours = DailyHours.ALL_DAY;
        Rates rates = Rates.NONE;
        Map<ServiceTier, Rates> service = new EnumMap<>(ServiceTier.class);
        Map<ServiceTier, BigDecimal> factors = new EnumMap<>(ServiceTier.class);
        List<PriceTier> tiers = new ArrayList<>();
        BigDecimal requests = BigDecimal.ZERO;
        Map<String, BigDecimal> tools = Map.of();
        String cardSource = source;
        LocalDate cardAsOf = asOf;
        for (String key = parser.nextName(); key != null; key = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (key) {
                case "model" -> id = text();
                case "match" -> match = texts();
                case "context" -> context = parser.getIntValue();
                case "max_output" -> maxOutput = parser.getIntValue();
                case "from" -> from = instant(text());
                case "hours" -> hours = DailyHours.parse(text());
                case "free" -> rates = Rates.FREE;
                case "price" -> rates = rates();
                case "above" -> tiers = tiers();
                case "batch", "flex", "priority" -> {
                    if (token == JsonToken.START_OBJECT) {
                        service.put(tier(key), rates());
                    } else {
                        factors.put(tier(key), decimal());
                    }
                }
                case "requests" -> requests = decimal();
                case "tools" -> tools = decimals();
                case "source" -> cardSource = text();
                case "as_of" -> cardAsOf = LocalDate.parse(text());
                default -> throw unknown(key);
            }
        }
        tiers.addFirst(new PriceTier(0, rates, service));
        add(id, match, context, maxOutput)
                .cards
                .add(new PriceCard(provider, id, from, hours, tiers, factors, requests, tools, cardSource, cardAsOf));
    }

    private Model add(String id, List<String> match, int context, int maxOutput) {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("cards: a card without model (expected: a model on each card)");
        }
        Model model = cards.computeIfAbsent(id, key -> new Model());
        if (!match.isEmpty()) {
            model.match = new NameMatch(match);
        } else if (model.cards.isEmpty()) {
            model.match = NameMatch.of(id);
        }
        model.context = Math.max(model.context, context);
        model.maxOutput = Math.max(model.maxOutput, maxOutput);
        return model;
    }

    private List<PriceTier> tiers() {
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        List<PriceTier> tiers = new ArrayList<>();
        for (String above = parser.nextName(); above != null; above = parser.nextName()) {
            parser.nextToken();
            expect(parser.currentToken(), JsonToken.START_OBJECT);
            Rates rates = Rates.NONE;
            Map<ServiceTier, Rates> service = new EnumMap<>(ServiceTier.class);
            for (String key = parser.nextName(); key != null; key = parser.nextName()) {
                parser.nextToken();
                switch (key) {
                    case "price" -> rates = rates();
                    case "batch", "flex", "priority" -> service.put(tier(key), rates());
                    default -> throw unknown(key);
                }
            }
            tiers.add(new PriceTier(Long.parseLong(above), rates, service));
        }
        return tiers;
    }

    private Rates rates() {
        Map<Unit, BigDecimal> prices = new EnumMap<>(Unit.class);
        decimals().forEach((label, usd) -> prices.put(unit(label), usd));
        return Rates.of(prices);
    }

    private Map<String, BigDecimal> decimals() {
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        Map<String, BigDecimal> decimals = new LinkedHashMap<>();
        for (String key = parser.nextName(); key != null; key = parser.nextName()) {
            parser.nextToken();
            decimals.put(key, decimal());
        }
        return decimals;
    }

    private BigDecimal decimal() {
        String text = text();
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' (expected: a decimal number as text)", e);
        }
    }

    private List<String> texts() {
        expect(parser.currentToken(), JsonToken.START_ARRAY);
        List<String> texts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            texts.add(text());
        }
        return texts;
    }

    private String text() {
        expect(parser.currentToken(), JsonToken.VALUE_STRING);
        return parser.getString();
    }

    /** A date, which means its first moment in UTC, or an instant. */
    private static Instant instant(String text) {
        return text.length() == 10
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : Instant.parse(text);
    }

    /** The unit that a price is named after; requests have no price per million. */
    static Unit unit(String label) {
        Unit unit = UNITS.get(label);
        if (unit == null) {
            throw new IllegalArgumentException("'" + label + "' (expected: a unit of " + UNITS.keySet() + ")");
        }
        return unit;
    }

    static ServiceTier tier(String label) {
        return switch (label) {
            case "batch" -> ServiceTier.BATCH;
            case "flex" -> ServiceTier.FLEX;
            default -> ServiceTier.PRIORITY;
        };
    }

    private void expect(JsonToken found, JsonToken expected) {
        if (found != expected) {
            throw new IllegalArgumentException("line "
                    + parser.currentTokenLocation().getLineNr() + ": " + found + " (expected: " + expected + ")");
        }
    }

    private IllegalArgumentException unknown(String key) {
        return new IllegalArgumentException(
                "line " + parser.currentTokenLocation().getLineNr() + ": '" + key + "' (expected: a known key)");
    }

    private static Map<String, Unit> units() {
        Map<String, Unit> units = new TreeMap<>();
        for (Unit unit : Unit.values()) {
            if (unit.isTokens()) {
                units.put(unit.label(), unit);
            }
        }
        return units;
    }
}
