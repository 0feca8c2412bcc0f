package dev.mizan.usagelog;

import dev.mizan.money.ExchangeRates;
import dev.mizan.report.Dimension;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.Period;
import dev.mizan.report.SpendQuery;
import dev.mizan.report.SpendRow;
import dev.mizan.report.Sums;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What one holder used in one month, from the ledger's sums. Not safe for use by many threads. */
final class UsageSummary {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .build())
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    private static final String LIRA = "TRY";
    private static final int LIRA_PLACES = 2;

    private final Sums total = new Sums();
    private final TreeMap<LocalDate, Sums> byDay = new TreeMap<>();
    private final TreeMap<String, Sums> byType = new TreeMap<>();
    private BigDecimal lira = BigDecimal.ZERO;
    private boolean hasLira = true;

    /**
     * The summaries of {@code month} by holder; a day is read at a time.
     *
     * @throws dev.mizan.report.TooManyRowsException if a day has too many holders and types
     */
    static Map<Holder, UsageSummary> read(LedgerReader reader, YearMonth month, ZoneId zone, ExchangeRates rates) {
        TreeMap<String, UsageSummary> summaries = new TreeMap<>();
        for (LocalDate day = month.atDay(1); !day.isAfter(month.atEndOfMonth()); day = day.plusDays(1)) {
            Period period = Period.of(day, zone);
            SpendQuery query = new SpendQuery(
                    period.fromMillis(),
                    period.toMillis(),
                    List.of(Dimension.KEY, Dimension.USER, Dimension.DOCUMENT_TYPE),
                    Map.of(),
                    SpendQuery.Bucket.ALL,
                    zone);
            for (SpendRow row : reader.spend(query)) {
                Holder holder = Holder.of(row.values().get(0), row.values().get(1));
                summaries
                        .computeIfAbsent(holder.name(), name -> new UsageSummary())
                        .add(day, row, rates);
            }
        }
        Map<Holder, UsageSummary> byHolder = new LinkedHashMap<>();
        summaries.forEach((name, summary) -> byHolder.put(new Holder(name), summary));
        return byHolder;
    }

    private void add(LocalDate day, SpendRow row, ExchangeRates rates) {
        total.add(row);
        byDay.computeIfAbsent(day, any -> new Sums()).add(row);
        String type = row.values().get(2);
        if (!type.isEmpty()) {
            byType.computeIfAbsent(type, any -> new Sums()).add(row);
        }
        rates.convert(row.charged(), LIRA, day)
                .ifPresentOrElse(amount -> lira = lira.add(amount), () -> hasLira = false);
    }

    /** The file's content: USD exact, TRY by each day's rate with two decimals half-even, null without a rate. */
    byte[] bytes(Holder holder, YearMonth month) {
        ObjectNode json = JSON.createObjectNode();
        json.put("license_id", holder.name());
        json.put("period", month.toString());
        ObjectNode totals = json.putObject("totals");
        totals.put("requests", total.calls());
        totals.put("input_tokens", total.inputTokens());
        totals.put("output_tokens", total.outputTokens());
        totals.put("total_tokens", total.totalTokens());
        totals.put("cost_usd", total.charged().usd());
        if (hasLira) {
            totals.put("cost_try", ExchangeRates.rounded(lira, LIRA_PLACES));
        } else {
            totals.putNull("cost_try");
        }
        ObjectNode days = json.putObject("by_day");
        byDay.forEach((day, sums) ->
                days.putObject(day.toString()).put("requests", sums.calls()).put("tokens", sums.totalTokens()));
        ObjectNode types = json.putObject("by_type");
        byType.forEach(
                (type, sums) -> types.putObject(type).put("count", sums.calls()).put("tokens", sums.totalTokens()));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    }
}
