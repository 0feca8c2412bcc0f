package dev.mizan.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** How connections to one kind of database are made. */
interface Connections {
    /** Connections that a pool keeps for reading at most. */
    int READ_CONNECTIONS_MAX = 4;

    /** How long a thread waits for a connection of a pool at most. */
    int CONNECTION_WAIT_MILLIS_MAX = 10_000;

    /** How long a connection waits for a lock of SQLite, or for PostgreSQL's host, at most. */
    int BUSY_MILLIS_MAX = 5_000;

    Database.Kind kind();

    /** The folder under {@code db/migration}. */
    String folder();

    /** Where the database is, for messages; without the password. */
    String address();

    /** Makes what must be there before the first migration. */
    void prepare() throws SQLException;

    /** Connections for the migrations. */
    DataSource migrations();

    /** A pool of connections that can only read. */
    HikariDataSource readPool();

    /** A pool of connections that can write. */
    HikariDataSource writePool();

    /** A connection that belongs to the caller. */
    Connection writer() throws SQLException;

    /** A pool that connects when it is first asked. */
    static HikariDataSource pool(String name, DataSource source, int connectionsMax, boolean readOnly) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(source);
        config.setMaximumPoolSize(connectionsMax);
        config.setMinimumIdle(0);
        config.setReadOnly(readOnly);
        config.setConnectionTimeout(CONNECTION_WAIT_MILLIS_MAX);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }
}
