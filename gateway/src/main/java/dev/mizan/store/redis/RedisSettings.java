package dev.mizan.store.redis;

import java.time.Duration;

/**
 * Where the counters that several processes share are kept ({@code storage.redis_url} and what belongs to it). Prints
 * the address as {@code ***}: it may hold a password.
 *
 * @param url see {@link RedisAddress}; empty for counters in memory
 * @param timeout how long a call waits for an answer, 10 ms to 10 s; default 250 ms
 * @param lease how long a reservation of a process that no longer renews it keeps its slots, 1 s to 1 h; default 30 s
 * @param beat how often a process tells that it lives, 50 ms to 10 s; default 500 ms
 */
public record RedisSettings(
        String url, Duration timeout, OnStoreFailure onStoreFailure, Duration lease, Duration beat) {
    /** The shortest and the longest {@code timeout}. */
    public static final Duration TIMEOUT_MIN = Duration.ofMillis(10);

    public static final Duration TIMEOUT_MAX = Duration.ofSeconds(10);

    /** What holds where nothing is configured: no Redis. */
    public static final RedisSettings DEFAULT = new RedisSettings(
            "", Duration.ofMillis(250), OnStoreFailure.CLOSED, Duration.ofSeconds(30), Duration.ofMillis(500));

    public RedisSettings {
        check("timeout", timeout, TIMEOUT_MIN, TIMEOUT_MAX);
        check("lease", lease, Duration.ofSeconds(1), Duration.ofHours(1));
        check("beat", beat, Duration.ofMillis(50), Duration.ofSeconds(10));
    }

    private static void check(String name, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }

    /** This with another address. */
    public RedisSettings withUrl(String url) {
        return new RedisSettings(url, timeout, onStoreFailure, lease, beat);
    }

    @Override
    public String toString() {
        return "RedisSettings[url=" + (url.isEmpty() ? "" : "***") + ", timeout=" + timeout + ", onStoreFailure="
                + onStoreFailure.label() + ", lease=" + lease + ", beat=" + beat + "]";
    }
}
