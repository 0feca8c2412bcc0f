package dev.mizan.price;

import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Lays prices over others: imported over shipped, configured over both. */
final class CatalogOverlay {
    private CatalogOverlay() {}

    /**
     * {@code above} laid over {@code below}, of one provider: cards of a model that both have are put together (the
     * later in force wins), and models that only {@code above} has come first.
     */
    static ProviderPrices lay(ProviderPrices above, ProviderPrices below) {
        Map<String, ProviderPrices.Entry> more = new LinkedHashMap<>();
        for (ProviderPrices.Entry entry : above.entries()) {
            more.put(entry.prices().model(), entry);
        }
        Set<String> known = new HashSet<>();
        below.entries().forEach(entry -> known.add(entry.prices().model()));
        List<ProviderPrices.Entry> entries = new ArrayList<>();
        more.forEach((model, entry) -> {
            if (!known.contains(model)) {
                entries.add(entry);
            }
        });
        for (ProviderPrices.Entry entry : below.entries()) {
            ProviderPrices.Entry newer = more.get(entry.prices().model());
            entries.add(newer == null ? entry : merge(newer, entry));
        }
        return new ProviderPrices(below.profile(), entries);
    }

    private static ProviderPrices.Entry merge(ProviderPrices.Entry above, ProviderPrices.Entry below) {
        List<PriceCard> cards = new ArrayList<>();
        for (PriceCard card : below.prices().cards()) {
            boolean replaced = above.prices().cards().stream()
                    .anyMatch(newer -> newer.from().equals(card.from()));
            if (!replaced) {
                cards.add(card);
            }
        }
        cards.addAll(above.prices().cards());
        ModelPrices prices = above.prices();
        return new ProviderPrices.Entry(
                both(above.match(), below.match()),
                new ModelPrices(
                        prices.provider(),
                        prices.model(),
                        known(prices.contextWindow(), below.prices().contextWindow()),
                        known(prices.maxOutputTokens(), below.prices().maxOutputTokens()),
                        cards));
    }

    private static NameMatch both(NameMatch above, NameMatch below) {
        Set<String> patterns = new LinkedHashSet<>(above.patterns());
        patterns.addAll(below.patterns());
        return new NameMatch(List.copyOf(patterns));
    }

    private static int known(OptionalLong first, OptionalLong second) {
        return (int) (first.isPresent() ? first.getAsLong() : second.orElse(0));
    }

    /** What {@code override} makes of the prices of a model that it matches. */
    static Optional<ModelPrices> override(
            PriceOverride override, String provider, String model, Optional<ModelPrices> listed) {
        if (override.perMillion().isEmpty()) {
            return listed.map(prices -> with(
                    prices.provider(),
                    prices.model(),
                    listed,
                    prices.cards().stream().map(card -> scaled(card, override)).toList()));
        }
        Map<Unit, BigDecimal> perMillion = new EnumMap<>(Unit.class);
        override.perMillion().forEach((unit, price) -> perMillion.put(unit, price.usd()));
        BigDecimal requests = perMillion.getOrDefault(Unit.REQUESTS, BigDecimal.ZERO);
        perMillion.remove(Unit.REQUESTS);
        PriceCard card = new PriceCard(
                provider,
                model,
                PriceCard.ALWAYS,
                DailyHours.ALL_DAY,
                List.of(PriceTier.base(Rates.of(perMillion).times(override.factor()))),
                Map.of(),
                requests.movePointLeft(3),
                tools(override),
                "configuration",
                LocalDate.EPOCH);
        return Optional.of(with(provider, model, listed, List.of(card)));
    }

    private static ModelPrices with(
            String provider, String model, Optional<ModelPrices> listed, List<PriceCard> cards) {
        OptionalLong context = listed.map(ModelPrices::contextWindow).orElse(OptionalLong.empty());
        OptionalLong output = listed.map(ModelPrices::maxOutputTokens).orElse(OptionalLong.empty());
        return new ModelPrices(provider, model, (int) context.orElse(0), (int) output.orElse(0), cards);
    }

    private static Map<String, BigDecimal> tools(PriceOverride override) {
        Map<String, BigDecimal> tools = new LinkedHashMap<>();
        override.perThousandToolUses().forEach((tool, price) -> tools.put(tool, price.usd()));
        return tools;
    }

    private static PriceCard scaled(PriceCard card, PriceOverride override) {
        BigDecimal factor = override.factor();
        List<PriceTier> tiers = new ArrayList<>();
        for (PriceTier tier : card.tiers()) {
            Map<ServiceTier, Rates> service = new LinkedHashMap<>();
            tier.service().forEach((name, rates) -> service.put(name, rates.times(factor)));
            tiers.add(new PriceTier(tier.above(), tier.rates().times(factor), service));
        }
        Map<String, BigDecimal> tools = new LinkedHashMap<>(card.perThousandToolUses());
        tools.putAll(tools(override));
        return new PriceCard(
                card.provider(),
                card.model(),
                card.from(),
                card.hours(),
                tiers,
                card.factors(),
                card.perThousandRequests(),
                tools,
                card.source() + " × " + factor.toPlainString() + " by configuration",
                card.asOf());
    }
}
