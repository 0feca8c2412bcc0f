package dev.mizan.report;

import dev.mizan.money.NanoUsd;
import dev.mizan.usage.Usage;
import java.util.List;

/**
 * One row of sums.
 *
 * @param bucketMillis start of its bucket, Unix milliseconds; 0 for {@link SpendQuery.Bucket#ALL}
 * @param values values of {@link SpendQuery#groupBy()}, in its order
 * @param calls call lines
 * @param attempts attempt lines
 * @param failed call lines whose status is not {@code ok}
 * @param usage units of all lines, attempts included
 * @param providerCost what it cost the operator, attempts included
 * @param charged what it cost the callers
 * @param saved what caches saved
 * @param durationMicros sum over call lines
 * @param firstTokenMicros sum over the {@code firstTokens} call lines that have one
 */
public record SpendRow(
        long bucketMillis,
        List<String> values,
        long calls,
        long attempts,
        long failed,
        Usage usage,
        NanoUsd providerCost,
        NanoUsd charged,
        NanoUsd saved,
        long durationMicros,
        long firstTokenMicros,
        long firstTokens) {
    public SpendRow {
        values = List.copyOf(values);
    }
}
