package dev.mizan.admin;

import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The parameters of a request's address, checked. What is wrong is refused with the field, its value and the expected.
 */
final class Query {
    private static final Pattern MILLIS = Pattern.compile("\\d{1,15}");
    private static final String TIME_EXPECTED = "a date, an ISO 8601 time, or Unix milliseconds";

    private final MultiMap parameters;

    Query(MultiMap parameters) {
        this.parameters = parameters;
    }

    /**
     * Refuses parameters that are not among {@code names}, those that are given twice, and those with a zero byte,
     * which no database takes.
     */
    Query only(List<String> names) {
        for (String name : parameters.names()) {
            if (!names.contains(name)) {
                throw Problem.unknownField(name, String.join(", ", names));
            }
            if (parameters.getAll(name).size() > 1) {
                throw Problem.value(name, String.join(", ", parameters.getAll(name)), "one value");
            }
            if (text(name).indexOf('\0') >= 0) {
                throw Problem.secretValue(name, "a text without zero bytes");
            }
        }
        return this;
    }

    boolean has(String name) {
        return parameters.contains(name);
    }

    /** The value; empty if it is not given. */
    String text(String name) {
        String value = parameters.get(name);
        return value == null ? "" : value;
    }

    /** A whole number within bounds. */
    int number(String name, int otherwise, int min, int max) {
        String value = text(name);
        if (!has(name)) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of bounds.
        }
        throw Problem.value(name, value, "a whole number from " + min + " to " + max);
    }

    boolean flag(String name) {
        String value = text(name).toLowerCase(Locale.ROOT);
        return switch (value) {
            case "", "false" -> false;
            case "true" -> true;
            default -> throw Problem.value(name, value, "true or false");
        };
    }

    /** One of {@code choices}; the first if it is not given. */
    String choice(String name, List<String> choices) {
        String value = has(name) ? text(name) : choices.getFirst();
        if (!choices.contains(value)) {
            throw Problem.value(name, value, "one of " + String.join(", ", choices));
        }
        return value;
    }

    /**
     * A moment, in Unix milliseconds: a date (its start in {@code zone}), a time of day with or without offset, or
     * milliseconds. Empty if it is not given.
     */
    Optional<Long> time(String name, ZoneId zone) {
        if (!has(name)) {
            return Optional.empty();
        }
        // A plus sign that was not escaped arrives as a blank.
        String value = text(name).strip().replace(' ', '+');
        if (MILLIS.matcher(value).matches()) {
            return Optional.of(Long.parseLong(value));
        }
        try {
            return Optional.of(instant(value, zone).toEpochMilli());
        } catch (DateTimeParseException | ArithmeticException e) {
            throw Problem.value(name, value, TIME_EXPECTED);
        }
    }

    /** A date; {@code otherwise} if it is not given. */
    LocalDate date(String name, LocalDate otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        try {
            LocalDate date = LocalDate.parse(text(name));
            if (date.getYear() >= 1970 && date.getYear() <= 9999) {
                return date;
            }
        } catch (DateTimeParseException e) {
            // Refused below, like a date out of bounds.
        }
        throw Problem.value(name, text(name), "a date from 1970-01-01, as YYYY-MM-DD");
    }

    /** A time zone; {@code otherwise} if it is not given. */
    ZoneId zone(String name, ZoneId otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        try {
            return ZoneId.of(text(name));
        } catch (DateTimeException e) {
            throw Problem.value(name, text(name), "a time zone, as Europe/Istanbul");
        }
    }

    private static Instant instant(String value, ZoneId zone) {
        if (value.indexOf('T') < 0) {
            return LocalDate.parse(value).atStartOfDay(zone).toInstant();
        }
        boolean offset =
                value.endsWith("Z") || value.lastIndexOf('+') > 0 || value.lastIndexOf('-') > value.indexOf('T');
        return offset
                ? OffsetDateTime.parse(value).toInstant()
                : LocalDateTime.parse(value).atZone(zone).toInstant();
    }
}
