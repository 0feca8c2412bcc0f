package dev.mizan.limit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A book whose clock a test moves, over books that a test writes. */
final class TestBook {
    static final Subject KEY = new Subject(Subject.Kind.KEY, "k1");
    static final Subject TENANT = new Subject(Subject.Kind.TENANT, "acme");

    /** Stands where a test puts it. */
    static final class SetClock extends Clock {
        long millis;

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public long millis() {
            return millis;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    /** Lines that a test wrote. */
    static final class Books implements Balances {
        final Map<Subject, List<Use>> uses = new HashMap<>();
        final List<Adjustment> adjustments = new ArrayList<>();
        int reads;

        void add(Subject subject, long atMillis, Amounts amounts) {
            uses.computeIfAbsent(subject, s -> new ArrayList<>()).add(new Use(atMillis, amounts));
        }

        @Override
        public Amounts total(Subject subject, long fromMillis) {
            return calls(subject, fromMillis).stream().map(Use::amounts).reduce(Amounts.NONE, Amounts::plus);
        }

        @Override
        public List<Use> quarters(Subject subject, long fromMillis) {
            return calls(subject, fromMillis).stream()
                    .map(use -> new Use(use.atMillis() / 900_000 * 900_000, use.amounts()))
                    .toList();
        }

        @Override
        public List<Use> calls(Subject subject, long fromMillis) {
            reads++;
            return uses.getOrDefault(subject, List.of()).stream()
                    .filter(use -> use.atMillis() >= fromMillis)
                    .toList();
        }

        @Override
        public List<Adjustment> adjustments(String account, long fromMillis) {
            return adjustments.stream()
                    .filter(one -> one.account().equals(account) && one.atMillis() >= fromMillis)
                    .toList();
        }
    }

    record Told(Limit limit, long used, int percent) {}

    final SetClock clock = new SetClock();
    final Books books = new Books();
    final List<Told> told = new ArrayList<>();
    final LimitBook book =
            new LimitBook(clock, (standing, percent) -> told.add(new Told(standing.limit(), standing.used(), percent)));
    private int claims;

    TestBook(String now) {
        set(now);
    }

    void set(String now) {
        clock.millis = Instant.parse(now).toEpochMilli();
    }

    void advance(Duration duration) {
        clock.millis += duration.toMillis();
    }

    static long at(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }

    /** One request with a bound of output tokens that cost a nano-USD each, expected to be the same. */
    static Amounts tokens(long count) {
        return new Amounts(1, 0, count, count, count, 0);
    }

    Claim claim(long tokens) {
        return claim(tokens, tokens);
    }

    Claim claim(long bound, long expected) {
        return new Claim("claim" + claims++, tokens(bound), tokens(expected));
    }

    /** Reserves, reading the books where that is needed. */
    Outcome reserve(LimitSet set, Claim claim) {
        Outcome outcome = book.reserve(set, claim);
        while (outcome instanceof Outcome.Unloaded unloaded) {
            unloaded.missing().forEach(this::load);
            outcome = book.reserve(set, claim);
        }
        return outcome;
    }

    void load(Loading loading) {
        do {
            book.begin(loading);
        } while (!book.finish(loading, loading.read(books)));
    }

    Reservation reserved(LimitSet set, long tokens) {
        return reserved(set, claim(tokens));
    }

    Reservation reserved(LimitSet set, Claim claim) {
        Outcome outcome = reserve(set, claim);
        if (outcome instanceof Outcome.Reserved reserved) {
            return reserved.reservation();
        }
        throw new AssertionError(outcome + " (expected: reserved)");
    }

    Breach refused(LimitSet set, long tokens) {
        return refused(set, claim(tokens));
    }

    Breach refused(LimitSet set, Claim claim) {
        Outcome outcome = reserve(set, claim);
        if (outcome instanceof Outcome.Refused refused) {
            return refused.breach();
        }
        throw new AssertionError(outcome + " (expected: refused)");
    }

    Standing standing(Limit limit) {
        LimitSet set = book.prepare(List.of(limit));
        book.missing(set).forEach(this::load);
        return book.standings(set).getFirst();
    }

    static Limit limit(Subject subject, Meter meter, Window window, long cap, Reserve reserve) {
        return new Limit(subject, meter, window, cap, new AtCap.Block(), reserve, false, List.of(), "configuration");
    }
}
