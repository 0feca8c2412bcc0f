package dev.mizan.admission;

import dev.mizan.limit.Amounts;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Reserve;
import dev.mizan.limit.Window;
import dev.mizan.money.NanoUsd;
import java.util.List;

/** All limits that one kind of call touches, made ready. Immutable; safe for use by many threads. */
public final class CallLimits {
    private static final long MINUTE_MILLIS = 60_000;

    private final LimitStore.Prepared prepared;
    private final List<Degradation> degradations;
    private final Overages overages;
    private final boolean limitsMoney;
    private final boolean needsBound;
    private final boolean hasRates;

    /** @param degradations those whose limit is among {@code prepared} */
    public CallLimits(LimitStore.Prepared prepared, List<Degradation> degradations) {
        this.prepared = prepared;
        this.degradations = List.copyOf(degradations);
        List<Limit> limits = prepared.limits();
        this.overages = new Overages(limits);
        this.limitsMoney = limits.stream().anyMatch(limit -> limit.meter() == Meter.COST && refuses(limit));
        this.needsBound = limits.stream()
                .anyMatch(limit -> refuses(limit) && !limit.meter().isGate() && limit.reserve() == Reserve.WORST_CASE);
        this.hasRates = limits.stream().anyMatch(CallLimits::isRate);
    }

    public LimitStore.Prepared prepared() {
        return prepared;
    }

    public List<Degradation> degradations() {
        return degradations;
    }

    public boolean isEmpty() {
        return prepared.limits().isEmpty();
    }

    /** Whether a call's money is limited, so that a call without a price can't be let through. */
    public boolean limitsMoney() {
        return limitsMoney;
    }

    /** Whether some limit holds only if the call keeps to a bound that is sent upstream. */
    public boolean needsBound() {
        return needsBound;
    }

    /** The most that a call that uses at most {@code bound} can be charged for going beyond a cap, in nano-USD. */
    public long overageBoundNanos(Amounts bound) {
        return overages.boundNanos(bound);
    }

    /**
     * What a call is charged for going beyond caps that allow it at a price; zero where none does.
     *
     * @param hold what it holds, right before it is settled
     */
    public NanoUsd overage(Hold hold, Amounts used) {
        return overages.isEmpty() ? NanoUsd.ZERO : Overages.of(hold.latest(), used);
    }

    /** Whether callers are told how they stand with a limit per minute or less. */
    public boolean hasRates() {
        return hasRates;
    }

    /** Whether {@code limit} is one per minute or less. */
    public static boolean isRate(Limit limit) {
        return limit.window() instanceof Window.Sliding sliding && sliding.lengthMillis() <= MINUTE_MILLIS;
    }

    private static boolean refuses(Limit limit) {
        return !limit.atCap().serves();
    }
}
