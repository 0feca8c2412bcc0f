package dev.mizan.bench.jmh;

import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitBook;
import dev.mizan.limit.LimitSet;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Loading;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Outcome;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What eight limits cost a call: one reservation and its settlement, accounts looked up before. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LimitBenchmark {
    private final LimitBook book = new LimitBook(Clock.systemUTC(), LimitWatcher.NONE);
    private final LimitSet set = book.prepare(eight(new Subject(Subject.Kind.KEY, "key_1")));
    private final Amounts bound = new Amounts(1, 500, 500, 20_000, 20_000, 0);
    private final Amounts used = new Amounts(1, 0, 0, 0, 0, 0);
    private final Claim claim = new Claim("01J00000000000000000000000", bound, bound);

    /** Opens the accounts. */
    public LimitBenchmark() {
        for (Loading loading : book.missing(set)) {
            book.begin(loading);
            book.finish(loading, loading.read(new EmptyBalances()));
        }
    }

    /** Eight limits as a plan has them. */
    static List<Limit> eight(Subject key) {
        Window day = Window.day(ZoneOffset.UTC);
        Window month = Window.month(ZoneOffset.UTC);
        return List.of(
                Limit.block(key, Meter.REQUESTS, Window.MINUTE, Limit.CAP_MAX),
                Limit.block(key, Meter.REQUESTS, day, Limit.CAP_MAX),
                Limit.block(key, Meter.CONCURRENCY, Window.IN_FLIGHT, 100),
                Limit.block(key, Meter.TOKENS, Window.MINUTE, Limit.CAP_MAX),
                Limit.block(key, Meter.TOKENS, day, Limit.CAP_MAX),
                Limit.block(key, Meter.TOKENS, month, Limit.CAP_MAX),
                Limit.block(key, Meter.COST, day, Limit.CAP_MAX),
                Limit.block(key, Meter.COST, month, Limit.CAP_MAX));
    }

    @Benchmark
    public boolean reserveAndSettle() {
        if (book.reserve(set, claim) instanceof Outcome.Reserved reserved) {
            return reserved.reservation().settle(used);
        }
        throw new IllegalStateException("refused (expected: reserved)");
    }
}
