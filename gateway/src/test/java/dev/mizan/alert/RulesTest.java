package dev.mizan.alert;

import static dev.mizan.alert.AlertBench.limit;
import static dev.mizan.alert.AlertBench.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.messages.Language;
import dev.mizan.money.NanoUsd;
import dev.mizan.report.LineBuilder;
import dev.mizan.report.ManualClock;
import dev.mizan.store.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule, caused by lines in a real database at a fixed time: 20 November, 15:00 in Istanbul. */
class RulesTest {
    private static final NanoUsd USD = NanoUsd.ofNanos(NanoUsd.PER_USD);

    @TempDir
    Path folder;

    @Test
    void todayIsComparedWithTheSameHoursOfEarlierDays() {
        try (AlertBench bench = new AlertBench(folder);
                Alerts alerts = bench.idle()) {
            bench.settings = with(new AlertSettings.Anomaly(true, 300, USD, NanoUsd.ZERO));
            List<Line> lines = new ArrayList<>();
            for (int day = 13; day <= 19; day++) {
                lines.add(LineBuilder.at("2026-11-" + day + "T08:00:00Z")
                        .cost("1")
                        .build());
                // After the hour that it is today: does not count.
                lines.add(LineBuilder.at("2026-11-" + day + "T18:00:00Z")
                        .cost("50")
                        .build());
            }
            lines.add(LineBuilder.at("2026-11-20T09:00:00Z").cost("2.99").build());
            bench.book(lines);
            alerts.look();
            assertThat(bench.alerts()).isEmpty();

            bench.book(
                    List.of(LineBuilder.at("2026-11-20T11:00:00Z").cost("0.01").build()));
            alerts.look();
            alerts.look();

            assertThat(bench.alerts()).singleElement().satisfies(alert -> {
                assertThat(alert.kind()).isEqualTo(Alert.Kind.SPEND_ANOMALY);
                assertThat(alert.percent()).isEqualTo(300);
                assertThat(alert.text(Language.ENGLISH).title())
                        .isEqualTo("⚠ Unusual spend: $3.00 today until 15:00, usually $1.00 (300%)");
            });
        }
    }

    @Test
    void aNewGatewayHasNoUsualDay() {
        try (AlertBench bench = new AlertBench(folder);
                Alerts alerts = bench.idle()) {
            bench.settings = with(new AlertSettings.Anomaly(true, 300, USD, NanoUsd.ZERO));
            bench.book(List.of(
                    LineBuilder.at("2026-11-18T08:00:00Z").cost("1").build(),
                    LineBuilder.at("2026-11-19T08:00:00Z").cost("1").build(),
                    LineBuilder.at("2026-11-20T09:00:00Z").cost("99").build()));
            alerts.look();
            assertThat(bench.alerts()).isEmpty();

            bench.book(List.of(LineBuilder.at("2026-11-17T08:00:00Z").cost("1").build()));
            alerts.look();
            assertThat(bench.alerts()).hasSize(1);
        }
    }

    @Test
    void aFixedAmountOfADayFiresOnceADay() {
        try (AlertBench bench = new AlertBench(folder);
                Alerts alerts = bench.idle()) {
            bench.settings = with(new AlertSettings.Anomaly(false, 300, USD, NanoUsd.ofNanos(5 * NanoUsd.PER_USD)));
            bench.book(List.of(
                    // Yesterday in Istanbul.
                    LineBuilder.at("2026-11-19T20:59:59Z").cost("90").build(),
                    LineBuilder.at("2026-11-19T21:00:00Z").cost("4.99").build()));
            alerts.look();
            assertThat(bench.alerts()).isEmpty();

            bench.book(
                    List.of(LineBuilder.at("2026-11-20T10:00:00Z").cost("0.01").build()));
            alerts.look();
            alerts.look();

            assertThat(bench.alerts()).singleElement().satisfies(alert -> {
                assertThat(alert.kind()).isEqualTo(Alert.Kind.DAILY_SPEND);
                assertThat(alert.text(Language.ENGLISH).title())
                        .isEqualTo("⚠ Today has cost $5.00 (the amount to be told at: $5.00)");
            });
        }
    }

