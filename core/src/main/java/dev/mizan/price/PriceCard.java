package dev.mizan.price;

import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/**
 * What one model at one provider costs per unit from a date on.
 *
 * @param provider the provider's id in the catalogue
 * @param model the model's id in the catalogue
 * @param from when it came into force; {@link #ALWAYS} if that is not known or does not matter
 * @param hours the time of day it holds
 * @param tiers at least the base prices; ascending by {@link PriceTier#above}
 * @param factors by which all token prices are multiplied in a service tier, e.g. batch 0.5; a tier that has neither a
 *     factor nor prices of its own costs what standard costs
 * @param perThousandRequests USD per thousand requests; zero if requests are free
 * @param perThousandToolUses USD per thousand uses of a server-side tool, by name
 * @param source where the prices were read
 * @param asOf when they were read
 */
public record PriceCard(
        String provider,
        String model,
        Instant from,
        DailyHours hours,
        List<PriceTier> tiers,
        Map<ServiceTier, BigDecimal> factors,
        BigDecimal perThousandRequests,
        Map<String, BigDecimal> perThousandToolUses,
        String source,
        LocalDate asOf) {
    /** The {@link #from} of a card that has no date. */
    public static final Instant ALWAYS = Instant.EPOCH;

    public PriceCard {
        tiers = List.copyOf(tiers);
        factors = Map.copyOf(factors);
        perThousandToolUses = Map.copyOf(perThousandToolUses);
        if (tiers.isEmpty() || tiers.getFirst().above() != 0) {
            throw new IllegalArgumentException("tiers: " + tiers + " (expected: the base prices first)");
        }
        for (int i = 1; i < tiers.size(); i++) {
            if (tiers.get(i).above() <= tiers.get(i - 1).above()) {
                throw new IllegalArgumentException("tiers: " + tiers + " (expected: ascending)");
            }
        }
    }

    /** A card with base prices only, in force always. */
    public static PriceCard of(String provider, String model, Rates rates, String source, LocalDate asOf) {
        return new PriceCard(
                provider,
                model,
                ALWAYS,
                DailyHours.ALL_DAY,
                List.of(PriceTier.base(rates)),
                Map.of(),
                BigDecimal.ZERO,
                Map.of(),
                source,
                asOf);
    }

    /** Provider, model and the date it came into force, or was read if that is not known; on receipts and lines. */
    public String id() {
        LocalDate date =
                from.equals(ALWAYS) ? asOf : from.atOffset(ZoneOffset.UTC).toLocalDate();
        return provider + "/" + model + "@" + date + (hours.isAllDay() ? "" : "/" + hours);
    }

    /** The cost of {@code usage} by this card, whatever its date and hours. */
    public Priced price(Usage usage) {
        return new RateTable(this).price(usage);
    }
}
