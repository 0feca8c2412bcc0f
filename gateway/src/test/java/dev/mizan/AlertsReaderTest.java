package dev.mizan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mizan.alert.AlertSettings;
import dev.mizan.config.ConfigurationException;
import dev.mizan.messages.Language;
import dev.mizan.money.NanoUsd;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AlertsReaderTest {
    private final Map<String, String> environment = new HashMap<>();
    private final ConfigurationReader reader =
            new ConfigurationReader(name -> Optional.ofNullable(environment.get(name)));

    @Test
    void everySettingIsRead() {
        AlertSettings read = read("""
                language: tr
                time_zone: Europe/Istanbul
                cost: {monthly_limit: 2000}
                alerts:
                  webhook: https://hooks.example/a
                  webhook_secret: shh
                  slack: https://slack.example/services/T/B
                  email: {to: "a@example.com, b@example.com", from: m@example.com, smtp: "smtps://u:p@mail.example:465"}
                  log: false
                  allow_internal: true
                  language: ar
                  levels: {warning: 75, critical: 90}
                  limit_exceeded: false
                  interval: 30s
                  anomaly: {enabled: false, percent: 200, minimum: 5, daily_amount: 50.25}
                  forecast: {enabled: false}
                  provider_errors: {enabled: false, percent: 5, calls: 100, window: 1h}
                  slow_provider: {enabled: false, percent: 150, calls: 7, minimum: 250ms}
                  unpriced: false
                  journal: {enabled: false}
                """);

        assertThat(read)
                .isEqualTo(new AlertSettings(
                        Optional.of(URI.create("https://hooks.example/a")),
                        "shh",
                        Optional.of(URI.create("https://slack.example/services/T/B")),
                        Optional.of(new AlertSettings.Email(
                                List.of("a@example.com", "b@example.com"),
                                "m@example.com",
                                URI.create("smtps://u:p@mail.example:465"))),
                        false,
                        true,
                        Language.ARABIC,
                        new AlertSettings.Levels(75, 90),
                        false,
                        Duration.ofSeconds(30),
                        new AlertSettings.Anomaly(
                                false, 200, NanoUsd.ofNanos(5 * NanoUsd.PER_USD), NanoUsd.ofNanos(50_250_000_000L)),
                        new AlertSettings.Forecast(false, NanoUsd.ofNanos(2_000 * NanoUsd.PER_USD)),
                        new AlertSettings.ProviderErrors(false, 5, 100, Duration.ofHours(1)),
                        new AlertSettings.SlowProvider(false, 150, 7, Duration.ofMillis(250)),
                        false,
                        Duration.ZERO,
                        ZoneId.of("Europe/Istanbul")));
        assertThat(read.toString()).doesNotContain("shh", "hooks.example", "slack.example", "mail.example");
    }

    @Test
    void theEnvironmentFillsWhatIsNotSet() {
        environment.put("MONITORING_WEBHOOK_URL", "https://your-webhook.com");
        environment.put("SLACK_WEBHOOK_URL", "https://slack.example/x");
        environment.put("ADMIN_EMAIL", "admin@example.com");

        for (AlertSettings read : List.of(read(""), reader.environment().alerts())) {
            assertThat(read.webhook()).contains(URI.create("https://your-webhook.com"));
            assertThat(read.slack()).contains(URI.create("https://slack.example/x"));
            assertThat(read.email())
                    .contains(new AlertSettings.Email(
                            List.of("admin@example.com"), "mizan@localhost", URI.create("smtp://localhost:25")));
        }
        AlertSettings off = read("alerts: {webhook: \"\", slack: \"${NONE:-}\", email: {to: \"\"}}");
        assertThat(off).isEqualTo(AlertSettings.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            webhook: ftp://secret.example/x            | /alerts/webhook
            slack: "https://se cret"                   | /alerts/slack
            slack: "/secret/path"                      | /alerts/slack
            email: {to: nobody}                        | /alerts/email/to
            email: {to: a@b, smtp: "http://secret:1"}  | /alerts/email/smtp
            levels: {warning: 91, critical: 90}        | /alerts/levels
            provider_errors: {window: 20m}             | /alerts/provider_errors/window
            provider_errors: {percent: 101}            | /alerts/provider_errors/percent
            interval: 999ms                            | /alerts/interval
            interval: 61m                              | /alerts/interval
            journal: {lag: 25h}                        | /alerts/journal/lag
            web_hook: x                                | web_hook
            """)
    void whatCantBeIsRefusedWithoutRepeatingASecret(String setting, String where) {
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class, () -> read("alerts:\n  " + setting.replace("'", "") + "\n"));

        assertThat(refused).isNotNull();
        assertThat(refused.text()).doesNotContain("secret").contains(where.substring(where.lastIndexOf('/') + 1));
    }

    private AlertSettings read(String yaml) {
        return reader.parse("mizan.yaml", yaml).alerts();
    }
}
