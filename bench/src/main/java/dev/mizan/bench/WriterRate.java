package dev.mizan.bench;

import dev.mizan.ledger.Intent;
import dev.mizan.ledger.Journal;
import dev.mizan.ledger.JournalSettings;
import dev.mizan.ledger.JournalUnavailableException;
import dev.mizan.store.Database;
import dev.mizan.store.LedgerWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast the ledger's writer moves lines from the journal into SQLite, rollups and durable commits included.
 *
 * @param linesPerSecond by the clock on the wall: on a busy machine, also a measure of how busy it is
 * @param microsPerLine the writer's and the journal's own processor time
 */
record WriterRate(double linesPerSecond, double microsPerLine) {
    private static final int LINES = 300_000;
    private static final int WARM_UP_LINES = 50_000;

    /** Fills a journal in {@code scratch}, an empty folder, and times how long the writer takes to empty it. */
    static WriterRate measure(Path scratch) {
        try (Database database = Database.open(scratch, "", Database.Access.SERVE);
                Journal journal =
                        Journal.open(scratch.resolve("journal"), JournalSettings.DEFAULT, Clock.systemUTC())) {
            append(journal, 0, WARM_UP_LINES);
            write(journal, database, WARM_UP_LINES);
            append(journal, WARM_UP_LINES, WARM_UP_LINES + LINES);
            return write(journal, database, LINES);
        }
    }

    private static void append(Journal journal, int from, int to) {
        for (int i = from; i < to; i++) {
            Intent intent = Samples.intent(i);
            begin(journal, intent);
            journal.append(Samples.line(intent, i));
        }
    }

    /** Appends {@code intent}; waits where the journal is filled faster than its segments are made. */
    private static void begin(Journal journal, Intent intent) {
        while (true) {
            try {
                journal.append(intent);
                return;
            } catch (JournalUnavailableException e) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private static WriterRate write(Journal journal, Database database, int lines) {
        List<Long> self = List.of(ProcessHandle.current().pid());
        Processor before = Processor.of(self);
        long start = System.nanoTime();
        try (LedgerWriter writer = LedgerWriter.start(journal, database, System::nanoTime)) {
            if (!writer.drain(Duration.ofMinutes(5))) {
                throw new IllegalStateException("the writer did not finish: " + writer.lastError());
            }
            long nanos = System.nanoTime() - start;
            long micros = Processor.of(self).since(before).micros(Processor.Part.BOOKS);
            return new WriterRate(lines * 1e9 / nanos, (double) micros / lines);
        }
    }
}
