package dev.mizan.price;

import dev.mizan.money.NanoUsd;
import dev.mizan.usage.Unit;
import java.util.Map;

/**
 * A price that the operator has set ({@code prices} in the configuration); it comes before the catalogue's.
 *
 * @param provider the provider's name in the configuration
 * @param model the upstream model, or a pattern in which {@code *} stands for any characters
 * @param perMillion price of a million of each unit; of {@link Unit#REQUESTS}, too. Units that are not named cost
 *     nothing, but {@link Unit#REASONING} costs what {@link Unit#OUTPUT} does, and the cached and written ones what
 *     {@link Unit#INPUT} does
 */
public record PriceOverride(String provider, String model, Map<Unit, NanoUsd> perMillion) {
    public PriceOverride {
        perMillion = Map.copyOf(perMillion);
    }
}
