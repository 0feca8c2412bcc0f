package dev.mizan.report;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the first page shows: today, this month and the last, the days of this month and its models.
 *
 * @param days every day of this month up to today, those without a call too
 * @param models of this month, by provider cost, the dearest first; rows have the upstream model and the provider
 */
public record Overview(
        LocalDate date, Sums today, Sums thisMonth, Sums lastMonth, List<Day> days, List<Spend.Group> models) {
    private static final List<Dimension> MODELS = List.of(Dimension.MODEL, Dimension.PROVIDER);

    public Overview {
        days = List.copyOf(days);
        models = List.copyOf(models);
    }

    /** One day. */
    public record Day(LocalDate date, Sums sums) {}

    /**
     * Reads it.
     *
     * @param equal values that dimensions must have
     * @param modelsMax how many models are shown by themselves, ≥ 1
     */
    public static Overview read(
            LedgerReader reader, Instant now, ZoneId zone, Map<Dimension, String> equal, int modelsMax) {
        LocalDate date = LocalDate.ofInstant(now, zone);
        YearMonth month = YearMonth.from(date);
        Map<LocalDate, Sums> byDay = new HashMap<>();
        List<SpendRow> rows =
                reader.spend(query(Period.of(month, zone), List.of(), equal, SpendQuery.Bucket.DAY, zone));
        for (SpendRow row : rows) {
            byDay.computeIfAbsent(LocalDate.ofInstant(Instant.ofEpochMilli(row.bucketMillis()), zone), d -> new Sums())
                    .add(row);
        }
        List<Day> days = new ArrayList<>();
        for (LocalDate day = month.atDay(1); !day.isAfter(date); day = day.plusDays(1)) {
            days.add(new Day(day, byDay.getOrDefault(day, new Sums())));
        }
        Spend models = Spend.read(
                reader, query(Period.of(month, zone), MODELS, equal, SpendQuery.Bucket.ALL, zone), modelsMax);
        List<SpendRow> last = reader.spend(
                query(Period.of(month.minusMonths(1), zone), List.of(), equal, SpendQuery.Bucket.ALL, zone));
        return new Overview(
                date, byDay.getOrDefault(date, new Sums()), Sums.of(rows), Sums.of(last), days, models.groups());
    }

    private static SpendQuery query(
            Period period,
            List<Dimension> groupBy,
            Map<Dimension, String> equal,
            SpendQuery.Bucket bucket,
            ZoneId zone) {
        return new SpendQuery(period.fromMillis(), period.toMillis(), groupBy, equal, bucket, zone);
    }
}
