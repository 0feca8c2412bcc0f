package dev.mizan.admin;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.telemetry.Telemetry;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Whether the process lives, whether it can do its work, and its metrics. */
final class HealthEndpoints {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Health health;
    private final Telemetry telemetry;

    HealthEndpoints(Health health, Telemetry telemetry) {
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

    private Answer metrics(Exchange exchange) {
        if (!exchange.settings().metrics().enabled()) {
            throw new Problem(
                            ErrorCode.NOT_FOUND, "error.not_found", Map.of("method", "GET", "path", "/metrics"), "", 0)
                    .thrown();
        }
        return new Answer.Whole(200, METRICS_TYPE, Buffer.buffer(telemetry.text()), Map.of());
    }
}
