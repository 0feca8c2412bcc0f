package dev.mizan.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admission.Decision;
import dev.mizan.admission.Decision.Refused;
import dev.mizan.admission.Decision.Reserved;
import dev.mizan.admission.Hold;
import dev.mizan.admission.MemoryLimits;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Reserve;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random calls under random limits are decided in Redis as they are in memory, refusals and figures included. Memory is
 * asked at the moment that Redis' clock showed.
 */
final class RedisDifferenceTest {
    private static final int STEPS = 200;
    private static final ZoneId UTC = ZoneId.of("UTC");

    /** One call in both. */
    private record Both(Hold inRedis, Hold inMemory) {}

    private final List<Both> open = new ArrayList<>();
    private final SteppedClock clock = new SteppedClock();

    @Test
    void redisDecidesAsMemoryDoes() {
        compare(8, System.nanoTime());
    }

    @Test
    @Tag("long")
    void redisDecidesAsMemoryDoesInHundredsOfRounds() {
        compare(500, System.nanoTime());
    }

    private void compare(int rounds, long seed) {
        FakeLedger ledger = new FakeLedger();
        try (RedisServer server = RedisServer.start();
                // Memory does not lose answers.
                Limiter limiter = Limiter.patient(server, ledger);
                MemoryLimits memory = new MemoryLimits(limiter.vertx, clock, ledger, () -> {}, LimitWatcher.NONE)) {
            for (int round = 0; round < rounds; round++) {
                Random random = new Random(seed + round);
                open.clear();
                List<Limit> limits = limits(random);
                for (int step = 0; step < STEPS; step++) {
                    String where = "seed " + seed + ", round " + round + ", step " + step;
                    step(limiter, memory, limits, random, where);
                }
            }
        }
    }

