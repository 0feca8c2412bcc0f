package dev.mizan.limit;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The counters of limits in memory: sets aside what a call may use in all accounts that it touches, or in none.
 *
 * <p>One lock guards all of it, for about a microsecond a decision; so a decision is atomic, and what holds is seen by
 * reading it alone. An account is made when it is first needed, and counts once it was told what the books say
 * ({@link Loading}); from then on it counts everything that its subject uses. Safe for use by many threads; reads no
 * books itself and never blocks.
 */
public final class LimitBook {
    /** How long an account in which nothing counts any more is kept, so that its books need not be read again. */
    public static final long IDLE_MILLIS = 3_600_000;

    /** How many ids of adjustments and postings are remembered, the newest. */
    public static final int IDS_MAX = 100_000;

    /** How often the books are read for one account before what was used meanwhile is counted on top. */
    public static final int READS_MAX = 5;

    /** How many subjects are looked at for idle accounts whenever one is made. */
    private static final int SWEPT_PER_SUBJECT = 2;

    final Object lock = new Object();
    final LimitWatcher watcher;
    private final Clock clock;
    private final Map<Subject, Owner> owners = new HashMap<>();
    private final List<Owner> list = new ArrayList<>();
    private final Set<String> ids = new LinkedHashSet<>();
    private int hand;
    private long nowMillis = Long.MIN_VALUE;

    /** A book without accounts. */
    public LimitBook(Clock clock, LimitWatcher watcher) {
        this.clock = clock;
        this.watcher = watcher;
    }

    /**
     * Makes {@code limits} ready, once for all calls that touch them together.
     *
     * @throws IllegalArgumentException if one is a pattern
     */
    public LimitSet prepare(List<Limit> limits) {
        return new LimitSet(this, limits);
    }

    /** Sets {@code claim} aside on every limit of {@code set}, all of whose accounts must be loaded, or on none. */
    public Outcome reserve(LimitSet set, Claim claim) {
        return reserve(set, claim, false);
    }

    /**
     * Sets {@code claim} aside on every limit of {@code set}, or on none. What does not fit a limit that {@link
     * AtCap#serves} is set aside all the same. A claim that fits all gates but not the rest has been counted as a
     * request.
     *
     * @param evenUnloaded whether accounts that are not loaded are passed over where no limit on them refuses
     */
    public Outcome reserve(LimitSet set, Claim claim, boolean evenUnloaded) {
        if (set.book != this) {
            throw new IllegalArgumentException("set: of another book (expected: one that this book prepared)");
        }
        Reservation.requirePositive(claim.bound());
        Reservation.requirePositive(claim.expected());
        synchronized (lock) {
            long now = tick();
            if (!set.isCurrent()) {
                set.resolve(now);
            }
            if (!advance(set, now)) {
                List<Loading> missing = missing(set, evenUnloaded);
                if (!missing.isEmpty()) {
                    return new Outcome.Unloaded(missing);
                }
            }
            Breach breach = Checks.ofGates(set, claim);
            if (breach == null) {
                breach = Checks.ofAmounts(set, claim);
                if (breach != null) {
                    countRequest(set, claim, now);
                }
            }
            return breach == null
                    ? new Outcome.Reserved(new Reservation(set, claim, now))
                    : new Outcome.Refused(breach);
        }
    }

    private static void countRequest(LimitSet set, Claim claim, long now) {
        for (LimitSet.Entry entry : set.entries) {
            Account account = entry.account;
            if (account != null && account.meter == Meter.REQUESTS && account.isLoaded) {
                account.current(now).add(Checks.held(claim, entry.limit), 0);
                account.touchedMillis = now;
            }
        }
    }

    /** Brings the accounts of {@code set} to now. False if one is not loaded. */
    private static boolean advance(LimitSet set, long now) {
        boolean isLoaded = true;
        for (LimitSet.Entry entry : set.entries) {
            Account account = entry.account;
            if (account != null) {
                account.advance(now);
                isLoaded &= account.isLoaded;
            }
        }
        return isLoaded;
    }

