package dev.mizan.limit;

import org.jspecify.annotations.Nullable;

/** Whether a claim fits. Called under the book's lock, on accounts that are loaded and advanced to now. */
final class Checks {
    /** The most that is set aside in one account for one claim: more than any cap, and sums of it fit. */
    static final long AMOUNT_MAX = 2 * Limit.CAP_MAX;

    private Checks() {}

    /** What {@code claim} sets aside in the account of {@code limit}. */
    static long held(Claim claim, Limit limit) {
        return Math.min(claim.of(limit), AMOUNT_MAX);
    }

    /** What must fit below the cap for a claim that sets {@code held} aside. */
    static long requested(Limit limit, long held) {
        if (limit.meter().isGate()) {
            return held;
        }
        return switch (limit.reserve()) {
            case WORST_CASE -> held;
            // One call larger than the cap fits an empty window; of a cap of 0 nothing does.
            case EXPECTED -> limit.cap() == 0 ? held : Math.min(held, limit.cap());
            // Used is below the cap: at least one more fits.
            case NONE -> 1;
        };
    }

    /** The gate that refuses {@code claim}, the one that resets last of several; null if none does. */
    static @Nullable Breach ofGates(LimitSet set, Claim claim) {
        return worst(set, 0, set.gates, claim);
    }

    /** The same for what is no gate. */
    static @Nullable Breach ofAmounts(LimitSet set, Claim claim) {
        return worst(set, set.gates, set.limits.length, claim);
    }

    private static @Nullable Breach worst(LimitSet set, int from, int to, Claim claim) {
        Breach worst = null;
        for (int i = from; i < to; i++) {
            Limit limit = set.limits[i];
            Account account = set.entries[set.entryOf[i]].account;
            if (account == null || !account.isLoaded) {
                continue;
            }
            long requested = requested(limit, held(claim, limit));
            if (!limit.alwaysFits(requested)
                    && account.used + account.reserved + requested > limit.cap()
                    && !limit.atCap().serves()) {
                worst = later(worst, breach(limit, account, requested));
            }
        }
        return worst;
    }

    private static Breach breach(Limit limit, Account account, long requested) {
        boolean never = requested > limit.cap();
        long missing = account.used + account.reserved + requested - limit.cap();
        long resets = never ? Long.MAX_VALUE : account.leftAtMillis(missing);
        return new Breach(limit, account.used, account.reserved, requested, resets, never);
    }

    /** What refuses {@code next} in place of what {@code hold} holds, after {@code posted} more was used. */
    static @Nullable Breach ofRaise(Reservation hold, Amounts posted, Claim next) {
        LimitSet set = hold.set();
        Breach worst = null;
        for (int i = set.gates; i < set.limits.length; i++) {
            Limit limit = set.limits[i];
            Bucket bucket = hold.bucket(set.entryOf[i]);
            if (bucket == null || limit.atCap().serves()) {
                continue;
            }
            Account account = bucket.account;
            boolean isPast = bucket.isPast();
            if (isPast && account.lagMillis > 0) {
                continue;
            }
            // A calendar window that has ended is judged by itself.
            long used = Math.addExact(isPast ? bucket.used : account.used, posted.of(limit));
            long reserved = (isPast ? bucket.reserved : account.reserved) - hold.held(set.entryOf[i]);
            long requested = requested(limit, held(next, limit));
            if (!limit.alwaysFits(requested) && used + reserved + requested > limit.cap()) {
                boolean never = requested > limit.cap();
                long missing = used + reserved + requested - limit.cap();
                // What is posted now leaves with the calendar window, though the account does not hold it yet.
                long left = limit.window() instanceof Window.Calendar
                        ? bucket.leavesAtMillis()
                        : account.leftAtMillis(missing);
                long resets = never || isPast ? Long.MAX_VALUE : left;
                worst = later(worst, new Breach(limit, used, reserved, requested, resets, never));
            }
        }
        return worst;
    }

    /** The one that resets last: when it has, the call may fit. A slot in flight may be freed at any moment. */
    private static Breach later(@Nullable Breach first, Breach second) {
        if (first == null || (isInFlight(first) && !isInFlight(second))) {
            return second;
        }
        return !isInFlight(second) && second.resetsAtMillis() > first.resetsAtMillis() ? second : first;
    }

    private static boolean isInFlight(Breach breach) {
        return breach.limit().meter() == Meter.CONCURRENCY && !breach.never();
    }
}
