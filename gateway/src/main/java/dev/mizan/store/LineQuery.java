package dev.mizan.store;

import dev.mizan.ledger.Line;
import dev.mizan.report.LineFilter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The SQL that finds lines, in the order of their ids. Not safe for use by many threads. */
final class LineQuery {
    private final Database.Kind kind;
    private final LineColumns columns = new LineColumns();
    private final StringBuilder where = new StringBuilder(" WHERE 1 = 1");
    private final List<Object> values = new ArrayList<>();

    private LineQuery(Database.Kind kind) {
        this.kind = kind;
    }

    /**
     * The lines that fit {@code filter}.
     *
     * @param span how far times lie from the times in ids: bounds the ids that a time can have
     */
    static LineQuery of(LineFilter filter, Database.Kind kind, LedgerSession.Span span) {
        LineQuery query = new LineQuery(kind);
        if (filter.fromMillis() > 0) {
            query.and("time_millis >= ?", filter.fromMillis());
            if (span.isKnown()) {
                query.fromId(UlidTime.floor(filter.fromMillis() - span.behindMillis()));
            }
        }
        if (filter.toMillis() < Long.MAX_VALUE) {
            query.and("time_millis < ?", filter.toMillis());
            if (span.isKnown() && filter.toMillis() < Long.MAX_VALUE / 2) {
                query.toId(UlidTime.floor(filter.toMillis() + span.aheadMillis()));
            }
        }
        filter.equal().forEach((dimension, value) -> query.and(DimensionSet.column(dimension) + " = ?", value));
        if (!filter.requestId().isEmpty()) {
            query.and("(id = ? OR (kind <> 'call' AND request_id = ?))", filter.requestId(), filter.requestId());
        }
        if (!filter.kind().isEmpty()) {
            query.and("kind = ?", filter.kind());
        }
        return query;
    }

    /** The line with {@code id}. */
    static LineQuery of(String id, Database.Kind kind) {
        LineQuery query = new LineQuery(kind);
        query.and("id = ?", id);
        if (kind == Database.Kind.POSTGRESQL) {
            query.and("month = ?", PostgresLedgerSession.month(id));
        }
        return query;
    }

    /** Only ids before {@code id}. */
    LineQuery before(String id) {
        and("id < ?", id);
        return this;
    }

    /** Only ids after {@code id}. */
    LineQuery after(String id) {
        and("id > ?", id);
        return this;
    }

    /** The SQL of at most {@code limit} of the lines, oldest first, with its values to be bound in order. */
    String sql(int limit) {
        return sql(false, limit);
    }

    private String sql(boolean newestFirst, int limit) {
        return "SELECT " + LineColumns.LIST + " FROM ledger_line" + where + " ORDER BY id"
                + (newestFirst ? " DESC" : "") + " LIMIT " + limit;
    }

    /** At most {@code limit} of the lines. */
    List<Line> read(Connection connection, boolean newestFirst, int limit) throws SQLException {
        String sql = sql(newestFirst, limit);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            List<Line> lines = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    lines.add(columns.read(row));
                }
            }
            return lines;
        }
    }

    private void fromId(String id) {
        and("id >= ?", id);
        if (kind == Database.Kind.POSTGRESQL) {
            and("month >= ?", month(id));
        }
    }

    private void toId(String id) {
        and("id < ?", id);
        if (kind == Database.Kind.POSTGRESQL) {
            and("month <= ?", month(id));
        }
    }

    private void and(String condition, Object... bound) {
        where.append(" AND ").append(condition);
        values.addAll(List.of(bound));
    }

    /** The month of ids that begin with {@code prefix}, which {@link UlidTime#floor} made. */
    static int month(String prefix) {
        return PostgresLedgerSession.month(prefix + "0".repeat(16));
    }
}
