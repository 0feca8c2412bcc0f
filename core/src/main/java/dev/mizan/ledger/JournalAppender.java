package dev.mizan.ledger;

/** The side of the journal that calls write to. Safe for use by many threads; never blocks on a disk flush. */
public interface JournalAppender {
    /**
     * Appends {@code entry}. When this returns, the entry is in the kernel: a killed process does not lose it.
     *
     * @return how far the journal reaches with it: {@link JournalPosition#number} of its end
     * @throws JournalUnavailableException if the journal's disk is full or failing; nothing was appended
     */
    long append(Entry entry);

    /**
     * Runs {@code action} once everything appended so far is as durable as the configuration asks: at once on the
     * calling thread under {@code fsync: 100ms} and {@code never}, after the next group flush, on the flushing thread,
     * under {@code fsync: each}.
     */
    void whenDurable(Runnable action);
}
