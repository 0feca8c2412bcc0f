package dev.mizan.alert;

import dev.mizan.alert.Findings.Measured;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Window;
import dev.mizan.messages.Language;
import dev.mizan.money.NanoUsd;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.Period;
import dev.mizan.report.SpendQuery;
import dev.mizan.report.SpendRow;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The rules about money: today against earlier days, a fixed amount a day, the month's budget at this pace. */
final class SpendRules {
    /** With how many days today is compared. */
    static final int DAYS = 7;

    /** How many of them must have cost something: a gateway that is new has no usual day. */
    static final int DAYS_MIN = 3;

    /** How much of a month must be over before its pace says anything. */
    static final Duration PACE_MIN = Duration.ofDays(3);

    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("HH:mm");
    private static final String GLOBAL = "global";

    private final LedgerReader ledger;
    private final Findings findings;
    private final Supplier<Standings> standings;
    private final AlertTexts texts;

    SpendRules(LedgerReader ledger, Findings findings, Supplier<Standings> standings, AlertTexts texts) {
        this.ledger = ledger;
        this.findings = findings;
        this.standings = standings;
        this.texts = texts;
    }

    /**
     * Today's spend against the mean of the same hours of the earlier {@link #DAYS} days, those without spend
     * included; earlier days count to the end of the quarter of an hour that it is now.
     */
    List<Firing> anomaly(AlertSettings settings, Instant now) {
        AlertSettings.Anomaly anomaly = settings.anomaly();
        if (!anomaly.enabled()) {
            return List.of();
        }
        ZoneId zone = settings.zone();
        LocalDate today = LocalDate.ofInstant(now, zone);
        LocalTime time = LocalTime.ofInstant(now, zone);
        NanoUsd earlier = NanoUsd.ZERO;
        int days = 0;
        for (int i = 1; i <= DAYS; i++) {
            LocalDate date = today.minusDays(i);
            long end = date.atTime(time).atZone(zone).toInstant().toEpochMilli() + 1;
            NanoUsd spent = spent(new Period(Period.of(date, zone).fromMillis(), end), zone);
            earlier = earlier.plus(spent);
            days += spent.isZero() ? 0 : 1;
        }
        NanoUsd spent = spent(new Period(Period.of(today, zone).fromMillis(), now.toEpochMilli() + 1), zone);
        long usual = earlier.nanos() / DAYS;
        int percent = Findings.percent(spent.nanos(), usual);
        if (days < DAYS_MIN || percent < anomaly.percent() || spent.compareTo(anomaly.minimum()) < 0) {
            return List.of();
        }
        return List.of(findings.inWindow(
                Alert.Kind.SPEND_ANOMALY,
                Alert.Level.WARNING,
                GLOBAL,
                GLOBAL,
                new Measured(percent, Meter.COST.label(), spent.nanos(), usual),
                now,
                Findings.day(settings, now),
                same(Map.of(
                        "spent", AlertTexts.money(spent.nanos()),
                        "usual", AlertTexts.money(usual),
                        "time", HOUR.format(time),
                        "percent", Integer.toString(percent)))));
    }

    /** A fixed amount a day. */
    List<Firing> dailyAmount(AlertSettings settings, Instant now) {
        NanoUsd amount = settings.anomaly().dailyAmount();
        if (amount.isZero()) {
            return List.of();
        }
        Period day = Findings.day(settings, now);
        NanoUsd spent = spent(new Period(day.fromMillis(), now.toEpochMilli() + 1), settings.zone());
        if (spent.compareTo(amount) < 0) {
            return List.of();
        }
        return List.of(findings.inWindow(
                Alert.Kind.DAILY_SPEND,
                Alert.Level.WARNING,
                GLOBAL,
                GLOBAL + "|" + amount.toDecimal(),
                new Measured(
                        Findings.percent(spent.nanos(), amount.nanos()),
                        Meter.COST.label(),
                        spent.nanos(),
                        amount.nanos()),
                now,
                day,
                same(Map.of("spent", AlertTexts.money(spent.nanos()), "cap", AlertTexts.money(amount.nanos())))));
    }

