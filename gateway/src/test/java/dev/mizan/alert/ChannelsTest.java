package dev.mizan.alert;

import static dev.mizan.alert.AlertBench.limit;
import static dev.mizan.alert.AlertBench.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.messages.Language;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Channels against real servers: what they send, and what happens when the other side fails. */
class ChannelsTest {
    private static final Window DAY = Window.day(AlertBench.ISTANBUL);
    private static final Subject AYSE = new Subject(Subject.Kind.USER, "ayse");

    @TempDir
    Path folder;

    private AlertBench bench;
    private Receiver receiver;

    @BeforeEach
    void open() {
        bench = new AlertBench(folder);
        receiver = new Receiver();
    }

    @AfterEach
    void close() {
        receiver.close();
        bench.close();
    }

    @Test
    void aWebhookIsSignedJson() throws Exception {
        bench.settings = AlertBench.Settings.webhook(receiver.at("/hook?a=b"));
        try (Alerts alerts = bench.start()) {
            fire(alerts, 91_000, 90);
            until("it came", () -> !receiver.received.isEmpty());
        }

        Receiver.Received post = receiver.received.getFirst();
        JsonNode json = JsonMapper.shared().readTree(post.body());
        assertThat(json.path("kind").asString()).isEqualTo("limit");
        assertThat(json.path("level").asString()).isEqualTo("WARNING");
        assertThat(json.path("action").asString()).isEqualTo("NOTIFY");
        assertThat(json.path("used").asInt()).isEqualTo(91_000);
        assertThat(json.at("/texts/tr/title").asString()).isEqualTo("User ayse günlük budget'ın %90'ında");
        assertThat(post.header("idempotency-key"))
                .isEqualTo(json.path("id").asString())
                .hasSize(26);
        assertThat(post.header("x-mizan-timestamp")).isEqualTo("1795176000");
        assertThat(post.header("x-mizan-signature")).isEqualTo("sha256=" + openssl(post));
    }

    /** Computed by another program than the one that is tested. */
    private String openssl(Receiver.Received post) throws Exception {
        Process process = new ProcessBuilder(
                        "openssl", "dgst", "-sha256", "-hmac", bench.settings.webhookSecret(), "-r")
                .redirectErrorStream(true)
                .start();
        try (var in = process.getOutputStream()) {
            in.write((post.header("x-mizan-timestamp") + ".").getBytes(StandardCharsets.US_ASCII));
            in.write(post.body().getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said.substring(0, 64);
    }

    @Test
    void slackGetsATextWithoutMarkup() throws Exception {
        bench.settings = AlertBench.Settings.slack(receiver.at("/services/T0/B0/secret"), Language.TURKISH);
        Subject odd = new Subject(Subject.Kind.USER, "<!channel>&");
        try (Alerts alerts = bench.start()) {
            fire(alerts, 91_000, 90);
            alerts.reached(bench.standing(limit(odd, Meter.TOKENS, DAY, 100, 70), 70), 70);
            until("both came", () -> receiver.received.size() == 2);
        }

        assertThat(receiver.received)
                .extracting(post -> JsonMapper.shared().readTree(post.body()).toString())
                .containsExactlyInAnyOrder(
                        "{\"text\":\"User ayse günlük budget'ın %90'ında\"}",
                        "{\"text\":\"User &lt;!channel&gt;&amp; günlük budget'ın %70'inde\"}");
    }

    @Test
    void mailComesWithSubjectAndBodyOfTheLanguage() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            bench.settings = AlertBench.Settings.email(
                    new AlertSettings.Email(
                            List.of("admin@example.com", "ops@example.com"),
                            "mizan@example.com",
                            URI.create("smtp://127.0.0.1:" + server.getSmtp().getPort())),
                    Language.TURKISH);
            bench.standings.add(bench.standing(limit(AYSE, Meter.TOKENS, DAY, 100_000, 100), 100_000));
            try (Alerts alerts = bench.start()) {
                fire(alerts, 100_000, 100);
                until("both have it", () -> server.getReceivedMessages().length == 2);
            }

            MimeMessage message = server.getReceivedMessages()[0];
            assertThat(message.getSubject()).isEqualTo("[Mizan] User ayse günlük budget'ı aştı");
            assertThat(message.getFrom()[0]).hasToString("mizan@example.com");
            assertThat(message.getMessageID()).endsWith("@mizan>").hasSize(34);
            assertThat(text(message)).contains("⚠ LIMIT AŞILDI", "└─ Günlük token: 100,000/100,000");
        } finally {
            server.stop();
        }
    }

    private static String text(MimeMessage message) throws Exception {
        Object content = message.getContent();
        return content instanceof Multipart parts
                ? parts.getBodyPart(0).getContent().toString()
                : content.toString();
    }

