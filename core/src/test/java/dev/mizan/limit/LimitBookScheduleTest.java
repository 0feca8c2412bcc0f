package dev.mizan.limit;

import static dev.mizan.limit.TestBook.KEY;
import static dev.mizan.limit.TestBook.TENANT;
import static dev.mizan.limit.TestBook.limit;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random schedules of many callers, checked after each step by an {@link Oracle}. */
class LimitBookScheduleTest {
    private static final int STEPS = 400;
    private static final List<Limit> LIMITS = List.of(
            limit(KEY, Meter.REQUESTS, Window.MINUTE, 60, Reserve.WORST_CASE),
            limit(KEY, Meter.CONCURRENCY, Window.IN_FLIGHT, 12, Reserve.WORST_CASE),
            limit(KEY, Meter.TOKENS, Window.MINUTE, 3_000, Reserve.EXPECTED),
            limit(KEY, Meter.TOKENS, Window.parse("30s", ZoneOffset.UTC).orElseThrow(), 4_000, Reserve.WORST_CASE),
            limit(KEY, Meter.COST, Window.HOUR, 20_000, Reserve.WORST_CASE),
            limit(TENANT, Meter.COST, Window.day(ZoneOffset.UTC), 60_000, Reserve.WORST_CASE),
            limit(TENANT, Meter.OUTPUT_TOKENS, Window.month(ZoneOffset.UTC), 150_000, Reserve.NONE),
            limit(KEY, Meter.TOOL_CALLS, Window.day(ZoneOffset.UTC), 250, Reserve.WORST_CASE),
            limit(Subject.GLOBAL, Meter.COST, Window.LIFETIME, 400_000, Reserve.WORST_CASE));

    private record Open(Reservation reservation, long bound, long price) {}

    /** One schedule. */
    private static final class Run {
        final long seed;
        final Random random;
        final TestBook test = new TestBook("2026-02-28T23:20:00Z");
        final LimitSet set = test.book.prepare(LIMITS);
        final List<Oracle> oracles = set.limits().stream().map(Oracle::new).toList();
        final List<Open> open = new ArrayList<>();
        final boolean keepsBounds;
        long now = test.clock.millis;
        int admitted;
        int refused;

        Run(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.keepsBounds = random.nextBoolean();
        }

        void all() {
            for (int i = 0; i < STEPS; i++) {
                step();
                check(i);
            }
            while (!open.isEmpty()) {
                end(open.removeLast());
                check(STEPS);
            }
            for (Oracle oracle : oracles) {
                assertThat(oracle.reserved(now))
                        .as("seed %d: %s", seed, oracle.limit.account())
                        .isZero();
            }
            begin(1, 1);
        }

        private void step() {
            int kind = random.nextInt(100);
            if (kind < 45 || open.isEmpty()) {
                begin(random.nextLong(1, random.nextInt(10) == 0 ? 5_001 : 601), random.nextLong(1, 5));
            } else if (kind < 75) {
                end(open.remove(random.nextInt(open.size())));
            } else if (kind < 82) {
                raise(random.nextInt(open.size()));
            } else {
                move(kind);
            }
        }

        private void move(int kind) {
            long by = kind < 95 ? random.nextInt(8_000) : random.nextInt(40 * 60_000);
            by = kind == 99 ? random.nextInt(30 * 3_600_000) : by;
            // Clocks step back, too: the book's does not.
            test.clock.millis += kind == 98 ? -by : by;
            test.book.dropIdle(10);
            now = Math.max(now, test.clock.millis);
        }

        private Claim claim(String id, long bound, long price) {
            Amounts most = new Amounts(1, 0, bound, bound * price, bound * price, toolCalls(bound));
            Amounts usual = new Amounts(1, 0, bound / 2, bound * price / 2, bound * price / 2, toolCalls(bound));
            return new Claim(id, most, usual);
        }

        /** A call brings as many as it brings: what is used is what was bound. */
        private static long toolCalls(long bound) {
            return bound % 7;
        }

        private void begin(long bound, long price) {
            Claim claim = claim("c" + random.nextLong(), bound, price);
            boolean gatesFit = true;
            boolean fits = true;
            for (Oracle oracle : oracles) {
                boolean fit = oracle.fits(now, claim.of(oracle.limit));
                fits &= fit;
                gatesFit &= fit || !oracle.limit.meter().isGate();
            }
            Outcome outcome = test.reserve(set, claim);
            assertThat(outcome instanceof Outcome.Reserved)
                    .as("seed %d: %s", seed, outcome)
                    .isEqualTo(fits);
            for (Oracle oracle : oracles) {
                if (oracle.limit.meter() == Meter.REQUESTS && gatesFit) {
                    oracle.put(claim.id(), now, 1, 0);
                } else if (fits) {
                    oracle.put(claim.id(), now, 0, claim.of(oracle.limit));
                }
            }
            switch (outcome) {
                case Outcome.Reserved reserved -> {
                    admitted++;
                    open.add(new Open(reserved.reservation(), bound, price));
                    assertThat(reserved.reservation().admittedAtMillis()).isEqualTo(now);
                }
                case Outcome.Refused(Breach breach) -> {
                    refused++;
                    assertThat(breach.used() + breach.reserved() + breach.requested())
                            .as("seed %d: %s", seed, breach)
                            .isGreaterThan(breach.limit().cap());
                    assertThat(breach.limit().meter().isGate()).isEqualTo(!gatesFit);
                }
                case Outcome.Unloaded unloaded -> throw new AssertionError(unloaded);
            }
        }

