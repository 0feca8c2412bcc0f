package dev.mizan.admin;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.routing.DeploymentHealth;
import dev.mizan.telemetry.Telemetry;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Whether the process lives, whether it can do its work, how deployments are doing, and metrics. */
final class HealthEndpoints {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Health health;
    private final Telemetry telemetry;
    private final Supplier<List<DeploymentHealth>> deployments;

    HealthEndpoints(Health health, Telemetry telemetry, Supplier<List<DeploymentHealth>> deployments) {
        this.deployments = deployments;
        this.health = health;
        this.telemetry = telemetry;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/health/live", Access.PUBLIC, HealthEndpoints::live),
                Endpoint.get("/health/liveness", Access.PUBLIC, HealthEndpoints::live),
                Endpoint.get("/health/liveliness", Access.PUBLIC, HealthEndpoints::live),
                Endpoint.get("/health/ready", Access.PUBLIC, exchange -> ready(false)),
                Endpoint.get("/health/readiness", Access.PUBLIC, exchange -> ready(false)),
                Endpoint.get("/health", Access.MASTER, exchange -> ready(true)),
                Endpoint.get("/api/v1/deployments", Access.MASTER, exchange -> deployments()),
                Endpoint.get("/metrics", Access.METRICS, this::metrics));
    }

    /** LiteLLM's words. */
    private static Answer live(Exchange exchange) {
        return new Answer.Whole(200, Answer.JSON, Buffer.buffer("\"I'm alive!\""), Map.of());
    }

    private Answer ready(boolean detailed) {
        List<Health.Check> checks = health.checks();
        boolean ready = checks.stream().allMatch(Health.Check::ok);
        ObjectNode json = Json.object();
        json.put("status", ready ? "healthy" : "unhealthy");
        ObjectNode byName = Json.object();
        for (Health.Check check : checks) {
            if (detailed) {
                ObjectNode one = Json.object();
                one.put("ok", check.ok());
                one.put("detail", check.detail());
                byName.set(check.name(), one);
            } else {
                byName.put(check.name(), check.ok());
            }
        }
        json.set("checks", byName);
        if (detailed) {
            json.put("in_flight", telemetry.inFlight());
        }
        return Answer.json(ready ? 200 : 503, json);
    }

    private Answer deployments() {
        ArrayNode list = Json.array();
        for (DeploymentHealth health : deployments.get()) {
            ObjectNode one = Json.object();
            one.put("id", health.deployment().id());
            one.put("alias", health.alias());
            one.put("provider", health.deployment().provider());
            one.put("model", health.deployment().model());
            one.put("state", health.state());
            one.put("calls", health.calls());
            one.put("failures", health.failures());
            one.put("mean_latency_ms", health.latency().toNanos() / 1_000_000.0);
            one.put("in_flight", health.inFlight());
            list.add(one);
        }
        ObjectNode json = Json.object();
        json.set("deployments", list);
        return Answer.json(200, json);
    }

    private Answer metrics(Exchange exchange) {
        if (!exchange.settings().metrics().enabled()) {
            throw new Problem(
                            ErrorCode.NOT_FOUND, "error.not_found", Map.of("method", "GET", "path", "/metrics"), "", 0)
                    .thrown();
        }
        return new Answer.Whole(200, METRICS_TYPE, Buffer.buffer(telemetry.text()), Map.of());
    }
}
