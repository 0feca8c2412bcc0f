package dev.mizan.limit;

import java.util.Locale;
import java.util.Optional;

/** What a limit counts. */
public enum Meter {
    REQUESTS,
    /** Input and output together. */
    TOKENS,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    /** Money, in nano-USD. */
    COST,
    /** Calls in flight. */
    CONCURRENCY,
    TOOL_CALLS;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name in the configuration, in JSON and in columns. */
    public String label() {
        return label;
    }

    /** The meter called {@code label}. */
    public static Optional<Meter> of(String label) {
        for (Meter meter : values()) {
            if (meter.label.equals(label)) {
                return Optional.of(meter);
            }
        }
        return Optional.empty();
    }

    /**
     * Whether it is decided before a call's tokens and money are looked at: a call that is refused for those has been
     * counted as a request all the same (rule 5 of the promise).
     */
    public boolean isGate() {
        return this == REQUESTS || this == CONCURRENCY;
    }
}
