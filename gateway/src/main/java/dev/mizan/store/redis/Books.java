package dev.mizan.store.redis;

import dev.mizan.limit.Balances;
import dev.mizan.limit.Balances.Adjustment;
import dev.mizan.limit.Balances.Use;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Window;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** Reads from the books what accounts begin with, on threads of its own; each account once at a time. */
final class Books implements AutoCloseable {
    /** Accounts that may wait for being read; one more is refused. */
    static final int LOADS_MAX = 10_000;

    private static final int READERS_MAX = 4;
    private static final int JOURNALS_MAX = 100;
    private static final long QUARTER_HOUR_MILLIS = 900_000;
    private static final long RECENT_MILLIS = 86_400_000;
    private static final int RECENT_MAX = 100;

    private final Balances all;
    private final Context loop;
    private final RedisClock clock;
    private final Map<String, Future<Void>> loads = new HashMap<>();
    private final Semaphore readers = new Semaphore(READERS_MAX);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("limit-books-", 0).factory());

    Books(Balances all, Context loop, RedisClock clock) {
        this.all = all;
        this.loop = loop;
        this.clock = clock;
    }

    /**
     * What an account begins with.
     *
     * @param figures the numbers of {@code load.lua} after its description
     * @param adjustments those that are in it
     * @param written see {@link Balances#written}
     */
    record Opening(List<Long> figures, List<String> adjustments, Map<String, Long> written) {}

    /** Loads {@code account} unless somebody has; fails if the books can't be read or Redis does not answer. */
    Future<Void> load(Slot slot, Account account) {
        String key = account.key(slot.epoch());
        Future<Void> running = loads.get(key);
        if (running != null) {
            return running;
        }
        if (loads.size() >= LOADS_MAX) {
            return Future.failedFuture(new RedisUnavailableException(LOADS_MAX + " accounts are being read"));
        }
        long epoch = slot.epoch();
        long nowMillis = clock.nowMillis();
        Promise<Opening> opening = Promise.promise();
        threads.execute(() -> read(account, nowMillis, opening));
        Future<Void> load = opening.future().compose(read -> write(slot, epoch, account, nowMillis, read));
        loads.put(key, load);
        load.onComplete(ignored -> loads.remove(key, load));
        return load;
    }

    private void read(Account account, long nowMillis, Promise<Opening> opening) {
        readers.acquireUninterruptibly();
        try {
            Opening read = all.atOnce(balances -> opening(balances, account, nowMillis));
            loop.runOnContext(ignored -> opening.complete(read));
        } catch (RuntimeException e) {
            loop.runOnContext(ignored -> opening.fail(e));
        } finally {
            readers.release();
        }
    }

    private static Opening opening(Balances balances, Account account, long nowMillis) {
        Limit limit = account.limit();
        long from = account.countedFrom(nowMillis);
        List<Adjustment> adjustments = balances.adjustments(limit.account(), from);
        List<Long> figures = new ArrayList<>(List.of(nowMillis, from));
        if (limit.window() instanceof Window.Sliding sliding) {
            Map<Long, Long> slots = new TreeMap<>();
            boolean byQuarters = sliding.slotMillis() % QUARTER_HOUR_MILLIS == 0;
            long wholeFrom = Math.floorDiv(from, QUARTER_HOUR_MILLIS) * QUARTER_HOUR_MILLIS;
            List<Use> uses =
                    byQuarters ? balances.quarters(limit.subject(), from) : balances.calls(limit.subject(), wholeFrom);
            for (Use use : uses) {
                add(slots, sliding.slotStart(use.atMillis()), use.amounts().of(limit), from);
            }
            for (Adjustment adjustment : adjustments) {
                add(slots, sliding.slotStart(adjustment.atMillis()), adjustment.delta(), from);
            }
            slots.forEach((slot, used) -> {
                figures.add(slot);
                figures.add(used);
            });
        } else {
            long used = balances.total(limit.subject(), from).of(limit);
            for (Adjustment adjustment : adjustments) {
                used = Math.addExact(used, adjustment.delta());
            }
            figures.add(used);
        }
        List<String> recent = adjustments.stream()
                .filter(adjustment -> adjustment.atMillis() >= nowMillis - RECENT_MILLIS)
                .map(Adjustment::id)
                .toList();
        int size = recent.size();
        return new Opening(figures, recent.subList(Math.max(0, size - RECENT_MAX), size), balances.written());
    }

    /** Writes what was read for {@code account}, unless another epoch has begun since. */
    private static Future<Void> write(Slot slot, long of, Account account, long nowMillis, Opening opening) {
        if (of != slot.epoch()) {
            return Future.succeededFuture();
        }
        List<String> keys = new ArrayList<>();
        keys.add(account.key(of));
        for (String adjustment : opening.adjustments()) {
            keys.add(slot.change(adjustment));
        }
        Numbers numbers = slot.numbers();
        account.describe(numbers, nowMillis);
        opening.figures().forEach(numbers::add);
        // Those that are known to live first: others will hardly ask.
        String written = opening.written().entrySet().stream()
                .sorted(Comparator.comparing(place -> !slot.lives(place.getKey())))
                .limit(JOURNALS_MAX)
                .map(place -> place.getKey() + "\t" + place.getValue() + "\n")
                .collect(Collectors.joining());
        return slot.run(Script.LOAD, keys, numbers, written).mapEmpty();
    }

    private static void add(Map<Long, Long> slots, long slot, long amount, long from) {
        if (slot >= from) {
            slots.merge(slot, amount, Math::addExact);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
