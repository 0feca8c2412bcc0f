package dev.mizan;

import dev.mizan.admission.LimitRefusals;
import dev.mizan.admission.LimitStore;
import dev.mizan.batch.BatchParts;
import dev.mizan.identity.Authenticator;
import dev.mizan.identity.Directory;
import dev.mizan.ledger.Journal;
import dev.mizan.messages.Texts;
import dev.mizan.relay.Snapshot;
import dev.mizan.store.Database;
import dev.mizan.store.JdbcBatches;
import dev.mizan.store.JdbcLedgerReader;
import dev.mizan.store.LedgerWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Puts together what batches work with.
 *
 * @param folder the data folder
 */
record Batching(Database database, LedgerWriter writer, Path folder, Clock clock) {
    /** How long settling waits for the ledger before it tries again later. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** With these, which calls share. */
    BatchParts parts(
            Supplier<Snapshot> snapshot,
            Authenticator authenticator,
            Directory directory,
            LimitStore limits,
            Journal journal) {
        return new BatchParts(
                snapshot,
                authenticator,
                directory,
                limits,
                new LimitRefusals(new Texts(), clock),
                journal,
                new JdbcLedgerReader(database)::line,
                () -> writer.awaitWritten(PATIENCE),
                new JdbcBatches(database),
                folder.resolve("spool").resolve(journal.instance()),
                clock);
    }
}
