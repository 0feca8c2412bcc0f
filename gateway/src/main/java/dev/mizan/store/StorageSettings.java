package dev.mizan.store;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the books are kept ({@code storage}). Prints the database's address as {@code ***}: it may hold a password.
 *
 * @param folder the data folder: the journal, the SQLite database, the secrets made at first start; default
 *     {@code ./data}
 * @param databaseUrl {@code postgresql://…}; empty for SQLite in the data folder
 */
public record StorageSettings(Path folder, String databaseUrl, Journal journal) {
    /** What holds where nothing is configured. */
    public static final StorageSettings DEFAULT = new StorageSettings(Path.of("data"), "", Journal.DEFAULT);

    /**
     * The journal ({@code storage.journal}).
     *
     * @param interval how long a line may wait for its flush under {@link Fsync#INTERVAL}, 1 ms to 1 s; default 100 ms
     * @param maxBytes what waits for the database at most before calls are refused, 1 MB to 1 TB; default 4 GB
     * @param segmentBytes size of one file of the journal, 1 MB to 1 GB; default 64 MB
     */
    public record Journal(Fsync fsync, Duration interval, long maxBytes, int segmentBytes) {
        /** What holds where nothing is configured. */
        public static final Journal DEFAULT =
                new Journal(Fsync.INTERVAL, Duration.ofMillis(100), 4_000_000_000L, 64_000_000);
    }

    /** When the journal is flushed to disk. */
    public enum Fsync {
        /** Before every answer's last byte: a power failure loses nothing. */
        EACH,
        /** Every {@link Journal#interval()}: a power failure may lose that much. */
        INTERVAL,
        /** When the kernel likes. */
        NEVER
    }

    @Override
    public String toString() {
        return "StorageSettings[folder=" + folder + ", databaseUrl=" + (databaseUrl.isEmpty() ? "" : "***")
                + ", journal=" + journal + "]";
    }
}
