package dev.mizan;

import dev.mizan.store.LedgerWriter;
import dev.mizan.telemetry.Telemetry;

/** What the metrics show of the parts of a running gateway. */
final class Gauges {
    private Gauges() {}

    static void watch(Telemetry telemetry, Snapshots snapshots) {
        telemetry.gauge(
                "mizan.breakers.open",
                "Deployments that are passed over because they are broken",
                () -> snapshots.deployments().stream()
                        .filter(deployment -> deployment.state().equals("open"))
                        .count());
    }

    static void watch(Telemetry telemetry, LedgerWriter writer) {
        telemetry.gauge(
                "mizan.journal.backlog.lines",
                "Lines in the journal that are not in the database",
                writer::backlogLines);
        telemetry.gauge(
                "mizan.journal.backlog.bytes",
                "Bytes in the journal that are not in the database",
                writer::backlogBytes);
        telemetry.gauge(
                "mizan.ledger.lag.seconds",
                "For how long lines have been waiting that could not be written",
                () -> writer.lag().toMillis() / 1000.0);
        telemetry.gauge("mizan.ledger.lines.written", "Lines written since the start", writer::linesWritten);
    }
}
