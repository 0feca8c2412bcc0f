package dev.mizan.report;

import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * Sums of the ledger by dimensions and time.
 *
 * @param fromMillis first time, inclusive, a multiple of 15 minutes since the epoch
 * @param toMillis last time, exclusive, likewise
 * @param groupBy the dimensions of a row, in the order of its values; may be empty
 * @param equal values that dimensions must have
 * @param bucket how long a row's time is
 * @param zone whose midnights and months bound the buckets
 */
public record SpendQuery(
        long fromMillis,
        long toMillis,
        List<Dimension> groupBy,
        Map<Dimension, String> equal,
        Bucket bucket,
        ZoneId zone) {
    /** Rollup rows cover a quarter of an hour: the midnights of every time zone fall between them. */
    public static final long SLOT_MILLIS = 15 * 60 * 1000L;

    /** How long a row's time is. */
    public enum Bucket {
        ALL,
        SLOT,
        HOUR,
        DAY,
        MONTH
    }

    public SpendQuery {
        groupBy = List.copyOf(groupBy);
        equal = Map.copyOf(equal);
    }
}
