package dev.mizan.limit;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Over what time a limit counts. */
public sealed interface Window {
    /** The longest rolling window. */
    Duration SLIDING_MAX = Duration.ofDays(366);

    /** How rolling windows are written. */
    Pattern ROLLING = Pattern.compile("([0-9]{1,8})([smhdw])");

    /** The name in the configuration and in account ids: {@code minute}, {@code day}, {@code 5m}, {@code lifetime}. */
    String label();

    /**
     * The last {@code length} before each moment. It is made of sub-windows of {@link #slotMillis}, aligned to the Unix
     * epoch, each of which leaves only when it is wholly past, so what counts is never less than the window.
     *
     * @param length whole seconds, 1 s to {@link #SLIDING_MAX}
     * @param label {@code minute}, {@code hour}, or the length as {@code 30s}, {@code 5m}, {@code 24h}, {@code 30d}
     */
    record Sliding(Duration length, String label) implements Window {
        private static final long QUARTER_HOUR_MILLIS = 900_000;
        private static final int SLOTS_MIN = 60;

        public Sliding {
            if (length.compareTo(Duration.ofSeconds(1)) < 0 || length.compareTo(SLIDING_MAX) > 0) {
                throw new IllegalArgumentException("window: " + length + " (expected: 1 s to 366 days)");
            }
        }

        public long lengthMillis() {
            return length.toMillis();
        }

        /**
         * How long a sub-window is: at most a sixtieth of the window, and where that is a quarter of an hour or more a
         * whole number of quarters, so that the ledger's sums of quarter-hours fill it exactly.
         */
        public long slotMillis() {
            long slot = lengthMillis() / SLOTS_MIN;
            return slot < QUARTER_HOUR_MILLIS ? Math.max(1, slot) : slot - slot % QUARTER_HOUR_MILLIS;
        }

        /** The start of the sub-window that {@code atMillis} is in. */
        public long slotStart(long atMillis) {
            return Math.floorDiv(atMillis, slotMillis()) * slotMillis();
        }

        /** The start of the oldest sub-window that still counts at {@code nowMillis}: its end is within the window. */
        public long oldestSlotStart(long nowMillis) {
            long firstCounted = nowMillis - lengthMillis();
            // The slot that contains this moment has not wholly left; one that ends exactly at it has.
            return slotStart(firstCounted);
        }
    }

    /** A day, week (from Monday) or month of a time zone: from one of its midnights to another. */
    record Calendar(Period period, ZoneId zone) implements Window {
        @Override
        public String label() {
            return period.label;
        }

        /** The start of the window that {@code atMillis} is in, Unix milliseconds. */
        public long startMillis(long atMillis) {
            return millis(first(atMillis));
        }

        /** The start of the window after the one that {@code atMillis} is in. */
        public long endMillis(long atMillis) {
            LocalDate first = first(atMillis);
            return millis(
                    switch (period) {
                        case DAY -> first.plusDays(1);
                        case WEEK -> first.plusWeeks(1);
                        case MONTH -> first.plusMonths(1);
                    });
        }

        private LocalDate first(long atMillis) {
            LocalDate date = Instant.ofEpochMilli(atMillis).atZone(zone).toLocalDate();
            return switch (period) {
                case DAY -> date;
                case WEEK -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                case MONTH -> date.withDayOfMonth(1);
            };
        }

        /** The first moment of {@code date}: midnight, or what follows it where the clocks skip it. */
        private long millis(LocalDate date) {
            return date.atStartOfDay(zone).toInstant().toEpochMilli();
        }
    }

    /** From the first call to the last. */
    record Lifetime() implements Window {
        @Override
        public String label() {
            return "lifetime";
        }
    }

    /** Now: what is counted leaves when the call ends. For {@link Meter#CONCURRENCY} alone. */
    record InFlight() implements Window {
        @Override
        public String label() {
            return "in_flight";
        }
    }

    /** The periods of {@link Calendar} windows. */
    enum Period {
        DAY,
        WEEK,
        MONTH;

        private final String label = name().toLowerCase(Locale.ROOT);
    }

    Window LIFETIME = new Lifetime();
    Window IN_FLIGHT = new InFlight();
    Window MINUTE = new Sliding(Duration.ofMinutes(1), "minute");
    Window HOUR = new Sliding(Duration.ofHours(1), "hour");

    /** A day of {@code zone}. */
    static Window day(ZoneId zone) {
        return new Calendar(Period.DAY, zone);
    }

    /** A week of {@code zone}, from Monday. */
    static Window week(ZoneId zone) {
        return new Calendar(Period.WEEK, zone);
    }

    /** A month of {@code zone}. */
    static Window month(ZoneId zone) {
        return new Calendar(Period.MONTH, zone);
    }

    /**
     * The window written as {@code minute}, {@code hour}, {@code day}, {@code week}, {@code month}, {@code lifetime},
     * {@code in_flight}, or a rolling duration such as {@code 30s}, {@code 5m}, {@code 24h}, {@code 30d}, {@code 1w},
     * {@code 1mo} (LiteLLM's calendar month); empty if {@code text} is none of them or out of range.
     */
    static Optional<Window> parse(String text, ZoneId zone) {
        return switch (text) {
            case "minute" -> Optional.of(MINUTE);
            case "hour" -> Optional.of(HOUR);
            case "day" -> Optional.of(day(zone));
            case "week" -> Optional.of(week(zone));
            case "month", "1mo" -> Optional.of(month(zone));
            case "lifetime" -> Optional.of(LIFETIME);
            case "in_flight" -> Optional.of(IN_FLIGHT);
            default -> rolling(text);
        };
    }

    private static Optional<Window> rolling(String text) {
        Matcher matcher = ROLLING.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(matcher.group(1));
        Duration length =
                switch (matcher.group(2)) {
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    case "w" -> Duration.ofDays(7 * count);
                    default -> Duration.ofDays(count);
                };
        return length.isZero() || length.compareTo(SLIDING_MAX) > 0
                ? Optional.empty()
                : Optional.of(new Sliding(length, text));
    }
}
