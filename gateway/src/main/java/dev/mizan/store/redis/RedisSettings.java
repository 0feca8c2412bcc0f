package dev.mizan.store.redis;

import java.time.Duration;

/**
 * Where the counters that several processes share are kept ({@code storage.redis_url} and what belongs to it). Prints
 * the address as {@code ***}: it may hold a password.
 *
 * @param url see {@link RedisAddress}; empty for counters in memory
 * @param timeout how long a call waits for an answer, 10 ms to 10 s; default 250 ms
 * @param lease how long a reservation of a process that no longer renews it keeps its slots, 1 s to 1 h; default 30 s
 * @param localShare how much of a cap a process leases under {@link OnStoreFailure#LOCAL}, in percent, 1 to 50;
 *     default 1
 * @param beat how often a process tells that it lives, 50 ms to 10 s; default 500 ms
 */
public record RedisSettings(
        String url, Duration timeout, OnStoreFailure onStoreFailure, int localShare, Duration lease, Duration beat) {
    /** The shortest and the longest {@code timeout}. */
    public static final Duration TIMEOUT_MIN = Duration.ofMillis(10);

    public static final Duration TIMEOUT_MAX = Duration.ofSeconds(10);

    /** The shortest and the longest {@code lease}. */
    public static final Duration LEASE_MIN = Duration.ofSeconds(1);

    public static final Duration LEASE_MAX = Duration.ofHours(1);

    /** The largest {@code localShare}. */
    public static final int LOCAL_SHARE_MAX = 50;

    /** What holds where nothing is configured: no Redis. */
    public static final RedisSettings DEFAULT = new RedisSettings(
            "", Duration.ofMillis(250), OnStoreFailure.CLOSED, 1, Duration.ofSeconds(30), Duration.ofMillis(500));

    public RedisSettings {
        check("timeout", timeout, TIMEOUT_MIN, TIMEOUT_MAX);
        check("lease", lease, LEASE_MIN, LEASE_MAX);
        check("beat", beat, Duration.ofMillis(50), Duration.ofSeconds(10));
        if (localShare < 1 || localShare > LOCAL_SHARE_MAX) {
            throw new IllegalArgumentException(
                    "localShare: " + localShare + " (expected: 1 to " + LOCAL_SHARE_MAX + ")");
        }
    }

    private static void check(String name, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }

    /** This with another address. */
    public RedisSettings withUrl(String url) {
        return new RedisSettings(url, timeout, onStoreFailure, localShare, lease, beat);
    }

    @Override
    public String toString() {
        return "RedisSettings[url=" + (url.isEmpty() ? "" : "***") + ", timeout=" + timeout + ", onStoreFailure="
                + onStoreFailure.label() + ", localShare=" + localShare + ", lease=" + lease + ", beat=" + beat + "]";
    }
}
