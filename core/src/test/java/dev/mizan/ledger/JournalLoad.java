package dev.mizan.ledger;

import dev.mizan.ledger.JournalSettings.Fsync;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures appends: {@code JournalLoad FOLDER [CALLS] [THREADS] [CALLS_PER_SECOND]}. Prints nanoseconds for an intent
 * and a line, back to back or at a fixed rate, with the 100 ms flush on and a reader that frees segments.
 */
public final class JournalLoad {
    private JournalLoad() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int calls = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
        int threads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
        double rate = arguments.length > 3 ? Double.parseDouble(arguments[3]) : 0;
        JournalSettings settings = new JournalSettings(
                Fsync.valueOf(System.getProperty("fsync", "INTERVAL")),
                Duration.ofMillis(100),
                16 << 20,
                4L << 30,
                "",
                "");
        try (Journal journal = Journal.open(folder, settings, Clock.systemUTC())) {
            AtomicBoolean done = new AtomicBoolean();
            Thread reader = Thread.ofPlatform().start(() -> free(journal, done));
            for (int round = 0; round < 5; round++) {
                Thread[] appenders = new Thread[threads];
                for (int i = 0; i < threads; i++) {
                    appenders[i] = Thread.ofPlatform().start(() -> append(journal, calls / threads, rate / threads));
                }
                for (Thread appender : appenders) {
                    appender.join();
                }
            }
            done.set(true);
            reader.join();
        }
    }

    private static void free(Journal journal, AtomicBoolean done) {
        JournalReader reader = journal.reader(JournalPosition.START);
        while (!done.get()) {
            reader.await(4 << 20, 100_000_000);
            reader.read(Integer.MAX_VALUE, line -> {});
            reader.committed();
        }
    }

    private static void append(Journal journal, int calls, double rate) {
        String[] ids = new String[2 * 10_000];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = SampleEntries.id();
        }
        long[] intents = new long[calls];
        long[] lines = new long[calls];
        long interval = rate > 0 ? (long) (1e9 / rate) : 0;
        long next = System.nanoTime();
        int refused = 0;
        for (int i = 0; i < calls; i++) {
            if (interval > 0) {
                next += interval;
                while (System.nanoTime() < next) {
                    LockSupport.parkNanos(Math.max(1, next - System.nanoTime() - 60_000));
                }
            }
            String id = ids[i % 10_000];
            String attempt = ids[10_000 + i % 10_000];
            Intent intent = SampleEntries.intent(id, attempt);
            Line line = SampleEntries.line(id, attempt);
            long start = System.nanoTime();
            try {
                journal.append(intent);
            } catch (JournalUnavailableException e) {
                refused++;
                i--;
                LockSupport.parkNanos(1_000_000);
                continue;
            }
            long middle = System.nanoTime();
            journal.append(line);
            long end = System.nanoTime();
            intents[i] = middle - start;
            lines[i] = end - middle;
        }
        System.out.printf(Locale.ROOT, "refused %d  intent %s  line %s%n", refused, describe(intents), describe(lines));
    }

    private static String describe(long[] nanos) {
        long sum = Arrays.stream(nanos).sum();
        Arrays.sort(nanos);
        return String.format(
                Locale.ROOT,
                "mean %d p50 %d p99 %d p99.9 %d p99.99 %d max %d ns",
                sum / nanos.length,
                nanos[nanos.length / 2],
                nanos[(int) (nanos.length * 0.99)],
                nanos[(int) (nanos.length * 0.999)],
                nanos[(int) (nanos.length * 0.9999)],
                nanos[nanos.length - 1]);
    }
}
