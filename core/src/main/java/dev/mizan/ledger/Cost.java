package dev.mizan.ledger;

import dev.mizan.money.NanoUsd;
import dev.mizan.price.Receipt;

/**
 * What an attempt cost the operator and what the call costs the caller.
 *
 * @param provider what the attempt cost the operator: {@code receipt.totalCost()} unless the provider said otherwise
 * @param charged what the call costs the caller; zero on attempt lines
 * @param receipt how {@code provider} comes about
 * @param overrun what exceeded the reservation; zero if nothing did
 * @param overage the part of {@code charged} that is overage
 * @param saved what a cache hit saved against calling the provider
 * @param unpricedReason why no price is known; empty if one is
 */
public record Cost(
        NanoUsd provider,
        NanoUsd charged,
        Receipt receipt,
        NanoUsd overrun,
        NanoUsd overage,
        NanoUsd saved,
        String unpricedReason) {
    /** No cost at all. */
    public static final Cost NONE =
            new Cost(NanoUsd.ZERO, NanoUsd.ZERO, Receipt.NONE, NanoUsd.ZERO, NanoUsd.ZERO, NanoUsd.ZERO, "");

    /** The same with {@code amount} charged on top, for going beyond a cap. */
    public Cost withOverage(NanoUsd amount) {
        return amount.isZero()
                ? this
                : new Cost(
                        provider, charged.plus(amount), receipt, overrun, overage.plus(amount), saved, unpricedReason);
    }
}
