package dev.mizan.alert;

import dev.mizan.alert.AlertStore.Delivery;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the deliveries of one channel, one after the other, on a thread of its own: a channel that is down or slow
 * holds no other up. What it takes is its own for {@link #LEASE}; if this process dies meanwhile, another takes it
 * then. Where a delivery stands is in the database.
 */
final class Courier implements AutoCloseable {
    /** How long a delivery is this process's own: much longer than one may take. */
    static final Duration LEASE = Duration.ofSeconds(60);

    /** How often a delivery is tried: with {@link #backoff} that is three and a half days. */
    static final int ATTEMPTS_MAX = 96;

    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final Duration BACKOFF_MAX = Duration.ofHours(1);
    private static final int DOUBLINGS_MAX = 12;
    private static final int ROUND_MAX = 100;

    private final String channel;
    private final AlertStore store;
    private final Supplier<Optional<Channel>> current;
    private final Clock clock;
    private final Duration pause;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closing;
    private boolean databaseFailing;
    private boolean channelFailing;

    /**
     * @param current the channel as it is configured now; empty if it is not
     * @param pause how long it waits before it looks again for what is due
     */
    Courier(String channel, AlertStore store, Supplier<Optional<Channel>> current, Clock clock, Duration pause) {
        this.channel = channel;
        this.store = store;
        this.current = current;
        this.clock = clock;
        this.pause = pause;
        this.thread = Thread.ofVirtual().name("alerts-" + channel).start(this::run);
    }

    /** How long after the try number {@code attempts} the next one is due: 1 s, 2 s, 4 s, … at most an hour. */
    static Duration backoff(int attempts) {
        Duration doubled = Duration.ofSeconds(1L << Math.min(DOUBLINGS_MAX, Math.max(0, attempts - 1)));
        return doubled.compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : doubled;
    }

    /** Something may be due. */
    void wake() {
        wake.release();
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing) {
            try {
                round();
                databaseFailing = false;
            } catch (RuntimeException e) {
                if (!databaseFailing && !closing) {
                    LOG.warn("alerts for {} wait: the database can't be reached: {}", channel, e.toString());
                }
                databaseFailing = true;
            }
            rest();
        }
    }

    private void rest() {
        try {
            var _ = wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
            wake.drainPermits();
        } catch (InterruptedException e) {
            // Closing: the loop looks.
        }
    }

    /** Delivers what is due, until nothing is or one fails. */
    private void round() {
        for (int i = 0; i < ROUND_MAX && !closing; i++) {
            Optional<Channel> to = current.get();
            if (to.isEmpty()) {
                return;
            }
            long now = clock.millis();
            Optional<Delivery> claimed = store.claim(channel, now, now + LEASE.toMillis());
            if (claimed.isEmpty() || !deliver(to.get(), claimed.get())) {
                return;
            }
        }
    }

    private boolean deliver(Channel to, Delivery delivery) {
        return switch (to.send(delivery.alert())) {
            case Channel.Sent.Taken taken -> {
                store.delivered(delivery, clock.millis());
                if (channelFailing) {
                    LOG.info("alerts go to {} again", channel);
                }
                channelFailing = false;
                yield true;
            }
            case Channel.Sent.Failed(String error) -> {
                if (closing) {
                    // Interrupted: the lease ends, and whoever looks then goes on.
                    yield false;
                }
                fail(delivery, error);
                yield false;
            }
        };
    }

    private void fail(Delivery delivery, String error) {
        if (!channelFailing) {
            LOG.warn("alerts do not go to {}: {}; they are kept and tried again", channel, error);
        }
        channelFailing = true;
        long now = clock.millis();
        if (delivery.attempts() >= ATTEMPTS_MAX) {
            LOG.error(
                    "alert {} was not taken by {} in {} tries; it stays listed",
                    delivery.alert().id(),
                    channel,
                    ATTEMPTS_MAX);
            store.givenUp(delivery, error, now);
        } else {
            store.failed(delivery, error, now + backoff(delivery.attempts()).toMillis(), now);
        }
    }
}
