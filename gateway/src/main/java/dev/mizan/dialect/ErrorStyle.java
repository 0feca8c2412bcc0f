package dev.mizan.dialect;

/** How a call that a budget refuses is answered. */
public enum ErrorStyle {
    /** As every other error, in the caller's dialect. */
    DIALECT("dialect"),
    /** 429 with {@code error}, {@code message} and {@code details} at the top: as the cost tracker has it. */
    COST_TRACKING("cost-tracking");

    private final String label;

    ErrorStyle(String label) {
        this.label = label;
    }

    /** The name in the configuration. */
    public String label() {
        return label;
    }
}
