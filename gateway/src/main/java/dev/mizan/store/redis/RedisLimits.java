package dev.mizan.store.redis;

import dev.mizan.admission.Decision;
import dev.mizan.admission.LimitStore;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Balances;
import dev.mizan.limit.Balances.Adjustment;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Standing;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The counters of limits in Redis or Valkey, shared by several processes. One script decides over all limits of a call,
 * in one round trip; its time is Redis' own. On a cluster each tenant's counters are a slot of their own, and those
 * that tenants share one more, asked last.
 *
 * <p>Counters are a cache of the books: an account that is missing is made of {@link Balances}. When Redis loses what
 * it had, the first process to see it begins a new epoch, in which no account exists; every process that lives makes
 * known what it holds, and then decisions go on (rule 15 of the promise). What can't be told to Redis now is kept, at
 * most {@link Slot#PARTS_MAX} reservations a slot, and told later.
 *
 * <p>No future takes longer than the timeout of {@link RedisSettings} for each of at most five round trips a slot,
 * and {@link Reservation#LOAD_MILLIS_MAX} where accounts are read from the books.
 */
public final class RedisLimits implements LimitStore {
    private static final long TICK_MILLIS = 50;
    private static final long WARN_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int TRIES_MAX = 4;
    private static final int CHANGES_MAX = 10_000;
    private static final String ALONE = "m";
    private static final String SHARED = "g";
    private static final Logger LOG = LoggerFactory.getLogger(RedisLimits.class);

    private final RedisSettings settings;
    private final boolean isCluster;
    private final Tenants tenants;
    private final Backlog backlog;
    private final String instance;
    private final boolean beginsAnew;
    private final LongSupplier nanos;
    private final Context loop;
    private final RedisClock clock;
    private final Link link;
    private final Books books;
    private final Thresholds thresholds;
    private final Chunks chunks;
    private final Vertx vertx;
    private final long leaseMillis;
    private final List<Change> changes = new ArrayList<>();
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();
    private long beatenAt;
    private long renewedAt;
    private long warnedAt;
    private volatile boolean isClosed;

    /** A change that no call made, on its way. */
    private record Change(PreparedLimits.Group group, Adjustment adjustment) {}

    /**
     * What the counters work with.
     *
     * @param instance this process's name, no other's
     * @param balances the books
     * @param backlog lines on their way there
     * @param clock shows about what Redis' clock shows, until its first answer
     * @param nanos a clock that never steps back, in nanoseconds
     * @param beginsAnew whether all counters are to be made anew from the books, because the journal brings lines there
     *     that no living process held: those of a process that was killed
     */
    public record Surroundings(
            String instance,
            Balances balances,
            Backlog backlog,
            Tenants tenants,
            LimitWatcher watcher,
            Clock clock,
            LongSupplier nanos,
            boolean beginsAnew) {}

    private RedisLimits(Vertx vertx, RedisSettings settings, RedisAddress address, Surroundings around) {
        this.vertx = vertx;
        this.settings = settings;
        this.isCluster = address.isCluster();
        this.tenants = around.tenants();
        this.backlog = around.backlog();
        this.instance = around.instance();
        this.beginsAnew = around.beginsAnew();
        this.nanos = around.nanos();
        this.leaseMillis = settings.lease().toMillis();
        this.loop = vertx.getOrCreateContext();
        this.clock = new RedisClock(nanos, around.clock().millis());
        this.thresholds = new Thresholds(around.watcher());
        this.books = new Books(around.balances(), loop, clock);
        this.chunks = new Chunks(settings, instance, clock, nanos);
        this.warnedAt = nanos.getAsLong() - WARN_NANOS;
        this.link = new Link(
                vertx,
                loop,
                address.options(settings.timeout(), 2 * Link.PENDING_MAX),
                settings.timeout().toMillis(),
                nanos,
                new Link.Listener() {
                    @Override
                    public void up() {
                        slots.values().forEach(Slot::up);
                    }

                    @Override
                    public void down() {
                        slots.values().forEach(Slot::down);
                    }
                });
    }

    /**
     * Begins to use the Redis at {@code settings.url()}; returns at once. {@link #ready} tells when it answers.
     *
     * @throws IllegalArgumentException if that is no address
     */
    public static RedisLimits open(Vertx vertx, RedisSettings settings, Surroundings around) {
        RedisAddress address = RedisAddress.parse(settings.url())
                .orElseThrow(() -> new IllegalArgumentException(
                        "redis_url: not an address (expected: redis://HOST:PORT or rediss://HOST:PORT)"));
        RedisLimits limits = new RedisLimits(vertx, settings, address, around);
        limits.slot(limits.isCluster ? SHARED : ALONE);
        limits.loop.runOnContext(ignored -> vertx.setPeriodic(TICK_MILLIS, limits::tick));
        return limits;
    }

    /** Done once decisions can be made; on a cluster, over what tenants share. */
    public Future<Void> ready() {
        return onLoop(() -> slot(isCluster ? SHARED : ALONE).joined());
    }

    /**
     * Makes all counters anew from the books: for use after lines have got there that no living process held, such
     * as those of an adopted journal. Done once decisions can be made again, or fails after {@code patience}.
     */
    public Future<Void> rebuild(long patienceMillis) {
        return onLoop(() -> {
            List<Future<Void>> again = new ArrayList<>();
            for (Slot slot : slots.values()) {
                again.add(slot.beginAnew().timeout(patienceMillis, TimeUnit.MILLISECONDS));
            }
            return Future.all(again).mapEmpty();
        });
    }

    @Override
    public Prepared prepare(List<Limit> limits) {
        return new PreparedLimits(limits, this::slotOf);
    }

    @Override
    public Future<Decision> reserve(Prepared limits, Claim claim) {
        return onLoop(() -> new Reservation(this, (PreparedLimits) limits, claim).run());
    }

    @Override
    public Future<List<Standing>> standings(List<Limit> limits) {
        PreparedLimits prepared = (PreparedLimits) prepare(limits);
        return onLoop(() -> {
            Standing[] read = new Standing[limits.size()];
            List<Future<Void>> groups = new ArrayList<>();
            for (PreparedLimits.Group group : prepared.groups()) {
                groups.add(read(group, read, TRIES_MAX));
            }
            // In the order that was asked for, not in that of the checks.
            return Future.all(groups).map(ignored -> {
                List<Standing> ordered = new ArrayList<>(limits.size());
                for (Limit limit : limits) {
                    for (Standing one : read) {
                        if (Objects.requireNonNull(one).limit().equals(limit)) {
                            ordered.add(one);
                            break;
                        }
                    }
                }
                return List.copyOf(ordered);
            });
        });
    }

    @Override
    public Future<Void> adjust(Limit limit, Adjustment adjustment) {
        PreparedLimits prepared = (PreparedLimits) prepare(List.of(limit));
        return onLoop(() -> change(new Change(prepared.groups().getFirst(), adjustment)));
    }

    @Override
    public Future<Void> post(Prepared limits, String id, long place, long admittedAtMillis, Amounts delta) {
        return onLoop(() -> {
            List<Future<Void>> all = new ArrayList<>();
            for (PreparedLimits.Group group : ((PreparedLimits) limits).groups()) {
                Part part = new Part(group, new Claim("p:" + id, Amounts.NONE, Amounts.NONE));
                part.admitted(admittedAtMillis);
                part.booked(new Part.Booked(place, delta));
                part.end(delta);
                all.add(group.slot().tell(part));
            }
            return Future.all(all).mapEmpty();
        });
    }

    /** Ends it; says so to the other processes if that can be done within the timeout. Not for an event loop. */
    @Override
    public void close() {
        isClosed = true;
        CountDownLatch done = new CountDownLatch(1);
        loop.runOnContext(ignored -> chunks.giveBack()
                .compose(given ->
                        Future.join(slots.values().stream().map(Slot::leave).toList()))
                .onComplete(left -> {
                    link.close();
                    done.countDown();
                }));
        try {
            if (!done.await(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                loop.runOnContext(ignored -> link.close());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        books.close();
    }

    /** Reservations that this process holds, or whose end Redis has yet to hear of. */
    Future<Integer> held() {
        return onLoop(() -> Future.succeededFuture(
                slots.values().stream().mapToInt(Slot::size).sum()));
    }

    RedisSettings settings() {
        return settings;
    }

    long leaseMillis() {
        return leaseMillis;
    }

    /** A clock that never steps back. */
    long nanos() {
        return nanos.getAsLong();
    }

    RedisClock clock() {
        return clock;
    }

    Thresholds thresholds() {
        return thresholds;
    }

    Chunks chunks() {
        return chunks;
    }

    /** Says, now and then, that calls are served on which Redis has not decided. */
    void servedOnDoubt() {
        long now = nanos.getAsLong();
        if (now - warnedAt >= WARN_NANOS) {
            warnedAt = now;
            LOG.warn(
                    settings.onStoreFailure() == OnStoreFailure.LOCAL
                            ? "Calls are admitted from shares of limits that were leased before, because Redis can't decide"
                            : "Calls are served uncounted, because on_store_failure is 'open':"
                                    + " their limits may be overstepped");
        }
    }

    /** Does {@code work} on the event loop of the counters; its future completes on the caller's. */
    <T> Future<T> onLoop(Supplier<Future<T>> work) {
        Optional<Context> caller = Optional.ofNullable(Vertx.currentContext());
        Promise<T> promise = Promise.promise();
        loop.runOnContext(ignored -> work.get().onComplete(done -> {
            if (caller.isPresent() && !caller.get().equals(loop)) {
                caller.get().runOnContext(again -> complete(promise, done));
            } else {
                complete(promise, done);
            }
        }));
        return promise.future();
    }

    private static <T> void complete(Promise<T> promise, AsyncResult<T> done) {
        if (done.succeeded()) {
            promise.complete(done.result());
        } else {
            promise.fail(done.cause());
        }
    }

    private Slot slotOf(Limit limit) {
        return slot(isCluster ? tenants.of(limit.subject()).map(id -> "t:" + id).orElse(SHARED) : ALONE);
    }

    private Slot slot(String tag) {
        return slots.computeIfAbsent(tag, this::newSlot);
    }

    private Slot newSlot(String tag) {
        Slot slot = new Slot(tag, tag.equals(SHARED), settings, instance, link, clock, nanos, backlog, thresholds);
        slot.readsFrom(books);
        if (beginsAnew) {
            slot.mustBeginAnew();
        }
        return slot;
    }

    private void tick(long timer) {
        if (isClosed) {
            vertx.cancelTimer(timer);
            return;
        }
        long now = nanos.getAsLong();
        boolean beats = now - beatenAt >= settings.beat().toNanos();
        boolean renews = now - renewedAt >= settings.lease().toNanos() / 3;
        if (beats) {
            beatenAt = now;
            again();
        }
        if (renews) {
            renewedAt = now;
        }
        for (Slot slot : slots.values()) {
            // One that is not ready is looked after more often.
            if (beats || !slot.isReady()) {
                slot.beat();
            }
            if (renews) {
                slot.renew();
            }
        }
        if (beats) {
            chunks.tend();
        }
    }

    private Future<Void> read(PreparedLimits.Group group, Standing[] into, int tries) {
        Slot slot = group.slot();
        if (!slot.isReady()) {
            if (!slot.isBeginning() || tries == 0) {
                return Future.failedFuture(new RedisUnavailableException("the counters are not ready"));
            }
            slot.beat();
            return slot.joined()
                    .timeout(slot.beginMillisMax(), TimeUnit.MILLISECONDS)
                    .compose(ignored -> read(group, into, tries - 1));
        }
        List<String> keys = new ArrayList<>();
        Numbers numbers = slot.numbers().add(group.accounts().size());
        for (Account account : group.accounts()) {
            keys.add(account.key(slot.epoch()));
            account.describe(numbers, clock.nowMillis());
        }
        return slot.run(Script.READ, keys, numbers).compose(answer -> {
            if (answer.code() == Answer.OK) {
                for (PreparedLimits.Check check : group.checks()) {
                    int at = Answer.HEAD + 3 * check.account();
                    into[check.position()] = group.accounts()
                            .get(check.account())
                            .standing(
                                    check.limit(),
                                    answer.at(at),
                                    answer.at(at + 1),
                                    answer.at(at + 2),
                                    answer.nowMillis());
                }
                return Future.succeededFuture();
            }
            if (tries == 0 || (answer.code() != Answer.MISSING && answer.code() != Answer.WINDOWS)) {
                return Future.failedFuture(new RedisUnavailableException("the counters are not ready"));
            }
            Future<Void> loaded = answer.code() == Answer.MISSING
                    ? slot.load(group.accounts(), answer).timeout(Reservation.LOAD_MILLIS_MAX, TimeUnit.MILLISECONDS)
                    : Future.succeededFuture();
            return loaded.compose(ignored -> read(group, into, tries - 1));
        });
    }

    /** Tells Redis of {@code change}, now or later. */
    private Future<Void> change(Change change) {
        return change(change, TRIES_MAX).transform(told -> {
            if (told.succeeded()) {
                return Future.succeededFuture();
            }
            if (changes.size() < CHANGES_MAX) {
                changes.add(change);
            } else {
                LOG.warn("A change of a limit's counter is not told to Redis: {} wait (expected: fewer)", CHANGES_MAX);
            }
            return Future.succeededFuture();
        });
    }

    private Future<Void> change(Change change, int tries) {
        Slot slot = change.group().slot();
        Account account = change.group().accounts().getFirst();
        Adjustment adjustment = change.adjustment();
        Numbers numbers = slot.numbers();
        account.describe(numbers, clock.nowMillis());
        numbers.add(account.startOf(adjustment.atMillis())).add(adjustment.delta());
        List<String> keys = List.of(slot.change(adjustment.id()), account.key(slot.epoch()));
        return slot.run(Script.CHANGE, keys, numbers).compose(answer -> switch (answer.code()) {
            case Answer.OK -> {
                told(change, answer.at(Answer.HEAD));
                yield Future.succeededFuture();
            }
            case Answer.GONE -> Future.succeededFuture();
            case Answer.MISSING ->
                tries == 0
                        ? Future.failedFuture(new RedisUnavailableException("an account is missing again and again"))
                        : slot.load(List.of(account), answer).compose(ignored -> change(change, tries - 1));
            default -> Future.failedFuture(new RedisUnavailableException("answer " + answer.code()));
        });
    }

    private void told(Change change, long used) {
        if (used < 0) {
            return;
        }
        Account account = change.group().accounts().getFirst();
        long start = account.startOf(change.adjustment().atMillis());
        for (PreparedLimits.Check check : change.group().checks()) {
            thresholds.saw(account.standing(check.limit(), used, 0, start, clock.nowMillis()));
        }
    }

    private void again() {
        if (changes.isEmpty() || !link.isUp()) {
            return;
        }
        List<Change> waiting = List.copyOf(changes);
        changes.clear();
        waiting.forEach(this::change);
    }

    @Override
    public String toString() {
        return "RedisLimits[" + Arrays.toString(slots.keySet().toArray()) + "]";
    }
}
