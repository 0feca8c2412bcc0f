package dev.mizan.price;

import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads LiteLLM's price map ({@code model_prices_and_context_window.json}): one object per model, prices in USD per
 * token. Prices per second, image, character and page are left aside and counted in the notes; a model that has no
 * other is left out, so that it is unpriced rather than free.
 */
final class LitellmFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final Map<String, Unit> UNITS = Map.ofEntries(
            Map.entry("input_cost_per_token", Unit.INPUT),
            Map.entry("output_cost_per_token", Unit.OUTPUT),
            Map.entry("output_cost_per_reasoning_token", Unit.REASONING),
            Map.entry("cache_read_input_token_cost", Unit.CACHE_READ),
            Map.entry("cache_read_input_audio_token_cost", Unit.CACHE_AUDIO_READ),
            Map.entry("cache_read_input_image_token_cost", Unit.CACHE_IMAGE_READ),
            Map.entry("cache_creation_input_token_cost", Unit.CACHE_WRITE_5M),
            Map.entry("cache_creation_input_token_cost_above_1hr", Unit.CACHE_WRITE_1H),
            Map.entry("input_cost_per_audio_token", Unit.INPUT_AUDIO),
            Map.entry("output_cost_per_audio_token", Unit.OUTPUT_AUDIO),
            Map.entry("input_cost_per_image_token", Unit.INPUT_IMAGE),
            Map.entry("output_cost_per_image_token", Unit.OUTPUT_IMAGE),
            Map.entry("input_cost_per_video_token", Unit.INPUT_VIDEO));

    /** A price's name, the input from which it holds in thousands of tokens, and the service tier. */
    private static final Pattern PRICE =
            Pattern.compile("(.+?)(?:_above_(\\d+)k_tokens)?(?:_(flex|priority|batches))?");

    /** Where the map names a provider otherwise than the catalogue does. */
    private static final Map<String, String> PROVIDERS = Map.ofEntries(
            Map.entry("text-completion-openai", "openai"),
            Map.entry("azure_ai", "azure"),
            Map.entry("azure_text", "azure"),
            Map.entry("bedrock", "aws"),
            Map.entry("bedrock_converse", "aws"),
            Map.entry("bedrock_mantle", "aws"),
            Map.entry("gemini", "google"),
            Map.entry("cohere_chat", "cohere"),
            Map.entry("codestral", "mistral"),
            Map.entry("text-completion-codestral", "mistral"),
            Map.entry("xai", "x-ai"),
            Map.entry("fireworks_ai", "fireworks"),
            Map.entry("fireworks_ai-embedding-models", "fireworks"),
            Map.entry("together_ai", "together"),
            Map.entry("moonshot", "moonshotai"),
            Map.entry("voyage", "voyageai"));

    private final LocalDate asOf;
    private final Map<String, Integer> ignored = new TreeMap<>();
    private int leftOut;

    private LitellmFile(LocalDate asOf) {
        this.asOf = asOf;
    }

    /**
     * Reads a file.
     *
     * @param asOf the date of its prices
     * @throws IllegalArgumentException if it is not such a file
     */
    static PriceImport read(byte[] json, LocalDate asOf) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("file: " + e.getOriginalMessage() + " (expected: JSON)", e);
        }
        if (!root.isObject()) {
            throw new IllegalArgumentException("file: no object (expected: LiteLLM's price map)");
        }
        return new LitellmFile(asOf).file(root);
    }

    private PriceImport file(JsonNode root) {
        Map<String, Map<String, ProviderPrices.Entry>> byProvider = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> model : root.properties()) {
            String stated = model.getValue().path("litellm_provider").asString("");
            if (stated.isEmpty() || model.getKey().equals("sample_spec")) {
                continue;
            }
            String provider = stated.startsWith("vertex_ai") ? "google" : PROVIDERS.getOrDefault(stated, stated);
            String name = name(model.getKey(), stated);
            List<PriceTier> tiers = tiers(model.getValue());
            BigDecimal requests = perThousand(model.getValue().path("input_cost_per_query"));
            if (tiers.getFirst().rates().isEmpty() && requests.signum() == 0) {
                leftOut++;
                continue;
            }
            PriceCard card = new PriceCard(
                    provider,
                    name,
                    PriceCard.ALWAYS,
                    DailyHours.ALL_DAY,
                    tiers,
                    Map.of(),
                    requests,
                    tools(model.getValue()),
                    model.getValue().path("source").asString("litellm"),
                    asOf);
            byProvider
                    .computeIfAbsent(provider, key -> new LinkedHashMap<>())
                    .putIfAbsent(name, entry(card, model.getValue()));
        }
        List<ProviderPrices> providers = new ArrayList<>();
        byProvider.forEach((id, entries) -> providers.add(new ProviderPrices(
                new ProviderPrices.Profile(id, "litellm", asOf, List.of(), List.of(), List.of(), List.of()),
                List.copyOf(entries.values()))));
        return new PriceImport(providers, notes());
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (leftOut > 0) {
            notes.add("left out: " + leftOut + " models that have no price per token or query");
        }
        ignored.forEach((field, count) -> notes.add("ignored: " + field + " of " + count + " models"));
        return notes;
    }

    private static ProviderPrices.Entry entry(PriceCard card, JsonNode json) {
        int input = json.path("max_input_tokens").asInt(0);
        int output = json.path("max_output_tokens").asInt(0);
        return new ProviderPrices.Entry(
                NameMatch.of(card.model()),
                new ModelPrices(card.provider(), card.model(), input, output, List.of(card)));
    }

    /** The model's name without the provider's, e.g. {@code gpt-4o} for {@code azure/gpt-4o}. */
    private static String name(String key, String provider) {
        int slash = key.indexOf('/');
        if (slash < 0) {
            return key;
        }
        String prefix = key.substring(0, slash);
        boolean provided = provider.equals(prefix)
                || provider.startsWith(prefix + "-")
                || provider.startsWith(prefix + "_")
                || (prefix.equals("cohere") && provider.startsWith("cohere"));
        return provided ? key.substring(slash + 1) : key;
    }

    private List<PriceTier> tiers(JsonNode json) {
        Map<Long, Map<ServiceTier, Map<Unit, BigDecimal>>> prices = new TreeMap<>();
        prices.put(0L, new EnumMap<>(ServiceTier.class));
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (!field.getValue().isNumber() || !field.getKey().contains("cost")) {
                continue;
            }
            Matcher matcher = PRICE.matcher(field.getKey());
            Unit unit = matcher.matches() ? UNITS.get(matcher.group(1)) : null;
            if (unit == null) {
                if (!field.getKey().equals("input_cost_per_query")) {
                    ignored.merge(field.getKey(), 1, Integer::sum);
                }
                continue;
            }
            long above = matcher.group(2) == null ? 0 : Long.parseLong(matcher.group(2)) * 1000;
            ServiceTier tier = matcher.group(3) == null ? ServiceTier.STANDARD : tier(matcher.group(3));
            put(prices, above, tier, unit, field.getValue());
        }
        for (JsonNode range : json.path("tiered_pricing")) {
            long above = range.path("range").path(0).asLong(0);
            for (Map.Entry<String, JsonNode> field : range.properties()) {
                Unit unit = UNITS.get(field.getKey());
                if (unit != null && field.getValue().isNumber()) {
                    put(prices, above, ServiceTier.STANDARD, unit, field.getValue());
                }
            }
        }
        List<PriceTier> tiers = new ArrayList<>();
        prices.forEach((above, byTier) -> {
            Map<ServiceTier, Rates> service = new HashMap<>();
            byTier.forEach((tier, rates) -> service.put(tier, Rates.of(rates)));
            Rates standard = service.getOrDefault(ServiceTier.STANDARD, Rates.NONE);
            service.remove(ServiceTier.STANDARD);
            tiers.add(new PriceTier(above, standard, service));
        });
        return tiers;
    }

    private static void put(
            Map<Long, Map<ServiceTier, Map<Unit, BigDecimal>>> prices,
            long above,
            ServiceTier tier,
            Unit unit,
            JsonNode perToken) {
        prices.computeIfAbsent(above, key -> new EnumMap<>(ServiceTier.class))
                .computeIfAbsent(tier, key -> new EnumMap<>(Unit.class))
                .put(unit, perToken.decimalValue().movePointRight(6).setScale(9, RoundingMode.HALF_EVEN));
    }

    private static ServiceTier tier(String suffix) {
        return suffix.equals("batches") ? ServiceTier.BATCH : CatalogReader.tier(suffix);
    }

    private static Map<String, BigDecimal> tools(JsonNode json) {
        JsonNode search = json.path("search_context_cost_per_query").path("search_context_size_medium");
        return search.isNumber() ? Map.of("web_search", perThousand(search)) : Map.of();
    }

    private static BigDecimal perThousand(JsonNode perUse) {
        return perUse.isNumber() ? perUse.decimalValue().movePointRight(3) : BigDecimal.ZERO;
    }
}
