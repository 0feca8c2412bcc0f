package dev.mizan.batch;

import dev.mizan.admission.LimitRefusals;
import dev.mizan.admission.LimitStore;
import dev.mizan.identity.Authenticator;
import dev.mizan.identity.Directory;
import dev.mizan.ledger.JournalAppender;
import dev.mizan.ledger.Line;
import dev.mizan.relay.Snapshot;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What batches work with.
 *
 * @param snapshot the configuration in force
 * @param directory what callers hold
 * @param ledger the line of an id, once it is booked
 * @param written waits until all that was journaled is in the ledger; whether it is
 * @param spool where files are kept while they pass
 */
public record BatchParts(
        Supplier<Snapshot> snapshot,
        Authenticator authenticator,
        Directory directory,
        LimitStore limits,
        LimitRefusals refusals,
        JournalAppender journal,
        Function<String, Optional<Line>> ledger,
        BooleanSupplier written,
        BatchStore store,
        Path spool,
        Clock clock) {}
