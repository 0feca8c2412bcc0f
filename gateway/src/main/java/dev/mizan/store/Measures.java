package dev.mizan.store;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.usage.Unit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sums over lines: what a rollup row holds. Not safe for use by many threads. */
final class Measures {
    /** The columns, in the order of {@link #values()}: figures of calls and money, then every unit. */
    static final List<String> COLUMNS = columns();

    private static final int FIGURES = 9;
    private static final Unit[] UNITS = Unit.values();

    private final long[] values = new long[COLUMNS.size()];
    private final Map<String, Long> tools = new TreeMap<>();

    /** Adds {@code line}; a correction counts as the call or attempt that it stands for. */
    void add(Line line, Line.Kind countsAs) {
        add(line, countsAs, 1);
    }

    /** Takes {@code line} away again, because a correction takes its place. */
    void subtract(Line line) {
        add(line, line.kind(), -1);
    }

    /** The sums in the current row of {@code row}, from the column with number {@code first} on; without tools. */
    static Measures read(ResultSet row, int first) throws SQLException {
        Measures measures = new Measures();
        for (int i = 0; i < measures.values.length; i++) {
            measures.values[i] = row.getLong(first + i);
        }
        return measures;
    }

    /** What differs from {@code right}, for people. */
    String difference(Measures right) {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (values[i] != right.values[i]) {
                differences.add(COLUMNS.get(i) + " is " + values[i] + " (expected: " + right.values[i] + ")");
            }
        }
        if (!used(tools).equals(used(right.tools))) {
            differences.add("tools are " + used(tools) + " (expected: " + used(right.tools) + ")");
        }
        return String.join(", ", differences);
    }

    /** The sums, in the order of {@link #COLUMNS}. */
    long[] values() {
        return values;
    }

    /** Uses by tool. */
    Map<String, Long> tools() {
        return tools;
    }

    private void add(Line line, Line.Kind kind, int sign) {
        Outcome outcome = line.outcome();
        if (kind == Line.Kind.ATTEMPT) {
            values[1] += sign;
        } else {
            values[0] += sign;
            values[2] += outcome.status() == Outcome.Status.OK ? 0 : sign;
            add(6, sign * outcome.durationMicros());
            if (outcome.firstTokenMicros() >= 0) {
                add(7, sign * outcome.firstTokenMicros());
                values[8] += sign;
            }
        }
        add(3, sign * line.cost().provider().nanos());
        add(4, sign * line.cost().charged().nanos());
        add(5, sign * line.cost().saved().nanos());
        for (int i = 0; i < UNITS.length; i++) {
            add(FIGURES + i, sign * line.usage().get(UNITS[i]));
        }
        if (!line.usage().toolUses().isEmpty()) {
            line.usage().toolUses().forEach((tool, uses) -> tools.merge(tool, sign * uses, Math::addExact));
        }
    }

    private void add(int index, long amount) {
        values[index] = Math.addExact(values[index], amount);
    }

    /** Without those that corrections have brought to nothing. */
    private static Map<String, Long> used(Map<String, Long> tools) {
        Map<String, Long> used = new TreeMap<>(tools);
        used.values().removeIf(uses -> uses == 0);
        return used;
    }

    private static List<String> columns() {
        List<String> columns = new ArrayList<>(List.of(
                "calls",
                "attempts",
                "failed",
                "provider_cost",
                "charged_cost",
                "saved",
                "duration_micros",
                "first_token_micros",
                "first_tokens"));
        for (Unit unit : Unit.values()) {
            columns.add(unit.label());
        }
        return List.copyOf(columns);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Measures measures
                && Arrays.equals(values, measures.values)
                && used(tools).equals(used(measures.tools));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values) + used(tools).hashCode();
    }
}
