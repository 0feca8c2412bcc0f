package dev.mizan.store;

import dev.mizan.money.NanoUsd;
import dev.mizan.report.Dimension;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.SpendQuery;
import dev.mizan.report.SpendRow;
import dev.mizan.report.TooManyRowsException;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Sums of the rollups for one query. Not safe for use by many threads. */
final class SpendSql {
    /** Buckets that one statement sums into: a year of days in one go, longer lists in parts. */
    private static final int BUCKETS_PER_STATEMENT = 400;

    private static final int UNITS_AT = Measures.COLUMNS.indexOf(Unit.values()[0].label());

    private final Connection connection;
    private final SpendQuery query;
    private final List<Dimension> filters;

    SpendSql(Connection connection, SpendQuery query) {
        this.connection = connection;
        this.query = query;
        this.filters = List.copyOf(query.equal().keySet());
    }

    private record Group(long bucketMillis, List<String> values) {}

    /** The rows; those that are all zero, because a correction took everything away, are left out. */
    List<SpendRow> rows() throws SQLException {
        return switch (query.bucket()) {
            case ALL -> rows("0", "", query.fromMillis(), query.toMillis());
            case SLOT -> rows("r.slot", "", query.fromMillis(), query.toMillis());
            case HOUR, DAY, MONTH -> bucketed();
        };
    }

    private List<SpendRow> bucketed() throws SQLException {
        long from;
        long to;
        // Only where there is something: the beginning of time has many days.
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT min(slot), max(slot) FROM rollup WHERE slot >= ? AND slot < ?")) {
            statement.setLong(1, query.fromMillis());
            statement.setLong(2, query.toMillis());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                from = row.getLong(1);
                if (row.wasNull()) {
                    return List.of();
                }
                to = row.getLong(2) + SpendQuery.SLOT_MILLIS;
            }
        }
        List<Buckets.Range> buckets = Buckets.between(from, to, query.bucket(), query.zone());
        List<SpendRow> rows = new ArrayList<>();
        for (int first = 0; first < buckets.size(); first += BUCKETS_PER_STATEMENT) {
            List<Buckets.Range> part = buckets.subList(first, Math.min(buckets.size(), first + BUCKETS_PER_STATEMENT));
            String values = part.stream()
                    .map(range -> "(" + range.startMillis() + ", " + range.endMillis() + ")")
                    .collect(Collectors.joining(", "));
            rows.addAll(rows(
                    "b.start_millis",
                    "WITH bucket (start_millis, end_millis) AS (VALUES " + values + ") ",
                    Math.max(from, part.getFirst().startMillis()),
                    Math.min(to, part.getLast().endMillis())));
            requireFew(rows);
        }
        return rows;
    }

    private List<SpendRow> rows(String bucket, String with, long from, long to) throws SQLException {
        Map<Group, Map<String, Long>> tools = tools(bucket, with, from, to);
        String sums = Measures.COLUMNS.stream()
                .map(column -> "sum(r." + column + ") AS " + column)
                .collect(Collectors.joining(", "));
        List<SpendRow> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql("rollup", bucket, with, sums, ""))) {
            bind(statement, from, to);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Group group = group(row);
                    SpendRow spend = row(row, group, tools.getOrDefault(group, Map.of()));
                    if (!isZero(spend)) {
                        rows.add(spend);
                        requireFew(rows);
                    }
                }
            }
        }
        return rows;
    }

    private static void requireFew(List<SpendRow> rows) {
        if (rows.size() > LedgerReader.SPEND_ROWS_MAX) {
            throw new TooManyRowsException();
        }
    }

    private Map<Group, Map<String, Long>> tools(String bucket, String with, long from, long to) throws SQLException {
        Map<Group, Map<String, Long>> tools = new HashMap<>();
        String sql = sql("rollup_tool", bucket, with, "r.tool AS tool, sum(r.uses) AS uses", "r.tool");
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, from, to);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    tools.computeIfAbsent(group(row), any -> new HashMap<>())
                            .put(row.getString("tool"), row.getLong("uses"));
                }
            }
        }
        return tools;
    }

    private String sql(String table, String bucket, String with, String sums, String alsoBy) {
        List<String> keys = new ArrayList<>();
        if (!bucket.equals("0")) {
            keys.add(bucket);
        }
        query.groupBy().forEach(dimension -> keys.add("d." + DimensionSet.column(dimension)));
        if (!alsoBy.isEmpty()) {
            keys.add(alsoBy);
        }
        StringBuilder sql =
                new StringBuilder(with).append("SELECT ").append(bucket).append(" AS bucket_millis");
        for (int i = 0; i < query.groupBy().size(); i++) {
            sql.append(", d.")
                    .append(DimensionSet.column(query.groupBy().get(i)))
                    .append(" AS value_")
                    .append(i);
        }
        sql.append(", ").append(sums).append(" FROM ");
        if (!with.isEmpty()) {
            sql.append("bucket b JOIN ")
                    .append(table)
                    .append(" r ON r.slot >= b.start_millis AND r.slot < b.end_millis ");
        } else {
            sql.append(table).append(" r ");
        }
        sql.append("JOIN rollup_dimension d ON d.id = r.dimension WHERE r.slot >= ? AND r.slot < ?");
        for (Dimension dimension : filters) {
            sql.append(" AND d.").append(DimensionSet.column(dimension)).append(" = ?");
        }
        if (!keys.isEmpty()) {
            sql.append(" GROUP BY ").append(String.join(", ", keys));
        } else {
            // Without a group SQL answers one row of nothing where there is nothing.
            sql.append(" HAVING count(*) > 0");
        }
        return sql.toString();
    }

    private void bind(PreparedStatement statement, long from, long to) throws SQLException {
        statement.setLong(1, from);
        statement.setLong(2, to);
        for (int i = 0; i < filters.size(); i++) {
            statement.setString(3 + i, query.equal().getOrDefault(filters.get(i), ""));
        }
    }

    private Group group(ResultSet row) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < query.groupBy().size(); i++) {
            values.add(row.getString("value_" + i));
        }
        return new Group(row.getLong("bucket_millis"), values);
    }

    private static SpendRow row(ResultSet row, Group group, Map<String, Long> tools) throws SQLException {
        Usage.Builder usage = Usage.builder();
        for (Unit unit : Unit.values()) {
            usage.set(unit, Math.max(0, row.getLong(Measures.COLUMNS.get(UNITS_AT + unit.ordinal()))));
        }
        tools.forEach((tool, uses) -> usage.tool(tool, Math.max(0, uses)));
        return new SpendRow(
                group.bucketMillis(),
                group.values(),
                row.getLong("calls"),
                row.getLong("attempts"),
                row.getLong("failed"),
                usage.build(),
                NanoUsd.ofNanos(row.getLong("provider_cost")),
                NanoUsd.ofNanos(row.getLong("charged_cost")),
                NanoUsd.ofNanos(row.getLong("saved")),
                row.getLong("duration_micros"),
                row.getLong("first_token_micros"),
                row.getLong("first_tokens"));
    }

    private static boolean isZero(SpendRow row) {
        return row.calls() == 0
                && row.attempts() == 0
                && row.providerCost().isZero()
                && row.charged().isZero()
                && row.saved().isZero()
                && row.usage().equals(Usage.NONE);
    }
}
