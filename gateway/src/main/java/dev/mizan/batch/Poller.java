package dev.mizan.batch;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at open batches when they are due, also when no caller asks. One virtual thread; close it. */
final class Poller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);
    private static final long PAUSE_MILLIS = 1_000;
    private static final int AT_ONCE_MAX = 20;
    private static final long STOP_MILLIS = 10_000;

    private final BatchParts parts;
    private final Settlement settlement;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    Poller(BatchParts parts, Settlement settlement) {
        this.parts = parts;
        this.settlement = settlement;
        this.thread = Thread.ofVirtual().name("batches").start(this::run);
    }

    private void run() {
        while (closing.getCount() > 0) {
            try {
                List<Batch> due = parts.store().due(parts.clock().millis(), AT_ONCE_MAX);
                due.forEach(this::look);
            } catch (RuntimeException e) {
                LOG.debug("batches can't be looked at now: {}", e.toString());
            }
            pause();
        }
    }

    private void look(Batch batch) {
        if (closing.getCount() == 0) {
            return;
        }
        try {
            var _ = settlement.look(batch);
        } catch (Exception e) {
            LOG.warn("batch {} can't be settled now: {}", batch.id(), e.toString());
        }
    }

    private void pause() {
        try {
            var _ = closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Closing: the loop looks.
        }
    }

    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
        try {
            var _ = thread.join(java.time.Duration.ofMillis(STOP_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
