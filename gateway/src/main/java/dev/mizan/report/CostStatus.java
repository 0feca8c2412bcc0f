package dev.mizan.report;

import dev.mizan.money.NanoUsd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * How the cost of today and of this month compare with their limits.
 *
 * @param level by the limit that is used up most
 */
public record CostStatus(Share daily, Share monthly, Level level) {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final int PERCENT_PLACES = 2;

    /** How close to a limit the cost is; shares are inclusive. */
    public enum Level {
        /** Below 75 % of every limit, or without a limit. */
        OK("ok", 0),
        /** From 75 %. */
        WARNING("warning", 75),
        /** From 90 %. */
        CRITICAL("critical", 90),
        /** From 100 %. */
        EXCEEDED("exceeded", 100);

        private final String label;
        private final int fromPercent;

        Level(String label, int fromPercent) {
            this.label = label;
            this.fromPercent = fromPercent;
        }

        /** The name in JSON. */
        public String label() {
            return label;
        }
    }

    /**
     * A cost and its limit.
     *
     * @param limit zero for none
     */
    public record Share(NanoUsd cost, NanoUsd limit) {
        public boolean isLimited() {
            return !limit.isZero();
        }

        /** The cost in percent of the limit, two places, half-even; empty without a limit. */
        public Optional<BigDecimal> percentage() {
            return isLimited()
                    ? Optional.of(BigDecimal.valueOf(cost.nanos())
                            .multiply(HUNDRED)
                            .divide(BigDecimal.valueOf(limit.nanos()), PERCENT_PLACES, RoundingMode.HALF_EVEN))
                    : Optional.empty();
        }

        /** What is left of the limit, never below zero; empty without a limit. */
        public Optional<NanoUsd> remaining() {
            return isLimited() ? Optional.of(limit.minus(cost).max(NanoUsd.ZERO)) : Optional.empty();
        }

        /** The level, by the exact share and not by the rounded percentage: 74.999 % is still below 75 %. */
        private Level level() {
            Level level = Level.OK;
            if (isLimited()) {
                BigDecimal used = BigDecimal.valueOf(cost.nanos()).multiply(HUNDRED);
                for (Level candidate : Level.values()) {
                    BigDecimal from =
                            BigDecimal.valueOf(limit.nanos()).multiply(BigDecimal.valueOf(candidate.fromPercent));
                    if (used.compareTo(from) >= 0) {
                        level = candidate;
                    }
                }
            }
            return level;
        }
    }

    /** The status of these two. */
    public static CostStatus of(Share daily, Share monthly) {
        Level level = daily.level().compareTo(monthly.level()) >= 0 ? daily.level() : monthly.level();
        return new CostStatus(daily, monthly, level);
    }
}
