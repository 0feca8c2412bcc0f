package dev.mizan.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Waits for what another thread or process does. */
final class Await {
    private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(20);

    private Await() {}

    /** Returns once {@code condition} holds; fails after 20 seconds. */
    static void until(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > NANOS_MAX) {
                throw new AssertionError("did not come true in 20 s");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** How many files under {@code folder} end in {@code suffix}. */
    static long files(Path folder, String suffix) {
        while (true) {
            try (Stream<Path> files = Files.walk(folder)) {
                return files.filter(file -> file.toString().endsWith(suffix)).count();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (UncheckedIOException e) {
                // A file that goes while they are counted: count again.
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
            }
        }
    }
}
