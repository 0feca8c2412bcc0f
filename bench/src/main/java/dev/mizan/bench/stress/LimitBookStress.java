package dev.mizan.bench.stress;

import dev.mizan.limit.Reservation;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;

/** What threads may see of one {@link RacedBook}, cap 10: only what some order of their calls has. */
public final class LimitBookStress {
    private LimitBookStress() {}

    /** Two want the last unit. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0, 9, 1", expect = Expect.ACCEPTABLE, desc = "the first has it")
    @Outcome(id = "0, 1, 9, 1", expect = Expect.ACCEPTABLE, desc = "the second has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both or none have it")
    public static class LastUnit {
        private final RacedBook book = new RacedBook();

        /** Leaves one. */
        public LastUnit() {
            RacedBook.settle(book.reserved(9), 9);
        }

        @Actor
        public void first(IIII_Result r) {
            r.r1 = book.reserve(1);
        }

        @Actor
        public void second(IIII_Result r) {
            r.r2 = book.reserve(1);
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r3 = book.used();
            r.r4 = book.held();
        }
    }

    /** What a settlement gives back is taken at once, or not yet there. */
    @JCStressTest
    @State
    @Outcome(id = "0, 4, 0", expect = Expect.ACCEPTABLE, desc = "before the settlement nothing is free")
    @Outcome(id = "1, 4, 6", expect = Expect.ACCEPTABLE, desc = "after it there is")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or counted twice")
    public static class ReserveAgainstSettle {
        private final RacedBook book = new RacedBook();
        private final Reservation reservation = book.reserved(10);

        @Actor
        public void settles() {
            RacedBook.settle(reservation, 4);
        }

        @Actor
        public void reserves(III_Result r) {
            r.r1 = book.reserve(6);
        }

        @Arbiter
        public void end(III_Result r) {
            book.stands(r);
        }
    }

    /** The same of what is released. */
    @JCStressTest
    @State
    @Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "before the release nothing is free")
    @Outcome(id = "1, 0, 10", expect = Expect.ACCEPTABLE, desc = "after it all is")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or counted twice")
    public static class ReserveAgainstRelease {
        private final RacedBook book = new RacedBook();
        private final Reservation reservation = book.reserved(10);

        @Actor
        public void releases() {
            reservation.release();
        }

        @Actor
        public void reserves(III_Result r) {
            r.r1 = book.reserve(10);
        }

        @Arbiter
        public void end(III_Result r) {
            book.stands(r);
        }
    }

    /** One call is settled and one released, and another needs what both give back. */
    @JCStressTest
    @State
    @Outcome(id = "0, 2, 0", expect = Expect.ACCEPTABLE, desc = "before the release")
    @Outcome(id = "1, 2, 8", expect = Expect.ACCEPTABLE, desc = "after both")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or counted twice")
    public static class SettleReserveRelease {
        private final RacedBook book = new RacedBook();
        private final Reservation one = book.reserved(5);
        private final Reservation other = book.reserved(5);

        @Actor
        public void settlesAndReleases() {
            RacedBook.settle(one, 2);
            other.release();
        }

        @Actor
        public void reserves(III_Result r) {
            r.r1 = book.reserve(8);
        }

        @Arbiter
        public void end(III_Result r) {
            book.stands(r);
        }
    }

    /** A reservation that two settle. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0, 3, 0", expect = Expect.ACCEPTABLE, desc = "by the first")
    @Outcome(id = "0, 1, 4, 0", expect = Expect.ACCEPTABLE, desc = "by the second")
    @Outcome(expect = Expect.FORBIDDEN, desc = "twice or never")
    public static class SettleTwice {
        private final RacedBook book = new RacedBook();
        private final Reservation reservation = book.reserved(10);

        @Actor
        public void first(IIII_Result r) {
            r.r1 = RacedBook.settle(reservation, 3);
        }

        @Actor
        public void second(IIII_Result r) {
            r.r2 = RacedBook.settle(reservation, 4);
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r3 = book.used();
            r.r4 = book.held();
        }
    }

    /** A reservation that one settles and another releases. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0, 3, 0", expect = Expect.ACCEPTABLE, desc = "settled")
    @Outcome(id = "0, 1, 0, 0", expect = Expect.ACCEPTABLE, desc = "released")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both or none")
    public static class SettleAgainstRelease {
        private final RacedBook book = new RacedBook();
        private final Reservation reservation = book.reserved(10);

        @Actor
        public void settles(IIII_Result r) {
            r.r1 = RacedBook.settle(reservation, 3);
        }

        @Actor
        public void releases(IIII_Result r) {
            r.r2 = reservation.release() ? 1 : 0;
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r3 = book.used();
            r.r4 = book.held();
        }
    }

    /** An attempt's cost is posted and the next set aside, while the call is settled. */
    @JCStressTest
    @State
    @Outcome(id = "1, 5, 0", expect = Expect.ACCEPTABLE, desc = "raised, then settled on top of what was posted")
    @Outcome(id = "-1, 3, 0", expect = Expect.ACCEPTABLE, desc = "settled, and the raise finds it ended")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, counted twice, or held for ever")
    public static class RaiseAgainstSettle {
        private final RacedBook book = new RacedBook();
        private final Reservation reservation = book.reserved(4);

        @Actor
        public void raises(III_Result r) {
            r.r1 = RacedBook.raise(reservation, 2, 8);
        }

        @Actor
        public void settles() {
            RacedBook.settle(reservation, 3);
        }

        @Arbiter
        public void end(III_Result r) {
            book.stands(r);
        }
    }

    /** A raise and a new call want the same rest. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0, 2, 8", expect = Expect.ACCEPTABLE, desc = "raised")
    @Outcome(id = "0, 1, 0, 10", expect = Expect.ACCEPTABLE, desc = "the other is admitted, and nothing is posted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both, none, or half of it")
    public static class RaiseAgainstReserve {
        private final RacedBook book = new RacedBook();
        private final Reservation reservation = book.reserved(4);

        @Actor
        public void raises(IIII_Result r) {
            r.r1 = RacedBook.raise(reservation, 2, 8);
        }

        @Actor
        public void reserves(IIII_Result r) {
            r.r2 = book.reserve(6);
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r3 = book.used();
            r.r4 = book.held();
        }
    }

    /** A call is settled while the next day begins: in the day of its admission. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0, 10", expect = Expect.ACCEPTABLE, desc = "the new day is untouched by it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "it counts in the new day")
    public static class SettleAgainstNextDay {
        private final RacedBook book = new RacedBook();
        private final Reservation reservation = book.reserved(10);

        @Actor
        public void settles() {
            RacedBook.settle(reservation, 7);
        }

        @Actor
        public void reserves(III_Result r) {
            book.nextDay();
            r.r1 = book.reserve(10);
        }

        @Arbiter
        public void end(III_Result r) {
            book.stands(r);
        }
    }

    /** Two want more than a day has, of which one is there as the next begins, on a day that is used up. */
    @JCStressTest
    @State
    @Outcome(id = "0, 1, 0, 8", expect = Expect.ACCEPTABLE, desc = "refused on the old day, or after the other")
    @Outcome(id = "1, 0, 0, 3", expect = Expect.ACCEPTABLE, desc = "first on the new day")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both, none, or on the wrong day")
    public static class ReserveAgainstNextDay {
        private final RacedBook book = new RacedBook();

        /** Uses the day up. */
        public ReserveAgainstNextDay() {
            RacedBook.settle(book.reserved(10), 10);
        }

        @Actor
        public void reserves(IIII_Result r) {
            r.r1 = book.reserve(3);
        }

        @Actor
        public void reservesOnTheNext(IIII_Result r) {
            book.nextDay();
            r.r2 = book.reserve(8);
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r3 = book.used();
            r.r4 = book.held();
        }
    }
}
