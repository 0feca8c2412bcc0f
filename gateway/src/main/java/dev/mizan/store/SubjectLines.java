package dev.mizan.store;

import dev.mizan.ledger.Line;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Balances.Use;
import dev.mizan.limit.Subject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The lines of one subject from some moment on, by their admission. Not safe for use by many threads. */
final class SubjectLines {
    private static final String COLUMNS =
            "admitted_at_millis, kind, alias, input_tokens, output_tokens, units, provider_cost, charged_cost, tags,"
                    + " via";

    private final Connection connection;
    private final Database.Kind database;
    private final Subject subject;
    private final long fromMillis;
    private final LedgerSession.Span span;
    private final LineJson json = new LineJson();
    private final String storedId;
    /** Where the subject is a model, or somebody on a model. */
    private final String model;

    private SubjectLines(
            Connection connection, Database.Kind database, Subject subject, long fromMillis, LedgerSession.Span span) {
        this.connection = connection;
        this.database = database;
        this.subject = subject;
        this.fromMillis = fromMillis;
        this.span = span;
        this.storedId = SubjectIds.stored(subject.id());
        this.model = subject.id().substring(subject.id().indexOf(Subject.SEPARATOR) + 1);
    }

    /** The lines that {@code subject} has from {@code fromMillis} on, as {@code connection} sees them. */
    static SubjectLines of(Connection connection, Database.Kind database, Subject subject, long fromMillis)
            throws SQLException {
        return new SubjectLines(connection, database, subject, fromMillis, LedgerSession.Span.read(connection));
    }

