package dev.mizan.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads the small texts of settings: numbers, durations, sizes. */
final class Scalars {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,15})(ms|s|m|h)");
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,15}) ?(B|kB|KB|MB|GB|TB|KiB|MiB|GiB)?");

    /** Digits of a number; a longer one is a mistake, and costs time to compute with. */
    private static final int NUMBER_LENGTH_MAX = 40;

    private Scalars() {}

    /** The exact decimal number that {@code text} is; empty if it is none. */
    static Optional<BigDecimal> number(String text) {
        if (text.length() > NUMBER_LENGTH_MAX) {
            return Optional.empty();
        }
        try {
            BigDecimal number = new BigDecimal(text);
            return Math.abs(number.scale()) > NUMBER_LENGTH_MAX ? Optional.empty() : Optional.of(number);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** {@code number} in JSON: whole if it is. */
    static JsonNode node(BigDecimal number) {
        BigDecimal plain = number.stripTrailingZeros();
        if (plain.scale() > 0) {
            return JsonNodeFactory.instance.numberNode(number);
        }
        return plain.precision() - plain.scale() < 19
                ? JsonNodeFactory.instance.numberNode(plain.longValueExact())
                : JsonNodeFactory.instance.numberNode(plain.toBigIntegerExact());
    }

    /** {@code 100ms}, {@code 30s}, {@code 5m}, {@code 1h}. */
    static Optional<Duration> duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(count);
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofSeconds(Math.multiplyExact(count, 60));
                    default -> Duration.ofSeconds(Math.multiplyExact(count, 3600));
                });
    }

    /** {@code 20MB}, {@code 64MiB}, {@code 1000}: bytes, decimal or binary; empty if it is none or does not fit. */
    static Optional<Long> bytes(String text) {
        Matcher matcher = BYTES.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String unit = Optional.ofNullable(matcher.group(2)).orElse("B");
        long factor =
                switch (unit) {
                    case "kB", "KB" -> 1_000L;
                    case "MB" -> 1_000_000L;
                    case "GB" -> 1_000_000_000L;
                    case "TB" -> 1_000_000_000_000L;
                    case "KiB" -> 1L << 10;
                    case "MiB" -> 1L << 20;
                    case "GiB" -> 1L << 30;
                    default -> 1L;
                };
        long count = Long.parseLong(matcher.group(1));
        return count > Long.MAX_VALUE / factor ? Optional.empty() : Optional.of(count * factor);
    }
}