    private static List<Loading> missing(LimitSet set, boolean butServing) {
        List<Loading> missing = new ArrayList<>();
        for (int i = 0; i < set.limits.length; i++) {
            Account account = set.entries[set.entryOf[i]].account;
            if (account != null
                    && !account.isLoaded
                    && !(butServing && set.limits[i].atCap().serves())) {
                if (account.loading == null) {
                    account.loading = new Loading(account, set.limits[i]);
                }
                if (!missing.contains(account.loading)) {
                    missing.add(account.loading);
                }
            }
        }
        return missing;
    }

    /** What is to be loaded before {@link #standings} of {@code set} can be told; empty if nothing is. */
    public List<Loading> missing(LimitSet set) {
        synchronized (lock) {
            long now = tick();
            if (!set.isCurrent()) {
                set.resolve(now);
            }
            return missing(set, false);
        }
    }

    /** How the limits of {@code set} stand now, in their order; one whose account is not loaded stands at nothing. */
    public List<Standing> standings(LimitSet set) {
        synchronized (lock) {
            long now = tick();
            if (!set.isCurrent()) {
                set.resolve(now);
            }
            advance(set, now);
            List<Standing> standings = new ArrayList<>(set.limits.length);
            for (int i = 0; i < set.limits.length; i++) {
                Account account = set.entries[set.entryOf[i]].account;
                if (account != null) {
                    standings.add(standing(set.limits[i], account, now));
                }
            }
            return standings;
        }
    }

    static Standing standing(Limit limit, Account account, long now) {
        return new Standing(
                limit, account.used, account.reserved, account.windowStartMillis(now), account.resetsAtMillis(now));
    }

    /**
     * Adds an adjustment's delta, once for each of the last {@link #IDS_MAX} ids; its record is in the books already,
     * so an account that is not loaded will find it there.
     *
     * @return false if it had been added
     */
    public boolean adjust(Limit limit, Balances.Adjustment adjustment) {
        LimitSet set = prepare(List.of(limit));
        return change(
                set, adjustment.id(), adjustment.atMillis(), account -> account.counts(limit) ? adjustment.delta() : 0);
    }

    /**
     * Counts use that no reservation holds, in all accounts of the set's subjects, once for each of the last {@link
     * #IDS_MAX} ids; its line is in the books already. It frees and takes no slots.
     *
     * @param admittedAtMillis decides the windows
     * @param delta may be negative
     * @return false if it had been counted
     */
    public boolean post(LimitSet set, String id, long admittedAtMillis, Amounts delta) {
        return change(set, id, admittedAtMillis, account -> of(delta, account));
    }

    private interface Delta {
        long of(Account account);
    }

    private boolean change(LimitSet set, String id, long atMillis, Delta delta) {
        Alerts alerts = new Alerts();
        synchronized (lock) {
            if (!remember(id)) {
                return false;
            }
            long now = tick();
            for (Subject subject : set.subjects) {
                Owner owner = owners.get(subject);
                if (owner != null) {
                    for (Account account : owner.accounts()) {
                        post(account, atMillis, delta.of(account), now);
                    }
                }
            }
            if (set.isCurrent()) {
                for (LimitSet.Entry entry : set.entries) {
                    if (entry.account != null && entry.account.isLoaded) {
                        alerts.look(entry, entry.account, now);
                    }
                }
            }
        }
        alerts.tell(watcher);
        return true;
    }

    private boolean remember(String id) {
        if (!ids.add(id)) {
            return false;
        }
        if (ids.size() > IDS_MAX) {
            Iterator<String> oldest = ids.iterator();
            oldest.next();
            oldest.remove();
        }
        return true;
    }

    /** What {@code amounts} are in the meter of {@code account}; slots are held and never posted. */
    private static long of(Amounts amounts, Account account) {
        return account.meter == Meter.CONCURRENCY ? 0 : amounts.of(account.owner.subject, account.meter);
    }

