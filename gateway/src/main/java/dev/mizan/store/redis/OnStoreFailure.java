package dev.mizan.store.redis;

import java.util.Locale;

/** What becomes of calls under worst-case limits while their counters can't be reached ({@code on_store_failure}). */
public enum OnStoreFailure {
    /** They are refused with 503 (rule 16 of the promise). */
    CLOSED,
    /** They are served from what this process had leased before, and refused beyond it: see {@link Chunks}. */
    LOCAL,
    /** They are served uncounted, and counted once the counters are back: outside the promise, and logged. */
    OPEN;

    /** The name in the configuration. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
