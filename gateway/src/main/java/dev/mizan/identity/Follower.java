package dev.mizan.identity;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every second what other processes have changed, e.g. of the keys, on one thread of its own. While the database
 * can't be read, what is known goes on being known.
 */
public final class Follower implements AutoCloseable {
    /** How often changes are looked for. */
    public static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final String what;
    private final Runnable refresh;
    private final ScheduledExecutorService executor;
    private boolean failing;

    /**
     * Runs {@code refresh} from now on.
     *
     * @param what it reads, for the log and the thread: {@code keys}
     */
    public Follower(String what, Runnable refresh) {
        this.what = what;
        this.refresh = refresh;
        this.executor = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(what).daemon().factory());
        var _ = executor.scheduleWithFixedDelay(
                this::follow, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void follow() {
        try {
            refresh.run();
            if (failing) {
                LOG.info("{} are read again", what);
            }
            failing = false;
        } catch (RuntimeException e) {
            // Logged once, since the next second brings the next attempt.
            if (!failing) {
                LOG.warn("{} can't be read; those that are known stay known: {}", what, e.toString());
            }
            failing = true;
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
