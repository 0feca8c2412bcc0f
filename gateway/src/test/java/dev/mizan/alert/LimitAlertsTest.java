package dev.mizan.alert;

import static dev.mizan.alert.AlertBench.limit;
import static dev.mizan.alert.AlertBench.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.limit.AtCap;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Reserve;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.report.ManualClock;
import dev.mizan.store.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A threshold of a limit fires once in a window, whoever hears of it and however often. */
class LimitAlertsTest {
    private static final Window DAY = Window.day(AlertBench.ISTANBUL);
    private static final Subject AYSE = new Subject(Subject.Kind.USER, "ayse");

    @TempDir
    Path folder;

    static Stream<String> databases() {
        return Stream.of("", "postgresql");
    }

    private static String url(String database) {
        return database.isEmpty() ? "" : PostgresServer.shared().newDatabase();
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aThresholdFiresOnceInAWindowAndAgainInTheNext(String database) {
        ManualClock clock = new ManualClock("2026-11-20T12:00:00Z");
        Limit limit = limit(AYSE, Meter.TOKENS, DAY, 100_000, 70, 90, 100);
        try (AlertBench bench = new AlertBench(folder, url(database), clock);
                Alerts alerts = bench.idle()) {
            alerts.reached(bench.standing(limit, 71_000), 70);
            alerts.reached(bench.standing(limit, 72_000), 70);
            alerts.writeWaiting();
            alerts.reached(bench.standing(limit, 73_000), 70);
            alerts.reached(bench.standing(limit, 90_000), 90);
            alerts.writeWaiting();

            assertThat(bench.alerts()).extracting(Alert::percent).containsExactly(90, 70);
            assertThat(bench.alerts())
                    .extracting(Alert::windowStartMillis)
                    .containsOnly(
                            java.time.Instant.parse("2026-11-19T21:00:00Z").toEpochMilli());

            clock.set("2026-11-20T21:00:00Z");
            alerts.reached(bench.standing(limit, 70_000), 70);
            alerts.writeWaiting();

            assertThat(bench.alerts()).extracting(Alert::percent).containsExactly(70, 90, 70);
        }
    }

    @Test
    void aThresholdOfTheLastWindowThatIsHeardOfLateFiresNotInTheNewOne() {
        Limit limit = limit(AYSE, Meter.TOKENS, DAY, 100_000, 70);
        try (AlertBench bench = new AlertBench(folder);
                Alerts first = bench.idle();
                Alerts second = bench.idle()) {
            var old = bench.standing(limit, 71_000);
            first.reached(old, 70);
            first.writeWaiting();
            bench.clock.set("2026-11-20T21:00:01Z");

            second.reached(old, 70);
            second.writeWaiting();

            assertThat(bench.alerts()).hasSize(1);
        }
    }

    @Test
    void aSlidingWindowFiresAgainAfterAWholeWindow() {
        Limit limit = limit(AYSE, Meter.REQUESTS, Window.HOUR, 120, 90);
        try (AlertBench bench = new AlertBench(folder);
                Alerts alerts = bench.idle()) {
            alerts.reached(bench.standing(limit, 110), 90);
            alerts.writeWaiting();
            bench.clock.advance(Duration.ofMinutes(59));
            alerts.reached(bench.standing(limit, 111), 90);
            alerts.writeWaiting();
            assertThat(bench.alerts()).hasSize(1);

            bench.clock.advance(Duration.ofMinutes(1));
            alerts.reached(bench.standing(limit, 112), 90);
            alerts.writeWaiting();

            assertThat(bench.alerts()).extracting(Alert::used).containsExactly(112L, 110L);
        }
    }

    @Test
    void aRestartDoesNotFireAgain() {
        Limit limit = limit(Subject.GLOBAL, Meter.COST, DAY, 100_000_000_000L, 50);
        ManualClock clock = new ManualClock("2026-11-20T12:00:00Z");
        try (AlertBench bench = new AlertBench(folder, "", clock);
                Alerts alerts = bench.idle()) {
            alerts.reached(bench.standing(limit, 51_000_000_000L), 50);
            alerts.writeWaiting();
        }
        try (AlertBench bench = new AlertBench(folder, "", clock);
                Alerts alerts = bench.idle()) {
            bench.standings.add(bench.standing(limit, 60_000_000_000L));
            alerts.look();
            alerts.reached(bench.standing(limit, 60_000_000_000L), 50);
            alerts.writeWaiting();

            assertThat(bench.alerts()).hasSize(1);
        }
    }

    @Test
    void ofTwoProcessesThatRaceOneDelivers(@TempDir Path other) throws Exception {
        String url = PostgresServer.shared().newDatabase();
        ManualClock clock = new ManualClock("2026-11-20T12:00:00Z");
        try (Receiver receiver = new Receiver();
                AlertBench one = new AlertBench(folder, url, clock);
                AlertBench two = new AlertBench(other, url, clock)) {
            one.settings = AlertBench.Settings.webhook(receiver.at("/hook"));
            two.settings = one.settings;
            try (Alerts first = one.start();
                    Alerts second = two.start()) {
                int limits = 40;
                CyclicBarrier together = new CyclicBarrier(2);
                List<Thread> threads = new ArrayList<>();
                for (Alerts alerts : List.of(first, second)) {
                    threads.add(Thread.ofVirtual().start(() -> {
                        try {
                            for (int i = 0; i < limits; i++) {
                                together.await();
                                Limit limit =
                                        limit(new Subject(Subject.Kind.USER, "u" + i), Meter.TOKENS, DAY, 100, 90);
                                alerts.reached(one.standing(limit, 91), 90);
                            }
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    }));
                }
                for (Thread thread : threads) {
                    thread.join();
                }
                until("all are delivered", () -> delivered(one) == limits);

                assertThat(one.alerts()).hasSize(limits);
                assertThat(receiver.received)
                        .hasSize(limits)
                        .extracting(post -> post.header("idempotency-key"))
                        .doesNotHaveDuplicates();
            }
        }
    }

    private static long delivered(AlertBench bench) {
        return bench.fired().stream()
                .flatMap(fired -> fired.deliveries().stream())
                .filter(delivery -> delivery.state().equals("delivered"))
                .count();
    }

    @Test
    void whatDoesNotFitTheQueueIsCountedAndFoundAtTheNextLook() {
        try (AlertBench bench = new AlertBench(folder);
                Alerts alerts = Alerts.idle(
                        bench.parts(new AlertParts.Tuning(2, Duration.ofMillis(20), Duration.ofSeconds(1))),
                        java.net.InetAddress::getAllByName)) {
            for (int i = 0; i < 3; i++) {
                Limit limit = limit(new Subject(Subject.Kind.USER, "u" + i), Meter.TOKENS, DAY, 100, 70, 90);
                bench.standings.add(bench.standing(limit, 95));
                alerts.reached(bench.standing(limit, 95), 90);
            }
            assertThat(alerts.overflow()).isEqualTo(1);
            alerts.writeWaiting();
            assertThat(bench.alerts()).hasSize(2);

            alerts.look();

            assertThat(bench.alerts())
                    .extracting(Alert::subject)
                    .containsExactlyInAnyOrder("user:u0", "user:u1", "user:u2");
            assertThat(bench.alerts()).extracting(Alert::percent).containsOnly(90);
        }
    }

    @Test
    void aDatabaseThatIsAwayDelaysButLosesNothing() {
        PostgresServer server = PostgresServer.start();
        Limit limit = limit(AYSE, Meter.TOKENS, DAY, 100, 90);
        try (server;
                AlertBench bench =
                        new AlertBench(folder, server.newDatabase(), new ManualClock("2026-11-20T12:00:00Z"))) {
            try (Alerts alerts = bench.start()) {
                server.crash();
                alerts.reached(bench.standing(limit, 91), 90);
                server.resume();

                until("it is written", () -> fired(bench) == 1);
            }
        }
    }

    private static int fired(AlertBench bench) {
        try {
            return bench.alerts().size();
        } catch (RuntimeException e) {
            return -1;
        }
    }

    @Test
    void aLongLimitThatIsUsedUpIsToldOfWithoutAThreshold() {
        try (AlertBench bench = new AlertBench(folder);
                Alerts alerts = bench.idle()) {
            bench.standings.add(bench.standing(limit(AYSE, Meter.REQUESTS, DAY, 100), 100));
            bench.standings.add(bench.standing(limit(AYSE, Meter.REQUESTS, Window.MINUTE, 2), 2));
            bench.standings.add(bench.standing(limit(AYSE, Meter.TOKENS, DAY, 0), 0));
            alerts.look();

            assertThat(bench.alerts()).singleElement().satisfies(alert -> {
                assertThat(alert.percent()).isEqualTo(100);
                assertThat(alert.level()).isEqualTo(Alert.Level.CRITICAL);
                assertThat(alert.action()).isEqualTo(Alert.Action.BLOCK);
            });
        }
    }

    @Test
    void levelsFollowTheShareAndTheActionWhatTheLimitDoes() {
        Limit serving = new Limit(
                AYSE,
                Meter.COST,
                DAY,
                100,
                new AtCap.Notify(),
                Reserve.byDefault(Meter.COST, DAY),
                false,
                List.of(100),
                "configuration");
        try (AlertBench bench = new AlertBench(folder);
                Alerts alerts = bench.idle()) {
            Limit limit = limit(AYSE, Meter.TOKENS, DAY, 100, 70, 90, 100);
            alerts.reached(bench.standing(limit, 70), 70);
            alerts.reached(bench.standing(limit, 90), 90);
            alerts.reached(bench.standing(limit, 100), 100);
            alerts.reached(bench.standing(serving, 100), 100);
            alerts.writeWaiting();

            assertThat(bench.alerts())
                    .extracting(alert -> alert.percent() + " " + alert.level() + " " + alert.action())
                    .containsExactly(
                            "100 CRITICAL NOTIFY", "100 CRITICAL BLOCK", "90 WARNING NOTIFY", "70 INFO MONITOR");
        }
    }

    @Property
    void aHigherShareNeverHasALowerLevel(
            @ForAll @IntRange(min = 1, max = 1000) int low,
            @ForAll @IntRange(min = 1, max = 1000) int high,
            @ForAll @IntRange(min = 1, max = 1000) int warning,
            @ForAll @IntRange(min = 1, max = 1000) int critical) {
        AlertSettings.Levels levels =
                new AlertSettings.Levels(Math.min(warning, critical), Math.max(warning, critical));

        assertThat(levels.of(Math.max(low, high))).isGreaterThanOrEqualTo(levels.of(Math.min(low, high)));
    }

    @Test
    void alertsArePagedFilteredAndPruned() {
        try (AlertBench bench = new AlertBench(folder);
                Alerts alerts = bench.idle()) {
            for (int i = 0; i < 5; i++) {
                Limit limit = limit(new Subject(Subject.Kind.USER, "u" + i), Meter.TOKENS, DAY, 100, 70, 90);
                alerts.reached(bench.standing(limit, 95), i % 2 == 0 ? 90 : 70);
            }
            alerts.writeWaiting();

            AlertStore.Page first = alerts.page(AlertStore.Filter.ALL, "", 3);
            AlertStore.Page second = alerts.page(AlertStore.Filter.ALL, first.nextCursor(), 3);
            assertThat(first.fired()).hasSize(3);
            assertThat(second.fired()).hasSize(2);
            assertThat(second.nextCursor()).isEmpty();
            assertThat(alerts.page(new AlertStore.Filter("limit", "WARNING", "", 0, Long.MAX_VALUE), "", 9)
                            .fired())
                    .hasSize(3);
            assertThat(alerts.page(new AlertStore.Filter("", "", "user:u1", 0, Long.MAX_VALUE), "", 9)
                            .fired())
                    .hasSize(1);

            bench.clock.advance(Alerts.KEPT.plusDays(1));
            alerts.look();
            assertThat(bench.alerts()).isEmpty();
        }
    }

    @Test
    void aLifetimeFiresOnceForEachCap() {
        try (AlertBench bench = new AlertBench(folder);
                Alerts alerts = bench.idle()) {
            Limit limit = limit(AYSE, Meter.COST, Window.LIFETIME, 100, 80);
            for (Limit each : List.of(limit, limit, limit.withCap(200))) {
                alerts.reached(bench.standing(each, 160), 80);
                bench.clock.advance(Duration.ofDays(40));
            }
            alerts.writeWaiting();

            assertThat(bench.alerts()).extracting(Alert::cap).containsExactly(200L, 100L);
        }
    }

    @Test
    void aDayOfAnotherZoneHasItsOwnMidnight() {
        Limit limit = limit(AYSE, Meter.COST, Window.day(ZoneId.of("America/New_York")), 100, 80);
        try (AlertBench bench = new AlertBench(folder);
                Alerts alerts = bench.idle()) {
            alerts.reached(bench.standing(limit, 80), 80);
            alerts.writeWaiting();
            bench.clock.set("2026-11-21T04:59:59Z");
            alerts.reached(bench.standing(limit, 80), 80);
            alerts.writeWaiting();
            assertThat(bench.alerts()).hasSize(1);
            bench.clock.set("2026-11-21T05:00:00Z");
            alerts.reached(bench.standing(limit, 80), 80);
            alerts.writeWaiting();
            assertThat(bench.alerts()).hasSize(2);
        }
    }
}
