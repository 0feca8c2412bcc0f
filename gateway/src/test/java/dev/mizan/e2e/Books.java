package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.report.Dimension;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.LineFilter;
import dev.mizan.report.SpendQuery;
import dev.mizan.report.SpendRow;
import dev.mizan.store.Database;
import dev.mizan.store.JdbcLedgerReader;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The ledger as an auditor sees it: reads the database beside the running gateway, and waits for what must come. */
final class Books implements AutoCloseable {
    private final Database database;
    private final LedgerReader reader;

    private Books(Database database) {
        this.database = database;
        this.reader = new JdbcLedgerReader(database);
    }

    /** The books in the SQLite file of this data folder. */
    static Books open(Path data) {
        return open(data, "");
    }

    /** The books at {@code databaseUrl}; if it is empty, in the SQLite file of the data folder. */
    static Books open(Path data, String databaseUrl) {
        return new Books(Database.open(data, databaseUrl, Database.Access.READ));
    }

    /** The call line of the answer with this request id. */
    Line call(String requestId) {
        if (requestId.isEmpty()) {
            throw new AssertionError("the answer has no x-mizan-request-id");
        }
        return Await.present("the call line of " + requestId, () -> reader.line(requestId));
    }

    /** All lines of a call, oldest first, once its call line is there. */
    List<Line> lines(String requestId) {
        var _ = call(requestId);
        return find(line -> line.requestId().equals(requestId));
    }

    /** The only call line there is, once there is one. For calls whose answer did not come. */
    Line onlyCall() {
        List<Line> calls = Await.present("a call line", () -> {
            List<Line> found = find(line -> line.kind() == Line.Kind.CALL);
            return found.isEmpty() ? Optional.empty() : Optional.of(found);
        });
        if (calls.size() != 1) {
            throw new AssertionError("expected one call line, found " + calls);
        }
        return calls.getFirst();
    }

    /** Every line that there is now, oldest first. */
    List<Line> all() {
        return find(line -> true);
    }

    /** Returns once there are {@code count} lines of this kind or more. */
    void awaitCount(Line.Kind kind, int count) {
        Await.until(
                count + " " + kind.label() + " lines",
                () -> find(line -> line.kind() == kind).size() >= count);
    }

    /** The rollups are the sums of the lines, in all and by status, provider and model. */
    void assertRollupsAreSums() {
        List<Line> lines = all();
        assertSums(lines, spend(Map.of()));
        for (String status : List.of("ok", "error", "cancelled", "unresolved")) {
            assertSums(
                    lines.stream()
                            .filter(line -> line.outcome().status().label().equals(status))
                            .toList(),
                    spend(Map.of(Dimension.STATUS, status)));
        }
    }

    @Override
    public void close() {
        database.close();
    }

    private List<SpendRow> spend(Map<Dimension, String> equal) {
        return reader.spend(
                new SpendQuery(0, 100_000L * 86_400_000, List.of(), equal, SpendQuery.Bucket.ALL, ZoneOffset.UTC));
    }

    private static void assertSums(List<Line> lines, List<SpendRow> rows) {
        assertThat(rows.stream().mapToLong(SpendRow::calls).sum())
                .isEqualTo(lines.stream()
                        .filter(line -> line.kind() == Line.Kind.CALL)
                        .count());
        assertThat(rows.stream().mapToLong(SpendRow::attempts).sum())
                .isEqualTo(lines.stream()
                        .filter(line -> line.kind() == Line.Kind.ATTEMPT)
                        .count());
        assertThat(rows.stream().mapToLong(row -> row.usage().totalTokens()).sum())
                .isEqualTo(lines.stream()
                        .mapToLong(line -> line.usage().totalTokens())
                        .sum());
        assertThat(rows.stream().mapToLong(row -> row.charged().nanos()).sum())
                .isEqualTo(lines.stream()
                        .mapToLong(line -> line.cost().charged().nanos())
                        .sum());
        assertThat(rows.stream().mapToLong(row -> row.providerCost().nanos()).sum())
                .isEqualTo(lines.stream()
                        .mapToLong(line -> line.cost().provider().nanos())
                        .sum());
    }

    private List<Line> find(Predicate<Line> fits) {
        List<Line> found = new ArrayList<>();
        reader.forEachLine(LineFilter.ALL, line -> {
            if (fits.test(line)) {
                found.add(line);
            }
        });
        return found;
    }
}
