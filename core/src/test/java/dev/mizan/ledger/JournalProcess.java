package dev.mizan.ledger;

import dev.mizan.ledger.JournalSettings.Fsync;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that appends calls on two threads and says so, to be killed: for each call {@code I id} once its intent is
 * in, {@code L id} once its line is, or {@code R id} once it is released.
 */
final class JournalProcess {
    private JournalProcess() {}

    public static void main(String[] arguments) throws Exception {
        JournalSettings settings =
                new JournalSettings(Fsync.valueOf(arguments[1]), Duration.ofMillis(100), 1 << 20, 256L << 20, "", "");
        Journal journal = Journal.open(Path.of(arguments[0]), settings, Clock.systemUTC());
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        Thread freeing = Thread.ofPlatform().daemon().start(() -> free(journal));
        Thread other = Thread.ofPlatform().start(() -> append(journal, out));
        append(journal, out);
        other.join();
        freeing.join();
    }

    private static void append(Journal journal, PrintStream out) {
        for (int i = 0; ; i++) {
            String request = SampleEntries.id();
            String attempt = SampleEntries.id();
            try {
                journal.append(SampleEntries.intent(request, attempt));
            } catch (JournalUnavailableException e) {
                LockSupport.parkNanos(1_000_000);
                continue;
            }
            out.println("I " + request);
            if (i % 7 == 0) {
                journal.append(new Release(attempt, i));
                out.println("R " + request);
            } else if (i % 11 != 0) {
                journal.append(SampleEntries.line(request, attempt));
                out.println("L " + request);
            }
        }
    }

    /** Reads along without ever committing: what is lost can't hide in what was freed. */
    private static void free(Journal journal) {
        JournalReader reader = journal.reader(JournalPosition.START);
        while (true) {
            reader.await(1 << 16, 10_000_000);
            reader.read(1_000, line -> {});
        }
    }
}
