package dev.mizan.routing;

import java.time.Duration;

/**
 * When a deployment counts as broken ({@code routing.breaker}, {@code models.NAME.breaker}).
 *
 * @param enabled whether it ever does; default true
 * @param failurePercent share of failed calls from which on it does, 1 to 100; default 50
 * @param slowPercent share of slow streams from which on it does, 1 to 100; default 100
 * @param slowAfter a stream is slow whose first byte took longer, 1 ms to 24 h; default 60 s
 * @param window how far back calls count, 1 s to 10 min, in whole seconds; default 60 s
 * @param calls fewer calls in the window say nothing, 1 to 10,000; default 10
 * @param openFor how long it is passed over before it is tried again, 1 s to 1 h; default 30 s
 * @param probes how many calls try it then, 1 to 100; default 3
 * @param rateLimits whether 429 is a failure; default false
 */
public record BreakerSettings(
        boolean enabled,
        int failurePercent,
        int slowPercent,
        Duration slowAfter,
        Duration window,
        int calls,
        Duration openFor,
        int probes,
        boolean rateLimits) {
    /** What holds where nothing is configured. */
    public static final BreakerSettings DEFAULT = new BreakerSettings(
            true, 50, 100, Duration.ofSeconds(60), Duration.ofSeconds(60), 10, Duration.ofSeconds(30), 3, false);
}
