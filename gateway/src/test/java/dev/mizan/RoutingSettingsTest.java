package dev.mizan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.config.ConfigurationException;
import dev.mizan.routing.BreakerSettings;
import dev.mizan.routing.ModelSettings;
import dev.mizan.routing.ModelSettings.DeploymentSettings;
import dev.mizan.routing.ModelSettings.Strategy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Strategies, fallback lists and breakers as they are written. */
class RoutingSettingsTest {
    private static final String HEAD = "providers: {p: {kind: simulated}}\n";

    @Test
    void whatIsLeftOutIsAsDocumented() {
        ModelSettings plain = model("models: {m: p/a}");

        assertThat(plain.routing()).isEqualTo(Strategy.WEIGHTED);
        assertThat(plain.contextWindowFallbacks()).isEmpty();
        assertThat(plain.contentPolicyFallbacks()).isEmpty();
        assertThat(plain.breaker()).isEqualTo(BreakerSettings.DEFAULT);
        assertThat(plain.deployments()).containsExactly(new DeploymentSettings("m/p/a", "p", "a", "", 1, 0, 0));
    }

    @ParameterizedTest
    @EnumSource
    void strategiesAreKnownByTheirNames(Strategy strategy) {
        assertThat(model("models: {m: {routing: " + strategy.label() + ", deployments: [p/a]}}")
                        .routing())
                .isEqualTo(strategy);
    }

    @Test
    void aModelsBreakerSaysWhatDiffersFromTheCommonOne() {
        BreakerSettings breaker = model("""
                routing: {breaker: {failure_percent: 20, slow_percent: 30, slow_after: 2s, window: 5m, calls: 40}}
                models: {m: {breaker: {calls: 7, open_for: 1m, probes: 1, rate_limits: true}, deployments: [p/a]}}
                """).breaker();

        assertThat(breaker)
                .isEqualTo(new BreakerSettings(
                        true, 20, 30, Duration.ofSeconds(2), Duration.ofMinutes(5), 7, Duration.ofMinutes(1), 1, true));
    }

    @Test
    void listsAndLimitsAreRead() {
        ModelSettings read = model("""
                models:
                  m:
                    context_window_fallbacks: [b, c]
                    content_policy_fallbacks: [c]
                    deployments: [{provider: p, model: a, tpm: 1000, rpm: 9}]
                  b: p/b
                  c: p/c
                """);

        assertThat(read.contextWindowFallbacks()).containsExactly("b", "c");
        assertThat(read.contentPolicyFallbacks()).containsExactly("c");
        assertThat(read.deployments().getFirst().tokensPerMinute()).isEqualTo(1_000);
        assertThat(read.deployments().getFirst().requestsPerMinute()).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "context_window_fallbacks: [m]",
                "content_policy_fallbacks: [nope]",
                "routing: fastest",
                "breaker: {window: 1500ms}",
                "breaker: {window: 11m}",
                "breaker: {open_for: 500ms}",
                "breaker: {slow_after: 25h}",
                "breaker: {failure_percent: 0}",
                "breaker: {failure_percent: 101}",
                "breaker: {calls: 0}",
                "breaker: {probes: 101}",
                "breaker: {open: 1s}"
            })
    void whatCanNotBeIsRefused(String setting) {
        assertThatThrownBy(() -> model("models: {m: {" + setting + ", deployments: [p/a]}}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("models.m");
    }

    private static ModelSettings model(String text) {
        Configuration read = new ConfigurationReader(name -> Optional.empty()).parse("f.yaml", HEAD + text);
        return Optional.ofNullable(read.models().get("m")).orElseThrow();
    }
}
