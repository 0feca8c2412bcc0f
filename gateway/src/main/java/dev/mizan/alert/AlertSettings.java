package dev.mizan.alert;

import dev.mizan.messages.Language;
import dev.mizan.money.NanoUsd;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * What the configuration says of alerts. Secrets, and addresses that are one, print as {@code ***}.
 *
 * @param webhook where alerts are posted as JSON
 * @param webhookSecret what they are signed with; empty for no signature
 * @param slack a Slack-compatible address
 * @param log whether alerts are logged; default true
 * @param allowInternal whether the two addresses may be in an internal network; default false
 * @param language of Slack, e-mail and log
 * @param limitExceeded whether a limit of a day or longer that is used up fires without a threshold of 100; default
 *     true
 * @param interval how often the rules look, 1 s to 1 h; default 60 s
 * @param unpriced whether calls to models without a price fire; default true
 * @param journalLag for how long lines may wait for the database, ≥ 1 s; zero for off; default 60 s
 * @param zone whose midnights end the days and months
 */
public record AlertSettings(
        Optional<URI> webhook,
        String webhookSecret,
        Optional<URI> slack,
        Optional<Email> email,
        boolean log,
        boolean allowInternal,
        Language language,
        Levels levels,
        boolean limitExceeded,
        Duration interval,
        Anomaly anomaly,
        Forecast forecast,
        ProviderErrors providerErrors,
        SlowProvider slowProvider,
        boolean unpriced,
        Duration journalLag,
        ZoneId zone) {
    /** What holds where nothing is configured. */
    public static final AlertSettings DEFAULT = new AlertSettings(
            Optional.empty(),
            "",
            Optional.empty(),
            Optional.empty(),
            true,
            false,
            Language.ENGLISH,
            Levels.DEFAULT,
            true,
            Duration.ofSeconds(60),
            Anomaly.DEFAULT,
            Forecast.DEFAULT,
            ProviderErrors.DEFAULT,
            SlowProvider.DEFAULT,
            true,
            Duration.ofSeconds(60),
            ZoneId.of("UTC"));

    /**
     * Which share of a limit has which level: below {@code warning} INFO, from it WARNING, from {@code critical}
     * CRITICAL. Percent, 1 to 1000, the first at most the second.
     */
    public record Levels(int warning, int critical) {
        public static final Levels DEFAULT = new Levels(90, 100);

        /** The level of {@code percent}. */
        public Alert.Level of(int percent) {
            if (percent >= critical) {
                return Alert.Level.CRITICAL;
            }
            return percent >= warning ? Alert.Level.WARNING : Alert.Level.INFO;
        }
    }

    /**
     * Where mail goes.
     *
     * @param to addresses, at least one
     * @param smtp {@code smtp://[USER:PASSWORD@]HOST[:PORT]}, or {@code smtps://…} for TLS from the start
     */
    public record Email(List<String> to, String from, URI smtp) {
        public Email {
            to = List.copyOf(to);
        }

        @Override
        public String toString() {
            return "Email[to=" + to + ", from=" + from + ", smtp=***]";
        }
    }

    /**
     * Today's spend.
     *
     * @param percent of the mean of the same hours of the earlier days from which it is unusual, 101 to 100,000
     * @param minimum below it nothing is unusual
     * @param dailyAmount a fixed amount that fires; zero for off
     */
    public record Anomaly(boolean enabled, int percent, NanoUsd minimum, NanoUsd dailyAmount) {
        public static final Anomaly DEFAULT = new Anomaly(true, 300, NanoUsd.ofNanos(NanoUsd.PER_USD), NanoUsd.ZERO);
    }

    /**
     * Whether the month's budget lasts.
     *
     * @param monthlyBudget of all that the gateway does; zero for none: then only limits of a month are looked at
     */
    public record Forecast(boolean enabled, NanoUsd monthlyBudget) {
        public static final Forecast DEFAULT = new Forecast(true, NanoUsd.ZERO);
    }

    /**
     * How many of a provider's calls may fail.
     *
     * @param percent from which it fires, 1 to 100
     * @param calls below it nothing is said, ≥ 1
     * @param window how far back it looks, in whole quarters of an hour, 15 min to 24 h
     */
    public record ProviderErrors(boolean enabled, int percent, int calls, Duration window) {
        public static final ProviderErrors DEFAULT = new ProviderErrors(true, 20, 20, Duration.ofMinutes(15));
    }

    /**
     * How slow a provider may become: its mean time to the first token against that of the day before.
     *
     * @param percent from which it fires, 101 to 100,000
     * @param calls below it nothing is said, ≥ 1
     * @param minimum below it nothing is slow
     */
    public record SlowProvider(boolean enabled, int percent, int calls, Duration minimum) {
        public static final SlowProvider DEFAULT = new SlowProvider(true, 300, 20, Duration.ofSeconds(1));
    }

    @Override
    public String toString() {
        return "AlertSettings[webhook=" + (webhook.isEmpty() ? "" : "***") + ", slack="
                + (slack.isEmpty() ? "" : "***") + ", email=" + email + ", log=" + log + ", language=" + language
                + "]";
    }
}
