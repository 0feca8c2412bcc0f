package dev.mizan.limit;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the books say was used: counters are made of it when they are missing. By the time of admission; lines of calls
 * count their amounts, lines of attempts their provider cost, corrections the difference. Blocking; safe for use by
 * many threads.
 */
public interface Balances {
    /**
     * What was used in some time.
     *
     * @param atMillis when, Unix milliseconds: of one call its admission, of a quarter of an hour its start
     */
    record Use(long atMillis, Amounts amounts) {}

    /**
     * A change of a counter that no call made: a reset, an edited spend.
     *
     * @param account {@link Limit#account()} of the counter
     * @param atMillis when it was made: it counts in the window that this is in, Unix milliseconds
     * @param delta what is added to what is used, in the meter's unit
     */
    record Adjustment(String id, String account, long atMillis, long delta) {}

    /**
     * What {@code subject} used from {@code fromMillis}, a whole quarter of an hour, on.
     *
     * @throws BalancesUnavailableException if the books can't be read now
     */
    Amounts total(Subject subject, long fromMillis);

    /** The same for each quarter of an hour (UTC) in which something was used, in order. */
    List<Use> quarters(Subject subject, long fromMillis);

    /** The same for each call that was admitted from {@code fromMillis} on, in no order. */
    List<Use> calls(Subject subject, long fromMillis);

    /** The adjustments of {@code account} from {@code fromMillis} on, in order. */
    List<Adjustment> adjustments(String account, long fromMillis);

    /**
     * Up to where each journal's lines are in the books, by the journal's instance: all lines that end there or before
     * it are, and none that end after it; {@link dev.mizan.ledger.JournalPosition#number}. A journal that is not named
     * has none. Belongs to what {@link #atOnce} reads.
     */
    default Map<String, Long> written() {
        return Map.of();
    }

    /** What {@code reading} finds, all of it at one moment of the books. */
    default <T> T atOnce(Function<Balances, T> reading) {
        return reading.apply(this);
    }
}
