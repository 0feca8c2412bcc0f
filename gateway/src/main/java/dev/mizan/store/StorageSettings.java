package dev.mizan.store;

import dev.mizan.ledger.JournalSettings;
import dev.mizan.store.redis.RedisSettings;
import java.nio.file.Path;

/**
 * Where the books are kept ({@code storage}). Prints the database's address as {@code ***}: it may hold a password.
 *
 * @param folder the data folder: the journal, the SQLite database, the secrets made at first start; default
 *     {@code ./data}
 * @param databaseUrl {@code postgresql://…}; empty for SQLite in the data folder
 * @param hashChain whether lines are linked in hash chains ({@code ledger.hash_chain}); default not
 * @param redis where limits are counted; in memory if it has no address
 */
public record StorageSettings(
        Path folder, String databaseUrl, JournalSettings journal, boolean hashChain, RedisSettings redis) {
    /** What holds where nothing is configured. */
    public static final StorageSettings DEFAULT =
            new StorageSettings(Path.of("data"), "", JournalSettings.DEFAULT, false, RedisSettings.DEFAULT);

    /** This with another data folder. */
    public StorageSettings withFolder(Path other) {
        return new StorageSettings(other, databaseUrl, journal, hashChain, redis);
    }

    @Override
    public String toString() {
        return "StorageSettings[folder=" + folder + ", databaseUrl=" + (databaseUrl.isEmpty() ? "" : "***")
                + ", journal=" + journal + ", hashChain=" + hashChain + ", redis=" + redis + "]";
    }
}
