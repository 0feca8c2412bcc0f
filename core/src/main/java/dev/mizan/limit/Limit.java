package dev.mizan.limit;

import java.util.List;

/**
 * One limit: a subject may use at most {@code cap} of a meter in each window.
 *
 * <p>Limits with the same {@link #account} share one counter: a plan's limit and a key's own of the same kind count the
 * same use, and the smaller cap binds.
 *
 * @param subject what it is attached to; a pattern stands for one limit on each subject of the kind
 * @param cap the most that fits, ≥ 0: nano-USD where the meter is money, at most {@link #CAP_MAX}
 * @param clamp whether a call that does not fit gets its output bound lowered to what is left instead of a refusal
 * @param alertAt shares of the cap in percent, 1 to 1000, at which an alert fires
 * @param origin where it was set, for people: {@code configuration}, {@code plan standard}, {@code key key_01…}
 */
public record Limit(
        Subject subject,
        Meter meter,
        Window window,
        long cap,
        AtCap atCap,
        Reserve reserve,
        boolean clamp,
        List<Integer> alertAt,
        String origin) {
    /** The largest cap: sums up to twice of it are exact in a double too, which Redis' scripts compute with. */
    public static final long CAP_MAX = 1L << 52;

    public Limit {
        if (cap < 0 || cap > CAP_MAX) {
            throw new IllegalArgumentException("cap: " + cap + " (expected: 0 to " + CAP_MAX + ")");
        }
        if ((meter == Meter.CONCURRENCY) != (window instanceof Window.InFlight)) {
            throw new IllegalArgumentException("window: '" + window.label() + "' of meter '" + meter.label()
                    + "' (expected: in_flight for concurrency, and for nothing else)");
        }
        alertAt = List.copyOf(alertAt);
    }

    /** A limit that blocks, with the usual reservation and no alerts. */
    public static Limit block(Subject subject, Meter meter, Window window, long cap) {
        return new Limit(
                subject,
                meter,
                window,
                cap,
                new AtCap.Block(),
                Reserve.byDefault(meter, window),
                false,
                List.of(),
                "configuration");
    }

    /** This limit for one subject of its pattern's kind. */
    public Limit on(Subject one) {
        return new Limit(one, meter, window, cap, atCap, reserve, clamp, alertAt, origin);
    }

    /** This limit with another cap. */
    public Limit withCap(long changed) {
        return new Limit(subject, meter, window, changed, atCap, reserve, clamp, alertAt, origin);
    }

    /**
     * Whether a call that may cost {@code requested} fits whatever was used: a worst-case budget lets go on what costs
     * nothing, even where more was used than its cap.
     */
    public boolean alwaysFits(long requested) {
        return requested == 0 && meter == Meter.COST && reserve == Reserve.WORST_CASE;
    }

    /** Names the counter: {@code tenant:acme|cost|day|worst-case}. Stable over restarts, processes and changed caps. */
    public String account() {
        return subject + "|" + meter.label() + "|" + window.label() + "|" + reserve.label();
    }
}
