package dev.mizan.store.redis;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What Redis' clock shows, about: by its last answer. Never ahead of it by more than clocks drift between answers. */
final class RedisClock {
    private final LongSupplier nanos;
    private volatile long offsetMillis;
    private volatile long lastMillis;

    /** @param nowMillis what is taken for its time before the first answer */
    RedisClock(LongSupplier nanos, long nowMillis) {
        this.nanos = nanos;
        saw(nowMillis);
    }

    void saw(long redisMillis) {
        lastMillis = redisMillis;
        offsetMillis = redisMillis - TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
    }

    /** What its last answer said. */
    long lastMillis() {
        return lastMillis;
    }

    long nowMillis() {
        return offsetMillis + TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
    }
}
