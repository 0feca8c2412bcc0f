package dev.mizan.limit;

/**
 * Why a call does not fit: at that moment {@code used + reserved + requested > cap}.
 *
 * @param used what is settled in the window
 * @param reserved what calls in flight have set aside
 * @param requested what this call needs
 * @param resetsAtMillis when enough will have left or the window ends, Unix milliseconds; {@link Long#MAX_VALUE} if
 *     time will not help
 * @param never whether the call could not fit an empty window either
 */
public record Breach(Limit limit, long used, long reserved, long requested, long resetsAtMillis, boolean never) {
    /** What is left for a call; 0 if nothing is. */
    public long available() {
        return Math.max(0, limit.cap() - used - reserved);
    }
}
