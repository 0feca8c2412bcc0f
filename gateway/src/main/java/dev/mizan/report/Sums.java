package dev.mizan.report;

import dev.mizan.money.NanoUsd;
import dev.mizan.usage.Unit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Adds rows up, exactly; an overflow throws {@link ArithmeticException}. Not safe for use by many threads. */
public final class Sums {
    private static final int MEAN_PLACES = 3;

    private final EnumMap<Unit, Long> usage = new EnumMap<>(Unit.class);
    private final TreeMap<String, Long> toolUses = new TreeMap<>();
    private long calls;
    private long attempts;
    private long failed;
    private long inputTokens;
    private long outputTokens;
    private NanoUsd providerCost = NanoUsd.ZERO;
    private NanoUsd charged = NanoUsd.ZERO;
    private NanoUsd saved = NanoUsd.ZERO;
    private long durationMicros;
    private long firstTokenMicros;
    private long firstTokens;

    /** The sums of {@code rows}. */
    public static Sums of(Iterable<SpendRow> rows) {
        Sums sums = new Sums();
        rows.forEach(sums::add);
        return sums;
    }

    /** Adds {@code row}. */
    public void add(SpendRow row) {
        calls = Math.addExact(calls, row.calls());
        attempts = Math.addExact(attempts, row.attempts());
        failed = Math.addExact(failed, row.failed());
        row.usage().forEach((unit, count) -> usage.merge(unit, count, Math::addExact));
        row.usage().toolUses().forEach((name, uses) -> toolUses.merge(name, uses, Math::addExact));
        inputTokens = Math.addExact(inputTokens, row.usage().inputTokens());
        outputTokens = Math.addExact(outputTokens, row.usage().outputTokens());
        providerCost = providerCost.plus(row.providerCost());
        charged = charged.plus(row.charged());
        saved = saved.plus(row.saved());
        durationMicros = Math.addExact(durationMicros, row.durationMicros());
        firstTokenMicros = Math.addExact(firstTokenMicros, row.firstTokenMicros());
        firstTokens = Math.addExact(firstTokens, row.firstTokens());
    }

    /** Call lines. */
    public long calls() {
        return calls;
    }

    /** Attempt lines. */
    public long attempts() {
        return attempts;
    }

    /** Call lines whose status is not {@code ok}. */
    public long failed() {
        return failed;
    }

    /** Units used, in the order of {@link Unit}; without those that were not. */
    public Map<Unit, Long> usage() {
        return Collections.unmodifiableMap(new EnumMap<>(usage));
    }

    /** Uses of server-side tools, by name. */
    public Map<String, Long> toolUses() {
        return Collections.unmodifiableMap(toolUses);
    }

    public long inputTokens() {
        return inputTokens;
    }

    public long outputTokens() {
        return outputTokens;
    }

    public long totalTokens() {
        return Math.addExact(inputTokens, outputTokens);
    }

    /** What it cost the operator, attempts included. */
    public NanoUsd providerCost() {
        return providerCost;
    }

    /** What it cost the callers. */
    public NanoUsd charged() {
        return charged;
    }

    /** What caches saved. */
    public NanoUsd saved() {
        return saved;
    }

    /** Mean of the calls in milliseconds with three places, half-even; zero without calls. */
    public BigDecimal meanLatencyMillis() {
        return meanMillis(durationMicros, calls);
    }

    /** Mean of the calls that have one in milliseconds with three places, half-even; zero without such calls. */
    public BigDecimal meanFirstTokenMillis() {
        return meanMillis(firstTokenMicros, firstTokens);
    }

    /** How many calls have a first token. */
    public long firstTokens() {
        return firstTokens;
    }

    private static BigDecimal meanMillis(long micros, long count) {
        return count == 0
                ? BigDecimal.ZERO
                : BigDecimal.valueOf(micros, 3).divide(BigDecimal.valueOf(count), MEAN_PLACES, RoundingMode.HALF_EVEN);
    }
}
