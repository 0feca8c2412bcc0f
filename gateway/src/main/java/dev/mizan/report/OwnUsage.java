package dev.mizan.report;

import dev.mizan.identity.Key;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.money.ExchangeRates;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a licence or key has used of its quota: this month and today, in tokens, and what it was charged. Every figure
 * is a sum of ledger lines, or what the limit's own counter says.
 *
 * @param start the first day of the month
 * @param end its last day
 * @param daysRemaining days after today
 * @param cost what it was charged this month, two decimals half-even; empty without a rate for one of its days
 * @param averagePerDocument what a document analysis was charged, three decimals half-even, zero without one; empty
 *     like {@code cost}
 * @param alerts the highest threshold that each quota has reached
 */
public record OwnUsage(
        LocalDate start,
        LocalDate end,
        long daysRemaining,
        Quota month,
        Quota today,
        Optional<BigDecimal> cost,
        Optional<BigDecimal> averagePerDocument,
        List<Alert> alerts) {
    /** The operation of lines that count as documents; a line with a document type does, too. */
    public static final String DOCUMENTS = "document_analysis";

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final int PERCENT_PLACES = 2;
    private static final int COST_PLACES = 2;
    private static final int AVERAGE_PLACES = 3;

    public OwnUsage {
        alerts = List.copyOf(alerts);
    }

    /**
     * Tokens used of a quota.
     *
     * @param limit the smallest cap; empty for unlimited
     */
    public record Quota(Optional<Limit> limit, long used) {
        /** What is left, never below zero; empty for unlimited. */
        public Optional<Long> remaining() {
            return limit.map(limit -> Math.max(0, limit.cap() - used));
        }

        /** What is used in percent, two decimals half-even; 100 of a cap of 0; empty for unlimited. */
        public Optional<BigDecimal> percentage() {
            return limit.map(limit -> limit.cap() == 0
                    ? HUNDRED
                    : BigDecimal.valueOf(used)
                            .multiply(HUNDRED)
                            .divide(BigDecimal.valueOf(limit.cap()), PERCENT_PLACES, RoundingMode.HALF_EVEN));
        }

        private Optional<Alert> alert() {
            return limit.flatMap(limit -> limit.alertAt().stream()
                    .filter(new Standing(limit, used, 0, 0, Long.MAX_VALUE)::isUsed)
                    .max(Comparator.naturalOrder())
                    .map(percent -> new Alert(this, percent)));
        }
    }

    /** A quota of which at least {@code threshold} percent are used. */
    public record Alert(Quota quota, int threshold) {}

    /**
     * Reads it.
     *
     * @param limits of the key; those of its tokens per month and per day count
     * @param standings how a limit stands; empty where no counter is kept: the ledger's sums are taken
     * @param currency what {@code cost} is in, by the rate of each line's day
     */
    public static OwnUsage read(
            LedgerReader reader,
            Key key,
            List<Limit> limits,
            Function<Limit, Optional<Standing>> standings,
            Instant now,
            ZoneId zone,
            ExchangeRates rates,
            String currency) {
        LocalDate today = LocalDate.ofInstant(now, zone);
        YearMonth month = YearMonth.from(today);
        List<SpendRow> rows = reader.spend(new SpendQuery(
                Period.of(month, zone).fromMillis(),
                Period.of(month, zone).toMillis(),
                List.of(Dimension.OPERATION, Dimension.DOCUMENT_TYPE),
                Map.of(Dimension.KEY, key.id()),
                SpendQuery.Bucket.DAY,
                zone));
        List<SpendRow> ofToday =
                rows.stream().filter(row -> day(row, zone).equals(today)).toList();
        List<SpendRow> documents = rows.stream().filter(OwnUsage::isDocument).toList();
        Quota monthly = quota(limits, key, Window.Period.MONTH, standings, rows);
        Quota daily = quota(limits, key, Window.Period.DAY, standings, ofToday);
        List<Alert> alerts = new ArrayList<>();
        monthly.alert().ifPresent(alerts::add);
        daily.alert().ifPresent(alerts::add);
        return new OwnUsage(
                month.atDay(1),
                month.atEndOfMonth(),
                ChronoUnit.DAYS.between(today, month.atEndOfMonth()),
                monthly,
                daily,
                charged(rows, zone, rates, currency).map(sum -> ExchangeRates.rounded(sum, COST_PLACES)),
                charged(documents, zone, rates, currency).map(sum -> average(sum, documents)),
                alerts);
    }

    private static Quota quota(
            List<Limit> limits,
            Key key,
            Window.Period period,
            Function<Limit, Optional<Standing>> standings,
            List<SpendRow> rows) {
        Optional<Limit> smallest = limits.stream()
                .filter(limit -> limit.subject().equals(new Subject(Subject.Kind.KEY, key.id()))
                        && limit.meter() == Meter.TOKENS
                        && limit.window() instanceof Window.Calendar calendar
                        && calendar.period() == period)
                .min(Comparator.comparingLong(Limit::cap));
        long used = smallest.flatMap(standings).map(Standing::used).orElseGet(() -> Sums.of(rows)
                .totalTokens());
        return new Quota(smallest, used);
    }

    private static boolean isDocument(SpendRow row) {
        return row.values().get(0).equals(DOCUMENTS) || !row.values().get(1).isEmpty();
    }

    /** The sum of each day's charge at that day's rate, not rounded. */
    private static Optional<BigDecimal> charged(
            List<SpendRow> rows, ZoneId zone, ExchangeRates rates, String currency) {
        BigDecimal sum = BigDecimal.ZERO;
        for (SpendRow row : rows) {
            Optional<BigDecimal> amount = rates.convert(row.charged(), currency, day(row, zone));
            if (amount.isEmpty()) {
                return Optional.empty();
            }
            sum = sum.add(amount.get());
        }
        // Nothing was charged: nothing needs a rate, but without any there is no such currency here.
        return rates.currencies().contains(currency) ? Optional.of(sum) : Optional.empty();
    }

    private static BigDecimal average(BigDecimal sum, List<SpendRow> documents) {
        long calls = Sums.of(documents).calls();
        return calls == 0
                ? BigDecimal.ZERO
                : sum.divide(BigDecimal.valueOf(calls), AVERAGE_PLACES, RoundingMode.HALF_EVEN);
    }

    private static LocalDate day(SpendRow row, ZoneId zone) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(row.bucketMillis()), zone);
    }
}
