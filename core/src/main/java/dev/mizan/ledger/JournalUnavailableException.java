package dev.mizan.ledger;

/** The journal can't take an entry now: its disk is full or failing. Callers answer 503 {@code journal_unavailable}. */
public final class JournalUnavailableException extends RuntimeException {
    public JournalUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public JournalUnavailableException(String message) {
        super(message);
    }
}
