package dev.mizan.store;

import dev.mizan.ledger.JournalPosition;
import dev.mizan.ledger.Line;
import dev.mizan.store.RollupSums.Place;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that writes to the ledger: lines, their rollups and the position in the journal, in one transaction.
 *
 * <p>Not safe for use by many threads. After an exception, only {@link #close} may be called.
 */
abstract class LedgerSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerSession.class);
    private static final int DIMENSIONS_CACHED_MAX = 100_000;

    private static final String POSITION = "SELECT segment, \"offset\" FROM journal_position WHERE instance = ?";
    private static final String SAVE_POSITION = """
            INSERT INTO journal_position (instance, segment, "offset") VALUES (?, ?, ?)
            ON CONFLICT (instance) DO UPDATE SET segment = excluded.segment, "offset" = excluded."offset\"""";
    private static final String ADD_DIMENSION = "INSERT INTO rollup_dimension (" + DimensionSet.LIST + ") VALUES ("
            + marks(DimensionSet.COLUMNS.size()) + ") ON CONFLICT DO NOTHING";
    private static final String DIMENSION = "SELECT id FROM rollup_dimension WHERE "
            + DimensionSet.COLUMNS.stream().map(column -> column + " = ?").collect(Collectors.joining(" AND "));
    private static final String ADD_ROLLUP = "INSERT INTO rollup (slot, dimension, writer, "
            + String.join(", ", Measures.COLUMNS) + ") VALUES (?, ?, ?, " + marks(Measures.COLUMNS.size())
            + ") ON CONFLICT (slot, dimension, writer) DO UPDATE SET "
            + Measures.COLUMNS.stream()
                    .map(column -> column + " = rollup." + column + " + excluded." + column)
                    .collect(Collectors.joining(", "));
    private static final String ADD_TOOL = """
            INSERT INTO rollup_tool (slot, dimension, writer, tool, uses) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (slot, dimension, writer, tool) DO UPDATE SET uses = rollup_tool.uses + excluded.uses""";
    private static final String CORRECT = "INSERT INTO correction (corrects, id) VALUES (?, ?) ON CONFLICT DO NOTHING";
    private static final String OWE = "INSERT INTO usage_log_line (log, id) VALUES (?, ?)";
    static final String SPAN = "SELECT behind_millis, ahead_millis, took_millis FROM ledger_span";
    private static final String WIDEN_SPAN = """
            UPDATE ledger_span SET
                behind_millis = CASE WHEN behind_millis < ? THEN ? ELSE behind_millis END,
                ahead_millis = CASE WHEN ahead_millis < ? THEN ? ELSE ahead_millis END,
                took_millis = CASE WHEN took_millis < ? THEN ? ELSE took_millis END""";

    private final Connection connection;
    private final String writer;
    private final Map<DimensionSet, Integer> dimensions = new HashMap<>();
    private final LineColumns columns = new LineColumns();
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final Optional<HashChain> chain;
    private Span span;
    private String usageLog = "";

    /**
     * How far times lie behind and ahead of the times in ids, and how long after their admission lines ended that are
     * no corrections, all at most.
     */
    record Span(long behindMillis, long aheadMillis, long tookMillis) {
        private static final long UNKNOWN = Long.MAX_VALUE / 4;

        /** The one that {@code connection} finds. */
        static Span read(Connection connection) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(SPAN);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return new Span(row.getLong(1), row.getLong(2), row.getLong(3));
            }
        }

        /** Whether every id has a time. */
        boolean isKnown() {
            return behindMillis < UNKNOWN;
        }

        /** Wide enough for {@code line} too; in powers of two, so that it is seldom widened. */
        Span including(Line line) {
            long idMillis = UlidTime.millis(line.id());
            long latest = Math.max(line.timeMillis(), line.admittedAtMillis());
            long behind = idMillis == UlidTime.NONE ? UNKNOWN : latest - idMillis;
            long ahead = idMillis == UlidTime.NONE ? UNKNOWN : idMillis - line.timeMillis();
            long took = line.kind() == Line.Kind.CORRECTION ? 0 : line.timeMillis() - line.admittedAtMillis();
            if (behind <= behindMillis && ahead <= aheadMillis && took <= tookMillis) {
                return this;
            }
            return new Span(
                    Math.max(behindMillis, up(behind)),
                    Math.max(aheadMillis, up(ahead)),
                    Math.max(tookMillis, up(took)));
        }

        private static long up(long millis) {
            return millis <= 0 ? 0 : millis >= UNKNOWN ? UNKNOWN : Long.highestOneBit(millis) * 2;
        }
    }

    /** What a session writes as: {@code writer} is its name in rollup rows. */
    LedgerSession(Connection connection, String writer) throws SQLException {
        this.connection = connection;
        this.writer = writer;
        span = Span.read(connection);
        chain = HashChain.isOn(connection) ? Optional.of(new HashChain(this, writer)) : Optional.empty();
    }

    /** A session on a new connection to {@code database}. */
    static LedgerSession open(Database database, String writer) throws SQLException {
        Connection connection = database.writerConnection();
        try {
            LedgerSession session =
                    switch (database.kind()) {
                        case SQLITE -> new SqliteLedgerSession(connection, writer);
                        case POSTGRESQL -> new PostgresLedgerSession(connection, writer);
                    };
            session.usageLog = database.usageLog();
            return session;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** How far the journal of this writer has been written. */
    JournalPosition position() throws SQLException {
        PreparedStatement statement = statement(POSITION);
        statement.setString(1, writer);
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? new JournalPosition(row.getLong(1), row.getInt(2)) : JournalPosition.START;
        }
    }

    /**
     * Writes {@code lines} in one transaction: those whose ids are not there yet, what they add to the rollups, and
     * {@code position}, if it is not {@link JournalPosition#START}. {@link #commit} ends it.
     *
     * @return how many were not there yet
     */
    int write(List<Line> lines, JournalPosition position) throws SQLException {
        prepare(lines);
        begin();
        chain.ifPresent(HashChain::begin);
        LineSums sums = new LineSums();
        List<Line> plain = lines;
        List<Line> corrections = List.of();
        if (lines.stream().anyMatch(line -> line.kind() == Line.Kind.CORRECTION)) {
            plain = lines.stream()
                    .filter(line -> line.kind() != Line.Kind.CORRECTION)
                    .toList();
            corrections = lines.stream()
                    .filter(line -> line.kind() == Line.Kind.CORRECTION)
                    .toList();
        }
        List<Line> inserted = plain.isEmpty() ? List.of() : insert(plain);
        inserted.forEach(sums::add);
        owe(inserted);
        List<Line> corrected = new ArrayList<>();
        for (Line correction : corrections) {
            corrected.addAll(correct(correction, sums));
        }
        if (chain.isPresent()) {
            chain.get().link(inserted);
            chain.get().link(corrected);
        }
        Span wider = span;
        for (Line line : lines) {
            wider = wider.including(line);
        }
        widen(wider);
        save(sums.rollups());
        UseRows.add(this, writer, sums.uses());
        if (!position.equals(JournalPosition.START)) {
            save(position);
        }
        span = wider;
        return inserted.size() + corrected.size();
    }

    /** {@link #write} and {@link #commit}. */
    int writeAndCommit(List<Line> lines, JournalPosition position) throws SQLException {
        int written = write(lines, position);
        commit();
        return written;
    }

    @Override
    public void close() {
        try (connection) {
            for (PreparedStatement statement : statements.values()) {
                statement.close();
            }
        } catch (SQLException e) {
            LOG.debug("ledger connection did not close well", e);
        }
    }

    abstract Database.Kind kind();

    /** Makes what must be there before lines can go in, in a transaction of its own. */
    abstract void prepare(List<Line> lines) throws SQLException;

    /** Inserts the lines whose ids are not there yet. */
    abstract List<Line> insert(List<Line> lines) throws SQLException;

    /** Begins a transaction; with SQLite it has the write lock from here to {@link #commit}, and at no other time. */
    final void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    /**
     * Commits. Not by {@link Connection#commit}: with SQLite that begins the next transaction at once, and its write
     * lock would keep everybody else from writing while this session is idle.
     */
    final void commit() throws SQLException {
        connection.setAutoCommit(true);
    }

    /** Puts {@code sums}, all of them in {@code slot}, in the place of every writer's rows of that slot. */
    void replaceRollups(long slot, RollupSums sums) throws SQLException {
        for (String table : List.of("rollup", "rollup_tool")) {
            PreparedStatement delete = statement("DELETE FROM " + table + " WHERE slot = ?");
            delete.setLong(1, slot);
            delete.executeUpdate();
        }
        save(sums);
    }

    /** Puts {@code sums}, all of them in {@code slot}, in the place of every writer's uses of that slot. */
    void replaceUses(long slot, UseSums sums) throws SQLException {
        UseRows.replace(this, writer, slot, sums);
    }

    /** A statement that stays prepared as long as the session. */
    PreparedStatement statement(String sql) throws SQLException {
        PreparedStatement known = statements.get(sql);
        if (known != null) {
            return known;
        }
        PreparedStatement prepared = connection.prepareStatement(sql);
        statements.put(sql, prepared);
        return prepared;
    }

    Connection connection() {
        return connection;
    }

    /** Gives the values of {@code line}, which goes in now unless it is there, to {@code sink}. */
    final void write(Line line, LineColumns.Sink sink) throws SQLException {
        if (chain.isPresent()) {
            chain.get().write(line, columns, sink);
        } else {
            columns.write(line, sink);
        }
    }

    /** {@code ?, ?, ?}. */
    static String marks(int count) {
        return "?, ".repeat(count - 1) + "?";
    }

    /** Those of {@code lines} whose ids are in {@code ids}, each id once. */
    static List<Line> withIds(List<Line> lines, Set<String> ids) {
        Set<String> left = new HashSet<>(ids);
        List<Line> found = new ArrayList<>(ids.size());
        for (Line line : lines) {
            if (left.remove(line.id())) {
                found.add(line);
            }
        }
        return found;
    }

    /** Lets the usage log know, if there is one. */
    private void owe(List<Line> inserted) throws SQLException {
        if (usageLog.isEmpty()) {
            return;
        }
        PreparedStatement owed = statement(OWE);
        for (Line line : inserted) {
            if (line.kind() == Line.Kind.CALL) {
                owed.setString(1, usageLog);
                owed.setString(2, line.id());
                owed.addBatch();
            }
        }
        owed.executeBatch();
    }

    private List<Line> correct(Line correction, LineSums sums) throws SQLException {
        PreparedStatement claim = statement(CORRECT);
        claim.setString(1, correction.corrects());
        claim.setString(2, correction.id());
        if (claim.executeUpdate() == 0) {
            // Written before, or another correction came first: a line is corrected once.
            return List.of();
        }
        List<Line> inserted = insert(List.of(correction));
        if (!inserted.isEmpty()) {
            sums.correct(correction, find(correction.corrects()));
        }
        return inserted;
    }

    private Optional<Line> find(String id) throws SQLException {
        PreparedStatement statement = statement("SELECT " + LineColumns.LIST + " FROM ledger_line WHERE id = ?");
        statement.setString(1, id);
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(columns.read(row)) : Optional.empty();
        }
    }

    private void widen(Span wider) throws SQLException {
        if (wider.equals(span)) {
            return;
        }
        PreparedStatement statement = statement(WIDEN_SPAN);
        statement.setLong(1, wider.behindMillis);
        statement.setLong(2, wider.behindMillis);
        statement.setLong(3, wider.aheadMillis);
        statement.setLong(4, wider.aheadMillis);
        statement.setLong(5, wider.tookMillis);
        statement.setLong(6, wider.tookMillis);
        statement.executeUpdate();
    }

    private void save(JournalPosition position) throws SQLException {
        PreparedStatement statement = statement(SAVE_POSITION);
        statement.setString(1, writer);
        statement.setLong(2, position.segment());
        statement.setInt(3, position.offset());
        statement.executeUpdate();
    }

    private void save(RollupSums sums) throws SQLException {
        PreparedStatement rollup = statement(ADD_ROLLUP);
        PreparedStatement tool = statement(ADD_TOOL);
        List<Map.Entry<Place, Measures>> rows = sums.rows();
        for (Map.Entry<Place, Measures> row : rows) {
            int dimension = dimension(row.getKey().dimensions());
            int at = key(rollup, row.getKey().slot(), dimension);
            for (long value : row.getValue().values()) {
                rollup.setLong(at++, value);
            }
            rollup.addBatch();
            for (Map.Entry<String, Long> uses : row.getValue().tools().entrySet()) {
                int next = key(tool, row.getKey().slot(), dimension);
                tool.setString(next, uses.getKey());
                tool.setLong(next + 1, uses.getValue());
                tool.addBatch();
            }
        }
        rollup.executeBatch();
        tool.executeBatch();
    }

    private int key(PreparedStatement statement, long slot, int dimension) throws SQLException {
        statement.setLong(1, slot);
        statement.setInt(2, dimension);
        statement.setString(3, writer);
        return 4;
    }

    private int dimension(DimensionSet set) throws SQLException {
        Integer known = dimensions.get(set);
        if (known != null) {
            return known;
        }
        PreparedStatement add = statement(ADD_DIMENSION);
        bind(add, set);
        add.executeUpdate();
        PreparedStatement select = statement(DIMENSION);
        bind(select, set);
        try (ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("no id for dimensions " + set);
            }
            int id = row.getInt(1);
            if (dimensions.size() >= DIMENSIONS_CACHED_MAX) {
                dimensions.clear();
            }
            dimensions.put(set, id);
            return id;
        }
    }

    private static void bind(PreparedStatement statement, DimensionSet set) throws SQLException {
        List<String> values = set.values();
        for (int i = 0; i < values.size(); i++) {
            statement.setString(i + 1, values.get(i));
        }
    }
}
