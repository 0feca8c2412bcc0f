package dev.mizan.relay;

import dev.mizan.provider.ProviderCall;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When to try again: exponential back-off with full jitter
 * (<a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">AWS architecture blog</a>), or
 * when the provider says.
 */
final class Backoff {
    /** The longest wait within a call; a provider that asks for more is passed over. */
    static final long WAIT_MILLIS_MAX = 10_000;

    private static final long BASE_MILLIS = 100;
    private static final long CAP_MILLIS = 5_000;

    private final LongSupplier random;

    Backoff(LongSupplier random) {
        this.random = random;
    }

    /** Whether a failure with this status may pass: 408, 409, 425, 429 and 5xx. */
    static boolean mayPass(int status) {
        return status == 408 || status == 409 || status == 425 || status == 429 || status >= 500;
    }

    /** What {@code retry-after-ms} or {@code Retry-After} (in seconds) say; 0 if neither does. */
    static long retryAfterMillis(ProviderCall answer) {
        long millis = number(answer.header("retry-after-ms"), 1);
        return millis > 0 ? millis : number(answer.header("retry-after"), 1000);
    }

    /** How long to wait before attempt {@code attempts} + 1; at least {@code askedMillis}. */
    long delayMillis(int attempts, long askedMillis) {
        if (askedMillis > 0) {
            return Math.min(askedMillis, WAIT_MILLIS_MAX);
        }
        long ceiling = Math.min(CAP_MILLIS, BASE_MILLIS << Math.min(attempts, 10));
        return 1 + Math.floorMod(random.getAsLong(), ceiling);
    }

    private static long number(@Nullable String text, long factor) {
        if (text == null || text.length() > 9) {
            return 0;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                return (value + 1) * factor;
            }
            if (c < '0' || c > '9') {
                return 0;
            }
            value = value * 10 + (c - '0');
        }
        return value * factor;
    }
}
