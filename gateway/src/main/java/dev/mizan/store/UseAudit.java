package dev.mizan.store;

import dev.mizan.ledger.Line;
import dev.mizan.limit.Amounts;
import dev.mizan.store.UseSums.Place;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The part of {@link LedgerAudit} that proves {@code subject_use}. Not safe for use by many threads. */
final class UseAudit {
    private final Consumer<String> tell;
    private final Replacement replacement;
    private final TreeMap<Long, UseSums> open = new TreeMap<>();
    private long problems;
    private long comparedBefore = Long.MIN_VALUE;

    /** Takes the right sums of a quarter of an hour in which something differs. */
    interface Replacement {
        void with(long slot, UseSums sums) throws SQLException;
    }

    UseAudit(Consumer<String> tell, Replacement replacement) {
        this.tell = tell;
        this.replacement = replacement;
    }

    /** Subjects and quarter-hours whose sums were not those of their lines. */
    long problems() {
        return problems;
    }

    /** Adds a line that is no correction. */
    void add(Line line) {
        sums(line.admittedAtMillis()).add(line);
    }

    /** Adds {@code correction} in the place of {@code corrected}. */
    void correct(Line correction, Optional<Line> corrected) {
        sums(UseSums.correctedAtMillis(correction, corrected)).correct(correction, corrected);
    }

    /** Compares the quarter-hours before {@code endMillis}, of which every line has been added. */
    void compareUpTo(Connection connection, long endMillis) throws SQLException {
        if (endMillis <= comparedBefore) {
            return;
        }
        TreeSet<Long> slots = new TreeSet<>(open.headMap(endMillis).keySet());
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT DISTINCT slot FROM subject_use WHERE slot >= ? AND slot < ?")) {
            statement.setLong(1, comparedBefore);
            statement.setLong(2, endMillis);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    slots.add(row.getLong(1));
                }
            }
        }
        for (long slot : slots) {
            UseSums sums = Optional.ofNullable(open.remove(slot)).orElseGet(UseSums::new);
            long before = problems;
            compare(connection, slot, sums);
            if (problems > before) {
                replacement.with(slot, sums);
            }
        }
        comparedBefore = endMillis;
    }

    private void compare(Connection connection, long slot, UseSums sums) throws SQLException {
        Map<Place, Amounts> stored = UseRows.read(connection, slot);
        for (Map.Entry<Place, Amounts> row : sums.rows()) {
            Amounts found = Optional.ofNullable(stored.remove(row.getKey())).orElse(Amounts.NONE);
            differ(row.getKey(), row.getValue(), found);
        }
        stored.forEach((place, found) -> differ(place, Amounts.NONE, found));
    }

    private void differ(Place place, Amounts right, Amounts found) {
        if (right.equals(found)) {
            return;
        }
        problems++;
        tell.accept("use of " + place.kind().label() + " '" + place.subject() + "' in "
                + Instant.ofEpochMilli(place.slot()) + " is " + found + " (expected: " + right + ")");
    }

    private UseSums sums(long millis) {
        return open.computeIfAbsent(UseSums.slot(millis), any -> new UseSums());
    }
}
