package dev.mizan.price;

import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What providers' price pages say beside the price list: factors of service tiers, the price of a cache write that
 * lasts an hour, fees of tools. Price maps leave these out, so they are added to every imported card that does not
 * state them.
 */
final class PriceTerms {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String[] FACTORS = {"batch", "flex", "priority"};

    private final List<JsonNode> terms = new ArrayList<>();

    private PriceTerms(JsonNode root) {
        root.path("terms").forEach(terms::add);
    }

    /** Reads terms in the product's own format. */
    static PriceTerms read(byte[] json) {
        return new PriceTerms(JSON.readTree(json));
    }

    /** The provider's prices with all terms that concern them. */
    ProviderPrices apply(ProviderPrices provider) {
        List<ProviderPrices.Entry> entries = new ArrayList<>();
        for (ProviderPrices.Entry entry : provider.entries()) {
            ModelPrices prices = entry.prices();
            List<PriceCard> cards = prices.cards().stream().map(this::apply).toList();
            entries.add(new ProviderPrices.Entry(
                    entry.match(),
                    new ModelPrices(
                            prices.provider(),
                            prices.model(),
                            (int) prices.contextWindow().orElse(0),
                            (int) prices.maxOutputTokens().orElse(0),
                            cards)));
        }
        return new ProviderPrices(provider.profile(), entries);
    }

    private PriceCard apply(PriceCard card) {
        PriceCard changed = card;
        for (JsonNode term : terms) {
            if (concerns(term, card)) {
                changed = apply(term, changed);
            }
        }
        return changed;
    }

    private static boolean concerns(JsonNode term, PriceCard card) {
        return term.path("provider").asString().equals(card.provider())
                && matches(term.path("models"), card.model())
                && !matches(term.path("except"), card.model());
    }

    private static boolean matches(JsonNode patterns, String model) {
        for (JsonNode pattern : patterns) {
            if (NameMatch.matches(pattern.asString(), model)) {
                return true;
            }
        }
        return false;
    }

    private static PriceCard apply(JsonNode term, PriceCard card) {
        Map<ServiceTier, BigDecimal> factors = new EnumMap<>(ServiceTier.class);
        factors.putAll(card.factors());
        Map<ServiceTier, Rates> service = new EnumMap<>(ServiceTier.class);
        service.putAll(card.tiers().getFirst().service());
        for (String name : FACTORS) {
            ServiceTier tier = CatalogReader.tier(name);
            JsonNode stated = term.path(name);
            if (factors.containsKey(tier) || service.containsKey(tier)) {
                continue;
            }
            if (stated.isObject()) {
                service.put(tier, rates(stated));
            } else if (stated.isString()) {
                factors.put(tier, new BigDecimal(stated.asString()));
            }
        }
        Map<String, BigDecimal> tools = new TreeMap<>(card.perThousandToolUses());
        for (Map.Entry<String, JsonNode> tool : term.path("tools").properties()) {
            tools.putIfAbsent(tool.getKey(), new BigDecimal(tool.getValue().asString()));
        }
        return new PriceCard(
                card.provider(),
                card.model(),
                card.from(),
                card.hours(),
                tiers(term, card, service),
                factors,
                card.perThousandRequests(),
                tools,
                card.source(),
                card.asOf());
    }

    private static List<PriceTier> tiers(JsonNode term, PriceCard card, Map<ServiceTier, Rates> service) {
        List<PriceTier> tiers = new ArrayList<>();
        for (PriceTier tier : card.tiers()) {
            Rates rates = tier.rates();
            if (tier.above() == 0) {
                rates = rates(term.path("price")).over(rates);
            }
            if (term.has("cache_write_1h") && rates.nanos(Unit.CACHE_WRITE_1H) < 0 && rates.nanos(Unit.INPUT) >= 0) {
                BigDecimal multiple = new BigDecimal(term.path("cache_write_1h").asString());
                BigDecimal usd = Rates.usd(rates.nanos(Unit.INPUT)).multiply(multiple);
                rates = rates.over(Rates.of(Map.of(Unit.CACHE_WRITE_1H, usd)));
            }
            tiers.add(new PriceTier(tier.above(), rates, tier.above() == 0 ? service : tier.service()));
        }
        return tiers;
    }

    private static Rates rates(JsonNode prices) {
        Map<Unit, BigDecimal> rates = new EnumMap<>(Unit.class);
        for (Map.Entry<String, JsonNode> price : prices.properties()) {
            rates.put(
                    CatalogReader.unit(price.getKey()),
                    new BigDecimal(price.getValue().asString()));
        }
        return Rates.of(rates);
    }
}
