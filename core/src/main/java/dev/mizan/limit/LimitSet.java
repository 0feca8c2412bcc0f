package dev.mizan.limit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits that calls touch together, with their accounts looked up once. Made by {@link LimitBook#prepare}; safe for
 * use by many threads, as the book's lock guards what changes.
 */
public final class LimitSet {
    /** One account of the set. */
    static final class Entry {
        /** One of its limits: the others differ in their caps. */
        final Limit limit;

        final boolean isGate;
        /** Those that have thresholds. */
        final Limit[] watched;

        @Nullable
        Account account;
        /** At what use a threshold may be newly reached, in {@link #alertEpoch} of the account. */
        long alertAtUsed;

        int alertEpoch;

        Entry(Limit limit, Limit[] watched) {
            this.limit = limit;
            this.isGate = limit.meter().isGate();
            this.watched = watched;
        }
    }

    final LimitBook book;
    /** Gates first. */
    final Limit[] limits;
    /** Of each limit, its entry's index. */
    final int[] entryOf;

    final Entry[] entries;
    /** How many of the limits are gates. */
    final int gates;

    /** Of all limits, each once. */
    final List<Subject> subjects;

    private final List<Limit> list;
    private Owner[] owners = {};
    private int[] versions = {};
    private Account[] others = {};

    LimitSet(LimitBook book, List<Limit> given) {
        List<Limit> ordered = new ArrayList<>();
        given.stream().filter(limit -> limit.meter().isGate()).forEach(ordered::add);
        this.gates = ordered.size();
        given.stream().filter(limit -> !limit.meter().isGate()).forEach(ordered::add);
        for (Limit limit : ordered) {
            if (limit.subject().isPattern()) {
                throw new IllegalArgumentException(
                        "limits: '" + limit.account() + "' (expected: limits of subjects, none of a pattern)");
            }
        }
        this.book = book;
        this.list = List.copyOf(ordered);
        this.subjects = ordered.stream().map(Limit::subject).distinct().toList();
        this.limits = ordered.toArray(new Limit[0]);
        this.entryOf = new int[limits.length];
        List<Limit> firsts = new ArrayList<>();
        for (int i = 0; i < limits.length; i++) {
            int entry = 0;
            while (entry < firsts.size() && !shareAccount(firsts.get(entry), limits[i])) {
                entry++;
            }
            if (entry == firsts.size()) {
                firsts.add(limits[i]);
            }
            entryOf[i] = entry;
        }
        this.entries = new Entry[firsts.size()];
        for (int e = 0; e < entries.length; e++) {
            List<Limit> watched = new ArrayList<>();
            for (int i = 0; i < limits.length; i++) {
                if (entryOf[i] == e && !limits[i].alertAt().isEmpty()) {
                    watched.add(limits[i]);
                }
            }
            entries[e] = new Entry(firsts.get(e), watched.toArray(new Limit[0]));
        }
    }

    private static boolean shareAccount(Limit one, Limit other) {
        return one.subject().equals(other.subject())
                && one.meter() == other.meter()
                && one.reserve() == other.reserve()
                && one.window().equals(other.window());
    }

    /** The limits, those whose meter {@link Meter#isGate} first, else in the order given. */
    public List<Limit> limits() {
        return list;
    }

    /** Whether its accounts are still those that the book has. */
    boolean isCurrent() {
        if (versions.length == 0) {
            return entries.length == 0;
        }
        for (int i = 0; i < owners.length; i++) {
            if (owners[i].version != versions[i]) {
                return false;
            }
        }
        return true;
    }

    /** Looks its accounts up, and makes those that are missing. */
    void resolve(long nowMillis) {
        List<Owner> found = new ArrayList<>();
        for (Entry entry : entries) {
            Owner owner = book.owner(entry.limit.subject());
            Account account = owner.account(entry.limit, nowMillis);
            entry.account = account;
            entry.alertAtUsed = entry.watched.length == 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
            entry.alertEpoch = account.alertEpoch;
            if (!found.contains(owner)) {
                found.add(owner);
            }
        }
        owners = found.toArray(new Owner[0]);
        versions = new int[owners.length];
        List<Account> rest = new ArrayList<>();
        for (int i = 0; i < owners.length; i++) {
            versions[i] = owners[i].version;
            for (Account account : owners[i].accounts()) {
                if (!isEntry(account)) {
                    rest.add(account);
                }
            }
        }
        others = rest.toArray(new Account[0]);
    }

    private boolean isEntry(Account account) {
        for (Entry entry : entries) {
            if (entry.account == account) {
                return true;
            }
        }
        return false;
    }

    /** Accounts of the same subjects that no limit of the set needs, as of {@link #resolve}. */
    Account[] others() {
        return others;
    }
}