    @Test
    void aMailServerThatWantsAPasswordInClearGetsNone() {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP))
                .withConfiguration(GreenMailConfiguration.aConfig().withUser("ayse", "pass word"));
        server.start();
        try {
            bench.settings = AlertBench.Settings.email(
                    new AlertSettings.Email(
                            List.of("admin@example.com"),
                            "mizan@example.com",
                            URI.create("smtp://ayse:pass%20word@127.0.0.1:"
                                    + server.getSmtp().getPort())),
                    Language.ENGLISH);
            try (Alerts alerts = bench.idle()) {
                assertThat(alerts.test().orElseThrow()).singleElement().satisfies(tested -> {
                    assertThat(tested.ok()).isFalse();
                    assertThat(tested.error()).doesNotContain("pass word");
                });
            }
            assertThat(server.getReceivedMessages()).isEmpty();
        } finally {
            server.stop();
        }
    }

    @Test
    void aFailingWebhookIsTriedAgainLaterAndShows() {
        receiver.answer(500);
        bench.settings = AlertBench.Settings.webhook(receiver.at("/hook"));
        try (Alerts alerts = bench.start()) {
            fire(alerts, 91_000, 90);
            until("it was tried", () -> webhook(alerts).state().failing() == 1);
            assertThat(webhook(alerts).label()).isEqualTo("failing");
            assertThat(webhook(alerts).state().lastError()).isEqualTo("HTTP 500");
            assertThat(webhook(alerts).state().waiting()).isEqualTo(1);
            assertThat(receiver.received).hasSize(1);

            receiver.answer(204);
            bench.clock.advance(Duration.ofSeconds(1));
            until("it was taken", () -> webhook(alerts).state().waiting() == 0);

            assertThat(webhook(alerts).label()).isEqualTo("ok");
            assertThat(receiver.received)
                    .hasSize(2)
                    .extracting(post -> post.header("idempotency-key"))
                    .containsOnly(bench.alerts().getFirst().id());
        }
    }

    @Test
    void aRestartGoesOnWithWhatWaits() {
        receiver.answer(503);
        bench.settings = AlertBench.Settings.webhook(receiver.at("/hook"));
        try (Alerts alerts = bench.start()) {
            fire(alerts, 91_000, 90);
            until("it was tried", () -> webhook(alerts).state().failing() == 1);
        }
        receiver.answer(200);
        bench.clock.advance(Duration.ofSeconds(1));

        try (Alerts alerts = bench.start()) {
            until("it was taken", () -> webhook(alerts).state().deliveredAtMillis() > 0);
        }
        assertThat(bench.fired().getFirst().deliveries()).singleElement().satisfies(delivery -> {
            assertThat(delivery.state()).isEqualTo("delivered");
            assertThat(delivery.attempts()).isEqualTo(2);
        });
    }

    @Test
    void whatADeadProcessHadTakenIsTakenAgainWhenItsLeaseIsOver() {
        bench.settings = AlertBench.Settings.webhook(receiver.at("/hook"));
        try (Alerts alerts = bench.idle()) {
            fire(alerts, 91_000, 90);
            alerts.writeWaiting();
        }
        long now = bench.clock.millis();
        long lease = now + Courier.LEASE.toMillis();

        assertThat(bench.store.claim("webhook", now, lease)).isPresent();
        assertThat(bench.store.claim("webhook", now, lease)).isEmpty();
        assertThat(bench.store.claim("webhook", lease - 1, lease)).isEmpty();
        assertThat(bench.store.claim("webhook", lease, lease + 1))
                .hasValueSatisfying(delivery -> assertThat(delivery.attempts()).isEqualTo(2));
    }

    @Test
    void triesEndAfterThreeAndAHalfDaysAndTheAlertStaysListed() {
        receiver.answer(500);
        bench.settings = AlertBench.Settings.webhook(receiver.at("/hook"));
        try (Alerts alerts = bench.start()) {
            fire(alerts, 91_000, 90);
            for (int i = 1; i <= Courier.ATTEMPTS_MAX; i++) {
                int tries = i;
                until("try " + i, () -> attempts() == tries && !claimed());
                bench.clock.advance(Courier.backoff(i));
            }

            assertThat(bench.fired().getFirst().deliveries().getFirst().state()).isEqualTo("given_up");
            assertThat(webhook(alerts).state().givenUp()).isEqualTo(1);
            assertThat(receiver.received).hasSize(Courier.ATTEMPTS_MAX);
        }
    }

    private int attempts() {
        return bench.fired().isEmpty()
                ? 0
                : bench.fired().getFirst().deliveries().getFirst().attempts();
    }

    /** Whether a try is under way: until its end the error is of the one before, and the lease runs. */
    private boolean claimed() {
        return receiver.received.size() < attempts()
                || bench.database.<Long>read(handle -> handle.createQuery(
                                        "SELECT count(*) FROM alert_delivery WHERE state = 'waiting' AND next_at = :lease")
                                .bind("lease", bench.clock.millis() + Courier.LEASE.toMillis())
                                .mapTo(Long.class)
                                .one())
                        > 0;
    }

    @Test
    void backoffDoublesToAnHour() {
        assertThat(List.of(1, 2, 3, 12, 13, 96))
                .extracting(attempts -> Courier.backoff(attempts).toSeconds())
                .containsExactly(1L, 2L, 4L, 2_048L, 3_600L, 3_600L);
    }

    @Test
    void aRedirectIsNotFollowed() {
        try (Receiver other = new Receiver();
                Alerts alerts = bench.idle()) {
            receiver.redirect(other.at("/").toString());
            bench.settings = AlertBench.Settings.webhook(receiver.at("/hook"));

            assertThat(alerts.test().orElseThrow())
                    .containsExactly(new Desk.Tested("webhook", "redirected with 302, which is not followed"));
            assertThat(other.received).isEmpty();
        }
    }

    @Test
    void aSlowChannelHoldsNoOtherUp() {
        receiver.fallSilent();
        try (Receiver slack = new Receiver()) {
            bench.settings = AlertBench.Settings.of(
                    Optional.of(receiver.at("/hook")),
                    Optional.of(slack.at("/slack")),
                    Optional.empty(),
                    Language.ENGLISH,
                    true);
            try (Alerts alerts = bench.start()) {
                fire(alerts, 71_000, 70);
                fire(alerts, 91_000, 90);

                until("slack has both", () -> slack.received.size() == 2);
                assertThat(webhook(alerts).state().waiting()).isEqualTo(2);
            }
        }
    }

    @Test
    void aSilentWebhookIsGivenUpAfterItsPatience() {
        receiver.fallSilent();
        bench.settings = AlertBench.Settings.webhook(receiver.at("/hook"));
        try (Alerts alerts = Alerts.idle(
                bench.parts(new AlertParts.Tuning(4, Duration.ofMillis(20), Duration.ofMillis(300))),
                InetAddress::getAllByName)) {
            assertThat(alerts.test().orElseThrow())
                    .containsExactly(new Desk.Tested("webhook", "no answer from 127.0.0.1 in 300 ms"));
        }
    }

    @Test
    void internalAddressesAreRefusedByNumberAndByName() throws Exception {
        InetAddress inside = InetAddress.getByAddress("hooks.example", new byte[] {10, 0, 0, 1});
        InetAddress outside = InetAddress.getByAddress("hooks.example", new byte[] {1, 1, 1, 1});
        for (String address : List.of(
                receiver.at("/hook").toString(),
                "http://[::1]:" + receiver.port(),
                "http://hooks.example/",
                "http://localhost:" + receiver.port() + "/")) {
            bench.settings = AlertBench.Settings.of(
                    Optional.of(URI.create(address)), Optional.empty(), Optional.empty(), Language.ENGLISH, false);
            try (Alerts alerts = Alerts.idle(
                    bench.parts(AlertBench.TUNING),
                    host -> host.equals("hooks.example")
                            ? new InetAddress[] {outside, inside}
                            : InetAddress.getAllByName(host))) {
                assertThat(alerts.test().orElseThrow()).singleElement().satisfies(tested -> assertThat(tested.error())
                        .contains("is in an internal network"));
            }
        }
        assertThat(receiver.received).isEmpty();
    }

    @Test
    void theConnectionGoesToTheAddressThatWasChecked() throws Exception {
        InetAddress here = InetAddress.getByAddress("hooks.invalid", new byte[] {127, 0, 0, 1});
        bench.settings = AlertBench.Settings.webhook(URI.create("http://hooks.invalid:" + receiver.port() + "/hook"));
        try (Alerts alerts = Alerts.idle(bench.parts(AlertBench.TUNING), host -> new InetAddress[] {here})) {
            assertThat(alerts.test().orElseThrow()).containsExactly(new Desk.Tested("webhook", ""));
        }

        assertThat(receiver.received.getFirst().header("host")).isEqualTo("hooks.invalid:" + receiver.port());
    }

    @Test
    void errorsNameTheHostAndNothingOfTheAddress() {
        int port = receiver.port();
        receiver.close();
        receiver = new Receiver();
        bench.settings =
                AlertBench.Settings.slack(URI.create("http://127.0.0.1:" + port + "/T0/very-secret"), Language.ENGLISH);
        try (Alerts alerts = bench.idle()) {
            assertThat(alerts.test().orElseThrow())
                    .containsExactly(new Desk.Tested("slack", "can't connect to 127.0.0.1"));
        }
        assertThat(bench.settings.toString()).doesNotContain("secret", "T0");
    }

    @Test
    void aChangedConfigurationCountsAtOnce() {
        try (Alerts alerts = bench.start()) {
            fire(alerts, 71_000, 70);
            until("it fired", () -> bench.fired().size() == 1);
            assertThat(webhook(alerts).label()).isEqualTo("off");

            bench.settings = AlertBench.Settings.webhook(receiver.at("/hook"));
            fire(alerts, 91_000, 90);

            until("the second came", () -> receiver.received.size() == 1);
        }
    }

    private void fire(Alerts alerts, long used, int percent) {
        alerts.reached(bench.standing(limit(AYSE, Meter.TOKENS, DAY, 100_000, 70, 90, 100), used), percent);
    }

    private static Desk.Channelled webhook(Alerts alerts) {
        return alerts.channels().getFirst();
    }
}
