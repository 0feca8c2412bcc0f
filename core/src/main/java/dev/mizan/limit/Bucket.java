package dev.mizan.limit;

import org.jspecify.annotations.Nullable;

/**
 * What was admitted in one stretch of time: a calendar window, or a sub-window of a sliding one. A new stretch is a new
 * bucket, so nothing is ever reset. Guarded by the book's lock.
 */
final class Bucket {
    /** The end of a bucket that never ends. Half of what fits, so that a window's length may be added to it. */
    static final long FOREVER = Long.MAX_VALUE / 2;

    final Account account;
    final long startMillis;
    /** When no call is admitted into it any more; it counts on for the length of a sliding window. */
    final long endMillis;

    @Nullable
    Bucket next;

    long used;
    long reserved;
    private boolean isPast;
    private String window = "";

    Bucket(Account account, long startMillis, long endMillis) {
        this.account = account;
        this.startMillis = startMillis;
        this.endMillis = endMillis;
    }

    /** What intents call it: the account of {@code limit}, which is counted here, and its start. Made once. */
    String window(Limit limit) {
        String made = window;
        if (made.isEmpty()) {
            made = limit.account() + "@" + startMillis;
            window = made;
        }
        return made;
    }

    /** When it stops to count, Unix milliseconds; {@link Long#MAX_VALUE} for never. */
    long leavesAtMillis() {
        return endMillis == FOREVER ? Long.MAX_VALUE : endMillis + account.lagMillis;
    }

    /** Adds to what is used and reserved, here and, while it counts, in the account. */
    void add(long usedDelta, long reservedDelta) {
        used += usedDelta;
        reserved += reservedDelta;
        if (!isPast) {
            account.used += usedDelta;
            account.reserved += reservedDelta;
        }
    }

    /** It is wholly past: what is settled into it from now on changes no decision. */
    void leave() {
        account.used -= used;
        account.reserved -= reserved;
        isPast = true;
    }

    boolean isPast() {
        return isPast;
    }
}
