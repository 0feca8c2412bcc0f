package dev.mizan.store;

import dev.mizan.ledger.Line;
import dev.mizan.money.NanoUsd;
import dev.mizan.report.LineFilter;
import dev.mizan.report.SpendQuery;
import dev.mizan.store.RollupSums.Place;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves the ledger: reads every line, checks each by itself, works all sums out anew and compares.
 *
 * <p>It sees one moment of the database, however long it takes. Not safe for use by many threads.
 */
public final class LedgerAudit {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerAudit.class);

    /** The writer of rows that a rebuild put in the place of wrong ones. */
    private static final String REBUILD = "rebuild";

    private static final int PAGE_LINES = 1_000;
    private static final String FILLED = "UPDATE subject_use_filled SET filled = 1";

    private final Database database;
    private final Consumer<String> problems;
    private final LineColumns columns = new LineColumns();
    private final TreeMap<Long, RollupSums> open = new TreeMap<>();
    private Map<String, String> corrections = Map.of();
    private LedgerSession.Span span = new LedgerSession.Span(0, 0, 0);
    private UseAudit uses = new UseAudit(problem -> {}, (slot, sums) -> {});
    private long lines;
    private long lineProblems;
    private long rollupProblems;
    private long comparedBefore = Long.MIN_VALUE;

    /**
     * What was found.
     *
     * @param lines lines read
     * @param lineProblems lines that can't be right
     * @param rollupProblems quarter-hours and dimension sets whose sums are not those of their lines
     * @param useProblems quarter-hours and subjects whose sums are not those of their lines
     * @param links lines in hash chains
     * @param linkProblems lines that are not as they were when they were linked
     */
    public record Result(
            long lines, long lineProblems, long rollupProblems, long useProblems, long links, long linkProblems) {
        /** Whether nothing is wrong. */
        public boolean sound() {
            return lineProblems == 0 && sumProblems() == 0 && linkProblems == 0;
        }

        /** Sums that are not those of their lines. */
        public long sumProblems() {
            return rollupProblems + useProblems;
        }
    }

    private interface Replacement {
        void with(long slot, RollupSums sums) throws SQLException;
    }

    /** An audit of {@code database} that tells {@code problems}, a sentence each. */
    public LedgerAudit(Database database, Consumer<String> problems) {
        this.database = database;
        this.problems = problems;
    }

    /**
     * Reads and compares, and changes nothing.
     *
     * @throws DatabaseUnavailableException if the database can't be read
     */
    public Result verify() {
        try (Connection connection = database.reads().getConnection()) {
            if (database.kind() == Database.Kind.POSTGRESQL) {
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            connection.setAutoCommit(false);
            try {
                return audit(connection, (slot, sums) -> {}, (slot, sums) -> {});
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new DatabaseUnavailableException("the ledger can't be read: " + e.getMessage(), e);
        }
    }

    /**
     * Compares, and puts the right sums in the place of wrong ones. Writers wait meanwhile.
     *
     * @throws DatabaseUnavailableException if the database can't be read or written; nothing was changed then
     */
    public Result rebuild() {
        database.writing().lock();
        try (LedgerSession session = LedgerSession.open(database, REBUILD)) {
            session.begin();
            if (database.kind() == Database.Kind.POSTGRESQL) {
                try (Statement statement = session.connection().createStatement()) {
                    // Whoever has sums in an open transaction ends it first; whoever comes later adds to the new
                    // rows.
                    statement.execute("LOCK TABLE rollup, rollup_tool, subject_use IN EXCLUSIVE MODE");
                }
            }
            Result result = audit(session.connection(), session::replaceRollups, session::replaceUses);
            session.statement(FILLED).executeUpdate();
            session.commit();
            return result;
        } catch (SQLException e) {
            throw new DatabaseUnavailableException("the sums can't be rebuilt: " + e.getMessage(), e);
        } finally {
            database.writing().unlock();
        }
    }

    /**
     * Fills {@code subject_use} if lines are older than it, as after an upgrade: before anything asks for it.
     *
     * @throws DatabaseUnavailableException if the database can't be read or written; nothing was changed then
     */
    static void fill(Database database) {
        boolean filled = database.<Boolean>read(handle -> handle.createQuery("SELECT filled FROM subject_use_filled")
                .mapTo(Boolean.class)
                .one());
        if (!filled) {
            LOG.info("ledger: sums of what each subject used are made from the lines");
            Result result = new LedgerAudit(database, problem -> {}).rebuild();
            LOG.info("ledger: {} lines are summed", result.lines());
        }
    }

    private Result audit(Connection connection, Replacement replacement, UseAudit.Replacement useReplacement)
            throws SQLException {
        uses = new UseAudit(problems, useReplacement);
        span = LedgerSession.Span.read(connection);
        corrections = corrections(connection);
        String last = "";
        int size;
        do {
            LineQuery query = LineQuery.of(LineFilter.ALL, database.kind(), span);
            String sql = (last.isEmpty() ? query : query.after(last)).sql(PAGE_LINES);
            size = 0;
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                if (!last.isEmpty()) {
                    statement.setString(1, last);
                }
                List<Line> page = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        size++;
                        last = row.getString("id");
                        decode(row, last).ifPresent(page::add);
                    }
                }
                for (Line line : page) {
                    check(line);
                    add(connection, line);
                }
            }
            compareFinished(connection, last, replacement);
        } while (size == PAGE_LINES);
        compareUpTo(connection, Long.MAX_VALUE, replacement);
        uses.compareUpTo(connection, Long.MAX_VALUE);
        HashAudit chains = new HashAudit(connection, database.kind(), problems);
        chains.run();
        return new Result(lines, lineProblems, rollupProblems, uses.problems(), chains.linked(), chains.problems());
    }

    private Optional<Line> decode(ResultSet row, String id) throws SQLException {
        lines++;
        try {
            return Optional.of(columns.read(row));
        } catch (RuntimeException e) {
            problem("line " + id + " can't be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void check(Line line) {
        NanoUsd receipt = line.cost().receipt().totalCost();
        if (!line.cost().receipt().components().isEmpty()
                && !receipt.equals(line.cost().provider())) {
            problem("line " + line.id() + " costs " + line.cost().provider() + ", its components " + receipt);
        }
        if (line.kind() == Line.Kind.CALL && !line.id().equals(line.requestId())) {
            problem("call line " + line.id() + " has the request id " + line.requestId() + " (expected: its id)");
        }
        if (line.kind() == Line.Kind.ATTEMPT && !line.cost().charged().isZero()) {
            problem("attempt line " + line.id() + " charges " + line.cost().charged() + " (expected: nothing)");
        }
        if ((line.kind() == Line.Kind.CORRECTION) == line.corrects().isEmpty()) {
            problem("line " + line.id() + " of kind " + line.kind().label() + " corrects '" + line.corrects() + "'");
        }
    }

    private void problem(String text) {
        lineProblems++;
        problems.accept(text);
    }

    private void add(Connection connection, Line line) throws SQLException {
        if (line.kind() == Line.Kind.CORRECTION) {
            if (find(connection, line.corrects()).isEmpty()) {
                problem("correction " + line.id() + " corrects " + line.corrects() + ", which is not there");
                correct(line, Optional.empty());
            }
            return;
        }
        sums(line).add(line);
        uses.add(line);
        String correction = corrections.get(line.id());
        if (correction != null) {
            Optional<Line> found = find(connection, correction);
            if (found.isPresent()) {
                correct(found.get(), Optional.of(line));
            } else {
                problem("line " + line.id() + " is corrected by " + correction + ", which is not there");
            }
        }
    }

    private void correct(Line correction, Optional<Line> corrected) {
        sums(corrected.orElse(correction)).correct(correction, corrected);
        uses.correct(correction, corrected);
    }

    private RollupSums sums(Line line) {
        long slot = Math.floorDiv(line.timeMillis(), SpendQuery.SLOT_MILLIS) * SpendQuery.SLOT_MILLIS;
        return open.computeIfAbsent(slot, any -> new RollupSums());
    }

    private Optional<Line> find(Connection connection, String id) throws SQLException {
        return LineQuery.of(id, database.kind()).read(connection, false, 1).stream()
                .findFirst();
    }

    /** Lines come in the order of their ids: what is further back than any line's time can be is complete. */
    private void compareFinished(Connection connection, String lastId, Replacement replacement) throws SQLException {
        long millis = UlidTime.millis(lastId);
        if (span.isKnown() && millis != UlidTime.NONE) {
            long end = millis - span.aheadMillis() - SpendQuery.SLOT_MILLIS;
            compareUpTo(connection, end, replacement);
            uses.compareUpTo(connection, end - span.tookMillis());
        }
    }

    private void compareUpTo(Connection connection, long endMillis, Replacement replacement) throws SQLException {
        if (endMillis <= comparedBefore) {
            return;
        }
        TreeSet<Long> slots = new TreeSet<>(open.headMap(endMillis).keySet());
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT DISTINCT slot FROM rollup WHERE slot >= ? AND slot < ?")) {
            statement.setLong(1, comparedBefore);
            statement.setLong(2, endMillis);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    slots.add(row.getLong(1));
                }
            }
        }
        for (long slot : slots) {
            RollupSums sums = Optional.ofNullable(open.remove(slot)).orElseGet(RollupSums::new);
            if (compare(connection, slot, sums)) {
                replacement.with(slot, sums);
            }
        }
        comparedBefore = endMillis;
    }

    /** Whether anything differs. */
    private boolean compare(Connection connection, long slot, RollupSums sums) throws SQLException {
        Map<DimensionSet, Measures> stored = stored(connection, slot);
        long before = rollupProblems;
        for (Map.Entry<Place, Measures> row : sums.rows()) {
            Measures found = stored.remove(row.getKey().dimensions());
            differ(slot, row.getKey().dimensions(), row.getValue(), found == null ? new Measures() : found);
        }
        stored.forEach((dimensions, found) -> differ(slot, dimensions, new Measures(), found));
        return rollupProblems > before;
    }

    private void differ(long slot, DimensionSet dimensions, Measures right, Measures found) {
        if (right.equals(found)) {
            return;
        }
        rollupProblems++;
        problems.accept("rollup of " + Instant.ofEpochMilli(slot) + " " + dimensions + ": " + found.difference(right));
    }

    private static Map<DimensionSet, Measures> stored(Connection connection, long slot) throws SQLException {
        Map<Integer, DimensionSet> sets = new HashMap<>();
        Map<DimensionSet, Measures> stored = new HashMap<>();
        String sums =
                Measures.COLUMNS.stream().map(column -> "sum(r." + column + ")").collect(Collectors.joining(", "));
        String names =
                DimensionSet.COLUMNS.stream().map(column -> "d." + column).collect(Collectors.joining(", "));
        try (PreparedStatement statement = connection.prepareStatement("SELECT d.id, " + names + ", " + sums
                + " FROM rollup r JOIN rollup_dimension d ON d.id = r.dimension WHERE r.slot = ? GROUP BY d.id, "
                + names)) {
            statement.setLong(1, slot);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    DimensionSet set = DimensionSet.read(row, 2);
                    sets.put(row.getInt(1), set);
                    stored.put(set, Measures.read(row, 2 + DimensionSet.COLUMNS.size()));
                }
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT dimension, tool, sum(uses) FROM rollup_tool WHERE slot = ? GROUP BY dimension, tool")) {
            statement.setLong(1, slot);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    DimensionSet set = sets.get(row.getInt(1));
                    if (set != null && row.getLong(3) != 0) {
                        stored.computeIfAbsent(set, any -> new Measures())
                                .tools()
                                .put(row.getString(2), row.getLong(3));
                    }
                }
            }
        }
        return stored;
    }

    private static Map<String, String> corrections(Connection connection) throws SQLException {
        Map<String, String> corrections = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT corrects, id FROM correction");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                corrections.put(row.getString(1), row.getString(2));
            }
        }
        return corrections;
    }
}
