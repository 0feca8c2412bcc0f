package dev.mizan.limit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is set aside for one call (a pending transfer). It keeps the buckets of its admission, so that it is settled in
 * the windows that it was admitted in. It ends once, by {@link #settle} or {@link #release}. Safe for use by many
 * threads; never waits for more than the book's lock.
 */
public final class Reservation {
    private final LimitSet set;
    private final String id;
    private final long admittedAtMillis;
    /** Of each entry of the set; null where the account was not loaded. */
    private final @Nullable Bucket[] buckets;
    /** Of each entry: what is set aside, of requests what was counted. */
    private final long[] held;
    /** Of each entry, used and reserved right after it was made. */
    private final long[] stood;

    private final boolean coversAll;
    private boolean isEnded;

    /** Sets {@code claim} aside, which fits. Under the book's lock. */
    Reservation(LimitSet set, Claim claim, long nowMillis) {
        int count = set.entries.length;
        this.set = set;
        this.id = claim.id();
        this.admittedAtMillis = nowMillis;
        this.buckets = new Bucket[count];
        this.held = new long[count];
        this.stood = new long[2 * count];
        boolean all = true;
        for (int e = 0; e < count; e++) {
            LimitSet.Entry entry = set.entries[e];
            Account account = entry.account;
            all &= account != null && account.isLoaded;
            if (account != null && account.isLoaded) {
                Bucket bucket = account.current(nowMillis);
                long amount = Checks.held(claim, entry.limit);
                if (account.meter == Meter.REQUESTS) {
                    bucket.add(amount, 0);
                } else {
                    bucket.add(0, amount);
                }
                account.touchedMillis = nowMillis;
                buckets[e] = bucket;
                held[e] = amount;
                stood[2 * e] = account.used;
                stood[2 * e + 1] = account.reserved;
            }
        }
        this.coversAll = all;
    }

    /** The claim's id. */
    public String id() {
        return id;
    }

    /** The moment that decides its windows, Unix milliseconds. */
    public long admittedAtMillis() {
        return admittedAtMillis;
    }

    /** Ids of its windows: {@link Limit#account} and {@code @start}, each once. */
    public List<String> windows() {
        List<String> windows = new ArrayList<>(buckets.length);
        for (int e = 0; e < buckets.length; e++) {
            Bucket bucket = buckets[e];
            if (bucket != null) {
                windows.add(bucket.window(set.entries[e].limit));
            }
        }
        return windows;
    }

    /** How its limits stood right after it was made, itself included, in the order of {@link LimitSet#limits}. */
    public List<Standing> standings() {
        List<Standing> standings = new ArrayList<>(set.limits.length);
        for (int i = 0; i < set.limits.length; i++) {
            int e = set.entryOf[i];
            Bucket bucket = buckets[e];
            if (bucket != null) {
                long start = set.limits[i].window() instanceof Window.Sliding sliding
                        ? Math.max(0, sliding.oldestSlotStart(admittedAtMillis))
                        : bucket.startMillis;
                standings.add(
                        new Standing(set.limits[i], stood[2 * e], stood[2 * e + 1], start, bucket.leavesAtMillis()));
            }
        }
        return standings;
    }

    /**
     * How its limits stand now, in the windows that it will be settled in, in the order of {@link LimitSet#limits}. It
     * is in them itself: by what it holds, of requests by what was counted.
     */
    public List<Standing> latest() {
        synchronized (set.book.lock) {
            advance(set.book.tick());
            List<Standing> standings = new ArrayList<>(set.limits.length);
            for (int i = 0; i < set.limits.length; i++) {
                Bucket bucket = buckets[set.entryOf[i]];
                if (bucket != null) {
                    standings.add(standing(set.limits[i], bucket));
                }
            }
            return standings;
        }
    }

    private static Standing standing(Limit limit, Bucket bucket) {
        // A calendar window is its one bucket, also when a new one has begun since.
        boolean isSliding = limit.window() instanceof Window.Sliding;
        return new Standing(
                limit,
                isSliding ? bucket.account.used : bucket.used,
                isSliding ? bucket.account.reserved : bucket.reserved,
                bucket.startMillis,
                bucket.leavesAtMillis());
    }

    /**
     * Posts what an attempt used, and sets {@code next} aside in place of what was held, all or none. Requests and
     * concurrency stay as they are.
     *
     * @return {@link Outcome.Reserved} with this reservation; otherwise nothing has changed
     * @throws IllegalStateException if it has ended
     */
    public Outcome raise(Amounts posted, Claim next) {
        requirePositive(posted);
        requirePositive(next.bound());
        requirePositive(next.expected());
        Alerts alerts = new Alerts();
        synchronized (set.book.lock) {
            if (isEnded) {
                throw new IllegalStateException("reservation '" + id + "' has ended (expected: one in force)");
            }
            long now = set.book.tick();
            advance(now);
            Breach breach = Checks.ofRaise(this, posted, next);
            if (breach != null) {
                return new Outcome.Refused(breach);
            }
            for (int e = 0; e < buckets.length; e++) {
                Bucket bucket = buckets[e];
                if (bucket != null && !set.entries[e].isGate) {
                    long amount = Checks.held(next, set.entries[e].limit);
                    bucket.add(posted.of(set.entries[e].limit), amount - held[e]);
                    held[e] = amount;
                    alerts.look(set.entries[e], bucket.account, now);
                }
            }
            set.book.postToOthers(this, posted, now);
        }
        alerts.tell(set.book.watcher);
        return new Outcome.Reserved(this);
    }

    /**
     * Posts {@code used} in place of what is held, whatever it is, in the windows of {@link #admittedAtMillis}; frees
     * its slots. Of requests only what is more than was counted already.
     *
     * @return false if it had ended, and nothing was done
     */
    public boolean settle(Amounts used) {
        requirePositive(used);
        Alerts alerts = new Alerts();
        synchronized (set.book.lock) {
            if (isEnded) {
                return false;
            }
            isEnded = true;
            long now = set.book.tick();
            for (int e = 0; e < buckets.length; e++) {
                Bucket bucket = buckets[e];
                if (bucket == null) {
                    continue;
                }
                Account account = bucket.account;
                account.advance(now);
                switch (account.meter) {
                    case CONCURRENCY -> bucket.add(0, -held[e]);
                    case REQUESTS -> bucket.add(Math.max(0, used.requests() - held[e]), 0);
                    case TOKENS, INPUT_TOKENS, OUTPUT_TOKENS, COST, TOOL_CALLS ->
                        bucket.add(used.of(set.entries[e].limit), -held[e]);
                }
                alerts.look(set.entries[e], account, now);
            }
            set.book.postToOthers(this, used, now);
        }
        alerts.tell(set.book.watcher);
        return true;
    }

    /**
     * Nothing was used: gives back what is held but the count of the request itself.
     *
     * @return false if it had ended, and nothing was done
     */
    public boolean release() {
        return settle(Amounts.NONE);
    }

    private void advance(long nowMillis) {
        for (Bucket bucket : buckets) {
            if (bucket != null) {
                bucket.account.advance(nowMillis);
            }
        }
    }

    static void requirePositive(Amounts amounts) {
        long signs = amounts.requests()
                | amounts.inputTokens()
                | amounts.outputTokens()
                | amounts.providerCost()
                | amounts.chargedCost()
                | amounts.toolCalls();
        if (signs < 0) {
            throw new IllegalArgumentException("amounts: " + amounts + " (expected: none below 0)");
        }
    }

    LimitSet set() {
        return set;
    }

    @Nullable
    Bucket bucket(int entry) {
        return buckets[entry];
    }

    long held(int entry) {
        return held[entry];
    }

    /** Whether it is counted in {@code account} by its own. */
    boolean covers(Account account) {
        for (Bucket bucket : buckets) {
            if (bucket != null && bucket.account == account) {
                return true;
            }
        }
        return false;
    }

    /** Whether none of the accounts of its set was unknown when it was made. */
    boolean coversAll() {
        return coversAll;
    }
}
