package dev.mizan.alert;

import com.github.f4b6a3.ulid.UlidFactory;
import dev.mizan.messages.Language;
import dev.mizan.report.Period;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.function.Function;

/** Makes the alerts of rules. Safe for use by many threads. */
final class Findings {
    private static final BigInteger HUNDRED = BigInteger.valueOf(100);
    private static final BigInteger PERCENT_MAX = BigInteger.valueOf(1_000_000);

    private final AlertTexts texts;
    private final UlidFactory ids;

    Findings(AlertTexts texts, UlidFactory ids) {
        this.texts = texts;
        this.ids = ids;
    }

    /** What a rule measured. */
    record Measured(int percent, String meter, long used, long cap) {}

    /** One that fires once in {@code window}, e.g. a day. */
    Firing inWindow(
            Alert.Kind kind,
            Alert.Level level,
            String subject,
            String account,
            Measured measured,
            Instant now,
            Period window,
            Function<Language, Map<String, String>> values) {
        Alert alert = alert(kind, level, subject, account, measured, now, window.fromMillis(), values);
        return new Firing(alert, kind.label() + "|" + account, window.fromMillis(), window.toMillis());
    }

    /** One that fires again after {@code pause} if it still holds. */
    Firing every(
            Alert.Kind kind,
            Alert.Level level,
            String subject,
            Measured measured,
            Instant now,
            Duration pause,
            Function<Language, Map<String, String>> values) {
        Alert alert = alert(kind, level, subject, subject, measured, now, now.toEpochMilli(), values);
        return new Firing(
                alert,
                kind.label() + "|" + subject,
                now.toEpochMilli(),
                now.plus(pause).toEpochMilli());
    }

    /** The day that {@code now} is in. */
    static Period day(AlertSettings settings, Instant now) {
        return Period.of(LocalDate.ofInstant(now, settings.zone()), settings.zone());
    }

    /** {@code part} of {@code whole} in percent, rounded down, at most a million; 0 of nothing. */
    static int percent(long part, long whole) {
        if (whole <= 0 || part <= 0) {
            return 0;
        }
        return BigInteger.valueOf(part)
                .multiply(HUNDRED)
                .divide(BigInteger.valueOf(whole))
                .min(PERCENT_MAX)
                .intValueExact();
    }

    private Alert alert(
            Alert.Kind kind,
            Alert.Level level,
            String subject,
            String account,
            Measured measured,
            Instant now,
            long windowStartMillis,
            Function<Language, Map<String, String>> values) {
        return new Alert(
                ids.create(now.toEpochMilli()).toString(),
                kind,
                subject,
                account,
                windowStartMillis,
                measured.percent(),
                level,
                level == Alert.Level.INFO ? Alert.Action.MONITOR : Alert.Action.NOTIFY,
                measured.meter(),
                measured.used(),
                measured.cap(),
                now.toEpochMilli(),
                texts.of(kind, values));
    }
}
