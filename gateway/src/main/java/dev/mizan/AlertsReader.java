package dev.mizan;

import dev.mizan.alert.AlertSettings;
import dev.mizan.alert.AlertSettings.Anomaly;
import dev.mizan.alert.AlertSettings.Email;
import dev.mizan.alert.AlertSettings.Forecast;
import dev.mizan.alert.AlertSettings.Levels;
import dev.mizan.alert.AlertSettings.ProviderErrors;
import dev.mizan.alert.AlertSettings.SlowProvider;
import dev.mizan.config.Settings;
import dev.mizan.messages.Language;
import dev.mizan.money.NanoUsd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the group {@code alerts}. What it does not set is taken from {@code MONITORING_WEBHOOK_URL}, {@code
 * SLACK_WEBHOOK_URL} and {@code ADMIN_EMAIL}.
 */
final class AlertsReader {
    private static final String FROM = "mizan@localhost";
    private static final String SMTP = "smtp://localhost:25";
    private static final Duration LOOK_MIN = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofHours(24);
    private static final long QUARTER_MILLIS = 900_000;

    private final Function<String, Optional<String>> environment;

    /** @param environment the value of an environment variable */
    AlertsReader(Function<String, Optional<String>> environment) {
        this.environment = name -> environment.apply(name).map(String::strip).filter(value -> !value.isEmpty());
    }

    /**
     * The settings of {@code alerts}.
     *
     * @param language of Mizan's own messages
     * @param monthlyLimit the configured budget of a month; zero for none
     */
    AlertSettings read(Settings alerts, Language language, ZoneId zone, NanoUsd monthlyLimit) {
        AlertSettings byDefault = AlertSettings.DEFAULT;
        return new AlertSettings(
                address(alerts, "webhook", "MONITORING_WEBHOOK_URL"),
                alerts.text("webhook_secret", ""),
                address(alerts, "slack", "SLACK_WEBHOOK_URL"),
                email(alerts.group("email")),
                alerts.flag("log", byDefault.log()),
                alerts.flag("allow_internal", byDefault.allowInternal()),
                Language.of(alerts.text("language", language.tag())).orElse(language),
                levels(alerts.group("levels")),
                alerts.flag("limit_exceeded", byDefault.limitExceeded()),
                alerts.duration("interval", byDefault.interval(), LOOK_MIN, HOUR),
                anomaly(alerts.group("anomaly")),
                forecast(alerts.group("forecast"), monthlyLimit),
                providerErrors(alerts.group("provider_errors")),
                slowProvider(alerts.group("slow_provider")),
                alerts.flag("unpriced", byDefault.unpriced()),
                journalLag(alerts.group("journal")),
                zone);
    }

    /** The settings of a machine without a file. */
    AlertSettings environment(Language language, ZoneId zone, NanoUsd monthlyLimit) {
        return read(Settings.read("environment", "{}", "{}", name -> Optional.empty()), language, zone, monthlyLimit);
    }

    private Optional<URI> address(Settings alerts, String name, String variable) {
        String text = alerts.has(name)
                ? alerts.text(name, "").strip()
                : environment.apply(variable).orElse("");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        // The text is not repeated: such an address is a secret.
        return uri(
                alerts,
                name,
                text,
                Set.of("http", "https"),
                "an http or https address" + (alerts.has(name) ? "" : " in " + variable));
    }

    private Optional<Email> email(Settings email) {
        String given = email.has("to")
                ? email.text("to", "")
                : environment.apply("ADMIN_EMAIL").orElse("");
        List<String> to = Arrays.stream(given.split(",", -1))
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .toList();
        if (to.isEmpty()) {
            return Optional.empty();
        }
        for (String address : to) {
            if (!address.matches("[^@\\s<>]+@[^@\\s<>]+")) {
                email.refuse("to", "'" + address + "' (expected: mail addresses, with commas between)");
            }
        }
        return uri(
                        email,
                        "smtp",
                        email.text("smtp", SMTP),
                        Set.of("smtp", "smtps"),
                        "smtp://[USER:PASSWORD@]HOST[:PORT], or smtps://…")
                .map(smtp -> new Email(to, email.text("from", FROM), smtp));
    }

    private static Optional<URI> uri(
            Settings settings, String name, String text, Set<String> schemes, String expected) {
        try {
            URI uri = new URI(text);
            if (uri.getHost() != null
                    && uri.getScheme() != null
                    && schemes.contains(uri.getScheme().toLowerCase(Locale.ROOT))) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException e) {
            // Refused below, without what it says: it repeats the text.
        }
        settings.refuse(name, "*** (expected: " + expected + ")");
        return Optional.empty();
    }

    private static Levels levels(Settings levels) {
        int warning = levels.integer("warning", Levels.DEFAULT.warning());
        int critical = levels.integer("critical", Levels.DEFAULT.critical());
        if (warning > critical) {
            levels.refuse("", "warning " + warning + ", critical " + critical + " (expected: warning <= critical)");
            return Levels.DEFAULT;
        }
        return new Levels(warning, critical);
    }

    private static Anomaly anomaly(Settings anomaly) {
        Anomaly byDefault = Anomaly.DEFAULT;
        return new Anomaly(
                anomaly.flag("enabled", byDefault.enabled()),
                anomaly.integer("percent", byDefault.percent()),
                usd(anomaly, "minimum").orElse(byDefault.minimum()),
                usd(anomaly, "daily_amount").orElse(byDefault.dailyAmount()));
    }

    private static Forecast forecast(Settings forecast, NanoUsd monthlyLimit) {
        return new Forecast(
                forecast.flag("enabled", Forecast.DEFAULT.enabled()),
                usd(forecast, "monthly_budget").orElse(monthlyLimit));
    }

    private static ProviderErrors providerErrors(Settings errors) {
        ProviderErrors byDefault = ProviderErrors.DEFAULT;
        Duration window = errors.duration("window", byDefault.window(), byDefault.window(), DAY);
        if (window.toMillis() % QUARTER_MILLIS != 0) {
            errors.refuse("window", "'" + errors.text("window", "") + "' (expected: whole quarters of an hour)");
        }
        return new ProviderErrors(
                errors.flag("enabled", byDefault.enabled()),
                errors.integer("percent", byDefault.percent()),
                errors.integer("calls", byDefault.calls()),
                window);
    }

    private static SlowProvider slowProvider(Settings slow) {
        SlowProvider byDefault = SlowProvider.DEFAULT;
        return new SlowProvider(
                slow.flag("enabled", byDefault.enabled()),
                slow.integer("percent", byDefault.percent()),
                slow.integer("calls", byDefault.calls()),
                slow.duration("minimum", byDefault.minimum(), Duration.ofMillis(1), HOUR));
    }

    private static Duration journalLag(Settings journal) {
        return journal.flag("enabled", true)
                ? journal.duration("lag", AlertSettings.DEFAULT.journalLag(), LOOK_MIN, DAY)
                : Duration.ZERO;
    }

    private static Optional<NanoUsd> usd(Settings settings, String name) {
        Optional<BigDecimal> amount = settings.number(name);
        return amount.map(usd -> NanoUsd.of(usd, RoundingMode.HALF_EVEN));
    }
}
