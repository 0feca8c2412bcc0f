package dev.mizan.price;

import dev.mizan.usage.Unit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the figures of the genai-prices data file (github.com/pydantic/genai-prices, MIT): providers, how their models
 * are recognised, and prices per million tokens. Its texts and extractors are left aside.
 */
final class GenaiPricesFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final Map<String, Unit> UNITS = Map.ofEntries(
            Map.entry("input_mtok", Unit.INPUT),
            Map.entry("cache_write_mtok", Unit.CACHE_WRITE_5M),
            Map.entry("cache_write_1h_mtok", Unit.CACHE_WRITE_1H),
            Map.entry("cache_read_mtok", Unit.CACHE_READ),
            Map.entry("input_audio_mtok", Unit.INPUT_AUDIO),
            Map.entry("cache_audio_read_mtok", Unit.CACHE_AUDIO_READ),
            Map.entry("input_image_mtok", Unit.INPUT_IMAGE),
            Map.entry("input_video_mtok", Unit.INPUT_VIDEO),
            Map.entry("output_mtok", Unit.OUTPUT),
            Map.entry("output_reasoning_mtok", Unit.REASONING),
            Map.entry("output_audio_mtok", Unit.OUTPUT_AUDIO),
            Map.entry("output_image_mtok", Unit.OUTPUT_IMAGE));

    private final LocalDate asOf;
    private final Set<String> notes = new LinkedHashSet<>();

    private GenaiPricesFile(LocalDate asOf) {
        this.asOf = asOf;
    }

    /**
     * Reads a file.
     *
     * @param asOf the date of its prices
     * @throws IllegalArgumentException if it is not such a file
     */
    static PriceImport read(byte[] json, LocalDate asOf) {
        try {
            JsonNode root = JSON.readTree(json);
            JsonNode providers = root.isObject() ? root.path("providers") : root;
            if (!providers.isArray()) {
                throw new IllegalArgumentException("file: no list of providers (expected: the genai-prices data file)");
            }
            GenaiPricesFile file = new GenaiPricesFile(asOf);
            List<ProviderPrices> read = new ArrayList<>();
            providers.forEach(provider -> read.add(file.provider(provider)));
            return new PriceImport(read, List.copyOf(file.notes));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("file: " + e.getOriginalMessage() + " (expected: JSON)", e);
        }
    }

    private ProviderPrices provider(JsonNode json) {
        String id = json.path("id").asString();
        String source = json.path("pricing_urls").path(0).asString("genai-prices");
        List<String> urls =
                json.has("api_pattern") ? List.of(json.path("api_pattern").asString()) : List.of();
        ProviderPrices.Profile profile = new ProviderPrices.Profile(
                id,
                source,
                asOf,
                urls,
                patterns(json.path("provider_match")),
                patterns(json.path("model_match")),
                texts(json.path("fallback_model_providers")));
        List<ProviderPrices.Entry> entries = new ArrayList<>();
        for (JsonNode model : json.path("models")) {
            entries.add(model(profile, model));
        }
        return new ProviderPrices(profile, entries);
    }

    private ProviderPrices.Entry model(ProviderPrices.Profile profile, JsonNode json) {
        String id = json.path("id").asString();
        JsonNode prices = json.path("prices");
        List<PriceCard> cards = new ArrayList<>();
        if (prices.isArray()) {
            prices.forEach(variant -> cards.add(card(profile, id, variant.path("constraint"), variant.path("prices"))));
        } else {
            cards.add(card(profile, id, json.path("constraint"), prices));
        }
        List<String> match = patterns(json.path("match"));
        return new ProviderPrices.Entry(
                match.isEmpty() ? NameMatch.of(id) : new NameMatch(match),
                new ModelPrices(profile.id(), id, json.path("context_window").asInt(0), 0, cards));
    }

    private PriceCard card(ProviderPrices.Profile profile, String model, JsonNode constraint, JsonNode prices) {
        Map<Unit, BigDecimal> base = new EnumMap<>(Unit.class);
        TreeMap<Long, Map<Unit, BigDecimal>> above = new TreeMap<>();
        BigDecimal requests = BigDecimal.ZERO;
        for (Map.Entry<String, JsonNode> price : prices.properties()) {
            Unit unit = UNITS.get(price.getKey());
            if (price.getKey().equals("requests_kcount")) {
                requests = price.getValue().decimalValue();
            } else if (unit == null) {
                notes.add("ignored: " + price.getKey() + ", e.g. of " + profile.id() + "/" + model);
            } else if (price.getValue().isObject()) {
                base.put(unit, usd(price.getValue().path("base")));
                for (JsonNode tier : price.getValue().path("tiers")) {
                    above.computeIfAbsent(tier.path("start").asLong(), start -> new EnumMap<>(Unit.class))
                            .put(unit, usd(tier.path("price")));
                }
            } else if (price.getValue().isNumber()) {
                base.put(unit, usd(price.getValue()));
            }
        }
        List<PriceTier> tiers = new ArrayList<>();
        tiers.add(PriceTier.base(prices.isEmpty() ? Rates.FREE : Rates.of(base)));
        above.forEach((start, rates) -> tiers.add(new PriceTier(start, Rates.of(rates), Map.of())));
        return new PriceCard(
                profile.id(),
                model,
                from(constraint),
                hours(constraint),
                tiers,
                Map.of(),
                requests,
                Map.of(),
                profile.source(),
                asOf);
    }

    private static BigDecimal usd(JsonNode number) {
        return number.decimalValue().setScale(9, RoundingMode.HALF_EVEN);
    }

    private static Instant from(JsonNode constraint) {
        return constraint.has("start_date")
                ? LocalDate.parse(constraint.path("start_date").asString())
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                : PriceCard.ALWAYS;
    }

    private static DailyHours hours(JsonNode constraint) {
        return constraint.has("start_time")
                ? new DailyHours(
                        time(constraint.path("start_time").asString()),
                        time(constraint.path("end_time").asString()))
                : DailyHours.ALL_DAY;
    }

    private static LocalTime time(String text) {
        if (!text.endsWith("Z")) {
            throw new IllegalArgumentException("time: '" + text + "' (expected: UTC, e.g. 00:30:00Z)");
        }
        return LocalTime.parse(text.substring(0, text.length() - 1));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asString()));
        return texts;
    }

    /** A clause as patterns, any of which must match. */
    private static List<String> patterns(JsonNode clause) {
        List<String> patterns = new ArrayList<>();
        for (Map.Entry<String, JsonNode> part : clause.properties()) {
            JsonNode value = part.getValue();
            switch (part.getKey()) {
                case "or" -> value.forEach(one -> patterns.addAll(patterns(one)));
                case "and" -> patterns.addAll(all(value));
                case "equals" -> patterns.add(literal(value, "", ""));
                case "starts_with" -> patterns.add(literal(value, "", "*"));
                case "ends_with" -> patterns.add(literal(value, "*", ""));
                case "contains" -> patterns.add(literal(value, "*", "*"));
                case "regex" -> patterns.add("re:" + value.asString());
                default ->
                    throw new IllegalArgumentException("match: '" + part.getKey()
                            + "' (expected: equals, starts_with, ends_with, contains, regex," + " or, and)");
            }
        }
        return patterns;
    }

    /** Clauses all of which must match, as patterns any of which must match. */
    private static List<String> all(JsonNode clauses) {
        List<String> all = List.of("");
        for (JsonNode clause : clauses) {
            List<String> longer = new ArrayList<>();
            for (String pattern : patterns(clause)) {
                all.forEach(one -> longer.add(one.isEmpty() ? pattern : one + " & " + pattern));
            }
            all = longer;
        }
        return all;
    }

    private static String literal(JsonNode value, String before, String after) {
        String text = value.asString();
        if (text.contains("*") || text.contains(" & ") || text.startsWith("re:")) {
            return "re:" + (before.isEmpty() ? "^" : "") + Pattern.quote(text) + (after.isEmpty() ? "$" : "");
        }
        return before + text + after;
    }
}
