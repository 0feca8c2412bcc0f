package dev.mizan.store;

import dev.mizan.limit.Amounts;
import dev.mizan.limit.Subject.Kind;
import dev.mizan.store.UseSums.Place;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The rows of {@code subject_use}: how sums get into them and out of them. */
final class UseRows {
    private static final List<String> COLUMNS =
            List.of("requests", "input_tokens", "output_tokens", "provider_cost", "charged_cost", "tool_calls");

    /** The sums of some rows, to be read by {@link #amounts}. */
    static final String SUMS =
            COLUMNS.stream().map(column -> "coalesce(sum(" + column + "), 0)").collect(Collectors.joining(", "));

    private static final String ADD = "INSERT INTO subject_use (kind, subject, slot, writer, "
            + String.join(", ", COLUMNS) + ") VALUES (" + LedgerSession.marks(4 + COLUMNS.size())
            + ") ON CONFLICT (kind, subject, slot, writer) DO UPDATE SET "
            + COLUMNS.stream()
                    .map(column -> column + " = subject_use." + column + " + excluded." + column)
                    .collect(Collectors.joining(", "));
    private static final String DELETE = "DELETE FROM subject_use WHERE slot = ?";
    private static final String SLOT =
            "SELECT " + SUMS + ", kind, subject FROM subject_use WHERE slot = ? GROUP BY kind, subject";

    private UseRows() {}

    /** Adds {@code sums} to the rows of {@code writer}. */
    static void add(LedgerSession session, String writer, UseSums sums) throws SQLException {
        PreparedStatement add = session.statement(ADD);
        for (Map.Entry<Place, Amounts> row : sums.rows()) {
            add.setString(1, row.getKey().kind().label());
            add.setString(2, row.getKey().subject());
            add.setLong(3, row.getKey().slot());
            add.setString(4, writer);
            Amounts amounts = row.getValue();
            add.setLong(5, amounts.requests());
            add.setLong(6, amounts.inputTokens());
            add.setLong(7, amounts.outputTokens());
            add.setLong(8, amounts.providerCost());
            add.setLong(9, amounts.chargedCost());
            add.setLong(10, amounts.toolCalls());
            add.addBatch();
        }
        add.executeBatch();
    }

    /** Puts {@code sums}, all of them in {@code slot}, in the place of every writer's rows of that slot. */
    static void replace(LedgerSession session, String writer, long slot, UseSums sums) throws SQLException {
        PreparedStatement delete = session.statement(DELETE);
        delete.setLong(1, slot);
        delete.executeUpdate();
        add(session, writer, sums);
    }

    /** What the rows of {@code slot} say of each subject. */
    static Map<Place, Amounts> read(Connection connection, long slot) throws SQLException {
        Map<Place, Amounts> rows = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(SLOT)) {
            statement.setLong(1, slot);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Kind kind = Kind.valueOf(row.getString(COLUMNS.size() + 1).toUpperCase(Locale.ROOT));
                    rows.put(new Place(kind, row.getString(COLUMNS.size() + 2), slot), amounts(row));
                }
            }
        }
        return rows;
    }

    /** The amounts in the first columns of the current row of {@code row}. */
    static Amounts amounts(ResultSet row) throws SQLException {
        return new Amounts(
                row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6));
    }
}
