package dev.mizan.batch;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.mizan.admission.CallLimits;
import dev.mizan.admission.Decision;
import dev.mizan.admission.Hold;
import dev.mizan.admission.LimitRefusals;
import dev.mizan.admission.LimitStore;
import dev.mizan.dialect.ErrorStyle;
import dev.mizan.dialect.Refusal;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import dev.mizan.messages.Language;
import dev.mizan.relay.Snapshot;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What a batch sets aside on the limits that it touches, those of its provider and deployment included: all or none.
 * Blocking; used by one thread.
 */
final class Reserving {
    private static final long WAIT_SECONDS_MAX = 30;

    private final List<Hold> holds = new ArrayList<>(2);

    private Reserving() {}

    /** Sets {@code bound} aside on each of {@code touched}; throws the refusal if it does not fit. */
    static Reserving of(
            LimitStore store,
            List<CallLimits> touched,
            Amounts bound,
            LimitRefusals refusals,
            Snapshot snapshot,
            Language language) {
        Reserving reserving = new Reserving();
        for (CallLimits limits : touched) {
            if (limits.isEmpty()) {
                continue;
            }
            Claim claim = new Claim(UlidCreator.getMonotonicUlid().toString(), bound, bound);
            switch (await(store.reserve(limits.prepared(), claim))) {
                case Decision.Reserved(Hold hold) -> reserving.holds.add(hold);
                case Decision.Refused(var breach) -> {
                    reserving.release();
                    throw refusals.of(breach, language, snapshot.zone(), snapshot.budgetStatus(), ErrorStyle.DIALECT)
                            .thrown();
                }
                case Decision.Unavailable(var reason) -> {
                    reserving.release();
                    Refusal refusal = refusals.of(reason, language);
                    throw refusal.thrown();
                }
            }
        }
        return reserving;
    }

    /** The id of the caller's own reservation; empty if no limit applies. */
    String id() {
        return holds.isEmpty() ? "" : holds.getFirst().id();
    }

    /** The moment that decides its windows; {@code otherwise} if no limit applies. */
    long admittedAtMillis(long otherwise) {
        return holds.isEmpty() ? otherwise : holds.getFirst().admittedAtMillis();
    }

    List<String> windows() {
        return holds.stream()
                .flatMap(hold -> hold.windows().stream())
                .distinct()
                .toList();
    }

    /** The batch's line is in the journal, up to {@code place}: its amounts are posted. */
    void settle(long place, Amounts used) {
        for (Hold hold : holds) {
            hold.booked(place, used);
            await(hold.settle(used));
        }
    }

    void release() {
        holds.forEach(hold -> await(hold.release()));
    }

    /** What {@code future} gives. */
    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("not done in " + WAIT_SECONDS_MAX + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
