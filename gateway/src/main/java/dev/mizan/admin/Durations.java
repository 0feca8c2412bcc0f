package dev.mizan.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as operators write them: {@code 30s}, {@code 5m}, {@code 12h}, {@code 30d}, {@code 2w}, {@code 1mo}. */
final class Durations {
    /** What is said to those who write something else. */
    static final String EXPECTED = "a duration like 30s, 5m, 12h, 30d, 2w or 1mo";

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(s|m|h|d|w|mo)");

    /** No key or grace is longer than this. */
    private static final Duration MAX = Duration.ofDays(366L * 100);

    private Durations() {}

    /**
     * The moment that is {@code text} after {@code now}; a month is a calendar month in {@code zone}.
     *
     * @throws ProblemException naming {@code field} if it is no duration, none at all, or longer than a hundred years
     */
    static Instant after(String field, String text, Instant now, ZoneId zone) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw Problem.value(field, text, EXPECTED);
        }
        long count = Long.parseLong(matcher.group(1));
        Instant end =
                switch (matcher.group(2)) {
                    case "s" -> now.plusSeconds(count);
                    case "m" -> now.plusSeconds(count * 60);
                    case "h" -> now.plusSeconds(count * 3_600);
                    case "d" -> now.plusSeconds(count * 86_400);
                    case "w" -> now.plusSeconds(count * 7 * 86_400);
                    default -> months(field, text, now, count, zone);
                };
        if (count == 0 || Duration.between(now, end).compareTo(MAX) > 0) {
            throw Problem.value(field, text, EXPECTED + ", at most a hundred years");
        }
        return end;
    }

    private static Instant months(String field, String text, Instant now, long count, ZoneId zone) {
        if (count > 1_200) {
            throw Problem.value(field, text, EXPECTED + ", at most a hundred years");
        }
        return now.atZone(zone).plusMonths(count).toInstant();
    }
}