    private static void post(Account account, long atMillis, long delta, long now) {
        if (delta == 0) {
            return;
        }
        if (account.isLoaded) {
            account.post(Math.min(atMillis, now), delta, now);
        } else if (account.loading != null) {
            account.loading.note(atMillis, delta);
        }
    }

    /** Counts what a reservation used in accounts of its subjects that it holds nothing in. */
    void postToOthers(Reservation hold, Amounts used, long now) {
        LimitSet set = hold.set();
        if (hold.coversAll() && set.isCurrent() && set.others().length == 0) {
            return;
        }
        for (Subject subject : set.subjects) {
            Owner owner = owners.get(subject);
            if (owner != null) {
                for (Account account : owner.accounts()) {
                    if (!hold.covers(account)) {
                        post(account, hold.admittedAtMillis(), of(used, account), now);
                    }
                }
            }
        }
    }

    /** Starts to load an account anew. What is journaled before this must be in the books before they are read. */
    public void begin(Loading loading) {
        synchronized (lock) {
            loading.begin(tick());
        }
    }

    /**
     * Opens an account with what the books said.
     *
     * @return false if that may have changed meanwhile, so that all of it is to be done again; true if it is open
     */
    public boolean finish(Loading loading, Loading.Opening opening) {
        synchronized (lock) {
            long now = tick();
            Account account = loading.account;
            if (account.isLoaded) {
                return true;
            }
            List<Loading.Part> meanwhile = loading.meanwhile();
            boolean isSameWindow = account.lagMillis > 0 || account.windowStartMillis(now) == loading.fromMillis();
            if (!loading.isRunning() || !isSameWindow || (!meanwhile.isEmpty() && loading.reads() < READS_MAX)) {
                return false;
            }
            account.isLoaded = true;
            account.loading = null;
            account.touchedMillis = now;
            // What came meanwhile may be in both: then it counts twice, which refuses too much and never too little.
            opening.parts().forEach(part -> account.post(Math.min(part.atMillis(), now), part.amount(), now));
            meanwhile.forEach(part -> account.post(Math.min(part.atMillis(), now), part.amount(), now));
            return true;
        }
    }

    /** Gives up loading for now: the next call that needs the account starts anew. */
    public void abandon(Loading loading) {
        synchronized (lock) {
            loading.end();
        }
    }

    /**
     * Drops accounts in which nothing counts any more and that were not used for {@link #IDLE_MILLIS}, of the next
     * {@code subjectsMax} subjects.
     *
     * @return how many
     */
    public int dropIdle(int subjectsMax) {
        synchronized (lock) {
            return sweep(subjectsMax, tick());
        }
    }

    /** How many accounts there are. */
    public int accounts() {
        synchronized (lock) {
            return list.stream().mapToInt(owner -> owner.accounts().length).sum();
        }
    }

    private int sweep(int subjectsMax, long now) {
        int dropped = 0;
        for (int i = Math.min(subjectsMax, list.size()); i > 0 && !list.isEmpty(); i--) {
            hand = hand < list.size() ? hand : 0;
            Owner owner = list.get(hand);
            dropped += owner.dropIdle(now, now - IDLE_MILLIS);
            if (owner.accounts().length > 0) {
                hand++;
            } else {
                owners.remove(owner.subject);
                Owner last = list.removeLast();
                if (last != owner) {
                    list.set(hand, last);
                }
            }
        }
        return dropped;
    }

    /** The accounts of {@code subject}, none yet if it is new. Under the lock. */
    Owner owner(Subject subject) {
        Owner owner = owners.get(subject);
        if (owner == null) {
            sweep(SWEPT_PER_SUBJECT, nowMillis);
            owner = new Owner(subject);
            owners.put(subject, owner);
            list.add(owner);
        }
        return owner;
    }

    /** Now, by a clock that never steps back. Under the lock. */
    long tick() {
        nowMillis = Math.max(nowMillis, clock.millis());
        return nowMillis;
    }
}
