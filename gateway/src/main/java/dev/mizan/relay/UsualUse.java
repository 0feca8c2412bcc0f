package dev.mizan.relay;

import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;

/**
 * What calls of one deployment usually use: the 99th percentile of their output, and of the tokens that a byte of their
 * text becomes, followed by small steps; and by how much calls went beyond their bound. Serves {@code expected}
 * reservations alone; no promise rests on it. Safe for use by many threads: a lost step does not matter.
 */
final class UsualUse {
    /** What is assumed before anything is known: half a page, and four bytes a token. */
    private static final long OUTPUT_AT_FIRST = 256;

    private static final long MILLITOKENS_PER_BYTE_AT_FIRST = 300;
    private static final int PERCENTILE = 99;
    private static final long WIDENED_MAX = 100_000;

    /** In thousandths of a token. */
    private volatile long output = 1_000 * OUTPUT_AT_FIRST;

    /** In millionths of a token per byte. */
    private volatile long inputPerByte = 1_000 * MILLITOKENS_PER_BYTE_AT_FIRST;

    /** Thousandths by which a bound is taken, 1000 for as it is. */
    private volatile long widening = 1_000;

    /** What a call with so many bytes of text usually uses, at most {@code bound}. */
    Usage of(long textBytes, Usage bound) {
        long input = Math.min(bound.inputTokens(), 1 + textBytes * inputPerByte / 1_000_000);
        return Usage.builder()
                .set(Unit.INPUT, input)
                .set(Unit.OUTPUT, Math.min(bound.outputTokens(), Math.ceilDiv(output, 1_000L)))
                .set(Unit.REQUESTS, 1)
                .build();
    }

    Usage widened(Usage bound) {
        long by = widening;
        if (by == 1_000) {
            return bound;
        }
        return bound.toBuilder()
                .set(Unit.INPUT, Math.ceilDiv(Math.multiplyExact(bound.get(Unit.INPUT), by), 1_000L))
                .set(Unit.OUTPUT, Math.ceilDiv(Math.multiplyExact(bound.get(Unit.OUTPUT), by), 1_000L))
                .build();
    }

    void learn(long textBytes, Usage bound, Usage used) {
        output = stepped(output, used.outputTokens() * 1_000);
        if (textBytes > 0) {
            inputPerByte = stepped(inputPerByte, used.inputTokens() * 1_000_000 / textBytes);
        }
        widen(bound.inputTokens(), used.inputTokens());
        widen(bound.outputTokens(), used.outputTokens());
    }

    /** One step of a stochastic approximation of a quantile (Robbins and Monro, 1951): up 99 times as far as down. */
    private static long stepped(long estimate, long observed) {
        long step = 1_000 + estimate / 500;
        return observed > estimate
                ? estimate + step * PERCENTILE / 10
                : Math.max(1, estimate - step * (100 - PERCENTILE) / 10);
    }

    private void widen(long bound, long used) {
        if (used > bound && bound > 0) {
            // The bound was widened already by what is known.
            long needed = Math.ceilDiv(used * widening, bound);
            widening = Math.min(WIDENED_MAX, Math.max(widening, needed));
        }
    }
}
