package dev.mizan.limit;

import static dev.mizan.limit.TestBook.KEY;
import static dev.mizan.limit.TestBook.limit;
import static dev.mizan.limit.TestBook.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many threads on one book. */
class LimitBookRaceTest {
    private static final int THREADS = 8;
    private static final Window DAY = Window.day(ZoneOffset.UTC);

    private final TestBook test = new TestBook("2026-03-10T12:00:00Z");

    private static void together(int threads, Callable<Void> work) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<Void>> ends = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                ends.add(executor.submit(work));
            }
            for (Future<Void> end : ends) {
                end.get();
            }
        }
    }

    private void raceFor(Limit limit, int rounds) throws Exception {
        LimitSet set = test.book.prepare(List.of(limit));
        test.standing(limit);
        AtomicLong winners = new AtomicLong();
        CyclicBarrier barrier = new CyclicBarrier(2);
        together(2, () -> {
            for (int i = 0; i < rounds; i++) {
                barrier.await();
                Outcome outcome = test.book.reserve(set, new Claim("c" + i, tokens(1), tokens(1)));
                barrier.await();
                if (outcome instanceof Outcome.Reserved reserved) {
                    winners.incrementAndGet();
                    reserved.reservation().release();
                }
                barrier.await();
            }
            return null;
        });

        assertThat(winners).hasValue(rounds);
    }

    @Test
    void oneOfTwoGetsTheLastCent() throws Exception {
        raceFor(limit(KEY, Meter.COST, DAY, 1, Reserve.WORST_CASE), 2_000);
    }

    @Test
    void oneOfTwoGetsTheLastSlot() throws Exception {
        raceFor(Limit.block(KEY, Meter.CONCURRENCY, Window.IN_FLIGHT, 1), 2_000);
    }

    @Test
    void manyThreadsNeverHoldMoreThanTheCapAndLeaveNothingBehind() throws Exception {
        Limit cost = limit(KEY, Meter.COST, DAY, 2_000_000, Reserve.WORST_CASE);
        Limit slots = Limit.block(KEY, Meter.CONCURRENCY, Window.IN_FLIGHT, 5);
        LimitSet set = test.book.prepare(List.of(cost, slots));
        test.standing(cost);
        AtomicLong taken = new AtomicLong();
        AtomicLong inFlight = new AtomicLong();
        AtomicLong settled = new AtomicLong();
        AtomicLong ended = new AtomicLong();
        long seed = new Random().nextLong();
        AtomicLong seeds = new AtomicLong(seed);

        together(THREADS, () -> {
            Random random = new Random(seeds.getAndIncrement());
            for (int i = 0; i < 20_000; i++) {
                long bound = random.nextLong(1, 101);
                Claim claim = new Claim("c", tokens(bound), tokens(bound));
                if (!(test.book.reserve(set, claim) instanceof Outcome.Reserved reserved)) {
                    continue;
                }
                assertThat(taken.addAndGet(bound)).isLessThanOrEqualTo(cost.cap());
                assertThat(inFlight.incrementAndGet()).isLessThanOrEqualTo(5);
                long used = random.nextLong(bound + 1);
                // Given back before the book does, so that what is seen here is never more than what it holds.
                taken.addAndGet(used - bound);
                inFlight.decrementAndGet();
                settled.addAndGet(used);
                if (reserved.reservation().settle(tokens(used))) {
                    ended.incrementAndGet();
                }
            }
            return null;
        });

        assertThat(ended.get()).as("seed %d", seed).isPositive();
        assertThat(test.standing(cost))
                .extracting(Standing::used, Standing::reserved)
                .containsExactly(settled.get(), 0L);
        assertThat(test.standing(slots).reserved()).isZero();
    }

    @Test
    void aReservationThatManyEndEndsOnce() throws Exception {
        Limit cost = limit(KEY, Meter.COST, DAY, 1_000_000, Reserve.WORST_CASE);
        Reservation reservation = test.reserved(test.book.prepare(List.of(cost)), 100);
        AtomicLong ends = new AtomicLong();

        together(THREADS, () -> {
            if (reservation.settle(tokens(7))) {
                ends.incrementAndGet();
            }
            return null;
        });

        assertThat(ends).hasValue(1);
        assertThat(test.standing(cost).used()).isEqualTo(7);
    }
}
