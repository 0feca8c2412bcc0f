package dev.mizan.e2e;

import dev.mizan.ConfigurationReader;
import dev.mizan.LiveConfiguration;
import dev.mizan.Mizan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * The product with a clock of its own, which steps: {@code SteppedProcess FOLDER PORT}. It is ahead of this machine's
 * by the milliseconds in the folder's file {@code clock}.
 */
public final class SteppedProcess {
    private static final String CLOCK = "clock";
    private static final String SEEN = "clock-seen";
    private static final Duration PAUSE = Duration.ofMillis(20);

    private SteppedProcess() {}

    /** Serves until it is ended. */
    public static void main(String[] arguments) throws InterruptedException {
        Path folder = Path.of(arguments[0]);
        Path file = folder.resolve("mizan.yaml");
        int port = Integer.parseInt(arguments[1]);
        ConfigurationReader reader = ConfigurationReader.ofProcess();
        LiveConfiguration live = new LiveConfiguration(
                () -> reader.file(file),
                Optional.of(file),
                read -> read.withServer(read.server().at(read.server().host(), port)));
        SteppedClock clock = new SteppedClock(folder);
        Thread.ofPlatform().daemon().name("clock").start(clock::follow);
        Mizan mizan = Mizan.start(live, clock);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(mizan::close));
        new CountDownLatch(1).await();
    }

    /** Makes the clock of the process in {@code folder} show {@code ahead} of this machine's, once it runs. */
    static void step(Path folder, Duration ahead) throws IOException {
        Files.writeString(folder.resolve(CLOCK), ahead.toMillis() + "\n");
    }

    /** Whether the clock of the process in {@code folder} shows what was asked for last. */
    static boolean hasStepped(Path folder) {
        try {
            Path seen = folder.resolve(SEEN);
            return Files.exists(seen) && Files.readString(seen).equals(Files.readString(folder.resolve(CLOCK)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class SteppedClock extends Clock {
        private final Path folder;
        private volatile long aheadMillis;
        private String seen = "";

        SteppedClock(Path folder) {
            this.folder = folder;
            read();
        }

        void follow() {
            while (true) {
                LockSupport.parkNanos(PAUSE.toNanos());
                read();
            }
        }

        private void read() {
            try {
                String text = Files.readString(folder.resolve(CLOCK));
                // While it is being written there is no line's end yet.
                if (text.endsWith("\n") && !text.equals(seen)) {
                    aheadMillis = Long.parseLong(text.strip());
                    seen = text;
                    Files.writeString(folder.resolve(SEEN), text);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public long millis() {
            return Clock.systemUTC().millis() + aheadMillis;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
