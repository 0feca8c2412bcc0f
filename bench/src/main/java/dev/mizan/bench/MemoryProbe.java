package dev.mizan.bench;

import java.time.Duration;
import java.util.Arrays;

/**
 * How evenly the idle machine's memory answers. Where processors and memory are shared with others, everything that
 * runs is slower by a multiple while those are busy, and no figure of the operating system says so (it is no stolen
 * time). Latencies at a fixed rate can't be better than what the machine allows in such times.
 *
 * @param slowShare the share of the time, 0 to 1, in which accesses took more than twice their median
 * @param longestMillis the longest time in which they did, with pauses of less than 10 ms
 */
record MemoryProbe(double slowShare, double longestMillis) {
    private static final int BYTES_BITS = 26;
    private static final int INDEX_SHIFT = Long.SIZE - BYTES_BITS;
    private static final int CHUNKS_PER_MILLI_MAX = 200;
    private static final int ACCESSES = 2_000;
    private static final int SLOW = 2;
    private static final long PAUSE_NANOS = 10_000_000;

    /** Accesses memory at random for {@code time}, after as long a time to warm up. */
    static MemoryProbe run(Duration time) {
        byte[] memory = new byte[1 << BYTES_BITS];
        long[] chunks = new long[(int) (time.toMillis() * CHUNKS_PER_MILLI_MAX)];
        access(memory, chunks, time.toNanos());
        return of(Arrays.copyOf(chunks, access(memory, chunks, time.toNanos())));
    }

    /** What {@code chunks} of accesses say, each the nanoseconds that it took, one after another. */
    private static MemoryProbe of(long[] chunks) {
        long[] sorted = chunks.clone();
        Arrays.sort(sorted);
        long limit = SLOW * sorted[sorted.length / 2];
        long at = 0;
        long slow = 0;
        long begin = 0;
        long end = Long.MIN_VALUE / 2;
        long longest = 0;
        for (long chunk : chunks) {
            if (chunk > limit) {
                slow += chunk;
                begin = at - end > PAUSE_NANOS ? at : begin;
                end = at + chunk;
                longest = Math.max(longest, end - begin);
            }
            at += chunk;
        }
        return new MemoryProbe((double) slow / at, longest / 1e6);
    }

    /** How many of {@code chunks} were filled. */
    private static int access(byte[] memory, long[] chunks, long nanos) {
        long random = 1;
        int count = 0;
        long start = System.nanoTime();
        long before = start;
        while (count < chunks.length && before - start < nanos) {
            for (int i = 0; i < ACCESSES; i++) {
                // Knuth's MMIX generator: its high bits are good enough to be nowhere near the last access.
                random = random * 6364136223846793005L + 1442695040888963407L;
                memory[(int) (random >>> INDEX_SHIFT)]++;
            }
            long now = System.nanoTime();
            chunks[count++] = now - before;
            before = now;
        }
        return count;
    }
}
