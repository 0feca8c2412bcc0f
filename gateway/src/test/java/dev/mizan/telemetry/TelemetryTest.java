package dev.mizan.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.money.NanoUsd;
import dev.mizan.report.LineBuilder;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TelemetryTest {
    private static final String LABELS = "alias=\"fast\",model=\"gpt-4o-mini\",provider=\"openai\"";

    private final Telemetry telemetry = new Telemetry();

    @AfterEach
    void close() {
        telemetry.close();
    }

    @Test
    void aCallCountsOnceInEveryMetric() {
        telemetry.started();
        assertThat(telemetry.text()).contains("\nmizan_in_flight 1.0\n");
        telemetry.ended(LineBuilder.at("2026-11-22T10:00:00Z")
                .usage(Usage.builder()
                        .set(Unit.INPUT, 1_000)
                        .set(Unit.CACHE_READ, 50)
                        .set(Unit.OUTPUT, 500)
                        .build())
                .cost("0.0125")
                .build());

        assertThat(telemetry.text())
                .contains("\nmizan_in_flight 0.0\n")
                .contains("mizan_requests_total{" + LABELS + ",status=\"ok\"} 1.0")
                .contains("mizan_requests_total{" + LABELS + ",status=\"error\"} 0.0")
                .contains("mizan_attempts_total{" + LABELS + ",status=\"ok\"} 1.0")
                .contains("mizan_tokens_total{" + LABELS + ",type=\"input\"} 1000.0")
                .contains("mizan_tokens_total{" + LABELS + ",type=\"cache_read\"} 50.0")
                .contains("mizan_tokens_total{" + LABELS + ",type=\"output\"} 500.0")
                .contains("mizan_cost_usd_total{" + LABELS + "} 0.0125")
                .contains("mizan_charged_usd_total{" + LABELS + "} 0.0125")
                .contains("mizan_cache_results_total{" + LABELS + ",result=\"miss\"} 1.0")
                .contains("mizan_request_duration_seconds_bucket{" + LABELS + ",le=\"1.0\"} 0")
                .contains("mizan_request_duration_seconds_bucket{" + LABELS + ",le=\"2.5\"} 1")
                .contains("mizan_request_duration_seconds_count{" + LABELS + "} 1")
                .contains("mizan_request_duration_seconds_sum{" + LABELS + "} 1.25")
                .contains("mizan_time_to_first_token_seconds_bucket{" + LABELS + ",le=\"0.4\"} 1")
                .doesNotContain("type=\"reasoning\"");
    }

    @Test
    void whatWasSetAsideAndWhatOfItWasNotUsedAddUp() {
        Line line = LineBuilder.at("2026-11-22T10:00:00Z").cost("0.0125").build();

        telemetry.settled(line, NanoUsd.ofNanos(50_000_000));
        // It cost more than was set aside: nothing came back.
        telemetry.settled(line, NanoUsd.ofNanos(10_000_000));

        assertThat(telemetry.text())
                .contains("mizan_reserved_usd_total{" + LABELS + "} 0.06")
                .contains("mizan_reserved_unused_usd_total{" + LABELS + "} 0.0375");
    }

    @Test
    void anAttemptCostsAndIsNoCall() {
        telemetry.started();
        telemetry.ended(LineBuilder.at("2026-11-22T10:00:00Z")
                .attemptOf("01K00000000000000000000000")
                .cost("0.5")
                .failed("upstream_timeout", 504)
                .build());

        assertThat(telemetry.inFlight()).isEqualTo(1);
        assertThat(telemetry.text())
                .contains("mizan_attempts_total{" + LABELS + ",status=\"error\"} 1.0")
                .contains("mizan_requests_total{" + LABELS + ",status=\"error\"} 0.0")
                .contains("mizan_cost_usd_total{" + LABELS + "} 0.5")
                .contains("mizan_charged_usd_total{" + LABELS + "} 0.0");
    }

    @Test
    void refusalsAreCountedByTheirCode() {
        telemetry.started();
        telemetry.refused("model_not_found");

        assertThat(telemetry.inFlight()).isZero();
        assertThat(telemetry.text()).contains("mizan_refusals_total{code=\"model_not_found\"} 1.0");
    }

    @Test
    void moneyIsAddedUpExactly() {
        Line line = LineBuilder.at("2026-11-22T10:00:00Z").cost("0.000000001").build();
        for (int i = 0; i < 1_000_003; i++) {
            telemetry.ended(line);
        }

        assertThat(telemetry.text()).contains("mizan_cost_usd_total{" + LABELS + "} 0.001000003");
    }

    @Test
    void seriesAreBoundedHoweverManyNamesCome() {
        for (int i = 0; i < Telemetry.SERIES_MAX + 200; i++) {
            telemetry.ended(
                    LineBuilder.at("2026-11-22T10:00:00Z").alias("alias-" + i).build());
        }
        for (int i = 0; i < Telemetry.CODES_MAX + 50; i++) {
            telemetry.refused("code-" + i);
        }

        String text = telemetry.text();
        assertThat(text.lines()
                        .filter(line -> line.startsWith("mizan_cost_usd_total{"))
                        .count())
                .isEqualTo(Telemetry.SERIES_MAX + 1L);
        assertThat(text)
                .contains(
                        "mizan_requests_total{alias=\"other\",model=\"other\",provider=\"other\",status=\"ok\"} 200.0")
                .contains("mizan_refusals_total{code=\"other\"} 50.0");
    }

    @Test
    void speedIsOfStreamsAndOfTheTimeAfterTheFirstToken() {
        Line line = LineBuilder.at("2026-11-22T10:00:00Z")
                .usage(10, 600)
                .outcome(new Outcome(Outcome.Status.OK, "", 200, 3_500_000, 500_000, 1))
                .build();
        telemetry.ended(line);
        assertThat(telemetry.text()).contains("mizan_tokens_per_second_count{" + LABELS + "} 0");

        telemetry.ended(LineBuilder.streamed(line));
        assertThat(telemetry.text())
                .contains("mizan_tokens_per_second_sum{" + LABELS + "} 200.0")
                .contains("mizan_tokens_per_second_count{" + LABELS + "} 1");
    }
}
