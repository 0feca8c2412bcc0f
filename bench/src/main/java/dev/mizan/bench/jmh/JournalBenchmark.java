package dev.mizan.bench.jmh;

import dev.mizan.bench.Samples;
import dev.mizan.ledger.Intent;
import dev.mizan.ledger.Journal;
import dev.mizan.ledger.JournalPosition;
import dev.mizan.ledger.JournalReader;
import dev.mizan.ledger.JournalSettings;
import dev.mizan.ledger.Line;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a call's entries in the journal cost the event loop that appends them, while a reader empties it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 30)
@Measurement(iterations = 50)
public class JournalBenchmark {
    /** Half of what fits into one segment: nobody waits for another to be made. */
    private static final int CALLS = 6_000;

    private static final int SAMPLES = 1_024;
    private static final int READ_LINES = 10_000;
    private static final long WAIT_NANOS = 1_000_000;

    private final Intent[] intents = new Intent[SAMPLES];
    private final Line[] lines = new Line[SAMPLES];
    private final Path folder = temporary();
    private final Journal journal = Journal.open(folder, JournalSettings.DEFAULT, Clock.systemUTC());
    private final Thread emptying = Thread.ofPlatform().daemon().start(this::empty);

    /** Opens a journal in a temporary folder. */
    public JournalBenchmark() {
        for (int i = 0; i < SAMPLES; i++) {
            intents[i] = Samples.intent(i);
            lines[i] = Samples.line(intents[i], i);
        }
    }

    /** Waits until the reader has emptied it. */
    @Setup(Level.Invocation)
    public void await() {
        while (journal.backlogBytes() > 0) {
            LockSupport.parkNanos(WAIT_NANOS);
        }
        LockSupport.parkNanos(100 * WAIT_NANOS);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void intentAndLine() {
        for (int i = 0; i < CALLS; i++) {
            journal.append(intents[i & (SAMPLES - 1)]);
            journal.append(lines[i & (SAMPLES - 1)]);
        }
    }

    /** Ends it. */
    @TearDown
    public void close() throws IOException, InterruptedException {
        emptying.interrupt();
        emptying.join();
        journal.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(JournalBenchmark::delete);
        }
    }

    private void empty() {
        JournalReader reader = journal.reader(JournalPosition.START);
        long read = 0;
        while (!Thread.currentThread().isInterrupted()) {
            read += reader.read(READ_LINES, line -> {});
            reader.committed();
            reader.await(1 << 20, WAIT_NANOS);
        }
        if (read == 0) {
            throw new IllegalStateException("nothing was read");
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("mizan-journal-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
