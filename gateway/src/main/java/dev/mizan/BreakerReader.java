package dev.mizan;

import dev.mizan.config.Settings;
import dev.mizan.routing.BreakerSettings;
import java.time.Duration;

/** Reads {@code routing.breaker} and {@code models.NAME.breaker}: what the latter leaves out, the former says. */
final class BreakerReader {
    private BreakerReader() {}

    static BreakerSettings read(Settings breaker, BreakerSettings otherwise) {
        Duration window = breaker.duration("window", otherwise.window(), Duration.ofSeconds(1), Duration.ofMinutes(10));
        if (window.toMillis() % 1_000 != 0) {
            breaker.refuse("window", "is not whole seconds (expected: 1s to 10m, in whole seconds)");
        }
        return new BreakerSettings(
                breaker.flag("enabled", otherwise.enabled()),
                breaker.integer("failure_percent", otherwise.failurePercent()),
                breaker.integer("slow_percent", otherwise.slowPercent()),
                breaker.duration("slow_after", otherwise.slowAfter(), Duration.ofMillis(1), Duration.ofHours(24)),
                window,
                breaker.integer("calls", otherwise.calls()),
                breaker.duration("open_for", otherwise.openFor(), Duration.ofSeconds(1), Duration.ofHours(1)),
                breaker.integer("probes", otherwise.probes()),
                breaker.flag("rate_limits", otherwise.rateLimits()));
    }
}
