package dev.mizan;

import dev.mizan.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration in force. Follows its file and the imported prices: a changed one that can be used replaces what
 * can change while running, between two calls; one that can't is refused with the reasons in the log, and the old one
 * stays. Safe for use by many threads.
 */
public final class LiveConfiguration implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveConfiguration.class);
    private static final long INTERVAL_MILLIS = 1_000;

    private final Supplier<Configuration> source;
    private final Optional<Path> file;
    private final UnaryOperator<Configuration> commandLine;
    private final ScheduledExecutorService executor;
    /** What was read, and the same with what was set while running. */
    private volatile Configuration configured;

    private volatile Configuration current;
    private UnaryOperator<Configuration> overlay = UnaryOperator.identity();
    private Consumer<Configuration> applying = changed -> {};
    private List<Stamp> seen;

    /** What tells that a file has changed: an editor may replace it, or write the same length in the same tick. */
    private record Stamp(long modifiedMillis, long size, Object fileKey) {
        static final Stamp NONE = new Stamp(0, 0, "");
    }

    /**
     * Reads the configuration; {@link #follow} then watches the file.
     *
     * @param source reads it, each time anew
     * @param file the file to watch; empty if the source does not change
     * @param commandLine puts the command line's options over what was read
     * @throws ConfigurationException with everything that is wrong with it
     */
    public LiveConfiguration(
            Supplier<Configuration> source, Optional<Path> file, UnaryOperator<Configuration> commandLine) {
        this.source = source;
        this.file = file;
        this.commandLine = commandLine;
        // Before reading: a change during it is found by the first look.
        List<Stamp> before = file.map(path -> List.of(stamp(path))).orElse(List.of());
        this.configured = read();
        this.current = configured;
        this.seen = Stream.concat(before.stream(), pricesStamps()).toList();
        this.executor = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("configuration").daemon().factory());
    }

    /** The configuration in force now; ask for it with each call. */
    public Configuration current() {
        return current;
    }

    /** What the file says, without what was set while running. */
    Configuration configured() {
        return configured;
    }

    /** Lays {@code settings} over whatever is read, now and later. */
    synchronized void overlay(UnaryOperator<Configuration> settings) {
        overlay = settings;
        current = settings.apply(configured);
    }

    /** Lays the overlay over what was read anew: it says something else now. */
    synchronized void applyAgain() {
        Configuration next = overlay.apply(configured);
        applying.accept(next);
        current = next;
    }

    /**
     * Looks at the file every second from now on.
     *
     * @param applying puts a changed configuration in force, on this object's thread; the change is refused if it
     *     throws
     */
    public synchronized void follow(Consumer<Configuration> applying) {
        this.applying = applying;
        var _ = executor.scheduleWithFixedDelay(this::look, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private void look() {
        List<Stamp> now = Stream.concat(file.stream().map(LiveConfiguration::stamp), pricesStamps())
                .toList();
        if (!now.equals(seen)) {
            seen = now;
            reload();
        }
    }

    /** Reads the file again. */
    synchronized void reload() {
        try {
            Configuration changed = file.isPresent() ? read() : configured;
            String waiting =
                    current.holdsWith(changed) ? "" : "; those of server, storage and master_key wait for a restart";
            Configuration wanted = configured.withChanges(changed);
            Configuration next = overlay.apply(wanted);
            applying.accept(next);
            configured = wanted;
            current = next;
            LOG.info("configuration: changes are in force{}", waiting);
        } catch (ConfigurationException e) {
            LOG.error("configuration: the change is refused, the old one stays:\n{}", e.text());
        } catch (RuntimeException e) {
            LOG.error("configuration: the change is refused, the old one stays: {}", e.toString());
        }
    }

    private Configuration read() {
        return commandLine.apply(source.get());
    }

    private Stream<Stamp> pricesStamps() {
        return Stream.of(stamp(current.storage().folder().resolve("prices")));
    }

    private static Stamp stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    attributes.lastModifiedTime().toMillis(),
                    attributes.size(),
                    Objects.requireNonNullElse(attributes.fileKey(), ""));
        } catch (IOException e) {
            // It is not there, or is between being deleted and written anew: the next look finds it.
            return Stamp.NONE;
        }
    }
}
