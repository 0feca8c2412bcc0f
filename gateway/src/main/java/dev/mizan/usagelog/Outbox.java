package dev.mizan.usagelog;

import java.util.List;

/**
 * Which lines a log has still to write: they are put in by the transaction that books them, so that none is missed
 * however late it comes. Blocking; safe for use by many threads and processes.
 */
public interface Outbox {
    /**
     * Ids of call lines that {@code log} has not written, in order.
     *
     * @param log the log's name
     * @param limit 1 to 10,000
     */
    List<String> next(String log, int limit);

    /** Whether {@code log} has not written the line {@code id}. */
    boolean isWaiting(String log, String id);

    /** {@code log} has written all of {@code ids}: they are taken out in one transaction. */
    void written(String log, List<String> ids);
}
