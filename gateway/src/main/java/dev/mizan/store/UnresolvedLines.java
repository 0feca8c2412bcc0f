package dev.mizan.store;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.JournalPosition;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.Component;
import dev.mizan.price.Receipt;
import dev.mizan.report.Dimension;
import dev.mizan.report.LineFilter;
import dev.mizan.report.SpendQuery;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageSource;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The lines whose outcome nobody knew, and the corrections that say what it was. Safe for use by many threads. */
public final class UnresolvedLines {
    /** The writer of corrections that people make. */
    private static final String WRITER = "command";

    private static final String SLOTS = """
            SELECT min(r.slot) AS first, max(r.slot) AS last
            FROM rollup r JOIN rollup_dimension d ON d.id = r.dimension
            WHERE d.status = 'unresolved'""";

    private final Database database;
    private final Clock clock;

    /** What became of resolving a line. */
    public sealed interface Resolution {
        /** The line {@code correction} now stands for it. */
        record Resolved(Line correction) implements Resolution {}

        /** There is no such line. */
        record Unknown() implements Resolution {}

        /** It has an outcome that is known. */
        record NotUnresolved(Status status) implements Resolution {}

        /** Another correction came first: a line is corrected once. */
        record AlreadyCorrected() implements Resolution {}
    }

    /** Unresolved lines in {@code database}; {@code clock} gives corrections their times. */
    public UnresolvedLines(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Every line without a known outcome and without a correction, oldest first. */
    public void forEach(Consumer<Line> consumer) {
        Set<String> corrected = new HashSet<>(
                database.<List<String>>read(handle -> handle.createQuery("SELECT corrects FROM correction")
                        .mapTo(String.class)
                        .list()));
        // The rollups say when there were any: the lines of all other times need not be looked at.
        long[] slots = database.<long[]>read(handle -> handle.createQuery(SLOTS)
                .map((row, context) -> new long[] {row.getLong("first"), row.getLong("last"), row.wasNull() ? 0 : 1})
                .one());
        if (slots[2] == 0) {
            return;
        }
        LineFilter filter = new LineFilter(
                slots[0],
                slots[1] + SpendQuery.SLOT_MILLIS,
                Map.of(Dimension.STATUS, Status.UNRESOLVED.label()),
                "",
                "");
        new JdbcLedgerReader(database).forEachLine(filter, line -> {
            if (!corrected.contains(line.id())) {
                consumer.accept(line);
            }
        });
    }

    /**
     * Says what the unresolved line {@code id} really was.
     *
     * @param cost what it cost the operator
     * @param charged what it costs the caller; nothing counts for an attempt
     * @throws DatabaseUnavailableException if the database can't be written
     */
    public Resolution resolve(String id, Usage usage, NanoUsd cost, NanoUsd charged) {
        Line wrong = new JdbcLedgerReader(database).line(id).orElse(null);
        if (wrong == null) {
            return new Resolution.Unknown();
        }
        if (wrong.outcome().status() != Status.UNRESOLVED) {
            return new Resolution.NotUnresolved(wrong.outcome().status());
        }
        Line correction = correction(wrong, usage, cost, wrong.kind() == Line.Kind.ATTEMPT ? NanoUsd.ZERO : charged);
        database.writing().lock();
        try (LedgerSession session = LedgerSession.open(database, WRITER)) {
            return session.writeAndCommit(List.of(correction), JournalPosition.START) == 1
                    ? new Resolution.Resolved(correction)
                    : new Resolution.AlreadyCorrected();
        } catch (SQLException e) {
            throw new DatabaseUnavailableException("the correction can't be written: " + e.getMessage(), e);
        } finally {
            database.writing().unlock();
        }
    }

    private Line correction(Line wrong, Usage usage, NanoUsd cost, NanoUsd charged) {
        long now = clock.millis();
        Receipt receipt = cost.isZero()
                ? Receipt.NONE
                : new Receipt("", "correction", List.of(new Component("correction", 1, cost.nanos(), 1, false, cost)));
        Outcome outcome = wrong.outcome();
        return new Line(
                UlidCreator.getUlid(now).toString(),
                Line.Kind.CORRECTION,
                wrong.requestId(),
                wrong.attemptId(),
                now,
                wrong.admittedAtMillis(),
                wrong.principal(),
                wrong.call(),
                wrong.target(),
                usage,
                UsageSource.PROVIDER,
                new Cost(cost, charged, receipt, NanoUsd.ZERO, NanoUsd.ZERO, NanoUsd.ZERO, ""),
                new Outcome(
                        Status.OK,
                        "",
                        outcome.httpStatus(),
                        outcome.durationMicros(),
                        outcome.firstTokenMicros(),
                        outcome.attempts()),
                wrong.cache(),
                wrong.complexity(),
                wrong.region(),
                wrong.id());
    }
}
