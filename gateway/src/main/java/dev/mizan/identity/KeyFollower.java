package dev.mizan.identity;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every second what other processes have changed of the keys, on one thread of its own. While the database can't
 * be read, the keys that are known go on being known.
 */
public final class KeyFollower implements AutoCloseable {
    /** How often changes are looked for. */
    public static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(KeyFollower.class);

    private final Keys keys;
    private final ScheduledExecutorService executor;
    private boolean failing;

    /** Follows {@code keys} from now on. */
    public KeyFollower(Keys keys) {
        this.keys = keys;
        this.executor = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("keys").daemon().factory());
        var _ = executor.scheduleWithFixedDelay(
                this::follow, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void follow() {
        try {
            keys.refresh();
            if (failing) {
                LOG.info("keys are read from the database again");
            }
            failing = false;
        } catch (RuntimeException e) {
            // Logged once, since the next second brings the next attempt.
            if (!failing) {
                LOG.warn("keys can't be read from the database; those that are known stay known: {}", e.toString());
            }
            failing = true;
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
