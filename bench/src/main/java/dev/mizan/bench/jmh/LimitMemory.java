package dev.mizan.bench.jmh;

import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import dev.mizan.limit.LimitBook;
import dev.mizan.limit.LimitSet;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Loading;
import dev.mizan.limit.Outcome;
import dev.mizan.limit.Subject;
import java.time.Clock;

/** What many keys with eight limits each need: {@code LimitMemory [KEYS]} prints memory and time for a call of each. */
public final class LimitMemory {
    private static final int KEYS = 1_000_000;

    private LimitMemory() {}

    /** Makes a call with each of {@code args[0]} keys, keeps all accounts, and prints what that took. */
    public static void main(String[] args) {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : KEYS;
        Amounts bound = new Amounts(1, 500, 500, 20_000, 20_000, 0);
        LimitBook book = new LimitBook(Clock.systemUTC(), LimitWatcher.NONE);
        EmptyBalances empty = new EmptyBalances();
        long before = usedBytes();
        long start = System.nanoTime();
        for (int i = 0; i < keys; i++) {
            LimitSet set = book.prepare(LimitBenchmark.eight(new Subject(Subject.Kind.KEY, "key_" + i)));
            for (Loading loading : book.missing(set)) {
                book.begin(loading);
                book.finish(loading, loading.read(empty));
            }
            if (book.reserve(set, new Claim("c", bound, bound)) instanceof Outcome.Reserved reserved) {
                reserved.reservation().settle(bound);
            }
        }
        long nanos = System.nanoTime() - start;
        System.out.printf(
                "%,d keys, %,d accounts: %,d MB, %,d bytes a key, %,d ns a key for making, reserving, settling%n",
                keys, book.accounts(), (usedBytes() - before) >> 20, (usedBytes() - before) / keys, nanos / keys);
        System.out.printf("%,d dropped while looking at all (nothing is idle)%n", book.dropIdle(keys));
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
