package dev.mizan.price;

import dev.mizan.usage.ServiceTier;
import java.util.Map;

/**
 * The prices that hold where a call's whole input is longer than a number of tokens.
 *
 * @param above tokens that the input must exceed; 0 for the base prices
 * @param rates prices in the standard service tier; a unit without one keeps that of the tier below
 * @param service prices in other service tiers, where the provider states them one by one; a unit without one keeps its
 *     standard price
 */
public record PriceTier(long above, Rates rates, Map<ServiceTier, Rates> service) {
    public PriceTier {
        if (above < 0) {
            throw new IllegalArgumentException("above: " + above + " (expected: >= 0)");
        }
        service = Map.copyOf(service);
    }

    /** Base prices. */
    public static PriceTier base(Rates rates) {
        return new PriceTier(0, rates, Map.of());
    }
}