        private void end(Open call) {
            boolean isReleased = random.nextInt(5) == 0;
            long tokens = isReleased ? 0 : random.nextLong(call.bound + 1);
            if (!keepsBounds && random.nextInt(10) == 0) {
                tokens = call.bound + random.nextInt(300);
            }
            Amounts used = tokens == 0
                    ? Amounts.NONE
                    : new Amounts(1, 0, tokens, tokens * call.price, tokens * call.price, toolCalls(call.bound));
            // The line is written first, and what it says twice counts once.
            test.books.add(KEY, call.reservation.admittedAtMillis(), used);
            test.books.add(TENANT, call.reservation.admittedAtMillis(), used);
            test.books.add(Subject.GLOBAL, call.reservation.admittedAtMillis(), used);
            assertThat(call.reservation.settle(used)).isTrue();
            assertThat(call.reservation.release()).isFalse();
            settle(call, used, Amounts.NONE, true);
        }

        /** A call's other attempt, after one whose outcome is not known. */
        private void raise(int index) {
            Open call = open.get(index);
            long held = call.bound * call.price;
            Amounts posted = new Amounts(0, 0, call.bound, held, held, 0);
            Claim next = claim(call.reservation.id(), random.nextLong(1, 601), call.price);
            if (call.reservation.raise(posted, next) instanceof Outcome.Reserved) {
                test.books.add(KEY, call.reservation.admittedAtMillis(), posted);
                test.books.add(TENANT, call.reservation.admittedAtMillis(), posted);
                test.books.add(Subject.GLOBAL, call.reservation.admittedAtMillis(), posted);
                settle(call, posted, next.bound(), false);
                for (Oracle oracle : oracles) {
                    if (!oracle.limit.meter().isGate()) {
                        oracle.put(call.reservation.id(), now, 0, next.of(oracle.limit));
                    }
                }
                open.set(index, new Open(call.reservation, next.bound().outputTokens(), call.price));
            }
        }

        private void settle(Open call, Amounts used, Amounts then, boolean isEnd) {
            String id = call.reservation.id();
            for (Oracle oracle : oracles) {
                if (!oracle.limit.meter().isGate()) {
                    long amount = used.of(oracle.limit);
                    oracle.overrun += Math.max(0, amount - oracle.heldBy(id));
                    oracle.put(id, now, amount, isEnd ? 0 : then.of(oracle.limit));
                } else if (isEnd) {
                    oracle.put(id, now, 0, 0);
                }
            }
        }

        private void check(int step) {
            // An account that was dropped has nothing until it is needed.
            List<Limit> unknown =
                    test.book.missing(set).stream().map(Loading::limit).toList();
            List<Standing> standings = test.book.standings(set);
            for (int i = 0; i < oracles.size(); i++) {
                Oracle oracle = oracles.get(i);
                Standing standing = standings.get(i);
                String what = "seed " + seed + ", step " + step + ": " + oracle.limit.account();
                if (unknown.contains(oracle.limit)) {
                    continue;
                }
                assertThat(standing.used()).as(what).isEqualTo(oracle.used(now));
                assertThat(standing.reserved()).as(what).isEqualTo(oracle.reserved(now));
                if (oracle.limit.reserve() == Reserve.WORST_CASE) {
                    assertThat(standing.used()).as(what).isLessThanOrEqualTo(oracle.limit.cap() + oracle.overrun);
                }
            }
        }
    }

    private static void schedules(int count) {
        long first = new Random().nextLong();
        int admitted = 0;
        int refused = 0;
        for (int i = 0; i < count; i++) {
            Run run = new Run(first + i);
            run.all();
            admitted += run.admitted;
            refused += run.refused;
        }
        assertThat(admitted).as("seed %d", first).isGreaterThan(count * 20);
        assertThat(refused).as("seed %d", first).isGreaterThan(count);
    }

    @Test
    void countersAndDecisionsAreThoseOfTheOracle() {
        schedules(100);
    }

    @Test
    @Tag("long")
    void countersAndDecisionsAreThoseOfTheOracleOverThousandsOfSchedules() {
        schedules(5_000);
    }

    @Test
    void aBudgetIsUsedWhereAnswersUseTheirBound() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        TestBook test = new TestBook("2026-03-10T12:00:00Z");
        Limit cost = limit(KEY, Meter.COST, Window.day(ZoneOffset.UTC), 100_000, Reserve.WORST_CASE);
        LimitSet set = test.book.prepare(List.of(cost));
        List<Open> open = new ArrayList<>();
        while (true) {
            long bound = random.nextLong(1, 5_001);
            Outcome outcome = test.reserve(set, test.claim(bound));
            if (!(outcome instanceof Outcome.Reserved reserved)) {
                break;
            }
            open.add(new Open(reserved.reservation(), bound, 1));
            if (open.size() > 5) {
                Open ended = open.remove(random.nextInt(open.size()));
                ended.reservation.settle(TestBook.tokens(ended.bound));
            }
            test.advance(Duration.ofSeconds(1));
        }
        open.forEach(one -> one.reservation.settle(TestBook.tokens(one.bound)));

        assertThat(test.standing(cost).used()).as("seed %d", seed).isBetween(95_000L, 100_000L);
    }
}
