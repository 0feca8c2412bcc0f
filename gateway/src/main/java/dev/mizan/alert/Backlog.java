package dev.mizan.alert;

import java.time.Duration;

/** Lines of this process's journal that the database does not have yet. Safe for use by many threads. */
public interface Backlog {
    /** Names the journal among those of other processes. */
    String instance();

    long lines();

    /** For how long lines have been waiting that could not be written; zero if none have. */
    Duration lag();
}
