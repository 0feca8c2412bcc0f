package dev.mizan.usage;

/** The service tier a call was served in. The order of the constants is part of the journal's format: append only. */
public enum ServiceTier {
    STANDARD,
    BATCH,
    FLEX,
    PRIORITY;

    /** The name in JSON and columns. */
    public String label() {
        return switch (this) {
            case STANDARD -> "standard";
            case BATCH -> "batch";
            case FLEX -> "flex";
            case PRIORITY -> "priority";
        };
    }
}
