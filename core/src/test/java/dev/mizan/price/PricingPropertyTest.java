package dev.mizan.price;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class PricingPropertyTest {
    private static final long NOW = 1_780_000_000_000L;
    private static final List<Unit> TEXT_INPUT =
            List.of(Unit.INPUT, Unit.CACHE_READ, Unit.CACHE_WRITE_5M, Unit.CACHE_WRITE_1H);
    private static final List<Unit> ALL_OUTPUT =
            List.of(Unit.OUTPUT, Unit.REASONING, Unit.OUTPUT_AUDIO, Unit.OUTPUT_IMAGE);

    @Property
    void aComponentIsItsQuantityTimesItsPriceRoundedHalfEvenOnce(
            @ForAll @LongRange(min = 0, max = 1_000_000_000_000L) long quantity,
            @ForAll @LongRange(min = 0, max = 1_000_000_000_000L) long price) {
        BigDecimal exact = BigDecimal.valueOf(quantity)
                .multiply(BigDecimal.valueOf(price))
                .divide(BigDecimal.valueOf(1_000_000))
                .setScale(0, RoundingMode.HALF_EVEN);

        assertThat(RateTable.cost(quantity, price, 1_000_000)).isEqualTo(exact.longValueExact());
    }

    @Property
    void noCostIsNegativeAndTheTotalIsTheSumOfItsParts(
            @ForAll("prices") ModelPrices prices, @ForAll("usages") Usage usage) {
        Receipt receipt = receipt(prices, usage);

        assertThat(receipt.components()).allMatch(component -> component.cost().nanos() >= 0);
        assertThat(receipt.totalCost())
                .isEqualTo(receipt.inputCost().plus(receipt.outputCost()).plus(receipt.feeCost()));
    }

    @Property
    void theCostOfTwoUsagesIsTheSumOfTheirCosts(
            @ForAll("flatPrices") ModelPrices prices, @ForAll("usages") Usage one, @ForAll("usages") Usage other) {
        Usage.Builder both = one.toBuilder();
        for (Unit unit : Unit.values()) {
            both.set(unit, one.get(unit) + other.get(unit));
        }

        long together = receipt(prices, both.build()).totalCost().nanos();
        long apart = receipt(prices, one).totalCost().nanos()
                + receipt(prices, other.toBuilder().tier(one.tier()).build())
                        .totalCost()
                        .nanos();

        // Each component is rounded once, by half a nano-USD at most.
        assertThat(Math.abs(together - apart)).isLessThanOrEqualTo(2L * Unit.values().length);
    }

    @Property
    void moreNeverCostsLess(@ForAll("prices") ModelPrices prices, @ForAll("usages") Usage usage, @ForAll Unit unit) {
        // A tier may be cheaper than the one below it, so this holds for output only.
        Unit more = unit.isInput() || !unit.isTokens() ? Unit.OUTPUT : unit;
        Usage larger = usage.toBuilder().set(more, usage.get(more) + 1_000).build();

        assertThat(receipt(prices, larger).totalCost())
                .isGreaterThanOrEqualTo(receipt(prices, usage).totalCost());
    }

    @Property(tries = 5_000)
    void noUsageWithinABoundCostsMore(@ForAll("prices") ModelPrices prices, @ForAll("usages") Usage usage) {
        Usage.Builder bound = Usage.builder()
                .set(Unit.INPUT, sum(usage, TEXT_INPUT))
                .set(Unit.OUTPUT, sum(usage, ALL_OUTPUT))
                .set(Unit.INPUT_AUDIO, usage.get(Unit.INPUT_AUDIO) + usage.get(Unit.CACHE_AUDIO_READ))
                .set(Unit.INPUT_IMAGE, usage.get(Unit.INPUT_IMAGE) + usage.get(Unit.CACHE_IMAGE_READ))
                .set(Unit.INPUT_VIDEO, usage.get(Unit.INPUT_VIDEO) + usage.get(Unit.CACHE_VIDEO_READ));
        usage.toolUses().forEach(bound::tool);

        Bound made = prices.bound(bound.build(), NOW);

        assertThat(made).isInstanceOfSatisfying(Bound.Known.class, known -> assertThat(known.amount())
                .isGreaterThanOrEqualTo(receipt(prices, usage).totalCost()));
    }

    private static long sum(Usage usage, List<Unit> units) {
        return units.stream().mapToLong(usage::get).sum();
    }

    private static Receipt receipt(ModelPrices prices, Usage usage) {
        return switch (prices.price(usage, NOW)) {
            case Priced.Known(Receipt receipt) -> receipt;
            case Priced.Unknown(String reason) -> throw new AssertionError(reason);
        };
    }

    @Provide
    Arbitrary<Usage> usages() {
        Arbitrary<List<Long>> counts =
                Arbitraries.longs().between(0, 400_000).list().ofSize(Unit.values().length);
        return Combinators.combine(
                        counts,
                        Arbitraries.of(ServiceTier.class),
                        Arbitraries.longs().between(0, 3))
                .as((all, tier, searches) -> {
                    Usage.Builder usage = Usage.builder().tier(tier).tool("web_search", searches);
                    for (Unit unit : Unit.values()) {
                        if (unit != Unit.REQUESTS) {
                            usage.set(unit, all.get(unit.ordinal()));
                        }
                    }
                    return usage.build();
                });
    }

    @Provide
    Arbitrary<ModelPrices> prices() {
        Arbitrary<Map<ServiceTier, BigDecimal>> factors = Arbitraries.of(
                Map.of(),
                Map.of(ServiceTier.BATCH, new BigDecimal("0.5")),
                Map.of(ServiceTier.PRIORITY, new BigDecimal("1.7"), ServiceTier.FLEX, new BigDecimal("0.3")));
        Arbitrary<PriceCard> cards = Combinators.combine(rates(), rates(), rates(), factors, usd())
                .as((base, above, priority, by, fee) -> Cards.full(
                        List.of(
                                new PriceTier(
                                        0, base, by.isEmpty() ? Map.of(ServiceTier.PRIORITY, priority) : Map.of()),
                                new PriceTier(200_000, above, Map.of())),
                        by,
                        fee.toPlainString(),
                        Map.of("web_search", fee)));
        return cards.list().ofMinSize(1).ofMaxSize(2).map(list -> {
            List<PriceCard> dated = new ArrayList<>(list);
            if (dated.size() > 1) {
                dated.set(1, Cards.at("06:00-18:00", dated.get(1)));
            }
            return new ModelPrices("acme", "m", 0, 0, dated);
        });
    }

    @Provide
    Arbitrary<ModelPrices> flatPrices() {
        return rates().map(rates -> Cards.model(
                Cards.full(List.of(PriceTier.base(rates)), Map.of(), "0", Map.of("web_search", BigDecimal.ZERO))));
    }

    /** Rates with input and output, and some of the others. */
    private static Arbitrary<Rates> rates() {
        return Arbitraries.maps(Arbitraries.of(Unit.class), usd()).map(chosen -> {
            Map<Unit, BigDecimal> rates = new EnumMap<>(Unit.class);
            rates.putAll(chosen);
            rates.remove(Unit.REQUESTS);
            rates.putIfAbsent(Unit.INPUT, new BigDecimal("2.5"));
            rates.putIfAbsent(Unit.OUTPUT, new BigDecimal("9.999999999"));
            return Rates.of(rates);
        });
    }

    private static Arbitrary<BigDecimal> usd() {
        return Arbitraries.bigDecimals()
                .between(BigDecimal.ZERO, new BigDecimal("200"))
                .ofScale(9);
    }
}
