package dev.mizan.admission;

import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Standing;
import io.vertx.core.Future;
import java.util.List;

/**
 * What is set aside for one call (a pending transfer). It ends exactly once: {@link #settle} posts what was used,
 * {@link #release} what was not sent costs nothing. The first end counts, repeats do nothing. Belongs to the event loop
 * of its call.
 */
public interface Hold {
    /** The claim's id. */
    String id();

    /** The moment that decides its windows, Unix milliseconds. */
    long admittedAtMillis();

    /** Ids of its windows, for the intent: {@link dev.mizan.limit.Limit#account} and {@code @start}. */
    List<String> windows();

    /** How its limits stood right after it was made, itself included, in their order. */
    List<Standing> standings();

    /**
     * How its limits stand, as far as this process knows without asking: in memory now, else as in {@link #standings}.
     */
    default List<Standing> latest() {
        return standings();
    }

    /**
     * Before another attempt of the same call: posts what an attempt of unknown outcome cost, and sets aside {@code
     * next} in place of what was held, all or none. Requests and concurrency stay as they are.
     *
     * @param posted what is settled already; {@link Amounts#NONE} if nothing is
     * @param next what the call may still use; its id is this hold's
     * @return {@link Decision.Reserved} with this hold; otherwise nothing was posted and what was held is still held
     */
    Future<Decision> raise(Amounts posted, Claim next);

    /**
     * A line of its call is in the journal, which reaches to {@code place} with it. To be said before {@code amounts},
     * what the line counts in the books, are posted: where counters are made anew from the books, it tells whether
     * those have the line.
     */
    default void booked(long place, Amounts amounts) {}

    /**
     * Whether what it set aside is surely still set aside: asked right before something is sent (rule 10 of the
     * promise). In memory always; elsewhere until its lease has run out without being renewed.
     */
    default boolean isInForce() {
        return true;
    }

    /** Posts {@code used} in place of what is held, in the windows of {@link #admittedAtMillis}; frees its slots. */
    Future<Void> settle(Amounts used);

    /** Nothing was used: gives back what is held but the count of the request itself. */
    Future<Void> release();
}
