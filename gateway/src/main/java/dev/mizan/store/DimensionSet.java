package dev.mizan.store;

import dev.mizan.ledger.Line;
import dev.mizan.report.Dimension;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The values of one line in every {@link Dimension}: what rollups are kept by. */
final class DimensionSet implements Comparable<DimensionSet> {
    /** The columns of the dimensions, in lines and in {@code rollup_dimension}, in the order of {@link Dimension}. */
    static final List<String> COLUMNS =
            Arrays.stream(Dimension.values()).map(DimensionSet::column).toList();

    /** {@link #COLUMNS}, separated by commas. */
    static final String LIST = String.join(", ", COLUMNS);

    /** Longer values are cut: together they are one key of an index, whose entries have a bound. */
    private static final int VALUE_CHARS_MAX = 100;

    private final String[] values;
    private final int hash;

    private DimensionSet(String... values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i].length() > VALUE_CHARS_MAX) {
                values[i] = values[i].substring(0, VALUE_CHARS_MAX);
            }
        }
        this.values = values;
        this.hash = Arrays.hashCode(values);
    }

    /** The column of {@code dimension}: its name, where that is no word of SQL. */
    static String column(Dimension dimension) {
        return switch (dimension) {
            case USER -> "user_id";
            case KEY -> "key_id";
            case TENANT, TEAM, ALIAS, PROVIDER, MODEL, ENDPOINT, OPERATION, DOCUMENT_TYPE, COMPLEXITY, STATUS, CACHE ->
                dimension.label();
        };
    }

    static DimensionSet of(Line line) {
        return new DimensionSet(
                line.principal().tenant(),
                line.principal().team(),
                line.principal().user(),
                line.principal().keyId(),
                line.call().alias(),
                line.target().provider(),
                line.target().upstreamModel(),
                line.call().endpoint(),
                line.call().operation(),
                line.call().documentType(),
                line.complexity(),
                line.outcome().status().label(),
                line.cache());
    }

    /** The set in the current row of {@code row}, from the column with number {@code first} on. */
    static DimensionSet read(ResultSet row, int first) throws SQLException {
        String[] values = new String[COLUMNS.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.getString(first + i);
        }
        return new DimensionSet(values);
    }

    /** The values, in the order of {@link Dimension}. */
    List<String> values() {
        return List.of(values);
    }

    @Override
    public int compareTo(DimensionSet other) {
        return Arrays.compare(values, other.values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DimensionSet set && hash == set.hash && Arrays.equals(values, set.values);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return Arrays.stream(values).collect(Collectors.joining(", ", "[", "]"));
    }
}
