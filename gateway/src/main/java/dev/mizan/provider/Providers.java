package dev.mizan.provider;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * The providers of one event loop, opened when first called. A provider whose settings change is opened anew; calls on
 * the old one end in peace. Not safe for use by many threads.
 */
public final class Providers {
    private static final long CLOSE_SECONDS = 600;

    private final Vertx vertx;
    private final Clock clock;
    private final Map<String, Provider> open = new HashMap<>();

    /** @param clock the time in what they sign */
    public Providers(Vertx vertx, Clock clock) {
        this.vertx = vertx;
        this.clock = clock;
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
        Provider opened = new Provider(vertx, settings, clock);
        open.put(settings.name(), opened);
        return opened;
    }

    /** Closes all of them at once. */
    public void close() {
        open.values().forEach(provider -> provider.close(0));
        open.clear();
    }
}
