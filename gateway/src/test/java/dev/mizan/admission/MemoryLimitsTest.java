package dev.mizan.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.limit.Amounts;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Balances;
import dev.mizan.limit.BalancesUnavailableException;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Reserve;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.report.ManualClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryLimitsTest {
    private static final Subject KEY = new Subject(Subject.Kind.KEY, "k1");
    private static final Window DAY = Window.day(ZoneOffset.UTC);
    private static final Limit COST = Limit.block(KEY, Meter.COST, DAY, 1_000);
    private static final Limit NOTIFY = new Limit(
            KEY, Meter.TOKENS, DAY, 1, new AtCap.Notify(), Reserve.WORST_CASE, false, List.of(), "configuration");

    private final Vertx vertx = Vertx.vertx();
    private final FakeBalances balances = new FakeBalances();
    private final AtomicInteger barriers = new AtomicInteger();
    private final MemoryLimits limits = new MemoryLimits(
            vertx, new ManualClock("2026-03-10T12:00:00Z"), balances, barriers::incrementAndGet, LimitWatcher.NONE);

    /** Books in which every subject used 400 today. */
    private static final class FakeBalances implements Balances {
        final AtomicInteger reads = new AtomicInteger();
        final CountDownLatch open = new CountDownLatch(1);
        volatile boolean isDown;
        volatile boolean isSlow;

        @Override
        public Amounts total(Subject subject, long fromMillis) {
            reads.incrementAndGet();
            if (isSlow) {
                try {
                    open.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            if (isDown) {
                throw new BalancesUnavailableException("down", new IllegalStateException());
            }
            return tokens(400);
        }

        @Override
        public List<Use> quarters(Subject subject, long fromMillis) {
            return List.of();
        }

        @Override
        public List<Use> calls(Subject subject, long fromMillis) {
            return List.of();
        }

        @Override
        public List<Adjustment> adjustments(String account, long fromMillis) {
            return List.of();
        }
    }

    private static Amounts tokens(long count) {
        return new Amounts(1, 0, count, count, count, 0);
    }

    private static Claim claim(long tokens) {
        return new Claim("01J", tokens(tokens), tokens(tokens));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        balances.open.countDown();
        limits.close();
        await(vertx.close());
    }

    @Test
    void theFirstCallReadsTheBooksAndLaterOnesDecideAtOnce() throws Exception {
        LimitStore.Prepared set = limits.prepare(List.of(COST));

        Decision first = await(limits.reserve(set, claim(500)));
        Future<Decision> second = limits.reserve(set, claim(101));

        assertThat(first).isInstanceOf(Decision.Reserved.class);
        assertThat(second.isComplete()).isTrue();
        assertThat(second.result()).isInstanceOfSatisfying(Decision.Refused.class, refused -> {
            assertThat(refused.breach().used()).isEqualTo(400);
            assertThat(refused.breach().reserved()).isEqualTo(500);
        });
        assertThat(barriers).hasValue(1);
        Hold hold = ((Decision.Reserved) first).hold();
        assertThat(hold.id()).isEqualTo("01J");
        assertThat(hold.windows()).hasSize(1);
        assertThat(hold.standings().getFirst().remaining()).isEqualTo(100);
        assertThat(hold.raise(tokens(100), claim(500)).result()).isInstanceOf(Decision.Reserved.class);
        assertThat(hold.raise(tokens(1), claim(500)).result()).isInstanceOf(Decision.Refused.class);
        assertThat(hold.settle(tokens(7)).isComplete()).isTrue();
        assertThat(await(limits.standings(List.of(COST))).getFirst().used()).isEqualTo(507);
    }

    @Test
    void callsThatNeedTheSameCounterReadItOnceAndEndOnTheirOwnContext() throws Exception {
        LimitStore.Prepared set = limits.prepare(List.of(COST));
        Context context = vertx.getOrCreateContext();
        balances.isSlow = true;
        CompletableFuture<List<Context>> contexts = new CompletableFuture<>();

        context.runOnContext(v -> {
            List<Future<Context>> decided = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                decided.add(limits.reserve(set, claim(1)).map(decision -> Vertx.currentContext()));
            }
            Future.all(decided).onSuccess(all -> contexts.complete(all.list()));
            balances.open.countDown();
        });

        assertThat(contexts.get(10, TimeUnit.SECONDS)).hasSize(100).containsOnly(context);
        assertThat(balances.reads).hasValue(1);
        assertThat(await(limits.standings(List.of(COST))).getFirst().reserved()).isEqualTo(100);
    }

    @Test
    void withoutBooksBlockingLimitsAreUnavailableAndTriedAgainWithTheNextCall() throws Exception {
        LimitStore.Prepared set = limits.prepare(List.of(COST, NOTIFY));
        balances.isDown = true;

        assertThat(await(limits.reserve(set, claim(1))))
                .isEqualTo(new Decision.Unavailable(Decision.Reason.UNREACHABLE));
        balances.isDown = false;

        assertThat(await(limits.reserve(set, claim(1)))).isInstanceOf(Decision.Reserved.class);
    }

    @Test
    void withoutBooksLimitsThatServeAreServedAndCountedLater() throws Exception {
        LimitStore.Prepared set = limits.prepare(List.of(NOTIFY));
        balances.isDown = true;

        Hold hold = ((Decision.Reserved) await(limits.reserve(set, claim(10)))).hold();
        balances.isDown = false;
        assertThat(await(limits.standings(List.of(NOTIFY))).getFirst().used()).isEqualTo(400);
        hold.settle(tokens(10));

        assertThat(await(limits.standings(List.of(NOTIFY))).getFirst().used()).isEqualTo(410);
    }

    @Test
    void aCallWaitsForSlowBooksForItsBoundAndNoLonger() throws Exception {
        balances.isSlow = true;
        LimitStore.Prepared set = limits.prepare(List.of(COST));

        Decision decision = await(limits.reserve(set, claim(1)));

        assertThat(decision).isEqualTo(new Decision.Unavailable(Decision.Reason.REBUILDING));
    }

    @Test
    void standingsAreInTheOrderOfTheirLimits() throws Exception {
        Limit requests = Limit.block(KEY, Meter.REQUESTS, DAY, 10);

        assertThat(await(limits.standings(List.of(COST, requests, NOTIFY))))
                .extracting(Standing::limit)
                .containsExactly(COST, requests, NOTIFY);
    }

    @Test
    void adjustmentsAndPostingsCountOnce() throws Exception {
        LimitStore.Prepared set = limits.prepare(List.of(COST));
        await(limits.standings(List.of(COST)));
        long now = new ManualClock("2026-03-10T12:00:00Z").millis();

        for (int i = 0; i < 2; i++) {
            await(limits.adjust(COST, new Balances.Adjustment("a", COST.account(), now, -400)));
            await(limits.post(set, "p", 0, now, tokens(3)));
        }

        assertThat(await(limits.standings(List.of(COST))).getFirst().used()).isEqualTo(3);
    }
}
