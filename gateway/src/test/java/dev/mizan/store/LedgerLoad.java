package dev.mizan.store;

import dev.mizan.ledger.Journal;
import dev.mizan.ledger.JournalSettings;
import dev.mizan.ledger.JournalSettings.Fsync;
import dev.mizan.ledger.JournalUnavailableException;
import dev.mizan.ledger.Line;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the ledger's writer, from the journal to the commit: {@code LedgerLoad FOLDER [LINES] [DATABASE_URL]
 * [DIMENSION_SETS]}.
 *
 * <p>Fills a journal with calls (an intent and a line each, as a gateway writes them), then starts the writer and waits
 * until everything is in the database, three times. The lines of a round fall into one quarter of an hour and, unless
 * said otherwise, 128 dimension sets: keys and models that are in use at a time. Prints lines per second of the clock
 * and of the writer's processor time.
 */
public final class LedgerLoad {
    private static final int ROUNDS = 3;
    private static final long DRAIN_MINUTES_MAX = 10;

    private LedgerLoad() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int lines = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 500_000;
        String url = arguments.length > 2 ? arguments[2] : "";
        int dimensionSets = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 128;
        run(folder, lines, url, dimensionSets, System.out);
    }

    /** Runs the rounds in {@code folder}, which should be new. */
    public static void run(Path folder, int lines, String databaseUrl, int dimensionSets, PrintStream out)
            throws Exception {
        JournalSettings settings =
                new JournalSettings(Fsync.INTERVAL, Duration.ofMillis(100), 16 << 20, 8L << 30, "", "");
        try (Database database = Database.open(folder, databaseUrl, Database.Access.SERVE);
                Journal journal = Journal.open(folder.resolve("journal"), settings, Clock.systemUTC())) {
            for (int round = 0; round < ROUNDS; round++) {
                fill(journal, lines, round, dimensionSets);
                measure(journal, database, lines, out);
            }
        }
        Path file = folder.resolve(Database.FILE);
        if (Files.exists(file)) {
            out.printf(Locale.ROOT, "database: %d bytes a line%n", Files.size(file) / ((long) ROUNDS * lines));
        }
    }

    private static void fill(Journal journal, int count, int round, int dimensionSets) {
        RandomLines random = new RandomLines(round, Instant.parse("2026-10-20T00:00:00Z"), 60_000);
        List<Line> templates = random.lines(dimensionSets);
        for (int i = 0; i < count; i++) {
            Line line = Corrections.withFreshIds(templates.get(i % templates.size()), (long) round * count + i);
            boolean done = false;
            while (!done) {
                try {
                    journal.append(random.intent(line));
                    done = true;
                } catch (JournalUnavailableException e) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            journal.append(line);
        }
    }

    private static void measure(Journal journal, Database database, int lines, PrintStream out) {
        long[] before = ManagementFactory.getThreadMXBean().getAllThreadIds();
        long start = System.nanoTime();
        try (LedgerWriter writer = LedgerWriter.start(journal, database, System::nanoTime)) {
            long thread = writerThread(before);
            if (!writer.drain(Duration.ofMinutes(DRAIN_MINUTES_MAX))) {
                throw new IllegalStateException("not drained: " + writer.lastError());
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            double cpu = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread) / 1e9;
            out.printf(
                    Locale.ROOT,
                    "%d lines in %.2f s: %.0f lines/s; writer's processor time %.2f us a line: %.0f lines/s%n",
                    lines,
                    seconds,
                    lines / seconds,
                    cpu * 1e6 / lines,
                    lines / cpu);
        }
    }

    private static long writerThread(long[] before) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (long id : threads.getAllThreadIds()) {
            boolean known = false;
            for (long old : before) {
                known |= old == id;
            }
            if (!known && threads.getThreadInfo(id).getThreadName().equals("ledger-writer")) {
                return id;
            }
        }
        throw new IllegalStateException("no writer");
    }
}