    @Test
    void aBudgetThatEndsBeforeItsMonthIsForeseen() {
        try (AlertBench bench = new AlertBench(folder, "", new ManualClock("2026-11-09T21:00:00Z"));
                Alerts alerts = bench.idle()) {
            bench.settings = with(new AlertSettings.Forecast(true, NanoUsd.ofNanos(200 * NanoUsd.PER_USD)));
            // Nine days cost 98 of 200: at this pace it lasts 18.4 days.
            bench.book(List.of(LineBuilder.at("2026-11-05T09:00:00Z").cost("98").build()));
            bench.standings.add(bench.standing(
                    limit(
                            new Subject(Subject.Kind.TENANT, "acme"),
                            Meter.COST,
                            Window.month(AlertBench.ISTANBUL),
                            100 * NanoUsd.PER_USD),
                    31 * NanoUsd.PER_USD));
            alerts.look();
            alerts.look();

            assertThat(bench.alerts())
                    .extracting(alert -> alert.text(Language.ENGLISH).title())
                    .containsExactlyInAnyOrder(
                            "⚠ At this pace the month's budget of $200.00 ends on the 19th ($98.00 so far)",
                            "⚠ At this pace the month's budget of $100.00 ends on the 30th ($31.00 so far) – Tenant acme");
            assertThat(bench.alerts())
                    .filteredOn(alert -> alert.subject().equals("global"))
                    .extracting(alert -> alert.text(Language.TURKISH).title())
                    .containsExactly("⚠ Bu hızla aylık $200.00 bütçe ayın 19'unda bitiyor (şimdiye kadar $98.00)");
        }
    }

    @Test
    void aBudgetThatLastsAndAMonthThatHasJustBegunAreNotTold() {
        try (AlertBench bench = new AlertBench(folder, "", new ManualClock("2026-11-03T20:59:59Z"));
                Alerts alerts = bench.idle()) {
            bench.settings = with(new AlertSettings.Forecast(true, NanoUsd.ofNanos(200 * NanoUsd.PER_USD)));
            bench.book(List.of(LineBuilder.at("2026-11-02T09:00:00Z").cost("60").build()));
            alerts.look();
            bench.clock.set("2026-11-10T21:00:00Z");
            alerts.look();
            assertThat(bench.alerts()).isEmpty();
        }
    }

    static Stream<String> databases() {
        return Stream.of("", "postgresql");
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aModelWithoutAPriceIsToldOnceADay(String database) {
        String url = database.isEmpty() ? "" : PostgresServer.shared().newDatabase();
        try (AlertBench bench = new AlertBench(folder, url, new ManualClock("2026-11-20T12:00:00Z"));
                Alerts alerts = bench.idle()) {
            bench.settings = with(true, Duration.ZERO);
            bench.book(List.of(
                    LineBuilder.at("2026-11-20T10:59:59Z")
                            .target("old", "m")
                            .unpriced("unknown model")
                            .build(),
                    LineBuilder.at("2026-11-20T11:30:00Z")
                            .target("local", "qwen3")
                            .unpriced("unknown model")
                            .build(),
                    LineBuilder.at("2026-11-20T11:31:00Z")
                            .target("local", "qwen3")
                            .unpriced("unknown model")
                            .build(),
                    LineBuilder.at("2026-11-20T11:32:00Z")
                            .target("openai", "gpt-4o")
                            .cost("1")
                            .build()));
            alerts.look();
            alerts.look();

            assertThat(bench.alerts()).singleElement().satisfies(alert -> {
                assertThat(alert.account()).isEqualTo("local/qwen3");
                assertThat(alert.used()).isEqualTo(2);
                assertThat(alert.text(Language.ENGLISH).title())
                        .isEqualTo("⚠ No price is known for local/qwen3: 2 calls are booked without a cost");
            });
        }
    }

    @Test
    void aProviderWhoseCallsFailIsToldOnceAnHour() {
        try (AlertBench bench = new AlertBench(folder);
                Alerts alerts = bench.idle()) {
            bench.settings = with(new AlertSettings.ProviderErrors(true, 20, 20, Duration.ofMinutes(15)));
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                lines.add(LineBuilder.at("2026-11-20T11:55:00Z")
                        .target("claude", "m")
                        .build());
            }
            for (int i = 0; i < 4; i++) {
                lines.add(LineBuilder.at("2026-11-20T11:56:00Z")
                        .target("claude", "m")
                        .failed("upstream_error", 502)
                        .build());
            }
            bench.book(lines);
            alerts.look();
            // 4 of 19: enough of a share, but too few calls.
            assertThat(bench.alerts()).isEmpty();

            bench.book(List.of(
                    LineBuilder.at("2026-11-20T11:57:00Z").target("claude", "m").build()));
            alerts.look();
            alerts.look();

            assertThat(bench.alerts()).singleElement().satisfies(alert -> {
                assertThat(alert.subject()).isEqualTo("provider:claude");
                assertThat(alert.text(Language.ENGLISH).title()).isEqualTo("⚠ claude: 20% of the last 20 calls failed");
            });
        }
    }

