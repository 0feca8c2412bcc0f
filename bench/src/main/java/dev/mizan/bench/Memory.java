package dev.mizan.bench;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Watches how much anonymous memory a process has, every fifth of a second while it is loaded. */
final class Memory {
    private final long pid;
    private final AtomicLong maxKib = new AtomicLong();

    Memory(long pid) {
        this.pid = pid;
    }

    /** Work that is watched. */
    interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    /** Does {@code work} and watches meanwhile. */
    <T> T watching(Work<T> work) throws IOException, InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        Thread watcher = Thread.ofPlatform().daemon().start(() -> watch(done));
        try {
            return work.run();
        } finally {
            done.countDown();
            watcher.join();
        }
    }

    /** The most that was seen, in KiB. */
    long maxKib() {
        return maxKib.get();
    }

    private void watch(CountDownLatch done) {
        try {
            while (!done.await(200, TimeUnit.MILLISECONDS)) {
                maxKib.accumulateAndGet(Processor.anonymousKib(pid), Math::max);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
