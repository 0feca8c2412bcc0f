package dev.mizan.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.money.NanoUsd;
import dev.mizan.price.PriceCatalog;
import dev.mizan.usage.TokenCounter;
import dev.mizan.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CostTrackerTest {
    private static final CostTracker.Caller ANN = CostTracker.Caller.of("user123", "tenant456");

    private final ManualClock clock =
            new ManualClock(Instant.parse("2026-01-30T10:00:00Z"), ZoneId.of("Europe/Istanbul"));

    @Test
    void aCallIsEstimatedCheckedRecordedAndSummarised() {
        CostTracker tracker = tracker("100", "2000");

        NanoUsd estimated = tracker.estimate("gpt-4-turbo-preview", 500, 1_000);
        assertThat(tracker.check(estimated)).isEqualTo(CostTracker.Check.ALLOWED);
        tracker.record("gpt-4-turbo-preview", 500, 1_000, ANN);

        CostSummary summary = tracker.dailySummary();
        assertThat(estimated).isEqualTo(usd("0.035"));
        assertThat(summary.period()).isEqualTo("2026-01-30");
        assertThat(summary.totalCost()).isEqualTo(usd("0.035"));
        assertThat(summary.totalRequests()).isEqualTo(1);
        assertThat(summary.totalInputTokens()).isEqualTo(500);
        assertThat(summary.totalOutputTokens()).isEqualTo(1_000);
        assertThat(summary.byModel()).containsEntry("gpt-4-turbo-preview", usd("0.035"));
        assertThat(summary.byProvider()).containsEntry("openai", usd("0.035"));
        assertThat(summary.byTenant()).containsEntry("tenant456", usd("0.035"));
        assertThat(summary.byUser()).containsEntry("user123", usd("0.035"));
        assertThat(tracker.monthlySummary().totalCost()).isEqualTo(usd("0.035"));
    }

    @Test
    void estimatesFollowThePriceBook() {
        CostTracker tracker = tracker("10", "2000");

        assertThat(tracker.estimate("gpt-3.5-turbo", 1_000, 1_000)).isBetween(usd("0.003"), usd("0.004"));
        assertThat(tracker.estimate("gpt-4-turbo-preview", 1_000, 1_000)).isBetween(usd("0.03"), usd("0.05"));
    }

    @Test
    void aCallThatWouldPassTheLimitIsRefused() {
        CostTracker tracker = tracker("1", "2000");
        tracker.record("gpt-3.5-turbo", 300_000, 250_000, CostTracker.Caller.NONE);

        CostTracker.Check check = tracker.check(usd("0.1"));

        assertThat(tracker.dailyCost()).isEqualTo(usd("0.95"));
        assertThat(check.allowed()).isFalse();
        assertThat(check.reason()).contains("limit").isEqualTo("daily_limit_exceeded");
        assertThat(check.message())
                .isEqualTo("🔴 Daily LLM cost limit reached: $0.95/$1.00. Limit will reset tomorrow.");
        assertThat(tracker.check(usd("0.05")).allowed()).isTrue();
        assertThat(tracker.check(usd("0.050000001")).allowed()).isFalse();
    }

    @Test
    void theMonthlyLimitHoldsOverDays() {
        CostTracker tracker = tracker("1", "1.5");
        tracker.record("gpt-3.5-turbo", 300_000, 250_000, CostTracker.Caller.NONE);
        clock.advance(Duration.ofDays(1));

        assertThat(tracker.check(usd("0.55")).allowed()).isTrue();
        assertThat(tracker.check(usd("0.56")).reason()).isEqualTo("monthly_limit_exceeded");
        assertThat(tracker.check(usd("0.56")).message())
                .isEqualTo("🔴 Monthly LLM cost limit reached: $0.95/$1.50. Limit will reset next month.");
    }

    @Test
    void theDayCanBeStartedAnew() {
        CostTracker tracker = tracker("100", "2000");
        tracker.record("gpt-4", 1_000_000, 0, ANN);

        tracker.resetDaily();

        assertThat(tracker.dailyCost()).isEqualTo(NanoUsd.ZERO);
        assertThat(tracker.dailySummary().totalRequests()).isZero();
        assertThat(tracker.monthlyCost()).isEqualTo(usd("30"));
    }

    @Test
    void aDayEndsAtMidnightOfTheClocksZone() {
        CostTracker tracker = tracker("100", "2000");
        tracker.record("gpt-4", 1_000, 0, ANN);

        clock.set(Instant.parse("2026-01-30T20:59:59Z"));
        assertThat(tracker.dailyCost()).isEqualTo(usd("0.03"));
        clock.set(Instant.parse("2026-01-30T21:00:00Z"));
        assertThat(tracker.dailyCost()).isEqualTo(NanoUsd.ZERO);
        assertThat(tracker.monthlyCost()).isEqualTo(usd("0.03"));
        clock.set(Instant.parse("2026-01-31T21:00:00Z"));
        assertThat(tracker.monthlyCost()).isEqualTo(NanoUsd.ZERO);
        assertThat(tracker.monthlySummary().period()).isEqualTo("2026-02");
    }

    @Test
    void theRoughEstimateOfATextIsAQuarterOfItsCharacters() {
        CostTracker.Estimate estimate = tracker("100", "2000")
                .estimateFromText("gpt-4-turbo-preview", "x".repeat(45), CostTracker.Method.ROUGH);

        assertThat(estimate.characters()).isEqualTo(45);
        assertThat(estimate.inputTokens()).isEqualTo(11);
        assertThat(estimate.outputTokens()).isEqualTo(16);
        assertThat(estimate.cost()).isEqualTo(usd("0.00059"));
    }

    @Test
    void theEstimateOfATextCountsItsTokens() {
        CostTracker.Estimate estimate =
                tracker("100", "2000").estimateFromText("gpt-4-turbo-preview", "hello world hello world");

        assertThat(estimate.inputTokens()).isEqualTo(4);
        assertThat(estimate.outputTokens()).isEqualTo(6);
    }

    @Test
    void theSummaryIsExportedAsJson() {
        CostTracker tracker = tracker("100", "2000");
        tracker.record("gpt-3.5-turbo", 1_000, 1_000, new CostTracker.Caller("", "tenant_123", "/agent/chat"));

        JsonNode json = JsonMapper.shared().readTree(tracker.exportSummaryJson());

        assertThat(json.path("total_cost").isNumber()).isTrue();
        assertThat(json.path("total_cost").asString()).isEqualTo("0.0035");
        assertThat(json.path("total_requests").asInt()).isEqualTo(1);
        assertThat(json.path("by_model").path("gpt-3.5-turbo").asString()).isEqualTo("0.0035");
        assertThat(json.path("by_provider").path("openai").asString()).isEqualTo("0.0035");
        assertThat(json.path("by_tenant").path("tenant_123").asString()).isEqualTo("0.0035");
        assertThat(json.path("by_endpoint").path("/agent/chat").asString()).isEqualTo("0.0035");
        assertThat(json.path("by_user").isEmpty()).isTrue();
    }

    @Test
    void aModelWithoutAPriceIsNotFree() {
        CostTracker tracker = tracker("100", "2000");

        assertThatThrownBy(() -> tracker.estimate("no-such-model", 1, 1))
                .isInstanceOf(UnpricedModelException.class)
                .hasMessageContaining("no-such-model");
        assertThatThrownBy(() -> tracker.record("no-such-model", 1, 1, ANN)).isInstanceOf(UnpricedModelException.class);
        assertThat(tracker.dailySummary().totalRequests()).isZero();
    }

    @Test
    void limitsCanBeChanged() {
        CostTracker tracker = tracker("1", "2000");
        tracker.record("gpt-4", 30_000, 0, ANN);
        assertThat(tracker.check(usd("0.2")).allowed()).isFalse();

        tracker.limits(new CostTracker.Limits(usd("2"), usd("2000")));

        assertThat(tracker.check(usd("0.2")).allowed()).isTrue();
        assertThatThrownBy(() -> new CostTracker.Limits(NanoUsd.ZERO, usd("1")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void manyThreadsCanNotTakeTheLastOfALimitTwice() throws Exception {
        CostTracker tracker = tracker("0.35", "2000");
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(() -> {
                int allowed = 0;
                for (int j = 0; j < 50; j++) {
                    allowed += tracker.checkAndRecord("gpt-3.5-turbo", Usage.of(1_000, 1_000), ANN)
                                    .allowed()
                            ? 1
                            : 0;
                }
                return allowed;
            });
        }

        int allowed = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Integer> done : threads.invokeAll(calls)) {
                allowed += done.get();
            }
        }

        assertThat(allowed).isEqualTo(100);
        assertThat(tracker.dailyCost()).isEqualTo(usd("0.35"));
    }

    private CostTracker tracker(String daily, String monthly) {
        return new CostTracker(
                PriceCatalog.shipped().withBook("cost-tracking"),
                new TokenCounter(),
                clock,
                new CostTracker.Limits(usd(daily), usd(monthly)));
    }

    private static NanoUsd usd(String amount) {
        return NanoUsd.of(new BigDecimal(amount), RoundingMode.UNNECESSARY);
    }

    /** A clock that is moved by hand. */
    private static final class ManualClock extends Clock {
        private final ZoneId zone;
        private Instant now;

        ManualClock(Instant now, ZoneId zone) {
            this.now = now;
            this.zone = zone;
        }

        void set(Instant later) {
            now = later;
        }

        void advance(Duration time) {
            now = now.plus(time);
        }

        @Override
        public ZoneId getZone() {
            return zone;
        }

        @Override
        public Clock withZone(ZoneId other) {
            return new ManualClock(now, other);
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