    /** Budgets of a month that would end before it if the rest of it cost as much a day as it did so far. */
    List<Firing> forecast(AlertSettings settings, Instant now) {
        AlertSettings.Forecast forecast = settings.forecast();
        Period month = Period.of(YearMonth.from(now.atZone(settings.zone())), settings.zone());
        if (!forecast.enabled() || now.toEpochMilli() - month.fromMillis() < PACE_MIN.toMillis()) {
            return List.of();
        }
        List<Firing> found = new ArrayList<>();
        long budget = forecast.monthlyBudget().nanos();
        if (budget > 0) {
            long spent = spent(new Period(month.fromMillis(), now.toEpochMilli() + 1), settings.zone())
                    .nanos();
            ends(month, spent, budget, now)
                    .ifPresent(end -> found.add(forecast(
                            settings, GLOBAL, GLOBAL + "|" + budget, language -> "", month, spent, budget, now, end)));
        }
        for (Standing standing : standings.get().all()) {
            Limit limit = standing.limit();
            if (limit.meter() == Meter.COST
                    && limit.window() instanceof Window.Calendar calendar
                    && calendar.period() == Window.Period.MONTH) {
                long at = now.toEpochMilli();
                Period window = new Period(calendar.startMillis(at), calendar.endMillis(at));
                ends(window, standing.used(), limit.cap(), now)
                        .ifPresent(end -> found.add(forecast(
                                settings,
                                limit.subject().toString(),
                                limit.account(),
                                language -> " – " + texts.subject(language, limit.subject()),
                                window,
                                standing.used(),
                                limit.cap(),
                                now,
                                end)));
            }
        }
        return found;
    }

    private Firing forecast(
            AlertSettings settings,
            String subject,
            String account,
            Function<Language, String> about,
            Period month,
            long spent,
            long budget,
            Instant now,
            Instant end) {
        int day = end.atZone(settings.zone()).getDayOfMonth();
        return findings.inWindow(
                Alert.Kind.BUDGET_FORECAST,
                Alert.Level.WARNING,
                subject,
                account,
                new Measured(Findings.percent(spent, budget), Meter.COST.label(), spent, budget),
                now,
                month,
                language -> Map.of(
                        "day", AlertTexts.day(language, day),
                        "spent", AlertTexts.money(spent),
                        "cap", AlertTexts.money(budget),
                        "about", about.apply(language)));
    }

    /** When {@code budget} ends at the pace of {@code spent}; empty if not within the month, or if it has. */
    private static Optional<Instant> ends(Period month, long spent, long budget, Instant now) {
        if (spent <= 0 || spent >= budget) {
            return Optional.empty();
        }
        long elapsed = now.toEpochMilli() - month.fromMillis();
        BigInteger whole =
                BigInteger.valueOf(elapsed).multiply(BigInteger.valueOf(budget)).divide(BigInteger.valueOf(spent));
        if (whole.compareTo(BigInteger.valueOf(month.toMillis() - month.fromMillis())) >= 0) {
            return Optional.empty();
        }
        return Optional.of(Instant.ofEpochMilli(month.fromMillis() + whole.longValueExact()));
    }

    private NanoUsd spent(Period period, ZoneId zone) {
        Period slots = period.inSlots();
        NanoUsd spent = NanoUsd.ZERO;
        for (SpendRow row : ledger.spend(new SpendQuery(
                slots.fromMillis(), slots.toMillis(), List.of(), Map.of(), SpendQuery.Bucket.ALL, zone))) {
            spent = spent.plus(row.providerCost());
        }
        return spent;
    }

    private static Function<Language, Map<String, String>> same(Map<String, String> values) {
        return language -> values;
    }
}
