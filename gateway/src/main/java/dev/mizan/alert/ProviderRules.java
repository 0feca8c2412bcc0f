package dev.mizan.alert;

import dev.mizan.alert.Findings.Measured;
import dev.mizan.ledger.Outcome;
import dev.mizan.limit.Subject;
import dev.mizan.report.Dimension;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.Period;
import dev.mizan.report.SpendQuery;
import dev.mizan.report.SpendRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The rules about providers: how many calls fail, how long they take, and whether a model has a price. */
final class ProviderRules {
    /** After which time a provider that still fails or is slow fires again. */
    static final Duration AGAIN = Duration.ofHours(1);

    /** What a provider's speed is compared with: this long before the window. */
    static final Duration USUAL = Duration.ofHours(24);

    private static final Duration SLOW_WINDOW = Duration.ofMinutes(15);
    private static final Duration UNPRICED_WINDOW = Duration.ofHours(1);
    private static final Set<String> FAILED = Set.of(Outcome.Status.ERROR.label(), Outcome.Status.UNRESOLVED.label());

    private final LedgerReader ledger;
    private final UnpricedModels unpriced;
    private final Findings findings;

    ProviderRules(LedgerReader ledger, UnpricedModels unpriced, Findings findings) {
        this.ledger = ledger;
        this.unpriced = unpriced;
        this.findings = findings;
    }

    /** Calls and attempts of one provider. */
    private static final class Tally {
        private long all;
        private long failed;
        private long firstTokenMicros;
        private long firstTokens;

        long meanMillis() {
            return firstTokens == 0 ? 0 : firstTokenMicros / firstTokens / 1_000;
        }
    }

    /** The share of a provider's calls and attempts, as far as they are on the ledger, that failed or ended unknown. */
    List<Firing> errors(AlertSettings settings, Instant now) {
        AlertSettings.ProviderErrors errors = settings.providerErrors();
        if (!errors.enabled()) {
            return List.of();
        }
        List<Firing> found = new ArrayList<>();
        tallies(settings, window(now, errors.window())).forEach((provider, tally) -> {
            int percent = Findings.percent(tally.failed, tally.all);
            if (tally.all >= errors.calls() && percent >= errors.percent()) {
                found.add(findings.every(
                        Alert.Kind.PROVIDER_ERRORS,
                        Alert.Level.WARNING,
                        subject(provider),
                        new Measured(percent, "calls", tally.failed, tally.all),
                        now,
                        AGAIN,
                        language -> Map.of(
                                "provider", provider,
                                "percent", Integer.toString(percent),
                                "calls", Long.toString(tally.all))));
            }
        });
        return found;
    }

    /** A provider's mean time to the first byte of an answer against that of the day before. */
    List<Firing> slow(AlertSettings settings, Instant now) {
        AlertSettings.SlowProvider slow = settings.slowProvider();
        if (!slow.enabled()) {
            return List.of();
        }
        Period window = window(now, SLOW_WINDOW);
        Period before = new Period(window.fromMillis() - USUAL.toMillis(), window.fromMillis());
        Map<String, Tally> usual = tallies(settings, before);
        List<Firing> found = new ArrayList<>();
        tallies(settings, window).forEach((provider, tally) -> {
            Tally earlier = usual.getOrDefault(provider, new Tally());
            int percent = Findings.percent(tally.meanMillis(), Math.max(1, earlier.meanMillis()));
            if (tally.firstTokens >= slow.calls()
                    && earlier.firstTokens >= slow.calls()
                    && tally.meanMillis() >= slow.minimum().toMillis()
                    && percent >= slow.percent()) {
                found.add(findings.every(
                        Alert.Kind.SLOW_PROVIDER,
                        Alert.Level.WARNING,
                        subject(provider),
                        new Measured(percent, "milliseconds", tally.meanMillis(), earlier.meanMillis()),
                        now,
                        AGAIN,
                        language -> Map.of(
                                "provider", provider,
                                "now", Long.toString(tally.meanMillis()),
                                "usual", Long.toString(earlier.meanMillis()))));
            }
        });
        return found;
    }

    /** Models without a price on lines of the last hour: once a day and model. */
    List<Firing> unpriced(AlertSettings settings, Instant now) {
        if (!settings.unpriced()) {
            return List.of();
        }
        long to = now.toEpochMilli() + 1;
        List<Firing> found = new ArrayList<>();
        for (UnpricedModels.Unpriced model : unpriced.between(to - UNPRICED_WINDOW.toMillis(), to)) {
            found.add(findings.inWindow(
                    Alert.Kind.UNPRICED_MODEL,
                    Alert.Level.WARNING,
                    subject(model.provider()),
                    model.provider() + "/" + model.model(),
                    new Measured(0, "calls", model.lines(), 0),
                    now,
                    Findings.day(settings, now),
                    language -> Map.of(
                            "model", model.model(),
                            "provider", model.provider(),
                            "calls", Long.toString(model.lines()))));
        }
        return found;
    }

    private Map<String, Tally> tallies(AlertSettings settings, Period period) {
        Map<String, Tally> tallies = new TreeMap<>();
        SpendQuery query = new SpendQuery(
                period.fromMillis(),
                period.toMillis(),
                List.of(Dimension.PROVIDER, Dimension.STATUS),
                Map.of(),
                SpendQuery.Bucket.ALL,
                settings.zone());
        for (SpendRow row : ledger.spend(query)) {
            String provider = row.values().get(0);
            if (provider.isEmpty()) {
                continue;
            }
            Tally tally = tallies.computeIfAbsent(provider, name -> new Tally());
            long count = row.calls() + row.attempts();
            tally.all += count;
            tally.failed += FAILED.contains(row.values().get(1)) ? count : 0;
            tally.firstTokenMicros += row.firstTokenMicros();
            tally.firstTokens += row.firstTokens();
        }
        return tallies;
    }

    /** The quarter of an hour that it is, and as many before it as {@code length} has. */
    private static Period window(Instant now, Duration length) {
        return new Period(now.toEpochMilli() - length.toMillis(), now.toEpochMilli() + 1).inSlots();
    }

    private static String subject(String provider) {
        return provider.isEmpty() ? Subject.GLOBAL.toString() : new Subject(Subject.Kind.PROVIDER, provider).toString();
    }
}
