package dev.mizan.price;

import dev.mizan.money.NanoUsd;

/**
 * One line of a receipt: a quantity, its price and what that makes.
 *
 * <p>{@code cost} is {@code quantity × price / per}, rounded half-even once.
 *
 * @param name the label of a {@link dev.mizan.usage.Unit}, or a tool's name behind {@code tool:}
 * @param quantity how many units were used, ≥ 0
 * @param nanoUsd price in nano-USD of {@code per} units, tier and factors included, ≥ 0
 * @param per how many units the price is for: 1,000,000 for tokens, 1,000 for requests and tool uses
 * @param input whether this belongs to the input's cost
 * @param cost what it makes
 */
public record Component(String name, long quantity, long nanoUsd, long per, boolean input, NanoUsd cost) {
    /** What the name of a tool's component begins with. */
    public static final String TOOL = "tool:";

    /** Whether this is a fee (for the request, or for a tool's use) and neither input nor output. */
    public boolean isFee() {
        return name.equals("requests") || name.startsWith(TOOL);
    }
}
