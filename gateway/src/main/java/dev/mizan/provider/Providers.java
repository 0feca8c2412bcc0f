package dev.mizan.provider;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The providers of one event loop, opened when first called. A provider whose settings change is opened anew; calls on
 * the old one end in peace. Not safe for use by many threads.
 */
public final class Providers {
    private static final long CLOSE_SECONDS = 600;

    private final Vertx vertx;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<String, Provider> open = new HashMap<>();

    /**
     * None yet.
     *
     * @param clock the time in what they sign
     * @param nanoTime a nanosecond source for how long connections are kept
     */
    public Providers(Vertx vertx, Clock clock, LongSupplier nanoTime) {
        this.vertx = vertx;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** The provider of {@code settings}. */
    public Provider of(ProviderSettings settings) {
        Provider provider = open.get(settings.name());
        if (provider != null) {
            if (provider.settings().equals(settings)) {
                return provider;
            }
            provider.close(CLOSE_SECONDS);
        }
        Provider opened = new Provider(vertx, settings, clock, nanoTime);
        open.put(settings.name(), opened);
        return opened;
    }

    /** Closes all of them at once. */
    public void close() {
        open.values().forEach(provider -> provider.close(0));
        open.clear();
    }
}
