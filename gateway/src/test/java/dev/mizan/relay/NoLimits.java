package dev.mizan.relay;

import dev.mizan.admission.Decision;
import dev.mizan.admission.LimitStore;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Balances.Adjustment;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Standing;
import io.vertx.core.Future;
import java.util.List;

/** Holds no counters. */
final class NoLimits implements LimitStore {
    @Override
    public Prepared prepare(List<Limit> limits) {
        return () -> limits;
    }

    @Override
    public Future<Decision> reserve(Prepared limits, Claim claim) {
        return Future.succeededFuture(new Decision.Unavailable(Decision.Reason.UNREACHABLE));
    }

    @Override
    public Future<List<Standing>> standings(List<Limit> limits) {
        return Future.failedFuture("none");
    }

    @Override
    public Future<Void> adjust(Limit limit, Adjustment adjustment) {
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> post(Prepared limits, String id, long place, long admittedAtMillis, Amounts delta) {
        return Future.succeededFuture();
    }

    @Override
    public void close() {}
}
