package dev.mizan.relay;

import io.vertx.core.Vertx;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time limits of the calls on one event loop. One timer looks at all of them a few times a second, so that setting
 * and moving a limit costs a store and not a timer. Not safe for use by many threads.
 */
final class Deadlines {
    private static final long PERIOD_MILLIS = 50;

    private final LongSupplier nanoTime;
    private final long timer;
    private final Vertx vertx;
    private @Nullable Entry first;
    private int size;

    Deadlines(Vertx vertx, LongSupplier nanoTime) {
        this.vertx = vertx;
        this.nanoTime = nanoTime;
        this.timer = vertx.setPeriodic(PERIOD_MILLIS, id -> sweep());
    }

    /** Something that may take too long. Is on one list at most. */
    abstract static class Entry {
        private @Nullable Entry previous;
        private @Nullable Entry next;
        private boolean listed;
        private long deadlineNanos;

        /** The deadline has passed. Called once for each deadline set. */
        abstract void expired();

        /** Moves the deadline to {@code nanos} of the nanosecond source. */
        final void deadline(long nanos) {
            deadlineNanos = nanos;
        }
    }

    /** How many entries there are. */
    int size() {
        return size;
    }

    void add(Entry entry, long deadlineNanos) {
        entry.deadlineNanos = deadlineNanos;
        entry.listed = true;
        entry.next = first;
        if (first != null) {
            first.previous = entry;
        }
        first = entry;
        size++;
    }

    /** Takes {@code entry} off; does nothing if it is not listed. */
    void remove(Entry entry) {
        if (!entry.listed) {
            return;
        }
        entry.listed = false;
        size--;
        if (entry.previous != null) {
            entry.previous.next = entry.next;
        } else {
            first = entry.next;
        }
        if (entry.next != null) {
            entry.next.previous = entry.previous;
        }
        entry.previous = null;
        entry.next = null;
    }

    /** Lets everything listed expire now: the process stops. */
    void expireAll() {
        for (Entry entry = first; entry != null; ) {
            Entry next = entry.next;
            entry.expired();
            entry = next;
        }
    }

    void close() {
        vertx.cancelTimer(timer);
    }

    private void sweep() {
        long now = nanoTime.getAsLong();
        for (Entry entry = first; entry != null; ) {
            Entry next = entry.next;
            if (now - entry.deadlineNanos >= 0) {
                entry.deadlineNanos = Long.MAX_VALUE / 2 + now;
                entry.expired();
            }
            entry = next;
        }
    }
}