    private void step(Limiter limiter, MemoryLimits memory, List<Limit> limits, Random random, String where) {
        switch (random.nextInt(8)) {
            case 0, 1, 2, 3 -> reserve(limiter, memory, limits, random, where);
            case 4, 5 -> end(limiter, random);
            case 6 -> raise(limiter, random, where);
            // Some sub-windows leave, or none.
            default -> LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(100_000)));
        }
        List<Standing> inRedis = inStep(limiter, () -> limiter.limits.standings(limits));
        List<Standing> inMemory = Limiter.get(memory.standings(limits));
        for (int i = 0; i < limits.size(); i++) {
            assertThat(figures(inRedis.get(i)))
                    .as("%s: %s", where, limits.get(i))
                    .isEqualTo(figures(inMemory.get(i)));
        }
    }

    private void reserve(Limiter limiter, MemoryLimits memory, List<Limit> limits, Random random, String where) {
        Amounts bound = amounts(random, 60);
        Amounts expected = new Amounts(
                bound.requests(),
                bound.inputTokens() / 2,
                0,
                bound.providerCost() / 2,
                bound.chargedCost() / 3,
                bound.toolCalls());
        Claim claim = new Claim(UUID.randomUUID().toString(), bound, expected);

        Decision inRedis = inStep(limiter, () -> limiter.limits.reserve(limiter.limits.prepare(limits), claim));
        Decision inMemory = Limiter.get(memory.reserve(memory.prepare(limits), claim));

        if (inRedis instanceof Reserved(Hold one) && inMemory instanceof Reserved(Hold other)) {
            assertThat(one.admittedAtMillis()).as(where).isEqualTo(other.admittedAtMillis());
            assertThat(one.windows()).as(where).isEqualTo(other.windows());
            assertThat(one.standings().stream().map(RedisDifferenceTest::figures))
                    .as(where)
                    .isEqualTo(other.standings().stream()
                            .map(RedisDifferenceTest::figures)
                            .toList());
            open.add(new Both(one, other));
        } else {
            assertThat(inRedis).as(where).isInstanceOf(Refused.class).isEqualTo(inMemory);
        }
    }

    private void end(Limiter limiter, Random random) {
        if (open.isEmpty()) {
            return;
        }
        Both both = open.remove(random.nextInt(open.size()));
        Amounts used = amounts(random, 80);
        boolean settles = random.nextInt(3) > 0;
        inStep(
                limiter,
                () -> settles ? both.inRedis().settle(used) : both.inRedis().release());
        Limiter.get(settles ? both.inMemory().settle(used) : both.inMemory().release());
    }

    private void raise(Limiter limiter, Random random, String where) {
        if (open.isEmpty()) {
            return;
        }
        Both both = open.get(random.nextInt(open.size()));
        Amounts posted = amounts(random, 10);
        Amounts bound = amounts(random, 80);
        Claim next = new Claim(both.inRedis().id(), bound, bound);

        Decision inRedis = inStep(limiter, () -> both.inRedis().raise(posted, next));
        Decision inMemory = Limiter.get(both.inMemory().raise(posted, next));

        if (inRedis instanceof Reserved) {
            assertThat(inMemory).as(where).isInstanceOf(Reserved.class);
        } else {
            assertThat(inRedis).as(where).isInstanceOf(Refused.class).isEqualTo(inMemory);
        }
    }

    /** A clock that shows what it is told. */
    private static final class SteppedClock extends Clock {
        private volatile long millis;

        void set(long to) {
            millis = to;
        }

        @Override
        public long millis() {
            return millis;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public ZoneId getZone() {
            return UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** What Redis answers; memory's clock then shows the time of that answer, and of none that came after it. */
    private <T> T inStep(Limiter limiter, Supplier<Future<T>> call) {
        return Limiter.get(limiter.limits.onLoop(() ->
                call.get().onComplete(done -> clock.set(limiter.limits.clock().lastMillis()))));
    }

    private static List<Object> figures(Standing standing) {
        return List.of(standing.limit(), standing.used(), standing.reserved(), standing.startMillis());
    }

    private static List<Limit> limits(Random random) {
        List<Limit> limits = new ArrayList<>();
        Subject user = new Subject(Subject.Kind.USER, UUID.randomUUID().toString());
        Subject model = new Subject(Subject.Kind.MODEL, UUID.randomUUID().toString());
        for (Meter meter : Meter.values()) {
            for (Subject subject : List.of(user, model)) {
                if (random.nextInt(3) > 0) {
                    continue;
                }
                Window window = meter == Meter.CONCURRENCY ? Window.IN_FLIGHT : window(random);
                Reserve reserve = meter == Meter.CONCURRENCY
                        ? Reserve.WORST_CASE
                        : Reserve.values()[random.nextInt(Reserve.values().length)];
                long cap = random.nextInt(12) == 0 ? 0 : cap(meter, random);
                limits.add(new Limit(subject, meter, window, cap, atCap(random), reserve, false, List.of(), "test"));
            }
        }
        if (limits.isEmpty()) {
            return limits(random);
        }
        if (random.nextBoolean()) {
            // A plan's and a key's own share a counter.
            Limit first = limits.getFirst();
            limits.add(first.withCap(cap(first.meter(), random)));
        }
        Collections.shuffle(limits, random);
        return List.copyOf(limits.stream().distinct().toList());
    }

    private static long cap(Meter meter, Random random) {
        return meter.isGate() ? random.nextInt(1, 30) : random.nextInt(1, 1_500);
    }

    private static Window window(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> Window.LIFETIME;
            case 1 -> Window.month(ZoneId.of("Europe/Istanbul"));
            case 2 -> Window.HOUR;
            case 3 -> Window.parse("2s", UTC).orElseThrow();
            default -> Window.parse("1s", UTC).orElseThrow();
        };
    }

    private static AtCap atCap(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> new AtCap.Notify();
            case 1 -> new AtCap.Degrade("other");
            case 2 -> new AtCap.Overage(BigDecimal.ONE, "USD", BigDecimal.ONE);
            default -> new AtCap.Block();
        };
    }

    private static Amounts amounts(Random random, int max) {
        long cost = random.nextInt(max);
        return new Amounts(
                random.nextInt(5) == 0 ? 0 : 1,
                random.nextInt(max),
                random.nextInt(max),
                cost,
                cost + 1,
                random.nextInt(max));
    }
}
