package dev.mizan.store;

import dev.mizan.ledger.Line;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.LineFilter;
import dev.mizan.report.SpendQuery;
import dev.mizan.report.SpendRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the ledger in the database. Blocking; safe for use by many threads.
 *
 * <p>Every method throws {@link DatabaseUnavailableException} if the database can't be read.
 */
public final class JdbcLedgerReader implements LedgerReader {
    /** Lines that {@link #lines} gives at most. */
    public static final int PAGE_LINES_MAX = 1_000;

    private final Database database;

    /** Reads {@code database}. */
    public JdbcLedgerReader(Database database) {
        this.database = database;
    }

    @Override
    public Page lines(LineFilter filter, String cursor, int limit) {
        if (limit < 1 || limit > PAGE_LINES_MAX) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 to " + PAGE_LINES_MAX + ")");
        }
        return read(connection -> {
            LineQuery query = LineQuery.of(filter, database.kind(), LedgerSession.Span.read(connection));
            if (!cursor.isEmpty()) {
                query.before(cursor);
            }
            List<Line> lines = query.read(connection, true, limit + 1);
            boolean more = lines.size() > limit;
            List<Line> page = more ? lines.subList(0, limit) : lines;
            return new Page(page, more ? page.getLast().id() : "");
        });
    }

    /** In pages, so that no connection is held while the consumer works: lines that arrive late may be missed. */
    @Override
    public void forEachLine(LineFilter filter, Consumer<Line> consumer) {
        String last = "";
        List<Line> lines;
        do {
            String after = last;
            lines = read(connection -> {
                LineQuery query = LineQuery.of(filter, database.kind(), LedgerSession.Span.read(connection));
                return (after.isEmpty() ? query : query.after(after)).read(connection, false, PAGE_LINES_MAX);
            });
            lines.forEach(consumer);
            if (!lines.isEmpty()) {
                last = lines.getLast().id();
            }
        } while (lines.size() == PAGE_LINES_MAX);
    }

    @Override
    public Optional<Line> line(String id) {
        return read(connection -> LineQuery.of(id, database.kind()).read(connection, false, 1).stream()
                .findFirst());
    }

    @Override
    public List<SpendRow> spend(SpendQuery query) {
        return read(connection -> new SpendSql(connection, query).rows());
    }

    private interface Work<R> {
        R with(Connection connection) throws SQLException;
    }

    private <R> R read(Work<R> work) {
        try (Connection connection = database.reads().getConnection()) {
            return work.with(connection);
        } catch (SQLException e) {
            throw new DatabaseUnavailableException("the ledger can't be read: " + e.getMessage(), e);
        }
    }
}
