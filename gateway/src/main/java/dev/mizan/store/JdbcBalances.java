package dev.mizan.store;

import dev.mizan.ledger.JournalPosition;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Balances;
import dev.mizan.limit.BalancesUnavailableException;
import dev.mizan.limit.Subject;
import dev.mizan.report.SpendQuery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the ledger in the database says was used: sums of {@code subject_use}, lines, adjustments. Blocking; safe for
 * use by many threads.
 *
 * <p>Each answer is one moment of the database, in which every line there is has been summed. Lines that are still in a
 * journal are not there: who must know them first waits with {@link LedgerWriter#awaitWritten}.
 */
public final class JdbcBalances implements Balances {
    private static final String OF_SUBJECT = " FROM subject_use WHERE kind = ? AND subject = ? AND slot >= ?";
    private static final String TOTAL = "SELECT " + UseRows.SUMS + OF_SUBJECT;
    private static final String QUARTERS =
            "SELECT " + UseRows.SUMS + ", slot" + OF_SUBJECT + " GROUP BY slot ORDER BY slot";
    private static final String SLOTS = "SELECT DISTINCT slot" + OF_SUBJECT + " ORDER BY slot";
    private static final int QUARTERS_SLOT = 7;
    private static final String ADJUSTMENTS =
            "SELECT id, at_millis, delta FROM adjustment WHERE account = ? AND at_millis >= ? ORDER BY at_millis, id";

    private static final String WRITTEN = "SELECT instance, segment, \"offset\" FROM journal_position";

    private final Database database;
    private final Optional<Connection> moment;

    /** Reads {@code database}. */
    public JdbcBalances(Database database) {
        this(database, Optional.empty());
    }

    private JdbcBalances(Database database, Optional<Connection> moment) {
        this.database = database;
        this.moment = moment;
    }

    @Override
    public <T> T atOnce(Function<Balances, T> reading) {
        return read(connection -> reading.apply(new JdbcBalances(database, Optional.of(connection))));
    }

    @Override
    public Map<String, Long> written() {
        return read(connection -> {
            Map<String, Long> written = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(WRITTEN);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    written.put(row.getString(1), new JournalPosition(row.getLong(2), row.getInt(3)).number());
                }
            }
            return written;
        });
    }

    @Override
    public Amounts total(Subject subject, long fromMillis) {
        return read(connection -> {
            try (PreparedStatement statement = ofSubject(connection, TOTAL, subject, quarter(fromMillis));
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return UseRows.amounts(row);
            }
        });
    }

    @Override
    public List<Use> quarters(Subject subject, long fromMillis) {
        return read(connection -> quarters(connection, subject, quarter(fromMillis)));
    }

    /**
     * A corrected call comes as several uses at the moment of its admission, which add up. Reads the lines of the
     * quarter-hours in which the subject used anything, so what it costs is bounded by those: for the windows whose
     * parts are shorter than a quarter of an hour, up to fifteen hours.
     */
    @Override
    public List<Use> calls(Subject subject, long fromMillis) {
        return read(connection -> {
            List<Use> uses = new ArrayList<>();
            SubjectLines lines = SubjectLines.of(connection, database.kind(), subject, fromMillis);
            long from = 0;
            long to = 0;
            for (long slot : slots(connection, subject, UseSums.slot(fromMillis))) {
                // Quarter-hours that follow each other are one search.
                if (slot != to) {
                    lines.read(from, to, uses::add);
                    from = slot;
                }
                to = slot + SpendQuery.SLOT_MILLIS;
            }
            lines.read(from, to, uses::add);
            lines.corrections(uses::add);
            return uses;
        });
    }

    @Override
    public List<Adjustment> adjustments(String account, long fromMillis) {
        return read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ADJUSTMENTS)) {
                statement.setString(1, account);
                statement.setLong(2, fromMillis);
                List<Adjustment> adjustments = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        adjustments.add(new Adjustment(row.getString(1), account, row.getLong(2), row.getLong(3)));
                    }
                }
                return adjustments;
            }
        });
    }

    private static List<Use> quarters(Connection connection, Subject subject, long fromMillis) throws SQLException {
        List<Use> uses = new ArrayList<>();
        try (PreparedStatement statement = ofSubject(connection, QUARTERS, subject, fromMillis);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Amounts amounts = UseRows.amounts(row);
                if (!amounts.equals(Amounts.NONE)) {
                    uses.add(new Use(row.getLong(QUARTERS_SLOT), amounts));
                }
            }
        }
        return uses;
    }

    /** The quarter-hours with lines of {@code subject}, in order; also those that corrections brought to nothing. */
    private static List<Long> slots(Connection connection, Subject subject, long fromMillis) throws SQLException {
        List<Long> slots = new ArrayList<>();
        try (PreparedStatement statement = ofSubject(connection, SLOTS, subject, fromMillis);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                slots.add(row.getLong(1));
            }
        }
        return slots;
    }

    private static PreparedStatement ofSubject(Connection connection, String sql, Subject subject, long fromMillis)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setString(1, subject.kind().label());
        statement.setString(2, SubjectIds.stored(subject.id()));
        statement.setLong(3, fromMillis);
        return statement;
    }

    private static long quarter(long fromMillis) {
        if (UseSums.slot(fromMillis) != fromMillis) {
            throw new IllegalArgumentException("fromMillis: " + fromMillis + " (expected: a whole quarter of an hour)");
        }
        return fromMillis;
    }

    private interface Work<R> {
        R with(Connection connection) throws SQLException;
    }

    /** In one transaction: what several statements read is one moment of the database. */
    private <R> R read(Work<R> work) {
        try {
            return moment.isPresent() ? work.with(moment.get()) : readNow(work);
        } catch (SQLException e) {
            throw new BalancesUnavailableException("the books can't be read: " + e.getMessage(), e);
        }
    }

    private <R> R readNow(Work<R> work) throws SQLException {
        try (Connection connection = database.reads().getConnection()) {
            if (database.kind() == Database.Kind.POSTGRESQL) {
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            connection.setAutoCommit(false);
            try {
                return work.with(connection);
            } finally {
                connection.rollback();
            }
        }
    }
}
