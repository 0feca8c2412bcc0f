package dev.mizan.admin;

import static dev.mizan.admin.AdminHarness.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admin.AdminHarness.Reply;
import dev.mizan.report.LineBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthEndpointsTest {
    @TempDir
    Path folder;

    private AdminHarness api;

    @BeforeEach
    void open() {
        api = new AdminHarness(folder);
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void aLivingProcessSaysSoByAllItsNames() {
        api.checks = List.of(new Health.Check("journal", false, "full"));

        for (String path : List.of("/health/live", "/health/liveness", "/health/liveliness")) {
            Reply reply = api.get(path, "");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).isEqualTo("\"I'm alive!\"");
        }
    }

    @Test
    void readinessIsEverythingTogether() {
        api.checks = List.of(
                new Health.Check("journal", true, "/data/journal"), new Health.Check("database", true, "sqlite"));
        assertThat(api.get("/health/ready", "").status()).isEqualTo(200);
        assertThat(api.get("/health/readiness", "").body())
                .isEqualTo("{\"status\":\"healthy\",\"checks\":{\"journal\":true,\"database\":true}}");

        api.checks = List.of(
                new Health.Check("journal", true, "/data/journal"), new Health.Check("database", false, "no route"));
        Reply reply = api.get("/health/ready", "");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.body())
                .isEqualTo("{\"status\":\"unhealthy\",\"checks\":{\"journal\":true,\"database\":false}}");
        assertThat(api.get("/health", MASTER)
                        .json()
                        .at("/checks/database/detail")
                        .stringValue())
                .isEqualTo("no route");
    }

    @Test
    void costsAreMetricsAndFollowTheLedger() {
        api.ledger.add(
                LineBuilder.at("2026-11-22T09:00:00Z").cost("12.34").build(),
                LineBuilder.at("2026-11-02T09:00:00Z").cost("444.44").build());

        Reply reply = api.get("/metrics", MASTER);
        assertThat(reply.header("content-type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(reply.body())
                .contains("\nllm_daily_cost_usd 12.34\n")
                .contains("\nllm_monthly_cost_usd 456.78\n")
                .contains("# HELP llm_daily_cost_usd ");

        api.ledger.add(LineBuilder.at("2026-11-22T09:30:00Z").cost("1").build());
        assertThat(api.get("/metrics", MASTER).body()).contains("\nllm_daily_cost_usd 12.34\n");
        api.clock.advance(CostGauges.GOOD_FOR);
        assertThat(api.get("/metrics", MASTER).body()).contains("\nllm_daily_cost_usd 13.34\n");
        api.clock.advance(Duration.ofDays(1));
        assertThat(api.get("/metrics", MASTER).body()).contains("\nllm_daily_cost_usd 0.0\n");
    }

    @Test
    void metricsAreServedWhileTheLedgerCantBeRead() {
        api.ledger.breakDown(true);

        Reply reply = api.get("/metrics", MASTER);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).contains("\nllm_daily_cost_usd NaN\n").contains("mizan_in_flight");
    }
}
