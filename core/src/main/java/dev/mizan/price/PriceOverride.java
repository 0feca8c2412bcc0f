package dev.mizan.price;

import dev.mizan.money.NanoUsd;
import dev.mizan.usage.Unit;
import java.math.BigDecimal;
import java.util.Map;

/**
 * A price that the operator has set ({@code prices} in the configuration): a negotiated rate, or the price of a model
 * that the catalogue does not know. It comes before the catalogue's.
 *
 * <p>It replaces the catalogue's cards of the models that it matches as a whole. A unit that it does not name is
 * charged as the plainer unit (cached, written, audio, image and video input as {@link Unit#INPUT}; reasoning, audio
 * and image output as {@link Unit#OUTPUT}); if that has no price either, a call that uses it is unpriced. With
 * {@code perMillion} empty it keeps the catalogue's cards and multiplies their token prices by {@code factor}.
 *
 * @param provider the provider's name in the configuration, or its id in the catalogue; {@code *} for any
 * @param model the upstream model, or a pattern in which {@code *} stands for any text
 * @param perMillion price of a million of each unit; of {@link Unit#REQUESTS}, too
 * @param perThousandToolUses price of a thousand uses of a server-side tool, by its name
 * @param factor what token prices are multiplied by, ≥ 0, e.g. 0.8 for 20 % off; 1 for none
 */
public record PriceOverride(
        String provider,
        String model,
        Map<Unit, NanoUsd> perMillion,
        Map<String, NanoUsd> perThousandToolUses,
        BigDecimal factor) {
    public PriceOverride {
        perMillion = Map.copyOf(perMillion);
        perThousandToolUses = Map.copyOf(perThousandToolUses);
        if (factor.signum() < 0) {
            throw new IllegalArgumentException("factor: " + factor + " (expected: >= 0)");
        }
        perMillion.forEach((unit, price) -> Rates.nanos(unit.label(), price.usd()));
        perThousandToolUses.forEach((tool, price) -> Rates.nanos(tool, price.usd()));
    }

    /** Prices of units only. */
    public PriceOverride(String provider, String model, Map<Unit, NanoUsd> perMillion) {
        this(provider, model, perMillion, Map.of(), BigDecimal.ONE);
    }
}
