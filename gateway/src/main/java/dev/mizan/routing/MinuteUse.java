package dev.mizan.routing;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** The sum of what was added in the last minute, to the second. Safe for use by many threads. */
final class MinuteUse {
    private static final int SECONDS = 60;

    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final long[] bySecond = new long[SECONDS];
    private long second;
    private long sum;

    MinuteUse(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.second = TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong());
    }

    void add(long count) {
        lock.lock();
        try {
            advance();
            bySecond[Math.floorMod(second, SECONDS)] += count;
            sum += count;
        } finally {
            lock.unlock();
        }
    }

    long sum() {
        lock.lock();
        try {
            advance();
            return sum;
        } finally {
            lock.unlock();
        }
    }

    private void advance() {
        long now = TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong());
        if (now - second >= SECONDS) {
            Arrays.fill(bySecond, 0);
            sum = 0;
            second = now;
        }
        while (second < now) {
            second++;
            int slot = Math.floorMod(second, SECONDS);
            sum -= bySecond[slot];
            bySecond[slot] = 0;
        }
    }
}
