package dev.mizan.usage;

/** Where a line's usage comes from. The order of the constants is part of the journal's format: append only. */
public enum UsageSource {
    /** The provider said so. */
    PROVIDER,
    /** Counted with a tokenizer or a ratio, because the provider said nothing. */
    COUNTED,
    /** Assumed to be the reserved amount, because the outcome is unknown. */
    ASSUMED,
    /** Nothing was used. */
    NONE;

    /** The name in JSON and columns. */
    public String label() {
        return switch (this) {
            case PROVIDER -> "provider";
            case COUNTED -> "counted";
            case ASSUMED -> "assumed";
            case NONE -> "none";
        };
    }
}