    /** Gives what each line but corrections used that was admitted in a span of time. */
    void read(long slotsFrom, long slotsTo, Consumer<Use> uses) throws SQLException {
        if (slotsFrom >= slotsTo) {
            return;
        }
        List<Object> values = new ArrayList<>();
        StringBuilder sql = new StringBuilder("SELECT " + COLUMNS + " FROM ledger_line WHERE kind <> 'correction'")
                .append(" AND admitted_at_millis >= ? AND admitted_at_millis < ?");
        values.add(Math.max(fromMillis, slotsFrom));
        values.add(slotsTo);
        if (span.isKnown()) {
            String first = UlidTime.floor(slotsFrom - span.behindMillis());
            String end = UlidTime.floor(slotsTo + span.tookMillis() + span.aheadMillis() + 1);
            sql.append(" AND id >= ? AND id < ?");
            values.add(first);
            values.add(end);
            if (database == Database.Kind.POSTGRESQL) {
                sql.append(" AND month >= ? AND month <= ?");
                values.add(LineQuery.month(first));
                values.add(LineQuery.month(end));
            }
        }
        ofSubject(sql, values);
        try (PreparedStatement statement = prepare(sql.toString(), values);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                if (isOf(row)) {
                    uses.accept(use(row));
                }
            }
        }
    }

    /** Gives what corrections change: the corrected line's use taken away, and what it really was. */
    void corrections(Consumer<Use> uses) throws SQLException {
        for (String[] pair : correctionIds()) {
            Optional<Line> corrected = line(pair[0]);
            Optional<Line> correction = line(pair[1]);
            if (correction.isEmpty()) {
                continue;
            }
            long atMillis = UseSums.correctedAtMillis(correction.get(), corrected);
            if (atMillis < fromMillis) {
                continue;
            }
            Line.Kind countsAs = corrected.map(Line::kind).orElse(Line.Kind.CALL);
            corrected
                    .filter(this::has)
                    .ifPresent(line ->
                            uses.accept(new Use(atMillis, Amounts.NONE.minus(UseSums.amounts(line, countsAs)))));
            correction
                    .filter(this::has)
                    .ifPresent(line -> uses.accept(new Use(atMillis, UseSums.amounts(line, countsAs))));
        }
    }

    /** Corrections are few, and what they correct has an id of its time. */
    private List<String[]> correctionIds() throws SQLException {
        String sql = "SELECT corrects, id FROM correction";
        List<Object> values = new ArrayList<>();
        if (span.isKnown()) {
            String collation = database == Database.Kind.POSTGRESQL ? " COLLATE \"C\"" : "";
            String first = UlidTime.floor(fromMillis - span.behindMillis());
            sql += " WHERE corrects" + collation + " >= ? OR id" + collation + " >= ?";
            values.add(first);
            values.add(first);
        }
        List<String[]> ids = new ArrayList<>();
        try (PreparedStatement statement = prepare(sql, values);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ids.add(new String[] {row.getString(1), row.getString(2)});
            }
        }
        return ids;
    }

    private Optional<Line> line(String id) throws SQLException {
        return LineQuery.of(id, database).read(connection, false, 1).stream().findFirst();
    }

    private boolean has(Line line) {
        return UseSums.isOf(line, subject.kind(), storedId);
    }

    /** Whether the line in {@code row} is the subject's, as far as the search has not decided that. */
    private boolean isOf(ResultSet row) throws SQLException {
        return switch (subject.kind()) {
            case TAG ->
                json.texts(row.getString("tags")).stream()
                        .anyMatch(tag -> SubjectIds.stored(tag).equals(storedId));
            case MODEL, KEY_MODEL, USER_MODEL, TEAM_MODEL -> {
                String via = row.getString("via");
                yield via.isEmpty()
                        || row.getString("alias").equals(stored(model))
                        || json.texts(via).contains(model);
            }
            default -> true;
        };
    }

    private static Use use(ResultSet row) throws SQLException {
        boolean attempt = row.getString("kind").equals(Line.Kind.ATTEMPT.label());
        long provider = row.getLong("provider_cost");
        return new Use(
                row.getLong("admitted_at_millis"),
                attempt
                        ? UseSums.attempt(provider)
                        : UseSums.call(
                                row.getLong("input_tokens"),
                                row.getLong("output_tokens"),
                                provider,
                                row.getLong("charged_cost"),
                                LineJson.toolCalls(row.getString("units"))));
    }

    private void ofSubject(StringBuilder sql, List<Object> values) {
        switch (subject.kind()) {
            case GLOBAL -> {}
            case TENANT -> equal("tenant", subject.id(), sql, values);
            case TEAM -> equal("team", subject.id(), sql, values);
            case USER -> equal("user_id", subject.id(), sql, values);
            case KEY -> equal("key_id", subject.id(), sql, values);
            case MODEL -> model(sql, values);
            case PROVIDER -> equal("provider", subject.id(), sql, values);
            case DEPLOYMENT -> equal("deployment", subject.id(), sql, values);
            case ENDPOINT -> equal("endpoint", subject.id(), sql, values);
            case TAG -> sql.append(" AND tags <> ''");
            case END_USER -> joined("tenant", "end_user", sql, values);
            case KEY_MODEL -> ofModel("key_id", sql, values);
            case USER_MODEL -> ofModel("user_id", sql, values);
            case TEAM_MODEL -> ofModel("team", sql, values);
            case TEAM_USER -> joined("team", "user_id", sql, values);
        }
    }

    private void joined(String first, String second, StringBuilder sql, List<Object> values) {
        String id = subject.id();
        int at = Math.max(0, id.indexOf(Subject.SEPARATOR));
        equal(first, id.substring(0, at), sql, values);
        equal(second, id.substring(Math.min(id.length(), at + 1)), sql, values);
    }

    private void ofModel(String first, StringBuilder sql, List<Object> values) {
        String id = subject.id();
        equal(first, id.substring(0, Math.max(0, id.indexOf(Subject.SEPARATOR))), sql, values);
        model(sql, values);
    }

    /** Lines with {@code via} are looked at one by one: {@link #isOf}. */
    private void model(StringBuilder sql, List<Object> values) {
        sql.append(" AND (alias = ? OR via <> '')");
        values.add(stored(model));
    }

    private String stored(String value) {
        return database == Database.Kind.POSTGRESQL ? value.replace('\0', '\uFFFD') : value;
    }

    private void equal(String column, String value, StringBuilder sql, List<Object> values) {
        sql.append(" AND ").append(column).append(" = ?");
        values.add(stored(value));
    }

    private PreparedStatement prepare(String sql, List<Object> values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
        return statement;
    }
}
