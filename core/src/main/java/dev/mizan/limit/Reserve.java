package dev.mizan.limit;

import java.util.Locale;
import java.util.Optional;

/** How much of a limit is set aside for a call before it is made. */
public enum Reserve {
    /** The most that it can use: settled stays within the cap while providers keep to the bounds they are sent. */
    WORST_CASE,
    /** What such calls usually use: a call may turn out larger, and the next waits until the excess has left. */
    EXPECTED,
    /** Nothing: calls are counted when they end, and refused once the cap is reached. */
    NONE;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The name in the configuration: {@code worst-case}, {@code expected}, {@code none}. */
    public String label() {
        return label;
    }

    /** The policy called {@code label}. */
    public static Optional<Reserve> of(String label) {
        for (Reserve reserve : values()) {
            if (reserve.label.equals(label)) {
                return Optional.of(reserve);
            }
        }
        return Optional.empty();
    }

    /** What holds where a limit does not say: expected for tokens per hour or less, else worst-case. */
    public static Reserve byDefault(Meter meter, Window window) {
        boolean tokens = meter == Meter.TOKENS || meter == Meter.INPUT_TOKENS || meter == Meter.OUTPUT_TOKENS;
        boolean isRate = window instanceof Window.Sliding sliding && sliding.lengthMillis() <= 3_600_000;
        return tokens && isRate ? EXPECTED : WORST_CASE;
    }
}
