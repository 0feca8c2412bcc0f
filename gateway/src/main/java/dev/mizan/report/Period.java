package dev.mizan.report;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;

/**
 * A span of time.
 *
 * @param fromMillis inclusive, Unix milliseconds
 * @param toMillis exclusive
 */
public record Period(long fromMillis, long toMillis) {
    /** All the time that a ledger can have, in whole slots: the years 1970 to 9999. */
    public static final Period ALWAYS = new Period(0, 253_402_300_800_000L);

    public Period {
        if (fromMillis > toMillis) {
            throw new IllegalArgumentException("from: " + fromMillis + " (expected: <= " + toMillis + ")");
        }
    }

    /** The day {@code date} in {@code zone}: 23 to 25 hours. */
    public static Period of(LocalDate date, ZoneId zone) {
        return new Period(millis(date, zone), millis(date.plusDays(1), zone));
    }

    /** The month {@code month} in {@code zone}. */
    public static Period of(YearMonth month, ZoneId zone) {
        return new Period(
                millis(month.atDay(1), zone), millis(month.plusMonths(1).atDay(1), zone));
    }

    /**
     * The smallest span of whole rollup slots that this one is in; sums are made of slots
     * ({@link SpendQuery#SLOT_MILLIS}).
     */
    public Period inSlots() {
        long slot = SpendQuery.SLOT_MILLIS;
        return new Period(Math.floorDiv(fromMillis, slot) * slot, Math.ceilDiv(toMillis, slot) * slot);
    }

    private static long millis(LocalDate date, ZoneId zone) {
        return date.atStartOfDay(zone).toInstant().toEpochMilli();
    }
}
