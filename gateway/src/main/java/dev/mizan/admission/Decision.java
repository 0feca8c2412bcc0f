package dev.mizan.admission;

import dev.mizan.limit.Breach;

/** What became of a claim. */
public sealed interface Decision {
    /** Everything asked for is set aside. */
    record Reserved(Hold hold) implements Decision {}

    /** It does not fit the limit that {@code breach} names. */
    record Refused(Breach breach) implements Decision {}

    /** Whether it fits can't be said now, and the limits are of a kind that is not overstepped on doubt. */
    record Unavailable(Reason reason) implements Decision {}

    /** Why it can't be said. */
    enum Reason {
        /** The counters are being made anew from the ledger. */
        REBUILDING,
        /** The store of the counters, or the ledger that they are made from, can't be reached. */
        UNREACHABLE
    }
}
