package dev.mizan;

import dev.mizan.alert.Backlog;
import dev.mizan.ledger.Journal;
import dev.mizan.store.LedgerWriter;
import java.time.Duration;

/** What waits in this process's journal, as the ledger's writer says. */
record WriterBacklog(Journal journal, LedgerWriter writer) implements Backlog {
    @Override
    public String instance() {
        return journal.instance();
    }

    @Override
    public long lines() {
        return writer.backlogLines();
    }

    @Override
    public Duration lag() {
        return writer.lag();
    }
}
