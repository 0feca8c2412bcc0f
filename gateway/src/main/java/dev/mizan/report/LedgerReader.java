package dev.mizan.report;

import dev.mizan.ledger.Line;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the ledger's database. Blocking; safe for use by many threads. */
public interface LedgerReader {
    /** How many rows {@link #spend} gives at most. */
    int SPEND_ROWS_MAX = 50_000;

    /**
     * One page of lines, newest first.
     *
     * @param cursor where the page before ended ({@link Page#nextCursor()}); empty for the first page
     * @param limit lines in the page, 1 to 1,000
     */
    Page lines(LineFilter filter, String cursor, int limit);

    /** Every line that fits, oldest first, one at a time, so that any number needs no memory. */
    void forEachLine(LineFilter filter, Consumer<Line> consumer);

    /** The line with this id; for a call's request id, its call line. */
    Optional<Line> line(String id);

    /**
     * Sums over the rollups; rows in no particular order.
     *
     * @throws TooManyRowsException if there are more than {@link #SPEND_ROWS_MAX}
     */
    List<SpendRow> spend(SpendQuery query);

    /**
     * One page.
     *
     * @param nextCursor empty on the last page
     */
    record Page(List<Line> lines, String nextCursor) {
        public Page {
            lines = List.copyOf(lines);
        }
    }
}
