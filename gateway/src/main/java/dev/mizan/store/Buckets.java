package dev.mizan.store;

import dev.mizan.report.SpendQuery;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * The hours, days and months of a time zone as ranges of time: on days with a clock change they are longer or shorter.
 */
final class Buckets {
    private Buckets() {}

    /** One bucket: {@code [startMillis, endMillis)}. */
    record Range(long startMillis, long endMillis) {}

    /** The buckets that touch {@code [fromMillis, toMillis)}, in order; the first may begin before it. */
    static List<Range> between(long fromMillis, long toMillis, SpendQuery.Bucket bucket, ZoneId zone) {
        List<Range> ranges = new ArrayList<>();
        ZonedDateTime start = start(Instant.ofEpochMilli(fromMillis).atZone(zone), bucket);
        while (millis(start) < toMillis) {
            ZonedDateTime next = next(start, bucket);
            ranges.add(new Range(millis(start), millis(next)));
            start = next;
        }
        return ranges;
    }

    private static ZonedDateTime start(ZonedDateTime time, SpendQuery.Bucket bucket) {
        return switch (bucket) {
            case HOUR -> time.truncatedTo(ChronoUnit.HOURS);
            case DAY -> time.toLocalDate().atStartOfDay(time.getZone());
            case MONTH -> time.toLocalDate().withDayOfMonth(1).atStartOfDay(time.getZone());
            case ALL, SLOT -> throw new IllegalArgumentException("bucket: " + bucket + " (expected: HOUR to MONTH)");
        };
    }

    private static ZonedDateTime next(ZonedDateTime start, SpendQuery.Bucket bucket) {
        return switch (bucket) {
            // Of the time line, not of the clock: an hour that happens twice is two hours.
            case HOUR -> start.plusHours(1);
            case DAY -> start.toLocalDate().plusDays(1).atStartOfDay(start.getZone());
            case MONTH -> start.toLocalDate().plusMonths(1).atStartOfDay(start.getZone());
            case ALL, SLOT -> throw new IllegalArgumentException("bucket: " + bucket + " (expected: HOUR to MONTH)");
        };
    }

    private static long millis(ZonedDateTime time) {
        return time.toInstant().toEpochMilli();
    }
}