    @Test
    void aProviderThatIsMuchSlowerThanTheDayBeforeIsTold() {
        try (AlertBench bench = new AlertBench(folder);
                Alerts alerts = bench.idle()) {
            bench.settings = with(new AlertSettings.SlowProvider(true, 300, 20, Duration.ofSeconds(1)));
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                lines.add(LineBuilder.at("2026-11-20T02:00:00Z")
                        .outcome(firstToken(500))
                        .build());
                lines.add(LineBuilder.at("2026-11-20T02:00:00Z")
                        .target("steady", "m")
                        .outcome(firstToken(500))
                        .build());
                lines.add(LineBuilder.at("2026-11-20T11:55:00Z")
                        .outcome(firstToken(1_500))
                        .build());
                lines.add(LineBuilder.at("2026-11-20T11:55:00Z")
                        .target("steady", "m")
                        .outcome(firstToken(1_499))
                        .build());
            }
            bench.book(lines);
            alerts.look();
            alerts.look();

            assertThat(bench.alerts()).singleElement().satisfies(alert -> {
                assertThat(alert.subject()).isEqualTo("provider:openai");
                assertThat(alert.text(Language.ENGLISH).title())
                        .isEqualTo("⚠ openai is slow: the first token takes 1500 ms, usually 500 ms");
            });
        }
    }

    private static Outcome firstToken(int millis) {
        return new Outcome(Outcome.Status.OK, "", 200, 2_000_000, millis * 1_000L, 1);
    }

    @Test
    void aJournalThatWaitsForTheDatabaseIsTold() {
        try (AlertBench bench = new AlertBench(folder);
                Alerts alerts = bench.idle()) {
            bench.settings = with(false, Duration.ofSeconds(60));
            bench.lag = Duration.ofMillis(59_999);
            alerts.look();
            assertThat(bench.alerts()).isEmpty();

            bench.lag = Duration.ofSeconds(60);
            alerts.look();
            alerts.look();

            assertThat(bench.alerts()).singleElement().satisfies(alert -> {
                assertThat(alert.level()).isEqualTo(Alert.Level.CRITICAL);
                assertThat(alert.subject()).isEqualTo("journal:one");
            });
        }
    }

    @Test
    void thatTheDatabaseIsAwayIsToldWithoutIt() {
        try (Receiver receiver = new Receiver();
                AlertBench bench = new AlertBench(folder);
                Alerts alerts = bench.idle()) {
            bench.settings = new AlertSettings(
                    Optional.of(receiver.at("/hook")),
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    true,
                    Language.ENGLISH,
                    AlertSettings.Levels.DEFAULT,
                    true,
                    Duration.ofHours(1),
                    AlertSettings.Anomaly.DEFAULT,
                    AlertSettings.Forecast.DEFAULT,
                    AlertSettings.ProviderErrors.DEFAULT,
                    AlertSettings.SlowProvider.DEFAULT,
                    true,
                    Duration.ofSeconds(60),
                    AlertBench.ISTANBUL);
            bench.lag = Duration.ofSeconds(61);
            bench.database.close();
            alerts.look();
            until("it came", () -> receiver.received.size() == 1);
            bench.clock.advance(Duration.ofMinutes(59));
            alerts.look();
            bench.clock.advance(Duration.ofMinutes(1));
            alerts.look();

            until("it came again after an hour", () -> receiver.received.size() == 2);
        }
    }

    private static AlertSettings with(AlertSettings.Anomaly anomaly) {
        AlertSettings off = AlertBench.Settings.quiet();
        return settings(anomaly, off.forecast(), off.providerErrors(), off.slowProvider(), false, Duration.ZERO);
    }

    private static AlertSettings with(AlertSettings.Forecast forecast) {
        AlertSettings off = AlertBench.Settings.quiet();
        return settings(off.anomaly(), forecast, off.providerErrors(), off.slowProvider(), false, Duration.ZERO);
    }

    private static AlertSettings with(AlertSettings.ProviderErrors errors) {
        AlertSettings off = AlertBench.Settings.quiet();
        return settings(off.anomaly(), off.forecast(), errors, off.slowProvider(), false, Duration.ZERO);
    }

    private static AlertSettings with(AlertSettings.SlowProvider slow) {
        AlertSettings off = AlertBench.Settings.quiet();
        return settings(off.anomaly(), off.forecast(), off.providerErrors(), slow, false, Duration.ZERO);
    }

    private static AlertSettings with(boolean unpriced, Duration journalLag) {
        AlertSettings off = AlertBench.Settings.quiet();
        return settings(off.anomaly(), off.forecast(), off.providerErrors(), off.slowProvider(), unpriced, journalLag);
    }

    private static AlertSettings settings(
            AlertSettings.Anomaly anomaly,
            AlertSettings.Forecast forecast,
            AlertSettings.ProviderErrors errors,
            AlertSettings.SlowProvider slow,
            boolean unpriced,
            Duration journalLag) {
        AlertSettings off = AlertBench.Settings.quiet();
        return new AlertSettings(
                off.webhook(),
                "",
                off.slack(),
                off.email(),
                false,
                true,
                off.language(),
                off.levels(),
                true,
                off.interval(),
                anomaly,
                forecast,
                errors,
                slow,
                unpriced,
                journalLag,
                off.zone());
    }
}
