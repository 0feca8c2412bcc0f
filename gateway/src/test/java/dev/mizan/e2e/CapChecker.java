package dev.mizan.e2e;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Checks the lines in PostgreSQL against caps, by sums of its own: it knows nothing of how limits are counted, only the
 * table and what was promised.
 */
final class CapChecker {
    /**
     * What must hold of every subject.
     *
     * @param subject SQL of the subject's name
     * @param amount SQL of what a line counts
     * @param where SQL of the lines that count
     * @param windowMillis the length of the window before each admission; 0 for one without an end
     */
    record Rule(String name, String subject, String amount, String where, long windowMillis, long cap) {}

    /** A line as far as rules need it. */
    private record Use(long admittedAtMillis, long amount, long overrun) {}

    private final String jdbcUrl;

    CapChecker(String jdbcUrl) {
        this.jdbcUrl = jdbcUrl;
    }

    /** What is wrong; empty if every rule holds at every moment of the order of admission. */
    List<String> check(List<Rule> rules) {
        List<String> wrong = new ArrayList<>();
        for (Rule rule : rules) {
            uses(rule).forEach((subject, uses) -> check(rule, subject, uses, wrong));
        }
        return wrong;
    }

    /** What all lines of {@code rule} come to, by subject. */
    Map<String, Long> sums(Rule rule) {
        Map<String, Long> sums = new HashMap<>();
        uses(rule)
                .forEach((subject, uses) ->
                        sums.put(subject, uses.stream().mapToLong(Use::amount).sum()));
        return sums;
    }

    /** Of each subject, what its lines came to at each admission. */
    Map<String, NavigableMap<Long, Long>> history(Rule rule) {
        Map<String, NavigableMap<Long, Long>> history = new HashMap<>();
        uses(rule).forEach((subject, uses) -> {
            NavigableMap<Long, Long> sums = new TreeMap<>(Map.of(0L, 0L));
            uses.forEach(
                    use -> sums.put(use.admittedAtMillis(), sums.lastEntry().getValue() + use.amount()));
            history.put(subject, sums);
        });
        return history;
    }

    /** Status by request id of all call lines. */
    Map<String, String> calls() {
        Map<String, String> calls = new HashMap<>();
        query("SELECT request_id, status FROM ledger_line WHERE kind = 'call'", row -> {
            if (calls.put(row.getString(1), row.getString(2)) != null) {
                throw new AssertionError("call " + row.getString(1) + " has two lines");
            }
        });
        return calls;
    }

    /** How many lines {@code where} finds. */
    long count(String where) {
        List<Long> counts = new ArrayList<>();
        query("SELECT count(*) FROM ledger_line WHERE " + where, row -> counts.add(row.getLong(1)));
        return counts.getFirst();
    }

    private static void check(Rule rule, String subject, List<Use> uses, List<String> wrong) {
        Deque<Use> window = new ArrayDeque<>();
        long settled = 0;
        long overrun = 0;
        for (Use use : uses) {
            window.add(use);
            settled += use.amount();
            overrun += use.overrun();
            while (rule.windowMillis() > 0
                    && window.getFirst().admittedAtMillis() <= use.admittedAtMillis() - rule.windowMillis()) {
                Use left = window.removeFirst();
                settled -= left.amount();
                overrun -= left.overrun();
            }
            if (settled > rule.cap() + overrun) {
                wrong.add(rule.name() + " of '" + subject + "' at " + use.admittedAtMillis() + ": settled " + settled
                        + " > cap " + rule.cap() + " + overrun " + overrun);
                return;
            }
        }
    }

    private Map<String, List<Use>> uses(Rule rule) {
        Map<String, List<Use>> uses = new HashMap<>();
        String sql = "SELECT " + rule.subject() + ", admitted_at_millis, " + rule.amount()
                + ", overrun FROM ledger_line WHERE " + rule.where() + " ORDER BY admitted_at_millis, id";
        query(sql, row -> uses.computeIfAbsent(row.getString(1), name -> new ArrayList<>())
                .add(new Use(row.getLong(2), row.getLong(3), row.getLong(4))));
        return uses;
    }

    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private void query(String sql, Row reader) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.read(rows);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
