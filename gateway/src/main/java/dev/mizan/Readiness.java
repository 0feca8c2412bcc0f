package dev.mizan;

import dev.mizan.admin.Health;
import dev.mizan.ledger.Journal;
import dev.mizan.store.Database;
import dev.mizan.store.LedgerWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Whether this process can do its work: the journal, the database, and something to serve. */
final class Readiness implements Health {
    private final Journal journal;
    private final LedgerWriter writer;
    private final Database database;
    private final Supplier<Configuration> configuration;

    Readiness(Journal journal, LedgerWriter writer, Database database, Supplier<Configuration> configuration) {
        this.journal = journal;
        this.writer = writer;
        this.database = database;
        this.configuration = configuration;
    }

    @Override
    public List<Check> checks() {
        return List.of(checkJournal(), checkDatabase(), checkLedger(), checkModels());
    }

    private Check checkJournal() {
        boolean writable = journal.writable();
        return new Check("journal", writable, writable ? "folder " + journal.instance() : "full or failing");
    }

    private Check checkDatabase() {
        try {
            database.read(handle -> handle.execute("SELECT 1"));
            return new Check("database", true, database.kind().name().toLowerCase(Locale.ROOT));
        } catch (RuntimeException e) {
            return new Check("database", false, "can't be read");
        }
    }

    /** Lines that wait are no reason to take no calls: the journal says when it is full. */
    private Check checkLedger() {
        String waiting = writer.backlogLines() + " lines wait in the journal";
        return new Check("ledger", true, writer.lastError().isEmpty() ? waiting : waiting + "; last try failed");
    }

    private Check checkModels() {
        int models = configuration.get().models().size();
        return new Check("models", models > 0, models + " aliases");
    }
}
