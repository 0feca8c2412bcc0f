package dev.mizan.admission;

import dev.mizan.limit.Amounts;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.OverageCharge;
import dev.mizan.limit.Standing;
import dev.mizan.money.NanoUsd;
import java.util.List;

/**
 * What a call pays for going beyond limits that allow it at a price ({@code at_cap: {overage: …}}). Where several do,
 * the dearest of them is charged: one unit is paid for once. Immutable; safe for use by many threads.
 */
final class Overages {
    private final List<Limit> priced;

    /** The overages among {@code limits}. */
    Overages(List<Limit> limits) {
        this.priced = limits.stream()
                .filter(limit -> limit.atCap() instanceof AtCap.Overage)
                .toList();
    }

    boolean isEmpty() {
        return priced.isEmpty();
    }

    /** The most that a call that uses at most {@code bound} can pay, in nano-USD. */
    long boundNanos(Amounts bound) {
        long most = 0;
        for (Limit limit : priced) {
            if (limit.atCap() instanceof AtCap.Overage overage) {
                most = Math.max(most, overage.boundNanos(bound.of(limit)));
            }
        }
        return most;
    }

    /**
     * What a call pays that has used {@code used}.
     *
     * @param latest how its limits stand right before it is settled, its request counted already
     */
    static NanoUsd of(List<Standing> latest, Amounts used) {
        NanoUsd most = NanoUsd.ZERO;
        for (Standing standing : latest) {
            Limit limit = standing.limit();
            if (limit.atCap() instanceof AtCap.Overage overage) {
                long own = used.of(limit);
                long before = limit.meter() == Meter.REQUESTS ? Math.max(0, standing.used() - own) : standing.used();
                NanoUsd amount = OverageCharge.of(before, own, limit.cap(), overage.amount(), overage.perUsd())
                        .amount();
                most = amount.compareTo(most) > 0 ? amount : most;
            }
        }
        return most;
    }
}
