package dev.mizan.alert;

import dev.mizan.alert.Findings.Measured;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Lines that the database has not got for a while, in this process's journal. */
final class BacklogRule implements Rule {
    private static final Duration AGAIN = Duration.ofHours(1);

    private final Backlog backlog;
    private final Findings findings;

    BacklogRule(Backlog backlog, Findings findings) {
        this.backlog = backlog;
        this.findings = findings;
    }

    @Override
    public List<Firing> check(AlertSettings settings, Instant now) {
        Duration lag = backlog.lag();
        if (settings.journalLag().isZero() || lag.compareTo(settings.journalLag()) < 0) {
            return List.of();
        }
        return List.of(findings.every(
                Alert.Kind.JOURNAL_BACKLOG,
                Alert.Level.CRITICAL,
                "journal:" + backlog.instance(),
                new Measured(0, "lines", backlog.lines(), 0),
                now,
                AGAIN,
                language -> Map.of(
                        "instance", backlog.instance(),
                        "lines", Long.toString(backlog.lines()),
                        "seconds", Long.toString(lag.toSeconds()))));
    }
}
