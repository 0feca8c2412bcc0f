package dev.mizan.store.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** A backlog whose lines get into the books when a test says so. */
final class LaggingBacklog implements Backlog {
    private volatile Promise<Void> written = Promise.promise();
    private volatile boolean isAwaited;
    private volatile long writtenTo;

    /** @param writtenTo up to where lines are in the books from the beginning */
    LaggingBacklog(long writtenTo) {
        this.writtenTo = writtenTo;
        written.complete();
    }

    @Override
    public Future<Void> written() {
        isAwaited = true;
        return written.future();
    }

    @Override
    public long writtenTo() {
        return writtenTo;
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

    /** The books have lines up to {@code place}. */
    void isWrittenTo(long place) {
        writtenTo = place;
    }

    /** The lines of {@code limiter}'s process are written. */
    void empties(Limiter limiter) {
        Limiter.get(limiter.limits.onLoop(() -> {
            written.tryComplete();
            return Future.succeededFuture();
        }));
    }
}
