package dev.mizan.store.redis;

import io.vertx.core.Future;

/** The lines of this process that are on their way to the database. Safe for use by many threads. */
public interface Backlog {
    /** Lines are in the books as soon as they are written. */
    Backlog NONE = new Backlog() {
        @Override
        public Future<Void> written() {
            return Future.succeededFuture();
        }

        @Override
        public long writtenTo() {
            return Long.MAX_VALUE;
        }
    };

    /** Done when every line that was appended to this process's journal before the call is in the database. */
    Future<Void> written();

    /** Up to where this process's lines are in the database, as {@link dev.mizan.admission.Hold#booked} is told. */
    long writtenTo();
}
