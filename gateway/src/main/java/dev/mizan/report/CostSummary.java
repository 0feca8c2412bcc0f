package dev.mizan.report;

import dev.mizan.money.NanoUsd;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cost of a day or a month, and what it is made of. Each of the maps adds up to {@code totalCost}; they are ordered
 * by cost, the dearest first.
 *
 * @param byModel by upstream model; {@code unknown} for what reached none
 */
public record CostSummary(
        NanoUsd totalCost,
        long totalRequests,
        long totalInputTokens,
        long totalOutputTokens,
        Map<String, NanoUsd> byModel,
        Map<String, NanoUsd> byProvider,
        Map<String, NanoUsd> byTenant,
        Map<String, NanoUsd> byEndpoint) {
    /** The name under which what has no value is summed up. */
    public static final String UNKNOWN = "unknown";

    private static final List<Dimension> PARTS =
            List.of(Dimension.MODEL, Dimension.PROVIDER, Dimension.TENANT, Dimension.ENDPOINT);

    public CostSummary {
        byModel = ordered(byModel);
        byProvider = ordered(byProvider);
        byTenant = ordered(byTenant);
        byEndpoint = ordered(byEndpoint);
    }

    /** Whose cost is counted. */
    public enum Measure {
        /** What the operator pays: calls and attempts. */
        PROVIDER,
        /** What the callers pay. */
        CHARGED;

        /** The amount of {@code row}. */
        public NanoUsd of(SpendRow row) {
            return switch (this) {
                case PROVIDER -> row.providerCost();
                case CHARGED -> row.charged();
            };
        }
    }

    /**
     * Reads a summary.
     *
     * @param period whole rollup slots
     * @param equal values that dimensions must have
     */
    public static CostSummary read(LedgerReader reader, Period period, Map<Dimension, String> equal, Measure measure) {
        List<SpendRow> rows = reader.spend(query(period, PARTS, equal));
        Sums sums = Sums.of(rows);
        return new CostSummary(
                total(rows, measure),
                sums.calls(),
                sums.inputTokens(),
                sums.outputTokens(),
                parts(rows, 0, measure),
                parts(rows, 1, measure),
                parts(rows, 2, measure),
                parts(rows, 3, measure));
    }

    /** The cost alone. */
    public static NanoUsd cost(LedgerReader reader, Period period, Map<Dimension, String> equal, Measure measure) {
        return total(reader.spend(query(period, List.of(), equal)), measure);
    }

    private static SpendQuery query(Period period, List<Dimension> groupBy, Map<Dimension, String> equal) {
        return new SpendQuery(
                period.fromMillis(), period.toMillis(), groupBy, equal, SpendQuery.Bucket.ALL, ZoneOffset.UTC);
    }

    private static NanoUsd total(List<SpendRow> rows, Measure measure) {
        return rows.stream().map(measure::of).reduce(NanoUsd.ZERO, NanoUsd::plus);
    }

    private static Map<String, NanoUsd> parts(List<SpendRow> rows, int index, Measure measure) {
        Map<String, NanoUsd> parts = new LinkedHashMap<>();
        for (SpendRow row : rows) {
            String value = row.values().get(index);
            NanoUsd amount = measure.of(row);
            // A call that reached no model is a request that cost nothing: there is nothing to show by model.
            if (!value.isEmpty() || !amount.isZero()) {
                parts.merge(value.isEmpty() ? UNKNOWN : value, amount, NanoUsd::plus);
            }
        }
        return parts;
    }

    private static Map<String, NanoUsd> ordered(Map<String, NanoUsd> parts) {
        Map<String, NanoUsd> ordered = new LinkedHashMap<>();
        parts.entrySet().stream()
                .sorted(Map.Entry.<String, NanoUsd>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
                .forEach(entry -> ordered.put(entry.getKey(), entry.getValue()));
        return Collections.unmodifiableMap(ordered);
    }
}
