package dev.mizan.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows of {@code ledger_line} on their way into SQLite, several in a statement.
 *
 * <p>Binding a value costs as much as storing it, and most of a line's fifty columns say the same in many lines:
 * empty texts, zeros, the endpoint, the region. Such a column is bound once for all rows of a statement. Not safe for
 * use by many threads.
 */
final class LineRows implements LineColumns.Sink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LineRows.class);

    /** Rows that are taken at a time, at most. */
    static final int ROWS_MAX = 512;

    private static final int COLUMNS = LineColumns.NAMES.size();

    /** Rows of one statement; more save nothing. */
    private static final int TOGETHER = 32;

    /** Statements that are kept: which columns are the same changes, but seldom. */
    private static final int STATEMENTS_MAX = 16;

    private static final long NONE_SAME = 0;
    private static final long ALL_SAME = (1L << COLUMNS) - 1;

    private static final String INSERT = "INSERT INTO ledger_line (" + LineColumns.LIST + ") VALUES ";
    private static final String UNLESS_THERE = " ON CONFLICT (id) DO NOTHING";

    private final Connection connection;
    private final LinkedHashMap<Shape, PreparedStatement> statements = new LinkedHashMap<>(32, 0.75f, true);
    private final Object[] values = new Object[ROWS_MAX * COLUMNS];
    private int at;

    /** One bit for each column in which all rows say the same. */
    private long same = ALL_SAME;

    /** What decides a statement's text. */
    private record Shape(int rows, long same) {}

    LineRows(Connection connection) {
        this.connection = connection;
    }

    /** Forgets the rows there were. */
    void clear() {
        Arrays.fill(values, 0, at, null);
        at = 0;
        same = ALL_SAME;
    }

    @Override
    public void text(String value) {
        put(value);
    }

    @Override
    public void number(long value) {
        put(value);
    }

    /** How many rows go into the statement that begins with row {@code from}. */
    int together(int from) {
        return from + TOGETHER <= at / COLUMNS ? TOGETHER : 1;
    }

    /**
     * Inserts {@code count} rows from {@code from} on, but those whose ids are there.
     *
     * @return how many went in
     */
    int insert(int from, int count) throws SQLException {
        Shape shape = new Shape(count, count == 1 ? NONE_SAME : same);
        PreparedStatement statement = statement(shape);
        int parameter = 1;
        for (int column = 0; column < COLUMNS; column++) {
            if (isSame(shape.same, column)) {
                bind(statement, parameter++, values[column]);
            }
        }
        int end = (from + count) * COLUMNS;
        for (int row = from * COLUMNS; row < end; row += COLUMNS) {
            for (int column = 0; column < COLUMNS; column++) {
                if (!isSame(shape.same, column)) {
                    bind(statement, parameter++, values[row + column]);
                }
            }
        }
        return statement.executeUpdate();
    }

    @Override
    public void close() {
        statements.values().forEach(LineRows::close);
        statements.clear();
    }

    private void put(Object value) {
        int column = at % COLUMNS;
        if (at >= COLUMNS && isSame(same, column) && !value.equals(values[column])) {
            same &= ~(1L << column);
        }
        values[at++] = value;
    }

    private PreparedStatement statement(Shape shape) throws SQLException {
        PreparedStatement known = statements.get(shape);
        if (known != null) {
            return known;
        }
        if (statements.size() >= STATEMENTS_MAX) {
            statements.pollFirstEntry().getValue().close();
        }
        PreparedStatement prepared = connection.prepareStatement(sql(shape));
        statements.put(shape, prepared);
        return prepared;
    }

    private static String sql(Shape shape) {
        StringBuilder sql = new StringBuilder(INSERT);
        int parameter = Long.bitCount(shape.same) + 1;
        for (int row = 0; row < shape.rows; row++) {
            int once = 1;
            char before = '(';
            sql.append(row == 0 ? "" : ", ");
            for (int column = 0; column < COLUMNS; column++) {
                sql.append(before).append('?').append(isSame(shape.same, column) ? once++ : parameter++);
                before = ',';
            }
            sql.append(')');
        }
        return sql.append(UNLESS_THERE).toString();
    }

    private static void bind(PreparedStatement statement, int parameter, Object value) throws SQLException {
        switch (value) {
            case String text -> statement.setString(parameter, text);
            case Long number -> statement.setLong(parameter, number);
            default -> throw new IllegalStateException("value " + value + " (expected: text or number)");
        }
    }

    private static boolean isSame(long same, int column) {
        return (same >>> column & 1) != 0;
    }

    private static void close(PreparedStatement statement) {
        try {
            statement.close();
        } catch (SQLException e) {
            LOG.debug("statement did not close well", e);
        }
    }
}
