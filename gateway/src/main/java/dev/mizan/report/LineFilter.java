package dev.mizan.report;

import java.util.Map;

/**
 * Which lines are asked for.
 *
 * @param fromMillis first time, inclusive, Unix milliseconds; 0 for the beginning
 * @param toMillis last time, exclusive; {@link Long#MAX_VALUE} for no end
 * @param equal values that dimensions must have
 * @param requestId lines of this call only; empty for all
 * @param kind {@code call}, {@code attempt} or {@code correction}; empty for all
 */
public record LineFilter(long fromMillis, long toMillis, Map<Dimension, String> equal, String requestId, String kind) {
    /** Every line. */
    public static final LineFilter ALL = new LineFilter(0, Long.MAX_VALUE, Map.of(), "", "");

    public LineFilter {
        equal = Map.copyOf(equal);
    }
}
