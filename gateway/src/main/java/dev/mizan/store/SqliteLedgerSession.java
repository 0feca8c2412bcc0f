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
    private static final String LAST_SEQUENCE = "SELECT coalesce(max(sequence), 0) FROM ledger_line";
    private static final String IDS_AFTER = "SELECT id FROM ledger_line WHERE sequence > ?";

    private final LineRows rows;

    SqliteLedgerSession(Connection connection, String writer) throws SQLException {
        super(connection, writer);
        this.rows = new LineRows(connection);
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
        for (int from = 0; from < lines.size(); from += LineRows.ROWS_MAX) {
            List<Line> some = lines.subList(from, Math.min(lines.size(), from + LineRows.ROWS_MAX));
            for (Line line : some) {
                write(line, rows);
            }
            int row = 0;
            while (row < some.size()) {
                int end = row + rows.together(row);
                sequence += insert(some.subList(row, end), row, sequence, inserted);
                row = end;
            }
            rows.clear();
        }
        return inserted;
    }

    @Override
    public void close() {
        rows.close();
        super.close();
    }

    private int insert(List<Line> lines, int row, long sequence, List<Line> inserted) throws SQLException {
        int count = rows.insert(row, lines.size());
        if (count == lines.size()) {
            inserted.addAll(lines);
        } else if (count > 0) {
            // Rows get the numbers that follow the last one: those with later numbers are the ones that went in.
            inserted.addAll(withIds(lines, idsAfter(sequence)));
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
}
