package dev.mizan.store.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** A backlog whose lines get into the books when a test says so. */
final class LaggingBacklog implements Backlog {
    private volatile Promise<Void> written = Promise.promise();
    private volatile boolean isAwaited;

    LaggingBacklog() {
        written.complete();
    }

    @Override
    public Future<Void> written() {
        isAwaited = true;
        return written.future();
    }

    @Override
    public long writtenTo() {
        return Long.MAX_VALUE;
    }

    /** From now on lines wait. */
    void fills() {
        if (written.future().isComplete()) {
            written = Promise.promise();
            isAwaited = false;
        }
    }

    /** Whether lines that wait are waited for. */
    boolean isAwaited() {
        return isAwaited;
    }

    /** The lines of {@code limiter}'s process are written. */
    void empties(Limiter limiter) {
        Limiter.get(limiter.limits.onLoop(() -> {
            written.tryComplete();
            return Future.succeededFuture();
        }));
    }
}
