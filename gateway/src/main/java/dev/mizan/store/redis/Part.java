package dev.mizan.store.redis;

import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import java.util.List;

/** What a reservation holds in one slot. Belongs to one event loop, but for {@link #isLeased}. */
final class Part {
    private final PreparedLimits.Group group;
    private final String id;
    private final long[] starts;
    private final long[] held;
    private final long[] posted;
    private long admittedAtMillis;
    private long epoch;
    // Read by calls on other event loops.
    private volatile long leaseEndsNanos;
    private boolean isEnding;
    private boolean isUndone;

    Part(PreparedLimits.Group group, Claim claim) {
        this.group = group;
        this.id = claim.id();
        int size = group.accounts().size();
        this.starts = new long[size];
        this.held = new long[size];
        this.posted = new long[size];
        hold(claim);
    }

    PreparedLimits.Group group() {
        return group;
    }

    List<Account> accounts() {
        return group.accounts();
    }

    String id() {
        return id;
    }

    /** Its epoch of the counters that know it; 0 if none do. */
    long epoch() {
        return epoch;
    }

    void knownIn(long epoch) {
        this.epoch = epoch;
    }

    /** Its lease was made or renewed, and ends at this moment of the clock that never steps back. */
    void leasedUntil(long endsNanos) {
        leaseEndsNanos = endsNanos;
    }

    boolean isLeased(long nowNanos) {
        return leaseEndsNanos - nowNanos > 0;
    }

    long admittedAtMillis() {
        return admittedAtMillis;
    }

    long start(int account) {
        return starts[account];
    }

    long held(int account) {
        return held[account];
    }

    long posted(int account) {
        return posted[account];
    }

    /** Whether its call has ended, and Redis is yet to hear of it. */
    boolean isEnding() {
        return isEnding;
    }

    /** Whether it is as if it had never been made. */
    boolean isUndone() {
        return isUndone;
    }

    void admitted(long atMillis, int account, long start) {
        admittedAtMillis = atMillis;
        starts[account] = start;
    }

    /** Admitted without Redis: its windows are those of {@code atMillis}. */
    void admitted(long atMillis) {
        admittedAtMillis = atMillis;
        for (int i = 0; i < starts.length; i++) {
            starts[i] = accounts().get(i).startOf(atMillis);
        }
    }

    /** What {@code claim} sets aside. */
    void hold(Claim claim) {
        for (int i = 0; i < held.length; i++) {
            held[i] = Math.min(claim.of(accounts().get(i).limit()), Account.EXACT_MAX);
        }
    }

    /** Everything that the call has cost so far; not its slots. */
    void post(Amounts total) {
        for (int i = 0; i < posted.length; i++) {
            Account account = accounts().get(i);
            posted[i] = account.isConcurrency() ? 0 : total.of(account.limit());
        }
    }

    void end(Amounts total) {
        post(total);
        isEnding = true;
    }

    void undo() {
        end(Amounts.NONE);
        isUndone = true;
    }
}
