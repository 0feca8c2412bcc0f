package dev.mizan.limit;

/**
 * How a limit stood at one moment.
 *
 * @param used what is settled in the window
 * @param reserved what calls in flight have set aside
 * @param startMillis when the window began, Unix milliseconds; 0 for lifetime and in-flight; of a sliding one, how far
 *     back it reaches
 * @param resetsAtMillis when the window ends, or for a sliding one when all that is in it now has left; {@link
 *     Long#MAX_VALUE} for never
 */
public record Standing(Limit limit, long used, long reserved, long startMillis, long resetsAtMillis) {
    /** Whether at least {@code percent} of the cap is used. Of a cap of 0 all is always used. */
    public boolean isUsed(int percent) {
        return reaches(used, limit.cap(), percent);
    }

    /** Whether {@code used} is at least {@code percent} of {@code cap}; {@code cap} ≤ {@link Limit#CAP_MAX}. */
    static boolean reaches(long used, long cap, int percent) {
        return used >= level(cap, percent);
    }

    /** The least use that is {@code percent} of {@code cap}. */
    static long level(long cap, int percent) {
        // cap * percent / 100 rounded up, in numbers that fit.
        return cap / 100 * percent + Math.ceilDiv(cap % 100 * percent, 100);
    }

    /** What is left for a call; 0 if nothing is. */
    public long remaining() {
        return Math.max(0, limit.cap() - used - reserved);
    }
}
