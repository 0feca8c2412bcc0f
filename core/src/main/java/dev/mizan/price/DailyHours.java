package dev.mizan.price;

import java.time.LocalTime;

/**
 * A time of day in UTC, in which a price holds; it may go over midnight.
 *
 * @param from the first second
 * @param until the second after the last; equal to {@code from}: all day
 */
public record DailyHours(LocalTime from, LocalTime until) {
    /** The whole day. */
    public static final DailyHours ALL_DAY = new DailyHours(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);

    private static final long MILLIS_PER_DAY = 86_400_000L;

    /** Reads {@code 00:30-16:30}; throws {@link IllegalArgumentException} for anything else. */
    public static DailyHours parse(String text) {
        int dash = text.indexOf('-');
        try {
            return new DailyHours(LocalTime.parse(text.substring(0, dash)), LocalTime.parse(text.substring(dash + 1)));
        } catch (RuntimeException malformed) {
            throw new IllegalArgumentException("hours: '" + text + "' (expected: HH:MM-HH:MM, UTC)", malformed);
        }
    }

    public boolean isAllDay() {
        return from.equals(until);
    }

    /** Whether the instant {@code atMillis}, in Unix milliseconds, is in these hours. */
    public boolean contains(long atMillis) {
        if (isAllDay()) {
            return true;
        }
        long ofDay = Math.floorMod(atMillis, MILLIS_PER_DAY);
        long start = from.toNanoOfDay() / 1_000_000;
        long end = until.toNanoOfDay() / 1_000_000;
        return start < end ? ofDay >= start && ofDay < end : ofDay >= start || ofDay < end;
    }

    @Override
    public String toString() {
        return from + "-" + until;
    }
}
