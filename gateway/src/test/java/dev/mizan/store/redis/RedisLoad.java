package dev.mizan.store.redis;

import dev.mizan.admission.Decision.Reserved;
import dev.mizan.admission.LimitStore.Prepared;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures decisions through one Redis, pipelined: {@code RedisLoad [LIMITS] [CALLS_AT_ONCE] [SECONDS]}. A decision is
 * one reserve or one settle, one round trip each. Prints decisions per second of the clock, and of Redis' processor
 * time, which is what bounds them on a machine whose processors are free.
 */
public final class RedisLoad {
    private RedisLoad() {}

    public static void main(String[] arguments) {
        int limits = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 4;
        int atOnce = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 256;
        int seconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        try (RedisServer server = RedisServer.start();
                Limiter limiter = new Limiter(
                        new RedisSettings(
                                server.url(),
                                Duration.ofSeconds(10),
                                OnStoreFailure.CLOSED,
                                1,
                                Duration.ofSeconds(30),
                                Duration.ofMillis(500)),
                        new FakeLedger(),
                        Backlog.NONE,
                        Tenants.NONE,
                        LimitWatcher.NONE)) {
            Limiter.get(limiter.limits.ready());
            for (int round = 0; round < 6; round++) {
                double before = processorSeconds(server);
                double ownBefore = ownProcessorSeconds();
                long decisions = run(limiter, limits(limits), atOnce, seconds);
                double used = processorSeconds(server) - before;
                System.out.printf(
                        Locale.ROOT,
                        "%d limits, %d calls at once: %,d decisions/s, %.1f µs of Redis' processor time each, %.1f µs of the"
                                + " client's%n",
                        limits,
                        atOnce,
                        decisions / seconds,
                        used * 1e6 / decisions,
                        (ownProcessorSeconds() - ownBefore) * 1e6 / decisions);
            }
        }
    }

    private static long run(Limiter limiter, List<Limit> limits, int atOnce, int seconds) {
        AtomicLong decisions = new AtomicLong();
        CountDownLatch running = new CountDownLatch(atOnce);
        long until = System.nanoTime() + seconds * 1_000_000_000L;
        Prepared prepared = limiter.limits.prepare(limits);
        for (int i = 0; i < atOnce; i++) {
            limiter.vertx.runOnContext(ignored -> call(limiter, prepared, decisions, running, until));
        }
        try {
            // Waiting must not take a processor from what is measured.
            running.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return decisions.get();
    }

    private static void call(
            Limiter limiter, Prepared prepared, AtomicLong decisions, CountDownLatch running, long untilNanos) {
        if (System.nanoTime() > untilNanos) {
            running.countDown();
            return;
        }
        Amounts bound = new Amounts(1, 500, 500, 2_000_000, 2_000_000, 0);
        Claim claim = new Claim(UUID.randomUUID().toString(), bound, bound);
        limiter.limits.reserve(prepared, claim).onComplete(decided -> {
            decisions.incrementAndGet();
            if (decided.succeeded() && decided.result() instanceof Reserved(var hold)) {
                hold.settle(bound).onComplete(done -> {
                    decisions.incrementAndGet();
                    call(limiter, prepared, decisions, running, untilNanos);
                });
            } else {
                throw new IllegalStateException(String.valueOf(decided));
            }
        });
    }

    /** A key's, a user's, a team's and everybody's: money by day and month, requests and tokens by minute, calls. */
    private static List<Limit> limits(int count) {
        ZoneId zone = ZoneId.of("Europe/Istanbul");
        Subject key = new Subject(Subject.Kind.KEY, "key_1");
        Subject user = new Subject(Subject.Kind.USER, "u1");
        Subject team = new Subject(Subject.Kind.TEAM, "t1");
        long most = Limit.CAP_MAX;
        List<Limit> all = new ArrayList<>(List.of(
                Limit.block(key, Meter.COST, Window.month(zone), most),
                Limit.block(key, Meter.REQUESTS, Window.MINUTE, most),
                Limit.block(user, Meter.COST, Window.day(zone), most),
                Limit.block(key, Meter.TOKENS, Window.MINUTE, most),
                Limit.block(key, Meter.CONCURRENCY, Window.IN_FLIGHT, most),
                Limit.block(team, Meter.COST, Window.month(zone), most),
                Limit.block(Subject.GLOBAL, Meter.COST, Window.month(zone), most),
                Limit.block(team, Meter.TOKENS, Window.day(zone), most)));
        return all.subList(0, count);
    }

    private static double ownProcessorSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    private static double processorSeconds(RedisServer server) {
        return server.info("used_cpu_user") + server.info("used_cpu_sys");
    }
}
