package dev.mizan.routing;

import java.time.Duration;

/**
 * How a deployment is doing, for people.
 *
 * @param alias the alias that it stands in
 * @param state {@code closed}, {@code open}, {@code half_open}; {@code disabled} where there is no breaker
 * @param calls attempts since the start or since its settings changed
 * @param failures those that failed
 * @param latency the moving mean of the time to the first byte; zero before any
 * @param inFlight attempts under way
 */
public record DeploymentHealth(
        Deployment deployment, String alias, String state, long calls, long failures, Duration latency, int inFlight) {}
