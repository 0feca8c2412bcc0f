package dev.mizan.store.redis;

import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The chunks that this process leases while Redis answers, one of each account that its calls used lately, and from
 * which it admits calls while Redis does not ({@link OnStoreFailure#LOCAL}; rule 16 of the promise). They are leased
 * and given back beside the calls, never by one. Belongs to one event loop.
 */
final class Chunks {
    /** Accounts of which this process may have a chunk; of one more it has none. */
    static final int CHUNKS_MAX = 10_000;

    /** For how long an account counts as used after a call, and as spent after a refusal. */
    static final long LATELY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final int ASKS_MAX = 256;

    private final RedisSettings settings;
    private final String instance;
    private final RedisClock clock;
    private final LongSupplier nanos;
    private final Map<String, Used> accounts = new HashMap<>();
    private int asks;

    /** An account that calls used. */
    private static final class Used {
        private final Slot slot;
        private Limit limit;
        private long usedAt;
        private Optional<Long> refusedAt = Optional.empty();
        private Optional<Chunk> chunk = Optional.empty();
        private boolean isAsking;

        Used(Slot slot, Limit limit) {
            this.slot = slot;
            this.limit = limit;
        }

        boolean isIdle(long now) {
            return now - usedAt >= LATELY_NANOS;
        }

        boolean wasRefused(long now) {
            return refusedAt.isPresent() && now - refusedAt.get() < LATELY_NANOS;
        }
    }

    Chunks(RedisSettings settings, String instance, RedisClock clock, LongSupplier nanos) {
        this.settings = settings;
        this.instance = instance;
        this.clock = clock;
        this.nanos = nanos;
    }

    /** A call asks for {@code limits}. */
    void used(PreparedLimits limits) {
        long now = nanos.getAsLong();
        for (PreparedLimits.Group group : limits.groups()) {
            for (PreparedLimits.Check check : group.strict()) {
                Account account = group.accounts().get(check.account());
                Used used = accounts.get(account.name());
                if (used == null && account.isLeasable() && accounts.size() < CHUNKS_MAX) {
                    used = new Used(group.slot(), check.limit());
                    accounts.put(account.name(), used);
                }
                if (used != null) {
                    used.limit = check.limit();
                    used.usedAt = now;
                }
            }
        }
    }

    /** Redis says that a call does not fit {@code account}: what is set aside here may be what it lacks. */
    void refused(Account account) {
        Used used = accounts.get(account.name());
        if (used != null) {
            used.refusedAt = Optional.of(nanos.getAsLong());
        }
    }

    /**
     * Takes {@code claim} from the chunks of all accounts in {@code part} that may not be doubted, or from none.
     *
     * @param atMillis when its call is admitted
     */
    boolean draw(Part part, Claim claim, long atMillis) {
        List<Chunk.Draw> draws = new ArrayList<>();
        long now = nanos.getAsLong();
        for (PreparedLimits.Check check : part.group().strict()) {
            long need = check.need(claim);
            if (check.limit().alwaysFits(need)) {
                continue;
            }
            Account account = part.accounts().get(check.account());
            Optional<Chunk> chunk = Optional.ofNullable(accounts.get(account.name()))
                    .flatMap(used -> used.chunk)
                    .filter(one -> part.group().slot().minds(one.part()))
                    .filter(one -> one.fits(check.limit().cap(), account.startOf(atMillis), need, now));
            if (chunk.isEmpty()) {
                return false;
            }
            draws.add(new Chunk.Draw(chunk.get(), check.account(), need));
        }
        draws.forEach(draw -> draw.chunk().draw(part, draw.amount()));
        part.drew(draws);
        return true;
    }

    /** Leases what was used lately, and gives back what was not, or is used up, or is of a window that has ended. */
    void tend() {
        long now = nanos.getAsLong();
        Iterator<Used> all = accounts.values().iterator();
        while (all.hasNext()) {
            Used used = all.next();
            if (!used.slot.isLeasing() || used.isAsking) {
                continue;
            }
            used.chunk.filter(chunk -> isOver(used, chunk, now)).ifPresent(chunk -> giveBack(used, chunk));
            if (used.chunk.isPresent()) {
                continue;
            }
            if (used.isIdle(now)) {
                all.remove();
            } else if (!used.wasRefused(now) && asks < ASKS_MAX) {
                lease(used);
            }
        }
    }

    /** Gives back what Redis need not hold any more; done once it has heard of it, or can't. */
    Future<Void> giveBack() {
        List<Future<Void>> given = new ArrayList<>();
        for (Used used : accounts.values()) {
            used.chunk
                    .filter(chunk -> used.slot.isReady() && isFree(used, chunk))
                    .ifPresent(chunk -> given.add(giveBack(used, chunk)));
        }
        return Future.join(given).mapEmpty();
    }

    private boolean isOver(Used used, Chunk chunk, long now) {
        return (chunk.isDrawn()
                        || used.isIdle(now)
                        || used.wasRefused(now)
                        || used.limit.cap() != chunk.cap()
                        || chunk.startMillis()
                                < chunk.part().accounts().getFirst().startOf(clock.nowMillis()))
                && isFree(used, chunk);
    }

    private static boolean isFree(Used used, Chunk chunk) {
        return chunk.part().epoch() == used.slot.epoch() && !chunk.isNeeded();
    }

    private static Future<Void> giveBack(Used used, Chunk chunk) {
        used.chunk = Optional.empty();
        chunk.part().undo();
        return used.slot.end(chunk.part());
    }

    private void lease(Used used) {
        Slot slot = used.slot;
        Limit limit = used.limit;
        long amount = limit.cap() * settings.localShare() / 100;
        if (amount == 0 || slot.isFull()) {
            return;
        }
        PreparedLimits.Group group =
                new PreparedLimits(List.of(limit), ignored -> slot).groups().getFirst();
        Part part = new Part(group, "chunk:" + instance + ":" + UUID.randomUUID(), amount);
        Numbers numbers =
                slot.numbers().add(settings.lease().toMillis()).add(1).add(1).add(0);
        group.accounts().getFirst().describe(numbers, clock.nowMillis());
        numbers.add(amount).add(1).add(limit.cap()).add(amount);
        part.knownIn(slot.epoch());
        part.leasedUntil(nanos.getAsLong() + settings.lease().toNanos());
        slot.add(part);
        used.isAsking = true;
        asks++;
        List<String> keys = slot.keys(part);
        slot.run(Script.RESERVE, keys, numbers, part.id(), keys.getLast()).onComplete(answered -> {
            used.isAsking = false;
            asks--;
            if (answered.failed()) {
                // It may have been made all the same: Redis will hear that it has ended.
                part.undo();
                slot.end(part);
            } else if (answered.result().code() == Answer.OK) {
                part.admitted(
                        answered.result().nowMillis(), 0, answered.result().at(Answer.HEAD + 2));
                used.chunk = Optional.of(new Chunk(part, limit.cap()));
            } else {
                slot.forget(part);
                if (answered.result().code() == Answer.REFUSED) {
                    refused(group.accounts().getFirst());
                }
            }
        });
    }
}
