package dev.mizan.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.mizan.ledger.FolderLock;
import dev.mizan.ledger.FolderLockedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The ledger's database: SQLite in the data folder, or PostgreSQL at an address.
 *
 * <p>Both have the same tables; migrations are in {@code db/migration/sqlite} and {@code db/migration/postgresql}.
 * Blocking; safe for use by many threads. Close it once.
 */
public final class Database implements AutoCloseable {
    /** Name of the SQLite file in the data folder. */
    public static final String FILE = "mizan.db";

    private static final String LOCK_FILE = "lock";

    private final Connections connections;
    private final AutoCloseable lock;
    private final HikariDataSource reads;
    private final HikariDataSource writes;
    private final Jdbi readJdbi;
    private final Jdbi writeJdbi;
    private volatile String usageLog = "";

    /** SQLite lets one connection write: within a process they queue here, in order, instead of polling its lock. */
    private final ReentrantLock writing = new ReentrantLock(true);

    /** What kind of database it is. */
    public enum Kind {
        SQLITE,
        POSTGRESQL
    }

    /** What it is opened for. */
    public enum Access {
        /** A gateway that serves: alone on the data folder with SQLite, beside others with PostgreSQL. */
        SERVE,
        /** A command that changes something: alone on the data folder. */
        CHANGE,
        /** A command that only reads: takes no lock, migrates nothing, can't write. */
        READ
    }

    private Database(Connections connections, AutoCloseable lock) {
        this.connections = connections;
        this.lock = lock;
        this.reads = connections.readPool();
        this.writes = connections.writePool();
        this.readJdbi = Jdbi.create(reads);
        this.writeJdbi = Jdbi.create(writes);
    }

    /**
     * Opens the database, and unless for reading brings its tables up to date.
     *
     * @param folder the data folder; made if it is not there, unless for reading
     * @param databaseUrl empty for SQLite in {@code folder}, else PostgreSQL's address: {@code postgresql://…},
     *     {@code postgres://…} or {@code jdbc:postgresql:…}
     * @throws FolderLockedException if the folder is in use in a way that {@code access} excludes
     * @throws IllegalArgumentException if {@code databaseUrl} is not such an address
     * @throws DatabaseUnavailableException if it can't be reached or brought up to date; for reading, if SQLite's file
     *     is not there
     */
    public static Database open(Path folder, String databaseUrl, Access access) {
        Connections connections = databaseUrl.isBlank()
                ? new SqliteConnections(folder.resolve(FILE), access == Access.READ)
                : new PostgresConnections(DatabaseUrl.parse(databaseUrl.strip()));
        AutoCloseable lock = access == Access.READ ? () -> {} : lock(folder, connections.kind(), access);
        Database database = null;
        try {
            if (access != Access.READ) {
                migrate(connections);
            }
            database = new Database(connections, lock);
        } finally {
            if (database == null) {
                close(lock);
            }
        }
        boolean ready = false;
        try {
            if (access != Access.READ) {
                LedgerAudit.fill(database);
            }
            ready = true;
            return database;
        } finally {
            if (!ready) {
                database.close();
            }
        }
    }

    public Kind kind() {
        return connections.kind();
    }

    /** From now on, call lines that are booked wait for the usage log called {@code name}; empty for none. */
    public void setUsageLog(String name) {
        usageLog = name;
    }

    /** The usage log that booked lines wait for; empty if there is none. */
    String usageLog() {
        return usageLog;
    }

    /** From now on, lines that are booked are linked in hash chains or are not, whoever books them. */
    public void setHashChain(boolean on) {
        boolean before = this.<Boolean>read(handle -> handle.createQuery("SELECT is_on FROM hash_chaining")
                .mapTo(Boolean.class)
                .one());
        if (before != on) {
            write(handle -> handle.execute("UPDATE hash_chaining SET is_on = ?", on ? 1 : 0));
        }
    }

    /** Connections for reading, from a pool. */
    public DataSource reads() {
        return reads;
    }

    /** Runs {@code work} with a handle for reading. */
    public <R> R read(Function<Handle, R> work) {
        return readJdbi.withHandle(work::apply);
    }

    /**
     * Runs {@code work} in one transaction that may write; rolled back if it throws. Keep it short: with SQLite nothing
     * else can write meanwhile, the ledger neither. Not for use inside {@code work}.
     */
    public <R> R write(Function<Handle, R> work) {
        writing.lock();
        try {
            return writeJdbi.inTransaction(work::apply);
        } finally {
            writing.unlock();
        }
    }

    /**
     * A connection of its own for the ledger's writer, who closes it. Its transactions belong inside {@link #writing}.
     */
    Connection writerConnection() throws SQLException {
        return connections.writer();
    }

    /** Held by whoever writes; with PostgreSQL nobody needs it, but a fair lock without contention costs nothing. */
    ReentrantLock writing() {
        return writing;
    }

    @Override
    public void close() {
        writes.close();
        reads.close();
        close(lock);
    }

    private static AutoCloseable lock(Path folder, Kind kind, Access access) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("data folder " + folder + ": " + e.getMessage(), e);
        }
        Path file = folder.resolve(LOCK_FILE);
        boolean shared = kind == Kind.POSTGRESQL && access == Access.SERVE;
        return FolderLock.tryLock(file, shared)
                .orElseThrow(() -> new FolderLockedException("data folder " + folder + " is in use by process "
                        + FolderLock.owner(file)
                        + (access == Access.SERVE
                                ? " (expected: one gateway on a data folder with SQLite)"
                                : " (expected: no running gateway; stop it, or ask it through its API)")));
    }

    private static void migrate(Connections connections) {
        try {
            connections.prepare();
            Flyway.configure()
                    .dataSource(connections.migrations())
                    .locations("classpath:db/migration/" + connections.folder())
                    .load()
                    .migrate();
        } catch (SQLException | FlywayException e) {
            throw new DatabaseUnavailableException(
                    "database " + connections.address() + " can't be opened: " + e.getMessage(), e);
        }
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
