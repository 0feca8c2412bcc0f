package dev.mizan.store.redis;

import io.vertx.core.Future;

/**
 * The lines of this process that are on their way to the database. When counters are made anew from the books, they
 * must be there first.
 */
@FunctionalInterface
public interface Backlog {
    /** Lines are in the books as soon as they are written. */
    Backlog NONE = Future::succeededFuture;

    /** Done when every line that was appended to this process's journal before the call is in the database. */
    Future<Void> written();
}
