package dev.mizan.admin;

import dev.mizan.money.NanoUsd;
import dev.mizan.report.CostSummary;
import dev.mizan.report.CostSummary.Measure;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.Period;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The cost of today and of this month as metrics, read from the ledger when metrics are asked for, and then good for a
 * while. Safe for use by many threads.
 */
final class CostGauges {
    /** How long what was read is good. */
    static final Duration GOOD_FOR = Duration.ofSeconds(5);

    private final LedgerReader ledger;
    private final Supplier<AdminSettings> settings;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private long readAtMillis = Long.MIN_VALUE / 2;
    private NanoUsd daily = NanoUsd.ZERO;
    private NanoUsd monthly = NanoUsd.ZERO;

    private CostGauges(LedgerReader ledger, Supplier<AdminSettings> settings, Clock clock) {
        this.ledger = ledger;
        this.settings = settings;
        this.clock = clock;
    }

    static void register(AdminParts parts) {
        CostGauges gauges = new CostGauges(parts.ledger(), parts.settings(), parts.clock());
        parts.telemetry()
                .gauge("llm.daily.cost.usd", "What today's calls cost the operator, in USD", () -> gauges.read(true));
        parts.telemetry()
                .gauge(
                        "llm.monthly.cost.usd",
                        "What this month's calls cost the operator, in USD",
                        () -> gauges.read(false));
    }

    /** A floating-point number only because the text of metrics asks for one; NaN while the ledger can't be read. */
    private double read(boolean day) {
        lock.lock();
        try {
            long now = clock.millis();
            if (now - readAtMillis >= GOOD_FOR.toMillis()) {
                ZoneId zone = settings.get().timeZone();
                LocalDate date = LocalDate.ofInstant(clock.instant(), zone);
                daily = cost(Period.of(date, zone));
                monthly = cost(Period.of(YearMonth.from(date), zone));
                readAtMillis = now;
            }
            return (day ? daily : monthly).usd().doubleValue();
        } finally {
            lock.unlock();
        }
    }

    private NanoUsd cost(Period period) {
        return CostSummary.cost(ledger, period, Map.of(), Measure.PROVIDER);
    }
}
