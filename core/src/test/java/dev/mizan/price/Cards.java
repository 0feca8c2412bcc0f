package dev.mizan.price;

import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Price cards for tests. */
final class Cards {
    static final LocalDate DATE = LocalDate.of(2026, 1, 1);

    private Cards() {}

    /** Rates from pairs of label and price, e.g. {@code rates("input", "3", "output", "15")}. */
    static Rates rates(String... pairs) {
        Map<Unit, BigDecimal> rates = new EnumMap<>(Unit.class);
        for (int i = 0; i < pairs.length; i += 2) {
            rates.put(CatalogReader.unit(pairs[i]), new BigDecimal(pairs[i + 1]));
        }
        return Rates.of(rates);
    }

    /** A card with base prices only. */
    static PriceCard card(String... pairs) {
        return PriceCard.of("acme", "m", rates(pairs), "test", DATE);
    }

    /** The card in force from a date on. */
    static PriceCard from(String date, PriceCard card) {
        return new PriceCard(
                card.provider(),
                card.model(),
                Instant.parse(date + "T00:00:00Z"),
                card.hours(),
                card.tiers(),
                card.factors(),
                card.perThousandRequests(),
                card.perThousandToolUses(),
                card.source(),
                card.asOf());
    }

    /** The card at some hours of the day. */
    static PriceCard at(String hours, PriceCard card) {
        return new PriceCard(
                card.provider(),
                card.model(),
                card.from(),
                DailyHours.parse(hours),
                card.tiers(),
                card.factors(),
                card.perThousandRequests(),
                card.perThousandToolUses(),
                card.source(),
                card.asOf());
    }

    /** The card with everything that a card can have. */
    static PriceCard full(
            List<PriceTier> tiers,
            Map<ServiceTier, BigDecimal> factors,
            String requests,
            Map<String, BigDecimal> tools) {
        return new PriceCard(
                "acme",
                "m",
                PriceCard.ALWAYS,
                DailyHours.ALL_DAY,
                tiers,
                factors,
                new BigDecimal(requests),
                tools,
                "test",
                DATE);
    }

    static ModelPrices model(PriceCard... cards) {
        return new ModelPrices("acme", "m", 0, 0, List.of(cards));
    }
}
