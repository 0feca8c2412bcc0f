package dev.mizan.store.redis;

import dev.mizan.admission.Decision;
import dev.mizan.admission.Hold;
import dev.mizan.admission.LimitStore.Prepared;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Standing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** A process with limits in Redis, as tests use it: it waits for answers. */
final class Limiter implements AutoCloseable {
    /** Beats and leases that do not keep a test waiting. */
    static final RedisSettings QUICK = new RedisSettings(
            "redis://x",
            Duration.ofMillis(250),
            OnStoreFailure.CLOSED,
            1,
            Duration.ofSeconds(1),
            Duration.ofMillis(50));

    private static final int WAIT_SECONDS_MAX = 20;

    final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    /** Its process's name. */
    final String instance;

    final RedisLimits limits;

    Limiter(RedisSettings settings, FakeLedger ledger, Backlog backlog, Tenants tenants, LimitWatcher watcher) {
        this(UUID.randomUUID().toString(), settings, ledger, backlog, tenants, watcher, System::nanoTime, false);
    }

    private Limiter(
            String instance,
            RedisSettings settings,
            FakeLedger ledger,
            Backlog backlog,
            Tenants tenants,
            LimitWatcher watcher,
            LongSupplier nanos,
            boolean beginsAnew) {
        this.instance = instance;
        limits = RedisLimits.open(
                vertx,
                settings,
                new RedisLimits.Surroundings(
                        instance, ledger, backlog, tenants, watcher, Clock.systemUTC(), nanos, beginsAnew));
    }

    static Limiter open(RedisServer server, FakeLedger ledger) {
        Limiter limiter =
                new Limiter(QUICK.withUrl(server.url()), ledger, Backlog.NONE, Tenants.NONE, LimitWatcher.NONE);
        get(limiter.limits.ready());
        return limiter;
    }

    /** One whose journal has lines of a process that was killed; returns at once. */
    static Limiter replaying(RedisServer server, FakeLedger ledger, Backlog backlog) {
        return new Limiter(
                UUID.randomUUID().toString(),
                QUICK.withUrl(server.url()),
                ledger,
                backlog,
                Tenants.NONE,
                LimitWatcher.NONE,
                System::nanoTime,
                true);
    }

    /** The process {@code instance}, which leases tenths of caps for when Redis is away. */
    static Limiter local(
            String instance, String url, FakeLedger ledger, Backlog backlog, Duration lease, LongSupplier nanos) {
        RedisSettings settings =
                new RedisSettings(url, Duration.ofMillis(250), OnStoreFailure.LOCAL, 10, lease, Duration.ofMillis(50));
        Limiter limiter =
                new Limiter(instance, settings, ledger, backlog, Tenants.NONE, LimitWatcher.NONE, nanos, false);
        get(limiter.limits.ready());
        return limiter;
    }

    /** One that waits for Redis also on a busy machine, for where no answer may be lost. */
    static Limiter patient(RedisServer server, FakeLedger ledger) {
        return patient(UUID.randomUUID().toString(), server, ledger);
    }

    /** The same, of the process {@code instance}. */
    static Limiter patient(String instance, RedisServer server, FakeLedger ledger) {
        RedisSettings settings = new RedisSettings(
                server.url(),
                Duration.ofSeconds(10),
                OnStoreFailure.CLOSED,
                1,
                Duration.ofMinutes(10),
                Duration.ofMillis(50));
        Limiter limiter = new Limiter(
                instance, settings, ledger, Backlog.NONE, Tenants.NONE, LimitWatcher.NONE, System::nanoTime, false);
        get(limiter.limits.ready());
        return limiter;
    }

    Decision reserve(List<Limit> on, String id, Amounts bound) {
        return get(limits.reserve(limits.prepare(on), new Claim(id, bound, bound)));
    }

    Hold hold(List<Limit> on, Amounts bound) {
        return ((Decision.Reserved) reserve(on, UUID.randomUUID().toString(), bound)).hold();
    }

    Decision reserve(Prepared on, Claim claim) {
        return get(limits.reserve(on, claim));
    }

    /** How {@code limit} stands, as soon as that can be said. */
    Standing standing(Limit limit) {
        List<Standing> read = new ArrayList<>();
        until(() -> {
            try {
                read.addAll(get(limits.standings(List.of(limit))));
            } catch (RedisUnavailableException e) {
                return false;
            }
            return true;
        });
        return read.getFirst();
    }

    static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("no answer in " + WAIT_SECONDS_MAX + " s", e);
        }
    }

    /** Waits until {@code condition} holds; asks again and again. */
    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("does not come to hold in " + WAIT_SECONDS_MAX + " s");
            }
            LockSupport.parkNanos(100_000);
        }
    }

    /** Ends as a process that is killed: it says nothing. */
    void vanish() {
        get(vertx.close());
    }

    @Override
    public void close() {
        limits.close();
        get(vertx.close());
    }
}
