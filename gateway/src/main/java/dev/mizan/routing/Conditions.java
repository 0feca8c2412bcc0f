package dev.mizan.routing;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The conditions of all deployments of the configuration in force: a reload that leaves a deployment and its breaker's
 * settings as they are leaves its condition, too. Safe for use by many threads.
 */
public final class Conditions {
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<Known, Condition> known = new ConcurrentHashMap<>();

    private record Known(Deployment deployment, BreakerSettings breaker) {}

    /** @param nanoTime a nanosecond source */
    public Conditions(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    Condition of(Deployment deployment, BreakerSettings breaker) {
        return known.computeIfAbsent(
                new Known(deployment, breaker), k -> new Condition(deployment.id(), breaker, nanoTime));
    }

    /** Forgets all but those {@code inForce}. */
    void retain(Collection<Condition> inForce) {
        known.values().retainAll(inForce);
    }
}
