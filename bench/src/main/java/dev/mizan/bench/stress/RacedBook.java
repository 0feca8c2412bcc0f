package dev.mizan.bench.stress;

import dev.mizan.bench.jmh.EmptyBalances;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitBook;
import dev.mizan.limit.LimitSet;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Loading;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Outcome;
import dev.mizan.limit.Reservation;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.openjdk.jcstress.infra.results.III_Result;

/** One book with one worst-case limit of 10 a day on a key, which threads race on. */
final class RacedBook {
    private static final Limit LIMIT =
            Limit.block(new Subject(Subject.Kind.KEY, "k"), Meter.COST, Window.day(ZoneOffset.UTC), 10);

    /** Stands at noon until a thread moves it to the next day. */
    private static final class MovedClock extends Clock {
        private static final long DAY_MILLIS = 86_400_000;

        private volatile long millis = DAY_MILLIS / 2;

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

    private final MovedClock clock = new MovedClock();
    private final LimitBook book = new LimitBook(clock, LimitWatcher.NONE);
    private final LimitSet set = book.prepare(List.of(LIMIT));

    RacedBook() {
        for (Loading loading : book.missing(set)) {
            book.begin(loading);
            book.finish(loading, loading.read(new EmptyBalances()));
        }
    }

    void nextDay() {
        clock.millis = MovedClock.DAY_MILLIS;
    }

    /** 1 if {@code amount} was set aside, 0 if it did not fit. */
    int reserve(int amount) {
        return book.reserve(set, claim(amount)) instanceof Outcome.Reserved ? 1 : 0;
    }

    Reservation reserved(int amount) {
        if (book.reserve(set, claim(amount)) instanceof Outcome.Reserved reserved) {
            return reserved.reservation();
        }
        throw new IllegalStateException(amount + " (expected: fits)");
    }

    /** 1 if it was raised, 0 if that did not fit, -1 if the reservation had ended. */
    static int raise(Reservation reservation, int posted, int next) {
        try {
            return reservation.raise(cost(posted), claim(next)) instanceof Outcome.Reserved ? 1 : 0;
        } catch (IllegalStateException ended) {
            return -1;
        }
    }

    /** 1 if it was settled, 0 if it had ended. */
    static int settle(Reservation reservation, int used) {
        return reservation.settle(cost(used)) ? 1 : 0;
    }

    int used() {
        return (int) standing().used();
    }

    int held() {
        return (int) standing().reserved();
    }

    /** Writes what is used and held when all is done. */
    void stands(III_Result result) {
        result.r2 = used();
        result.r3 = held();
    }

    private Standing standing() {
        return book.standings(set).getFirst();
    }

    private static Claim claim(int amount) {
        return new Claim("01J00000000000000000000000", cost(amount), cost(amount));
    }

    private static Amounts cost(int nanos) {
        return new Amounts(1, 0, 0, nanos, nanos, 0);
    }
}
