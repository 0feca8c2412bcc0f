package dev.mizan.limit;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/** What a limit's counter must be, by adding up everything that ever happened. Shares no code with the book. */
final class Oracle {
    private static final class Entry {
        final long atMillis;
        long used;
        long held;

        Entry(long atMillis) {
            this.atMillis = atMillis;
        }
    }

    final Limit limit;
    private final Map<String, Entry> entries = new HashMap<>();
    long overrun;

    Oracle(Limit limit) {
        this.limit = limit;
    }

    /** Sets what call {@code id} has used and holds. */
    void put(String id, long atMillis, long usedMore, long held) {
        Entry entry = entries.computeIfAbsent(id, i -> new Entry(atMillis));
        entry.used += usedMore;
        entry.held = held;
    }

    long heldBy(String id) {
        Entry entry = entries.get(id);
        return entry == null ? 0 : entry.held;
    }

    long used(long now) {
        return entries.values().stream()
                .filter(entry -> counts(entry.atMillis, now))
                .mapToLong(entry -> entry.used)
                .sum();
    }

    long reserved(long now) {
        return entries.values().stream()
                .filter(entry -> counts(entry.atMillis, now))
                .mapToLong(entry -> entry.held)
                .sum();
    }

    private boolean counts(long at, long now) {
        return switch (limit.window().label()) {
            case "lifetime", "in_flight" -> true;
            case "day" -> date(at).equals(date(now));
            case "month" -> YearMonth.from(date(at)).equals(YearMonth.from(date(now)));
            case "minute" -> (at / 1_000 + 1) * 1_000 + 60_000 > now;
            case "hour" -> (at / 60_000 + 1) * 60_000 + 3_600_000 > now;
            case "30s" -> (at / 500 + 1) * 500 + 30_000 > now;
            default -> throw new AssertionError(limit.window());
        };
    }

    private static LocalDate date(long at) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(at), ZoneOffset.UTC);
    }

    /** Whether a claim of {@code amount} must be admitted by this limit. */
    boolean fits(long now, long amount) {
        long left = limit.cap() - used(now) - reserved(now);
        if (limit.meter() == Meter.REQUESTS || limit.meter() == Meter.CONCURRENCY) {
            return amount <= left;
        }
        return switch (limit.reserve()) {
            case WORST_CASE -> amount <= left || (amount == 0 && limit.meter() == Meter.COST);
            case EXPECTED -> Math.min(amount, limit.cap()) <= left;
            case NONE -> left > 0;
        };
    }
}
