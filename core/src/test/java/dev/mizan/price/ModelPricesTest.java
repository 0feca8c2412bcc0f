package dev.mizan.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.money.NanoUsd;
import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelPricesTest {
    private static final long NOW = Instant.parse("2026-06-01T12:00:00Z").toEpochMilli();

    @Test
    void eachUnitHasItsOwnComponentAndTheReceiptAddsUp() {
        ModelPrices prices =
                Cards.model(Cards.card("input", "3", "cache_read", "0.3", "cache_write_5m", "3.75", "output", "15"));
        Usage usage = Usage.builder()
                .set(Unit.INPUT, 1_000)
                .set(Unit.CACHE_READ, 10_000)
                .set(Unit.CACHE_WRITE_5M, 2_000)
                .set(Unit.OUTPUT, 500)
                .build();

        Receipt receipt = receipt(prices, usage);

        assertThat(receipt.components())
                .extracting(Component::name)
                .containsExactly("input", "cache_read", "cache_write_5m", "output");
        assertThat(receipt.components())
                .extracting(component -> component.cost().toDecimal())
                .containsExactly("0.003", "0.003", "0.0075", "0.0075");
        assertThat(receipt.inputCost().toDecimal()).isEqualTo("0.0135");
        assertThat(receipt.outputCost().toDecimal()).isEqualTo("0.0075");
        assertThat(receipt.totalCost().toDecimal()).isEqualTo("0.021");
        assertThat(receipt.cardId()).isEqualTo("acme/m@2026-01-01");
        assertThat(receipt.tier()).isEmpty();
    }

    @Test
    void aUnitWithoutAPriceIsChargedAsThePlainerUnit() {
        ModelPrices prices = Cards.model(Cards.card("input", "2", "cache_read", "1", "output", "8"));
        Usage usage = Usage.builder()
                .set(Unit.CACHE_READ, 1_000_000)
                .set(Unit.CACHE_AUDIO_READ, 1_000_000)
                .set(Unit.CACHE_WRITE_1H, 1_000_000)
                .set(Unit.INPUT_AUDIO, 1_000_000)
                .set(Unit.REASONING, 1_000_000)
                .build();

        assertThat(receipt(prices, usage).totalCost().toDecimal()).isEqualTo("14");
    }

    @Test
    void aUnitThatHasNoPriceAtAllIsUnpricedAndNotFree() {
        Priced priced = Cards.model(Cards.card("input", "2")).price(Usage.of(1, 1), NOW);

        assertThat(priced).isEqualTo(new Priced.Unknown("acme/m@2026-01-01: no price for output"));
    }

    @Test
    void aToolThatHasNoPriceIsUnpricedAndNotFree() {
        Usage usage = Usage.builder().set(Unit.INPUT, 1).tool("web_search", 1).build();

        assertThat(Cards.model(Cards.card("input", "2")).price(usage, NOW))
                .isEqualTo(new Priced.Unknown("acme/m@2026-01-01: no price for the tool web_search"));
    }

    @Test
    void halfANanoIsRoundedToTheEvenOne() {
        ModelPrices prices = Cards.model(Cards.card("input", "0.0005", "output", "0.0015"));

        assertThat(receipt(prices, Usage.of(1, 0)).totalCost().nanos()).isZero();
        assertThat(receipt(prices, Usage.of(3, 0)).totalCost().nanos()).isEqualTo(2);
        assertThat(receipt(prices, Usage.of(0, 1)).totalCost().nanos()).isEqualTo(2);
        assertThat(receipt(prices, Usage.of(0, 3)).totalCost().nanos()).isEqualTo(4);
    }

    @Test
    void theWholeInputDecidesTheContextTier() {
        ModelPrices prices = Cards.model(Cards.full(
                List.of(
                        PriceTier.base(Cards.rates("input", "3", "cache_read", "0.3", "output", "15")),
                        new PriceTier(200_000, Cards.rates("input", "6", "output", "22.5"), Map.of())),
                Map.of(),
                "0",
                Map.of()));
        Usage.Builder usage = Usage.builder()
                .set(Unit.INPUT, 100_000)
                .set(Unit.CACHE_READ, 100_000)
                .set(Unit.OUTPUT, 1_000);

        Receipt atTheEdge = receipt(prices, usage.build());
        Receipt above = receipt(prices, usage.set(Unit.CACHE_READ, 100_001).build());

        assertThat(atTheEdge.tier()).isEmpty();
        assertThat(atTheEdge.totalCost().toDecimal()).isEqualTo("0.345");
        assertThat(above.tier()).isEqualTo("context>200000");
        assertThat(above.totalCost().toDecimal()).isEqualTo("0.6525003");
    }

    @Test
    void aServiceTierHasAFactorOrPricesOfItsOwn() {
        ModelPrices prices = Cards.model(Cards.full(
                List.of(new PriceTier(
                        0,
                        Cards.rates("input", "2", "output", "8"),
                        Map.of(ServiceTier.PRIORITY, Cards.rates("input", "3.5")))),
                Map.of(ServiceTier.BATCH, new BigDecimal("0.5")),
                "0",
                Map.of()));

        assertThat(tiered(prices, ServiceTier.BATCH).totalCost().toDecimal()).isEqualTo("5");
        assertThat(tiered(prices, ServiceTier.BATCH).tier()).isEqualTo("batch");
        assertThat(tiered(prices, ServiceTier.PRIORITY).totalCost().toDecimal()).isEqualTo("11.5");
        assertThat(tiered(prices, ServiceTier.FLEX).totalCost().toDecimal()).isEqualTo("10");
        assertThat(tiered(prices, ServiceTier.FLEX).tier()).isEqualTo("flex at standard prices");
    }

    private static Receipt tiered(ModelPrices prices, ServiceTier tier) {
        return receipt(
                prices, Usage.of(1_000_000, 1_000_000).toBuilder().tier(tier).build());
    }

    @Test
    void feesAreNeitherInputNorOutputAndNotDiscounted() {
        ModelPrices prices = Cards.model(Cards.full(
                List.of(PriceTier.base(Cards.rates("input", "1", "output", "1"))),
                Map.of(ServiceTier.BATCH, new BigDecimal("0.5")),
                "12",
                Map.of("web_search", new BigDecimal("10"))));
        Usage usage = Usage.of(1_000_000, 0).toBuilder()
                .tool("web_search", 2)
                .tier(ServiceTier.BATCH)
                .build();

        Receipt receipt = receipt(prices, usage);

        assertThat(receipt.inputCost().toDecimal()).isEqualTo("0.5");
        assertThat(receipt.outputCost()).isEqualTo(NanoUsd.ZERO);
        assertThat(receipt.feeCost().toDecimal()).isEqualTo("0.032");
        assertThat(receipt.totalCost().toDecimal()).isEqualTo("0.532");
        assertThat(receipt(prices, usage.toBuilder().set(Unit.REQUESTS, 3).build())
                        .feeCost()
                        .toDecimal())
                .isEqualTo("0.056");
    }

    @Test
    void theCardInForceWhenTheCallWasMadeCounts() {
        ModelPrices prices = Cards.model(
                Cards.from("2026-03-13", Cards.card("input", "3")), Cards.from("2025-10-01", Cards.card("input", "6")));

        assertThat(cost(prices, "2026-03-12T23:59:59.999Z")).isEqualTo("6");
        assertThat(cost(prices, "2026-03-13T00:00:00Z")).isEqualTo("3");
        assertThat(prices.price(
                        Usage.of(1, 0), Instant.parse("2025-09-30T23:59:59Z").toEpochMilli()))
                .isEqualTo(new Priced.Unknown("acme/m: no price is in force at 2025-09-30T23:59:59Z"));
    }

    @Test
    void theTimeOfDayCountsToo() {
        ModelPrices prices = Cards.model(
                Cards.card("input", "1"),
                Cards.at("00:30-16:30", Cards.card("input", "2")),
                Cards.from("2026-07-01", Cards.card("input", "5")));

        assertThat(cost(prices, "2026-06-01T00:29:59Z")).isEqualTo("1");
        assertThat(cost(prices, "2026-06-01T00:30:00Z")).isEqualTo("2");
        assertThat(cost(prices, "2026-06-01T16:29:59Z")).isEqualTo("2");
        assertThat(cost(prices, "2026-06-01T16:30:00Z")).isEqualTo("1");
        assertThat(cost(prices, "2026-07-01T12:00:00Z")).isEqualTo("5");
    }

    @Test
    void hoursMayGoOverMidnight() {
        DailyHours night = DailyHours.parse("22:00-06:00");

        assertThat(night.contains(Instant.parse("2026-01-01T23:00:00Z").toEpochMilli()))
                .isTrue();
        assertThat(night.contains(Instant.parse("2026-01-01T05:59:59Z").toEpochMilli()))
                .isTrue();
        assertThat(night.contains(Instant.parse("2026-01-01T06:00:00Z").toEpochMilli()))
                .isFalse();
        assertThatThrownBy(() -> DailyHours.parse("noon")).isInstanceOf(IllegalArgumentException.class);
    }

    private static String cost(ModelPrices prices, String at) {
        return switch (prices.price(Usage.of(1_000_000, 0), Instant.parse(at).toEpochMilli())) {
            case Priced.Known(Receipt receipt) -> receipt.totalCost().toDecimal();
            case Priced.Unknown(String reason) -> reason;
        };
    }

    @Test
    void aCostThatDoesNotFitIsRefused() {
        ModelPrices prices = Cards.model(Cards.card("input", "1000000000000", "output", "1"));

        assertThat(prices.price(Usage.of(9_000, 0), NOW)).isInstanceOf(Priced.Known.class);
        assertThat(prices.price(Usage.of(1_000_000_000_000L, 0), NOW))
                .isEqualTo(new Priced.Unknown("acme/m@2026-01-01: the cost is more than 9.2 billion USD"));
        assertThatThrownBy(() -> Cards.card("input", "1000000000001")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Cards.card("input", "-1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBoundTakesTheDearestOfAllThatTheCallCouldMeet() {
        ModelPrices prices = Cards.model(Cards.full(
                List.of(
                        PriceTier.base(Cards.rates(
                                "input", "3", "cache_read", "0.3", "cache_write_5m", "3.75", "output", "15")),
                        new PriceTier(200_000, Cards.rates("input", "6", "output", "22.5"), Map.of())),
                Map.of(ServiceTier.PRIORITY, new BigDecimal("2")),
                "12",
                Map.of()));

        assertThat(bound(prices, 100_000, Reach.TEXT))
                .isBetween("0.402".transform(ModelPricesTest::nanos), nanos("0.40200001"));
        assertThat(bound(prices, 100_000, Reach.TEXT.without(Unit.CACHE_WRITE_5M)))
                .isBetween(nanos("0.327"), nanos("0.32700001"));
        assertThat(bound(prices, 200_001, Reach.TEXT)).isBetween(nanos("1.234506"), nanos("1.23450602"));
        assertThat(bound(prices, 100_000, Reach.ANY)).isBetween(nanos("0.792"), nanos("0.79200001"));
    }

    @Test
    void aBoundLooksADayAhead() {
        ModelPrices prices = Cards.model(Cards.card("input", "1"), Cards.from("2026-06-02", Cards.card("input", "2")));

        assertThat(bound(prices, 1_000_000, Reach.TEXT)).isBetween(nanos("2"), nanos("2.00000001"));
        assertThat(prices.bound(Usage.of(1_000_000, 0), NOW - 86_400_000))
                .isEqualTo(new Bound.Known(NanoUsd.ofNanos(nanos("1") + 4)));
    }

    @Test
    void aBoundWithoutAPriceIsNotZero() {
        ModelPrices prices = Cards.model(Cards.from("2026-01-01", Cards.card("input", "1")));

        assertThat(prices.bound(Usage.of(1, 1), NOW)).isEqualTo(new Bound.Unknown("acme/m: no price for output"));
        assertThat(prices.bound(Usage.of(1, 0), 0)).isInstanceOf(Bound.Unknown.class);
        assertThat(prices.bound(Usage.builder().tool("x", 1).build(), NOW))
                .isEqualTo(new Bound.Unknown("acme/m: no price for the tool x"));
    }

    private static long bound(ModelPrices prices, long input, Reach reach) {
        return switch (prices.bound(Usage.of(input, input == 1_000_000 ? 0 : 1_000), NOW, reach)) {
            case Bound.Known(NanoUsd amount) -> amount.nanos();
            case Bound.Unknown(String reason) -> throw new AssertionError(reason);
        };
    }

    private static long nanos(String usd) {
        return new BigDecimal(usd).movePointRight(9).longValueExact();
    }

    private static Receipt receipt(ModelPrices prices, Usage usage) {
        return switch (prices.price(usage, NOW)) {
            case Priced.Known(Receipt receipt) -> receipt;
            case Priced.Unknown(String reason) -> throw new AssertionError(reason);
        };
    }
}
