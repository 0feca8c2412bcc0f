package dev.mizan.store;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/** Connections to SQLite: write-ahead log, every commit on the disk before it returns. */
final class SqliteConnections implements Connections {
    private static final int PAGE_BYTES = 8_192;
    private static final int CACHE_KIBIBYTES = 16_384;

    /** 32 MiB of log between two checkpoints by the ledger's writer: each flushes twice. */
    private static final int CHECKPOINT_PAGES = 4_096;

    private final Path file;

    /** @throws DatabaseUnavailableException if {@code mustExist} and it does not */
    SqliteConnections(Path file, boolean mustExist) {
        if (mustExist && !Files.exists(file)) {
            throw new DatabaseUnavailableException("no database at " + file + " (expected: a data folder in use)");
        }
        this.file = file;
    }

    @Override
    public Database.Kind kind() {
        return Database.Kind.SQLITE;
    }

    @Override
    public String folder() {
        return "sqlite";
    }

    @Override
    public String address() {
        return file.toString();
    }

    @Override
    public void prepare() throws SQLException {
        // The page size is fixed by the first write, and the write-ahead log is one: in this order.
        try (Connection connection = source(new SQLiteConfig()).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA page_size = " + PAGE_BYTES);
            statement.execute("PRAGMA journal_mode = WAL");
        }
    }

    @Override
    public DataSource migrations() {
        return source(config());
    }

    @Override
    public HikariDataSource readPool() {
        SQLiteConfig config = config();
        config.setReadOnly(true);
        return Connections.pool("sqlite-reads", source(config), READ_CONNECTIONS_MAX, true);
    }

    @Override
    public HikariDataSource writePool() {
        return Connections.pool("sqlite-writes", source(immediate()), 1, false);
    }

    @Override
    public Connection writer() throws SQLException {
        SQLiteConfig config = immediate();
        // One thread at a time uses it, and the driver has a lock of its own: SQLite's is taken for each value bound.
        config.setOpenMode(SQLiteOpenMode.NOMUTEX);
        Connection connection = source(config).getConnection();
        boolean done = false;
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
            done = true;
            return connection;
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    private SQLiteDataSource source(SQLiteConfig config) {
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        return source;
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS_MAX);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setCacheSize(-CACHE_KIBIBYTES);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        return config;
    }

    /** With transactions that take the write lock when they begin: waiting later could deadlock, and fails at once. */
    private static SQLiteConfig immediate() {
        SQLiteConfig config = config();
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        return config;
    }
}
