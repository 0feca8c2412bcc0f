package dev.mizan.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for something to become true, with a deadline. */
final class Await {
    private static final long DEADLINE_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Await() {}

    /** What {@code source} gives as soon as it gives something. Throws {@link AssertionError} after two minutes. */
    static <T> T present(String what, Supplier<Optional<T>> source) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (true) {
            Optional<T> value = source.get();
            if (value.isPresent()) {
                return value.get();
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within two minutes: " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Returns once {@code condition} holds. Throws {@link AssertionError} after two minutes. */
    static void until(String what, BooleanSupplier condition) {
        var _ = present(what, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }

    /** Returns once {@code wrong} finds nothing. Throws {@link AssertionError} with what it found after two minutes. */
    static void untilNone(String what, Supplier<List<String>> wrong) {
        List<String> last = new ArrayList<>();
        try {
            until(what, () -> {
                last.clear();
                return !last.addAll(wrong.get());
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; still " + last, e);
        }
    }
}
