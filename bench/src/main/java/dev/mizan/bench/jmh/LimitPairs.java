package dev.mizan.bench.jmh;

import com.sun.management.ThreadMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * {@link LimitBenchmark}'s pairs of reserve and settle by the processor time of their thread, which other work on the
 * machine hardly changes, and what a pair allocates.
 */
public final class LimitPairs {
    private static final int ROUNDS = 10;
    private static final int PAIRS = 2_000_000;

    private LimitPairs() {}

    /** Measures and prints; the first rounds are not warm. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        LimitBenchmark benchmark = new LimitBenchmark();
        for (int round = 0; round < ROUNDS; round++) {
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long before = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < PAIRS; i++) {
                if (!benchmark.reserveAndSettle()) {
                    throw new IllegalStateException("ended before (expected: once)");
                }
            }
            long nanos = threads.getCurrentThreadCpuTime() - before;
            long bytes = threads.getCurrentThreadAllocatedBytes() - allocated;
            out.printf(
                    "%d ns and %d bytes a pair, %,d pairs a processor-second%n",
                    nanos / PAIRS, bytes / PAIRS, PAIRS * 1_000_000_000L / nanos);
        }
    }
}
