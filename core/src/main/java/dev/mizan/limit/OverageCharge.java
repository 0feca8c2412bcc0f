package dev.mizan.limit;

import dev.mizan.money.NanoUsd;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What of a call goes beyond a cap that allows it at a price ({@link AtCap.Overage}), and what that costs.
 *
 * <p>Both amounts come of the same exact product {@code units × price} and are rounded once, half-even: neither is made
 * of the other. Added up over the calls of a window, {@code units} is exactly what was used beyond the cap; each call's
 * amount is off by at most half a billionth of its currency.
 *
 * @param units how much is beyond the cap, in the limit's meter (tokens, requests), ≥ 0
 * @param currencyNanos its price in 1e-9 of the plan's currency
 * @param amount its price in nano-USD
 */
public record OverageCharge(long units, long currencyNanos, NanoUsd amount) {
    /** Nothing is beyond the cap. */
    public static final OverageCharge NONE = new OverageCharge(0, 0, NanoUsd.ZERO);

    private static final int NANO_DIGITS = 9;

    /**
     * The overage of one call.
     *
     * @param before what was used of the window before the call, ≥ 0, without what calls in flight have set aside
     * @param used what the call used, ≥ 0
     * @param cap the most that is included, ≥ 0
     * @param price price of one unit beyond it, in the plan's currency, ≥ 0
     * @param perUsd units of that currency for one USD, &gt; 0
     * @throws IllegalArgumentException if one of them is out of its range
     * @throws ArithmeticException if an amount does not fit
     */
    public static OverageCharge of(long before, long used, long cap, BigDecimal price, BigDecimal perUsd) {
        require("before", before);
        require("used", used);
        require("cap", cap);
        if (price.signum() < 0) {
            throw new IllegalArgumentException("price: " + price.toPlainString() + " (expected: >= 0)");
        }
        if (perUsd.signum() <= 0) {
            throw new IllegalArgumentException("perUsd: " + perUsd.toPlainString() + " (expected: > 0)");
        }
        long units = Math.max(0, Math.addExact(before, used) - cap) - Math.max(0, before - cap);
        if (units == 0) {
            return NONE;
        }
        BigDecimal nanos = price.multiply(BigDecimal.valueOf(units)).movePointRight(NANO_DIGITS);
        return new OverageCharge(
                units,
                nanos.setScale(0, RoundingMode.HALF_EVEN).longValueExact(),
                NanoUsd.ofNanos(nanos.divide(perUsd, 0, RoundingMode.HALF_EVEN).longValueExact()));
    }

    private static void require(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 0)");
        }
    }
}
