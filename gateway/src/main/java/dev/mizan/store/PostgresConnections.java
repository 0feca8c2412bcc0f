package dev.mizan.store;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections to PostgreSQL. */
final class PostgresConnections implements Connections {
    private static final int WRITE_CONNECTIONS_MAX = 2;
    private static final int SOCKET_SECONDS_MAX = 60;

    private final DatabaseUrl url;

    PostgresConnections(DatabaseUrl url) {
        this.url = url;
    }

    @Override
    public Database.Kind kind() {
        return Database.Kind.POSTGRESQL;
    }

    @Override
    public String folder() {
        return "postgresql";
    }

    @Override
    public String address() {
        return url.toString();
    }

    @Override
    public void prepare() {}

    @Override
    public DataSource migrations() {
        return source(false);
    }

    @Override
    public HikariDataSource readPool() {
        return Connections.pool("postgresql-reads", source(true), READ_CONNECTIONS_MAX, true);
    }

    @Override
    public HikariDataSource writePool() {
        return Connections.pool("postgresql-writes", source(false), WRITE_CONNECTIONS_MAX, false);
    }

    @Override
    public Connection writer() throws SQLException {
        return source(false).getConnection();
    }

    private PGSimpleDataSource source(boolean readOnly) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url.jdbcUrl());
        if (!url.user().isEmpty()) {
            source.setUser(url.user());
        }
        if (!url.password().isEmpty()) {
            source.setPassword(url.password());
        }
        source.setApplicationName("mizan");
        source.setReadOnly(readOnly);
        source.setConnectTimeout(BUSY_MILLIS_MAX / 1_000);
        source.setSocketTimeout(SOCKET_SECONDS_MAX);
        source.setTcpKeepAlive(true);
        // A segment of the journal is freed after a commit: the commit must be on the disk, whatever the server's
        // default.
        String options = source.getOptions();
        source.setOptions((options == null ? "" : options + " ") + "-c synchronous_commit=on");
        return source;
    }
}
