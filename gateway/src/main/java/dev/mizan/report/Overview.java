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
 * What the first page shows: today, this month and the last, the last days, and this month's models.
 *
 * @param days the last {@link #DAYS} days, today the last, those without a call too: so that the first days of a month
 *     have something beside them
 * @param models of this month, by provider cost, the dearest first; rows have the upstream model and the provider
 */
public record Overview(
        LocalDate date, Sums today, Sums thisMonth, Sums lastMonth, List<Day> days, List<Spend.Group> models) {
    /** How many days are shown. */
    public static final int DAYS = 30;

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
        LocalDate firstOfMonth = month.atDay(1);
        LocalDate firstDay = date.minusDays(DAYS - 1L);
        Period shown = new Period(
                Period.of(firstDay.isBefore(firstOfMonth) ? firstDay : firstOfMonth, zone)
                        .fromMillis(),
                Period.of(date, zone).toMillis());
        Map<LocalDate, Sums> byDay = new HashMap<>();
        Sums thisMonth = new Sums();
        for (SpendRow row : reader.spend(query(shown, List.of(), equal, SpendQuery.Bucket.DAY, zone))) {
            LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(row.bucketMillis()), zone);
            byDay.computeIfAbsent(day, d -> new Sums()).add(row);
            if (!day.isBefore(firstOfMonth)) {
                thisMonth.add(row);
            }
        }
        List<Day> days = new ArrayList<>();
        for (LocalDate day = firstDay; !day.isAfter(date); day = day.plusDays(1)) {
            days.add(new Day(day, byDay.getOrDefault(day, new Sums())));
        }
        Spend models = Spend.read(
                reader, query(Period.of(month, zone), MODELS, equal, SpendQuery.Bucket.ALL, zone), modelsMax);
        List<SpendRow> last = reader.spend(
                query(Period.of(month.minusMonths(1), zone), List.of(), equal, SpendQuery.Bucket.ALL, zone));
        return new Overview(
                date, byDay.getOrDefault(date, new Sums()), thisMonth, Sums.of(last), days, models.groups());
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
