package dev.mizan.store;

import dev.mizan.ledger.Line;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A session on SQLite. */
final class SqliteLedgerSession extends LedgerSession {
    /** Rows of one statement: more save little, and each row binds fifty values. */
    private static final int ROWS = 16;

    private static final String ROW = "(" + marks(LineColumns.NAMES.size()) + ")";
    private static final String INSERT = "INSERT INTO ledger_line (" + LineColumns.LIST + ") VALUES ";
    private static final String UNLESS_THERE = " ON CONFLICT (id) DO NOTHING";
    private static final String INSERT_ROWS = INSERT + (ROW + ", ").repeat(ROWS - 1) + ROW + UNLESS_THERE;
    private static final String INSERT_ROW = INSERT + ROW + UNLESS_THERE;
    private static final String LAST_SEQUENCE = "SELECT coalesce(max(sequence), 0) FROM ledger_line";
    private static final String IDS_AFTER = "SELECT id FROM ledger_line WHERE sequence > ?";

    SqliteLedgerSession(Connection connection, String writer) throws SQLException {
        super(connection, writer);
    }

    @Override
    Database.Kind kind() {
        return Database.Kind.SQLITE;
    }

    @Override
    void prepare(List<Line> lines) {}

    @Override
    List<Line> insert(List<Line> lines) throws SQLException {
        List<Line> inserted = new ArrayList<>(lines.size());
        long sequence = lastSequence();
        int at = 0;
        for (; at + ROWS <= lines.size(); at += ROWS) {
            sequence += insert(lines.subList(at, at + ROWS), INSERT_ROWS, sequence, inserted);
        }
        for (; at < lines.size(); at++) {
            sequence += insert(lines.subList(at, at + 1), INSERT_ROW, sequence, inserted);
        }
        return inserted;
    }

    private int insert(List<Line> rows, String sql, long sequence, List<Line> inserted) throws SQLException {
        PreparedStatement statement = statement(sql);
        Binder binder = new Binder(statement);
        for (int i = 0; i < rows.size(); i++) {
            columns().write(rows.get(i), binder);
        }
        int count = statement.executeUpdate();
        if (count == rows.size()) {
            inserted.addAll(rows);
        } else if (count > 0) {
            // Rows get the numbers that follow the last one: those with later numbers are the ones that went in.
            inserted.addAll(withIds(rows, idsAfter(sequence)));
        }
        return count;
    }

    private long lastSequence() throws SQLException {
        try (ResultSet row = statement(LAST_SEQUENCE).executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private Set<String> idsAfter(long sequence) throws SQLException {
        PreparedStatement statement = statement(IDS_AFTER);
        statement.setLong(1, sequence);
        Set<String> ids = new HashSet<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ids.add(row.getString(1));
            }
        }
        return ids;
    }

    /** Binds values to a statement, one after the other. */
    private static final class Binder implements LineColumns.Sink {
        private final PreparedStatement statement;
        private int next = 1;

        Binder(PreparedStatement statement) {
            this.statement = statement;
        }

        @Override
        public void text(String value) throws SQLException {
            statement.setString(next++, value);
        }

        @Override
        public void number(long value) throws SQLException {
            statement.setLong(next++, value);
        }
    }
}
