package dev.mizan.admission;

import dev.mizan.limit.Amounts;
import dev.mizan.limit.Balances.Adjustment;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Standing;
import io.vertx.core.Future;
import java.util.List;

/**
 * The counters of limits: in memory for one process, in Redis for several. Every decision is atomic over all limits
 * that it touches. Safe for use by many threads; never blocks. Futures complete on the caller's event loop, in memory
 * usually before the method returns.
 */
public interface LimitStore extends AutoCloseable {
    /** Limits made ready for being reserved of. Belongs to the store that made it. */
    interface Prepared {
        /** The limits, those whose meter {@link dev.mizan.limit.Meter#isGate} first. None is a pattern. */
        List<Limit> limits();
    }

    /**
     * Makes {@code limits} ready; made once for each set of limits that calls touch together, and kept.
     *
     * @param limits none of them a pattern
     */
    Prepared prepare(List<Limit> limits);

    /**
     * Sets aside what {@code claim} asks on every one of {@code limits}, or on none. What does not fit a limit that
     * {@link dev.mizan.limit.AtCap#serves} is set aside all the same. A call that is refused for its tokens or money
     * has been counted as a request, and keeps no slot of concurrency.
     */
    Future<Decision> reserve(Prepared limits, Claim claim);

    /** How each of {@code limits} stands now, in their order. */
    Future<List<Standing>> standings(List<Limit> limits);

    /** Adds an adjustment's delta to the counter, once for each id; its record is in the books already. */
    Future<Void> adjust(Limit limit, Adjustment adjustment);

    /**
     * Counts use that no reservation holds: a correction of a line, the difference of a late settlement.
     *
     * @param id idempotency key, e.g. the correcting line's id
     * @param place up to where the journal reaches with the line that brings it into the books, as {@link Hold#booked}
     *     is told
     * @param admittedAtMillis decides the windows
     * @param delta may be negative
     */
    Future<Void> post(Prepared limits, String id, long place, long admittedAtMillis, Amounts delta);

    @Override
    void close();
}
