package dev.mizan.alert;

import dev.mizan.ledger.Journal;
import dev.mizan.ledger.JournalSettings;
import dev.mizan.ledger.Line;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Reserve;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.messages.Language;
import dev.mizan.report.ManualClock;
import dev.mizan.store.Database;
import dev.mizan.store.JdbcAlerts;
import dev.mizan.store.JdbcLedgerReader;
import dev.mizan.store.LedgerWriter;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Alerts of one process over a real database, with a clock, standings and a backlog that a test sets. */
final class AlertBench implements AutoCloseable {
    static final ZoneId ISTANBUL = ZoneId.of("Europe/Istanbul");
    static final AlertParts.Tuning TUNING = new AlertParts.Tuning(64, Duration.ofMillis(20), Duration.ofSeconds(5));

    private static final long DEADLINE_NANOS = Duration.ofSeconds(30).toNanos();

    final ManualClock clock;
    final Vertx vertx = Vertx.vertx();
    final Database database;
    final JdbcAlerts store;
    final List<Standing> standings = new CopyOnWriteArrayList<>();
    volatile AlertSettings settings = Settings.quiet();
    volatile Duration lag = Duration.ZERO;
    private final Path folder;

    AlertBench(Path folder, String databaseUrl, ManualClock clock) {
        this.folder = folder;
        this.clock = clock;
        this.database = Database.open(folder, databaseUrl, Database.Access.SERVE);
        this.store = new JdbcAlerts(database);
    }

    AlertBench(Path folder) {
        this(folder, "", new ManualClock("2026-11-20T12:00:00Z"));
    }

    AlertParts parts(AlertParts.Tuning tuning) {
        return new AlertParts(
                vertx,
                store,
                new JdbcLedgerReader(database),
                store,
                () -> new Standings() {
                    @Override
                    public List<Standing> all() {
                        return standings;
                    }

                    @Override
                    public List<Standing> of(Subject subject) {
                        return standings.stream()
                                .filter(standing -> standing.limit().subject().equals(subject))
                                .toList();
                    }
                },
                new Backlog() {
                    @Override
                    public String instance() {
                        return "one";
                    }

                    @Override
                    public long lines() {
                        return 7;
                    }

                    @Override
                    public Duration lag() {
                        return lag;
                    }
                },
                () -> settings,
                clock,
                tuning);
    }

    /** Running, as in a gateway. */
    Alerts start() {
        return Alerts.start(parts(TUNING));
    }

    /** Not running: a test lets it look and write. */
    Alerts idle() {
        return Alerts.idle(parts(TUNING), host -> InetAddress.getAllByName(host));
    }

    /** What fired, newest first. */
    List<AlertStore.Fired> fired() {
        return store.page(AlertStore.Filter.ALL, "", 100).fired();
    }

    List<Alert> alerts() {
        return fired().stream().map(AlertStore.Fired::alert).toList();
    }

    /** Writes lines the way a gateway does: into a journal, and from there into the database. */
    void book(List<Line> lines) {
        try (Journal journal = Journal.open(folder.resolve("journal"), JournalSettings.DEFAULT, clock)) {
            lines.forEach(journal::append);
            try (LedgerWriter writer = LedgerWriter.start(journal, database, System::nanoTime)) {
                if (!writer.drain(Duration.ofSeconds(60))) {
                    throw new IllegalStateException("not drained: " + writer.lastError());
                }
            }
        }
    }

    static Limit limit(Subject subject, Meter meter, Window window, long cap, Integer... alertAt) {
        return new Limit(
                subject,
                meter,
                window,
                cap,
                new AtCap.Block(),
                Reserve.byDefault(meter, window),
                false,
                List.of(alertAt),
                "configuration");
    }

    /** How {@code limit} stands in the window that it is now. */
    Standing standing(Limit limit, long used) {
        long now = clock.millis();
        return switch (limit.window()) {
            case Window.Calendar calendar ->
                new Standing(limit, used, 0, calendar.startMillis(now), calendar.endMillis(now));
            case Window.Sliding sliding ->
                new Standing(limit, used, 0, now - sliding.lengthMillis(), now + sliding.lengthMillis());
            default -> new Standing(limit, used, 0, 0, Long.MAX_VALUE);
        };
    }

    /** Returns once {@code condition} holds; fails after 30 seconds. */
    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 30 s: " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() {
        vertx.close().await();
        database.close();
    }

    /** Settings for tests. */
    static final class Settings {
        private Settings() {}

        /** No channel and no rule. */
        static AlertSettings quiet() {
            return of(Optional.empty(), Optional.empty(), Optional.empty(), Language.ENGLISH, true);
        }

        static AlertSettings webhook(URI address) {
            return of(Optional.of(address), Optional.empty(), Optional.empty(), Language.ENGLISH, true);
        }

        static AlertSettings slack(URI address, Language language) {
            return of(Optional.empty(), Optional.of(address), Optional.empty(), language, true);
        }

        static AlertSettings email(AlertSettings.Email email, Language language) {
            return of(Optional.empty(), Optional.empty(), Optional.of(email), language, true);
        }

        static AlertSettings of(
                Optional<URI> webhook,
                Optional<URI> slack,
                Optional<AlertSettings.Email> email,
                Language language,
                boolean allowInternal) {
            AlertSettings off = AlertSettings.DEFAULT;
            return new AlertSettings(
                    webhook,
                    "a secret of the webhook",
                    slack,
                    email,
                    false,
                    allowInternal,
                    language,
                    off.levels(),
                    true,
                    Duration.ofHours(1),
                    new AlertSettings.Anomaly(
                            false, 300, off.anomaly().minimum(), off.anomaly().dailyAmount()),
                    new AlertSettings.Forecast(false, off.forecast().monthlyBudget()),
                    new AlertSettings.ProviderErrors(false, 20, 20, Duration.ofMinutes(15)),
                    new AlertSettings.SlowProvider(false, 300, 20, Duration.ofSeconds(1)),
                    false,
                    Duration.ZERO,
                    ISTANBUL);
        }
    }
}
