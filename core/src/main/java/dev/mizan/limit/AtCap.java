package dev.mizan.limit;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** What happens to a call that does not fit a limit. */
public sealed interface AtCap {
    /** It is refused. */
    record Block() implements AtCap {}

    /**
     * Another model answers it.
     *
     * @param alias the model alias called instead; its calls count in the same limits
     */
    record Degrade(String alias) implements AtCap {}

    /**
     * It is served; what goes beyond the cap is charged at a price of its own and marked on the line.
     *
     * @param amount price per unit of the meter (token, request), a decimal of {@code currency}, ≥ 0
     * @param currency ISO 4217 code, e.g. {@code TRY}
     * @param perUsd units of that currency for one USD, &gt; 0
     */
    record Overage(BigDecimal amount, String currency, BigDecimal perUsd) implements AtCap {
        private static final int NANO_DIGITS = 9;

        /** The most that {@code units} beyond the cap can cost: nano-USD, rounded up. */
        public long boundNanos(long units) {
            return amount.multiply(BigDecimal.valueOf(units))
                    .movePointRight(NANO_DIGITS)
                    .divide(perUsd, 0, RoundingMode.CEILING)
                    .longValueExact();
        }
    }

    /** It is served; only alerts tell. */
    record Notify() implements AtCap {}

    /** Whether a call that does not fit is served all the same. */
    default boolean serves() {
        return switch (this) {
            case Block b -> false;
            case Degrade d -> false;
            case Overage o -> true;
            case Notify n -> true;
        };
    }
}
