package dev.mizan.store.redis;

import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a reservation holds in one slot. Belongs to one event loop, but for {@link #isLeased}. */
final class Part {
    private final PreparedLimits.Group group;
    private final String id;
    private final long[] starts;
    private final long[] held;
    private final long[] posted;
    // Of each account, up to where this process's lines are in what it began with, where that was before the call's
    // end.
    private final long[] places;
    private long admittedAtMillis;
    private long epoch;
    private long asked;
    // Read by calls on other event loops.
    private volatile long leaseEndsNanos;
    private boolean isEnding;
    private boolean isUndone;
    private boolean isTold;
    private boolean isAdmittedOnDoubt;
    private List<Chunk.Draw> draws = List.of();
    // Written by the call's event loop.
    private volatile List<Booked> lines = List.of();

    /** A line of the call: up to where the journal reaches with it, and what it counts in the books. */
    record Booked(long place, Amounts amounts) {}

    Part(PreparedLimits.Group group, Claim claim) {
        this(group, claim.id());
        for (int i = 0; i < held.length; i++) {
            held[i] = held(i, claim);
        }
    }

    /** One that holds {@code amount} of the group's only account, for no call. */
    Part(PreparedLimits.Group group, String id, long amount) {
        this(group, id);
        held[0] = amount;
    }

    private Part(PreparedLimits.Group group, String id) {
        this.group = group;
        this.id = id;
        int size = group.accounts().size();
        this.starts = new long[size];
        this.held = new long[size];
        this.posted = new long[size];
        this.places = new long[size];
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
        isTold = false;
        this.epoch = epoch;
    }

    /** Its lease was made or renewed, and ends at this moment of the clock that never steps back. */
    void leasedUntil(long endsNanos) {
        leaseEndsNanos = endsNanos;
    }

    /** Whether its lease is in force, or it is covered by those of the chunks that it was admitted from. */
    boolean isLeased(long nowNanos) {
        return leaseEndsNanos - nowNanos > 0
                || (isAdmittedOnDoubt
                        && draws.stream().allMatch(draw -> draw.chunk().isLeased(nowNanos)));
    }

    /** Whether it was admitted: before that nobody knows whether it will be. */
    boolean isMade() {
        return admittedAtMillis != 0;
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

    /** What is to be counted of the call in an account: all but what that has from the books. */
    long counted(int account) {
        return isUndone ? 0 : counted(account, total(account));
    }

    /** The same if {@code total} were posted. */
    long counted(int account, long total) {
        Account of = accounts().get(account);
        long counted = total;
        for (Booked line : lines) {
            if (line.place() <= places[account]) {
                counted -= line.amounts().of(of.limit());
            }
        }
        return Math.max(0, counted);
    }

    /** What was posted for an account in all; of requests, at least what was counted when it was admitted. */
    long total(int account) {
        return accounts().get(account).isSettled() ? posted[account] : Math.max(held[account], posted[account]);
    }

    void booked(Booked line) {
        List<Booked> more = new ArrayList<>(lines);
        more.add(line);
        lines = List.copyOf(more);
    }

    List<Booked> lines() {
        return lines;
    }

    /** Whether the books have all that was posted, where they have what ends at {@code place}. */
    boolean isBooked(long place) {
        return lines.isEmpty() ? !isInBooks() : lines.getLast().place() <= place;
    }

    /** Whether the books have, or will have, anything of it. */
    boolean isInBooks() {
        return !lines.isEmpty() || Arrays.stream(posted).anyMatch(amount -> amount != 0);
    }

    /** {@code account} began with this process's lines up to {@code place}. */
    void began(int account, long place) {
        places[account] = place;
    }

    /** Whether Redis has heard of its end, in {@link #epoch}. */
    boolean isTold() {
        return isTold;
    }

    void told() {
        isTold = true;
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

    /** The same for a call that may be in counters that were asked, but that none need know until they are told. */
    void admittedOnDoubt(long atMillis) {
        isAdmittedOnDoubt = true;
        asked = epoch;
        epoch = 0;
        admitted(atMillis);
    }

    /** Admitted without Redis, and no counters have heard of it yet. */
    boolean isUnheard() {
        return isAdmittedOnDoubt && epoch == 0;
    }

    /** It was not admitted after all; but counters that were asked for it may have it. */
    void knownAsAsked() {
        if (isUnheard()) {
            epoch = asked;
        }
    }

    /** It was admitted from chunks, which get back what it does not cost. */
    void drew(List<Chunk.Draw> from) {
        draws = List.copyOf(from);
    }

    /** {@code next} is set aside instead; requests and slots stay as they were admitted. */
    void hold(Claim next) {
        for (int i = 0; i < held.length; i++) {
            if (accounts().get(i).isSettled()) {
                held[i] = held(i, next);
            }
        }
    }

    private long held(int account, Claim claim) {
        return Math.min(claim.of(accounts().get(account).limit()), Account.EXACT_MAX);
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
        for (Chunk.Draw draw : draws) {
            draw.chunk().back(draw.amount() - posted[draw.account()]);
        }
    }

    void undo() {
        end(Amounts.NONE);
        isUndone = true;
    }
}
