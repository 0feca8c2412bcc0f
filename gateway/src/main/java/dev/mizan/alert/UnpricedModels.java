package dev.mizan.alert;

import java.util.List;

/** Finds models on the ledger's lines that have no price. Blocking; safe for use by many threads. */
@FunctionalInterface
public interface UnpricedModels {
    /** How many lines are looked at, the newest. */
    int LINES_MAX = 10_000;

    /** The models without a price on the newest {@link #LINES_MAX} unpriced lines of that time. */
    List<Unpriced> between(long fromMillis, long toMillis);

    /** A model without a price, and on how many lines. */
    record Unpriced(String provider, String model, long lines) {}
}
