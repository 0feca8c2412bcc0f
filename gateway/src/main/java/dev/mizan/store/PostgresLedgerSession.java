package dev.mizan.store;

import dev.mizan.ledger.Line;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A session on PostgreSQL: lines go in as arrays, one per column, into the partitions of the months in their ids. */
final class PostgresLedgerSession extends LedgerSession {
    /** Any number that means the making of partitions to every process. */
    private static final long PARTITIONS_LOCK = 0x6D697A616EL;

    /** The month of ids that are no ULIDs. */
    private static final int NO_MONTH = 0;

    private final Set<Integer> months = new HashSet<>();
    private final List<List<Object>> values = new ArrayList<>();
    private String sql = "";

    PostgresLedgerSession(Connection connection, String writer) throws SQLException {
        super(connection, writer);
    }

    /** Year and month of the time in {@code id}: 202611. */
    static int month(String id) {
        long millis = UlidTime.millis(id);
        if (millis == UlidTime.NONE) {
            return NO_MONTH;
        }
        ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(ZoneOffset.UTC);
        return time.getYear() * 100 + time.getMonthValue();
    }

    @Override
    Database.Kind kind() {
        return Database.Kind.POSTGRESQL;
    }

    @Override
    void prepare(List<Line> lines) throws SQLException {
        Set<Integer> missing = new TreeSet<>();
        for (Line line : lines) {
            int month = month(line.id());
            if (!months.contains(month)) {
                missing.add(month);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        begin();
        try (Statement statement = connection().createStatement()) {
            // Two processes that make the same partition at once would both fail.
            statement.execute("SELECT pg_advisory_xact_lock(" + PARTITIONS_LOCK + ")");
            for (int month : missing) {
                statement.execute("CREATE TABLE IF NOT EXISTS ledger_line_" + month
                        + " PARTITION OF ledger_line FOR VALUES IN (" + month + ")");
            }
        }
        commit();
        months.addAll(missing);
    }

    @Override
    List<Line> insert(List<Line> lines) throws SQLException {
        Collector collector = new Collector();
        for (Line line : lines) {
            collector.begin();
            collector.number(month(line.id()));
            write(line, collector);
        }
        PreparedStatement statement = statement(collector.sql());
        List<Array> arrays = new ArrayList<>(values.size());
        try {
            for (int i = 0; i < values.size(); i++) {
                List<Object> column = values.get(i);
                String type = column.getFirst() instanceof Long ? "int8" : "text";
                Array array = connection().createArrayOf(type, column.toArray());
                arrays.add(array);
                statement.setArray(i + 1, array);
                column.clear();
            }
            Set<String> ids = new HashSet<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getString(1));
                }
            }
            return ids.size() == lines.size() ? lines : withIds(lines, ids);
        } finally {
            for (Array array : arrays) {
                array.free();
            }
        }
    }

    /** Collects values column by column. */
    private final class Collector implements LineColumns.Sink {
        private int next;

        void begin() {
            next = 0;
        }

        @Override
        public void text(String value) {
            // PostgreSQL has no text with the character 0; the line must go in all the same.
            column().add(value.indexOf(0) < 0 ? value : value.replace('\0', '\uFFFD'));
        }

        @Override
        public void number(long value) {
            column().add(value);
        }

        private List<Object> column() {
            if (next == values.size()) {
                values.add(new ArrayList<>());
            }
            return values.get(next++);
        }

        String sql() {
            if (sql.isEmpty()) {
                String arrays = IntStream.range(0, values.size())
                        .mapToObj(i -> values.get(i).getFirst() instanceof Long ? "?::int8[]" : "?::text[]")
                        .collect(Collectors.joining(", "));
                sql = "INSERT INTO ledger_line (month, " + LineColumns.LIST + ") SELECT * FROM unnest(" + arrays
                        + ") ON CONFLICT DO NOTHING RETURNING id";
            }
            return sql;
        }
    }
}
