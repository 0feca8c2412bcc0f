package dev.mizan.price;

import dev.mizan.usage.Unit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Prices by unit, in nano-USD per million units; a unit may have none. Immutable and safe for use by many threads.
 *
 * <p>{@link Unit#REQUESTS} has no price here: request fees are per thousand and belong to the card. Nor has {@link
 * Unit#TOOL_CALLS}, which are free.
 */
public final class Rates {
    /** No unit has a price. */
    public static final Rates NONE = new Rates(filled(-1));

    /** Every unit is free. */
    public static final Rates FREE = new Rates(filled(0));

    /** The highest price there is: $1,000,000 per unit. */
    private static final BigDecimal USD_PER_MILLION_MAX = BigDecimal.valueOf(1_000_000_000_000L);

    private static final Unit[] UNITS = Unit.values();

    /** Where a unit without a price gets it from, in this order; first come, first served. */
    private static final Unit[][] FALLBACKS = fallbacks();

    /** By the unit's ordinal; -1 means none. */
    private final long[] nanos;

    private Rates(long[] nanos) {
        this.nanos = nanos;
    }

    /**
     * Prices in USD per million units, rounded half-even to nano-USD per million.
     *
     * @throws IllegalArgumentException if one is negative or above 10¹²
     */
    public static Rates of(Map<Unit, BigDecimal> usdPerMillion) {
        long[] nanos = filled(-1);
        usdPerMillion.forEach((unit, usd) -> nanos[unit.ordinal()] = nanos(unit.label(), usd));
        return new Rates(nanos);
    }

    /** A price in nano-USD; refuses what is negative or too high. */
    static long nanos(String name, BigDecimal usd) {
        if (usd.signum() < 0 || usd.compareTo(USD_PER_MILLION_MAX) > 0) {
            throw new IllegalArgumentException(
                    name + ": " + usd.toPlainString() + " (expected: 0 to 1000000000000 USD)");
        }
        BigDecimal nanos = usd.movePointRight(9);
        return nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? Long.MAX_VALUE
                : nanos.setScale(0, RoundingMode.HALF_EVEN).longValueExact();
    }

    /** The stated price of {@code unit} in nano-USD per million; -1 if it has none of its own. */
    public long nanos(Unit unit) {
        return nanos[unit.ordinal()];
    }

    /** Whether no unit has a price. */
    public boolean isEmpty() {
        for (long price : nanos) {
            if (price >= 0) {
                return false;
            }
        }
        return true;
    }

    /** The stated prices in USD per million, in the order of {@link Unit}. */
    public Map<Unit, BigDecimal> usdPerMillion() {
        Map<Unit, BigDecimal> prices = new EnumMap<>(Unit.class);
        for (Unit unit : UNITS) {
            if (nanos(unit) >= 0) {
                prices.put(unit, usd(nanos(unit)));
            }
        }
        return prices;
    }

    /** Nano-USD as USD, without trailing zeros. */
    static BigDecimal usd(long nanos) {
        return nanos == 0 ? BigDecimal.ZERO : BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
    }

    /** These prices, and those of {@code below} for units that have none here. */
    public Rates over(Rates below) {
        long[] merged = nanos.clone();
        for (int i = 0; i < merged.length; i++) {
            if (merged[i] < 0) {
                merged[i] = below.nanos[i];
            }
        }
        return new Rates(merged);
    }

    /** These prices times {@code factor}, each rounded half-even to nano-USD per million. */
    public Rates times(BigDecimal factor) {
        long[] scaled = nanos.clone();
        for (int i = 0; i < scaled.length; i++) {
            if (scaled[i] > 0) {
                scaled[i] = BigDecimal.valueOf(scaled[i])
                        .multiply(factor)
                        .setScale(0, RoundingMode.HALF_EVEN)
                        .longValueExact();
            }
        }
        return new Rates(scaled);
    }

    /** Prices by the unit's ordinal, with those that fall back to another unit's filled in; -1 where there is none. */
    long[] resolved() {
        long[] resolved = nanos.clone();
        for (int i = 0; i < resolved.length; i++) {
            for (int j = 0; resolved[i] < 0 && j < FALLBACKS[i].length; j++) {
                resolved[i] = nanos[FALLBACKS[i][j].ordinal()];
            }
        }
        return resolved;
    }

    /** What a provider does not price by itself, it charges as the plainer unit. */
    private static Unit[][] fallbacks() {
        Unit[][] fallbacks = new Unit[UNITS.length][];
        for (Unit unit : UNITS) {
            fallbacks[unit.ordinal()] = switch (unit) {
                case INPUT, OUTPUT, REQUESTS, TOOL_CALLS -> new Unit[0];
                case CACHE_READ, CACHE_WRITE_5M, INPUT_AUDIO, INPUT_IMAGE, INPUT_VIDEO -> new Unit[] {Unit.INPUT};
                case CACHE_WRITE_1H -> new Unit[] {Unit.CACHE_WRITE_5M, Unit.INPUT};
                case CACHE_AUDIO_READ -> new Unit[] {Unit.CACHE_READ, Unit.INPUT_AUDIO, Unit.INPUT};
                case CACHE_IMAGE_READ -> new Unit[] {Unit.CACHE_READ, Unit.INPUT_IMAGE, Unit.INPUT};
                case CACHE_VIDEO_READ -> new Unit[] {Unit.CACHE_READ, Unit.INPUT_VIDEO, Unit.INPUT};
                case REASONING, OUTPUT_AUDIO, OUTPUT_IMAGE -> new Unit[] {Unit.OUTPUT};
            };
        }
        return fallbacks;
    }

    private static long[] filled(long value) {
        long[] nanos = new long[Unit.values().length];
        Arrays.fill(nanos, value);
        return nanos;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Rates rates && Arrays.equals(nanos, rates.nanos);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(nanos);
    }

    @Override
    public String toString() {
        return usdPerMillion().toString();
    }
}
