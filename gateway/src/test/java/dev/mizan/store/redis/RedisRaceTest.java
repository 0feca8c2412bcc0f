package dev.mizan.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admission.Decision;
import dev.mizan.admission.Decision.Reserved;
import dev.mizan.admission.Hold;
import dev.mizan.admission.LimitStore.Prepared;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes with one Redis: never more than the cap, whatever happens to it. */
final class RedisRaceTest {
    private static final Subject USER = new Subject(Subject.Kind.USER, "u1");

    @Test
    void twoProcessesRaceForTheLastCentAndTheLastSlot() {
        Limit money = Limit.block(USER, Meter.COST, Window.LIFETIME, 37);
        Limit slot = Limit.block(USER, Meter.CONCURRENCY, Window.IN_FLIGHT, 1);
        try (RedisServer server = RedisServer.start();
                Limiter one = Limiter.patient(server, new FakeLedger());
                Limiter two = Limiter.patient(server, new FakeLedger())) {
            assertThat(race(List.of(one, two), money)).isEqualTo(37);
            assertThat(race(List.of(one, two), slot)).isEqualTo(1);
        }
    }

    private static long race(List<Limiter> limiters, Limit limit) {
        List<Future<Decision>> decisions = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            Limiter limiter = limiters.get(i % 2);
            Prepared prepared = limiter.limits.prepare(List.of(limit));
            decisions.add(limiter.limits.reserve(prepared, claim(1)));
        }
        return decisions.stream()
                .map(Limiter::get)
                .filter(Reserved.class::isInstance)
                .count();
    }

    private enum Trouble {
        FLUSH,
        FREEZE,
        RESTART
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLUSH", "FREEZE", "RESTART"})
    void nothingIsOverspentWhateverHappensToRedisInTheMiddle(String name) {
        Trouble trouble = Trouble.valueOf(name);
        long seed = System.nanoTime();
        FakeLedger ledger = new FakeLedger();
        Limit money = Limit.block(USER, Meter.COST, Window.LIFETIME, 40_000);
        Limit slots = Limit.block(USER, Meter.CONCURRENCY, Window.IN_FLIGHT, 40);
        try (RedisServer server = RedisServer.start();
                Limiter one = Limiter.open(server, ledger);
                Limiter two = Limiter.open(server, ledger)) {
            Callers callers = new Callers(ledger, List.of(money, slots), 40_000);
            callers.start(one, seed);
            callers.start(two, seed + 1);
            Limiter.until(() -> callers.settled.get() > 5_000);
            make(trouble, server);
            long before = callers.settled.get();
            Limiter.until(() -> callers.settled.get() > Math.min(before + 5_000, 35_000));
            callers.stop();

            assertThat(callers.most.get()).as("seed %d", seed).isLessThanOrEqualTo(40_000);
            Limiter.until(() -> Limiter.get(one.limits.held()) == 0 && Limiter.get(two.limits.held()) == 0);
            assertThat(one.standing(money).used()).as("seed %d", seed).isGreaterThanOrEqualTo(callers.settled.get());
            Limiter.get(one.limits.rebuild(10_000));
            assertThat(one.standing(money).used()).as("seed %d", seed).isEqualTo(callers.settled.get());
            assertThat(one.standing(money).reserved()).isZero();
            assertThat(one.standing(slots).reserved()).isZero();
        }
    }

    private static void make(Trouble trouble, RedisServer server) {
        switch (trouble) {
            case FLUSH -> server.command("FLUSHALL");
            case FREEZE -> {
                server.freeze();
                long until = System.nanoTime() + 600_000_000L;
                Limiter.until(() -> System.nanoTime() > until);
                server.thaw();
            }
            case RESTART -> {
                server.kill();
                server.resume();
            }
        }
    }

    /** Callers that reserve and settle as fast as they can, and what they have spent at most at any moment. */
    private static final class Callers {
        private final FakeLedger ledger;
        private final List<Limit> limits;
        private final long cap;
        private final AtomicLong committed = new AtomicLong();
        private final AtomicLong most = new AtomicLong();
        private final AtomicLong settled = new AtomicLong();
        private final AtomicLong running = new AtomicLong();
        private final AtomicBoolean stopped = new AtomicBoolean();

        private Callers(FakeLedger ledger, List<Limit> limits, long cap) {
            this.ledger = ledger;
            this.limits = limits;
            this.cap = cap;
        }

        private void start(Limiter limiter, long seed) {
            Prepared prepared = limiter.limits.prepare(limits);
            for (int i = 0; i < 16; i++) {
                running.incrementAndGet();
                Random random = new Random(seed * 31 + i);
                limiter.vertx.runOnContext(ignored -> call(limiter, prepared, random));
            }
        }

        private void stop() {
            stopped.set(true);
            Limiter.until(() -> running.get() == 0);
        }

        private void call(Limiter limiter, Prepared prepared, Random random) {
            if (stopped.get() || settled.get() > cap * 95 / 100) {
                running.decrementAndGet();
                return;
            }
            long bound = random.nextLong(1, 61);
            limiter.limits.reserve(prepared, claim(bound)).onComplete(decided -> {
                if (decided.succeeded() && decided.result() instanceof Reserved(Hold hold)) {
                    most.accumulateAndGet(committed.addAndGet(bound), Math::max);
                    limiter.vertx.setTimer(1 + random.nextInt(8), timer -> end(limiter, prepared, random, hold, bound));
                } else {
                    limiter.vertx.setTimer(5, timer -> call(limiter, prepared, random));
                }
            });
        }

        private void end(Limiter limiter, Prepared prepared, Random random, Hold hold, long bound) {
            long used = random.nextInt((int) bound + 1);
            committed.addAndGet(used - bound);
            hold.booked(ledger.line(limiter.instance, hold.admittedAtMillis(), cost(used), USER), cost(used));
            settled.addAndGet(used);
            hold.settle(cost(used)).onComplete(done -> call(limiter, prepared, random));
        }
    }

    private static Claim claim(long nanoUsd) {
        return new Claim(UUID.randomUUID().toString(), cost(nanoUsd), cost(nanoUsd));
    }

    private static Amounts cost(long nanoUsd) {
        return new Amounts(1, 0, 0, nanoUsd, nanoUsd, 0);
    }
}
