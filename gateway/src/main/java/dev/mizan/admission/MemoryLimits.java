package dev.mizan.admission;

import dev.mizan.limit.Amounts;
import dev.mizan.limit.Balances;
import dev.mizan.limit.Balances.Adjustment;
import dev.mizan.limit.BalancesUnavailableException;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitBook;
import dev.mizan.limit.LimitSet;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Loading;
import dev.mizan.limit.Outcome;
import dev.mizan.limit.Reservation;
import dev.mizan.limit.Standing;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The counters of limits of one process, in a {@link LimitBook}. Decides before it returns, but for the first call that
 * needs a counter: then the books are read on a virtual thread, at most {@link #LOADS_MAX} at a time, while the call
 * waits for at most {@link #WAIT_MILLIS_MAX}.
 */
public final class MemoryLimits implements LimitStore {
    /** How many calls' counters are read from the books at once; others wait. */
    public static final int LOADS_MAX = 8;

    /** How long a call waits for its counters; after that it is told that they are being made. */
    public static final long WAIT_MILLIS_MAX = 5_000;

    /** How often a call decides anew after its counters were read: they may be dropped or join a window meanwhile. */
    private static final int DECISIONS_MAX = 3;

    private static final long SWEEP_MILLIS = 1_000;
    private static final int SWEPT_SUBJECTS = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(MemoryLimits.class);

    private final Vertx vertx;
    private final LimitBook book;
    private final Balances balances;
    private final Runnable beforeLoading;
    private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore loads = new Semaphore(LOADS_MAX);
    private final Map<Loading, CompletableFuture<Boolean>> running = new ConcurrentHashMap<>();
    private final long sweeper;

    private record Set(LimitSet limitSet) implements Prepared {
        @Override
        public List<Limit> limits() {
            return limitSet.limits();
        }
    }

    private record Held(Reservation reservation) implements Hold {
        @Override
        public String id() {
            return reservation.id();
        }

        @Override
        public long admittedAtMillis() {
            return reservation.admittedAtMillis();
        }

        @Override
        public List<String> windows() {
            return reservation.windows();
        }

        @Override
        public List<Standing> standings() {
            return reservation.standings();
        }

        @Override
        public List<Standing> latest() {
            return reservation.latest();
        }

        @Override
        public Future<Decision> raise(Amounts posted, Claim next) {
            return Future.succeededFuture(
                    switch (reservation.raise(posted, next)) {
                        case Outcome.Reserved reserved -> new Decision.Reserved(this);
                        case Outcome.Refused refused -> new Decision.Refused(refused.breach());
                        case Outcome.Unloaded unloaded -> new Decision.Unavailable(Decision.Reason.REBUILDING);
                    });
        }

        @Override
        public Future<Void> settle(Amounts used) {
            reservation.settle(used);
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> release() {
            reservation.release();
            return Future.succeededFuture();
        }
    }

    /**
     * Empty counters, that are filled from {@code balances} when they are first needed.
     *
     * @param beforeLoading blocks until {@code balances} knows all that was journaled before; throws {@link
     *     BalancesUnavailableException} if that can't be had now
     */
    public MemoryLimits(Vertx vertx, Clock clock, Balances balances, Runnable beforeLoading, LimitWatcher watcher) {
        this.vertx = vertx;
        this.book = new LimitBook(clock, watcher);
        this.balances = balances;
        this.beforeLoading = beforeLoading;
        this.sweeper = vertx.setPeriodic(SWEEP_MILLIS, timer -> book.dropIdle(SWEPT_SUBJECTS));
    }

    @Override
    public Prepared prepare(List<Limit> limits) {
        return new Set(book.prepare(limits));
    }

    @Override
    public Future<Decision> reserve(Prepared limits, Claim claim) {
        LimitSet set = ((Set) limits).limitSet();
        return switch (book.reserve(set, claim)) {
            case Outcome.Reserved reserved -> Future.succeededFuture(reserved(reserved));
            case Outcome.Refused refused -> Future.succeededFuture(new Decision.Refused(refused.breach()));
            case Outcome.Unloaded unloaded -> reserveLoaded(set, claim, unloaded.missing(), DECISIONS_MAX);
        };
    }

    private static Decision reserved(Outcome.Reserved reserved) {
        return new Decision.Reserved(new Held(reserved.reservation()));
    }

    private Future<Decision> reserveLoaded(LimitSet set, Claim claim, List<Loading> missing, int decisions) {
        return load(missing).compose(end -> {
            Outcome outcome = book.reserve(set, claim, end != End.LOADED);
            return switch (outcome) {
                case Outcome.Reserved reserved -> Future.succeededFuture(reserved(reserved));
                case Outcome.Refused refused -> Future.succeededFuture(new Decision.Refused(refused.breach()));
                case Outcome.Unloaded unloaded ->
                    end == End.LOADED && decisions > 1
                            ? reserveLoaded(set, claim, unloaded.missing(), decisions - 1)
                            : Future.succeededFuture(new Decision.Unavailable(
                                    end == End.FAILED ? Decision.Reason.UNREACHABLE : Decision.Reason.REBUILDING));
            };
        });
    }

    @Override
    public Future<List<Standing>> standings(List<Limit> limits) {
        LimitSet set = book.prepare(limits);
        List<Loading> missing = book.missing(set);
        Supplier<List<Standing>> standings = () -> inOrder(book.standings(set), limits);
        if (missing.isEmpty()) {
            return Future.succeededFuture(standings.get());
        }
        return load(missing)
                .compose(end -> end == End.LOADED
                        ? Future.succeededFuture(standings.get())
                        : Future.failedFuture(new BalancesUnavailableException(
                                "The books can't be read now, so how limits stand is not known.",
                                new IllegalStateException(end.name()))));
    }

    private static List<Standing> inOrder(List<Standing> standings, List<Limit> limits) {
        List<Standing> ordered = new ArrayList<>(limits.size());
        for (Limit limit : limits) {
            for (Standing standing : standings) {
                if (standing.limit().equals(limit)) {
                    ordered.add(standing);
                    break;
                }
            }
        }
        return ordered;
    }

    @Override
    public Future<Void> adjust(Limit limit, Adjustment adjustment) {
        book.adjust(limit, adjustment);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> post(Prepared limits, String id, long place, long admittedAtMillis, Amounts delta) {
        book.post(((Set) limits).limitSet(), id, admittedAtMillis, delta);
        return Future.succeededFuture();
    }

    /** What became of reading the books. */
    private enum End {
        LOADED,
        FAILED,
        STILL_RUNNING
    }

    /** Reads what is missing, or joins those who do; ends on the caller's context. */
    private Future<End> load(List<Loading> missing) {
        Context context = vertx.getOrCreateContext();
        Promise<End> promise = Promise.promise();
        long timer = vertx.setTimer(WAIT_MILLIS_MAX, late -> promise.tryComplete(End.STILL_RUNNING));
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        List<Loading> fresh = new ArrayList<>();
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (Loading loading : missing) {
            CompletableFuture<Boolean> other = running.putIfAbsent(loading, mine);
            if (other == null) {
                fresh.add(loading);
            } else {
                all.add(other);
            }
        }
        if (!fresh.isEmpty()) {
            all.add(mine);
            readers.execute(() -> {
                boolean isRead = false;
                try {
                    isRead = read(fresh);
                } finally {
                    fresh.forEach(running::remove);
                    mine.complete(isRead);
                }
            });
        }
        Future.all(all.stream()
                        .map(one -> Future.fromCompletionStage(one, context))
                        .toList())
                .onComplete(ended -> {
                    vertx.cancelTimer(timer);
                    boolean isRead = all.stream().allMatch(CompletableFuture::join);
                    promise.tryComplete(isRead ? End.LOADED : End.FAILED);
                });
        return promise.future();
    }

    /** Blocks. */
    private boolean read(List<Loading> fresh) {
        loads.acquireUninterruptibly();
        List<Loading> open = fresh;
        try {
            while (!open.isEmpty()) {
                open.forEach(book::begin);
                beforeLoading.run();
                List<Loading> again = new ArrayList<>();
                for (Loading loading : open) {
                    if (!book.finish(loading, loading.read(balances))) {
                        again.add(loading);
                    }
                }
                open = again;
            }
            return true;
        } catch (RuntimeException e) {
            LOG.warn("counters of {} limits can't be read from the books: {}", open.size(), e.getMessage());
            open.forEach(book::abandon);
            return false;
        } finally {
            loads.release();
        }
    }

    @Override
    public void close() {
        vertx.cancelTimer(sweeper);
        readers.shutdownNow();
    }
}
