package dev.mizan.routing;

import java.util.Locale;

/** How much a question asks of a model. The order of the constants is from little to much. */
public enum Complexity {
    SIMPLE,
    MEDIUM,
    COMPLEX;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name in the configuration, headers, and ledger lines. */
    public String label() {
        return label;
    }
}
