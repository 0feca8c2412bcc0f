package dev.mizan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.config.ConfigurationException;
import dev.mizan.routing.BreakerSettings;
import dev.mizan.routing.Complexity;
import dev.mizan.routing.ComplexityRule;
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
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "COMPLEXITY")
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

    @Test
    void classesOfComplexityAreAliases() {
        ModelSettings read = model("""
                models:
                  m: {routing: complexity, simple: a, medium: b, complex: a, fallbacks: [b], error_style: cost-tracking}
                  a: p/a
                  b: p/b
                """);

        assertThat(read.routing()).isEqualTo(Strategy.COMPLEXITY);
        assertThat(read.fallbacks()).containsExactly("b");
        assertThat(read.deployments()).extracting(DeploymentSettings::alias).containsExactly("a", "b", "a");
        assertThat(read.deployments()).extracting(DeploymentSettings::id).containsExactly("m/a", "m/b", "m/a#2");
        assertThat(read.complexity().of("İade politikanız nedir?")).isEqualTo(Complexity.MEDIUM);
    }

    @Test
    void thresholdsHeuristicAndWordsAreRead() {
        String classes = "routing: complexity, simple: a, medium: a, complex: a";
        ComplexityRule rule = model("models: {a: p/a, m: {" + classes + ", thresholds: [0, 1], heuristic: improved}}")
                .complexity();
        assertThat(rule.mediumFrom()).isZero();
        assertThat(rule.complexFrom()).isEqualTo(10);
        assertThat(rule.classifier().tenths("İade politikanız nedir?")).isEqualTo(2);

        ComplexityRule own = model("models: {a: p/a, m: {" + classes + ", thresholds: [0.4, 0.40], "
                        + "words: {factual: [wer], analytical: [warum], multi_step: [Plan], context: [vorhin]}}}")
                .complexity();
        assertThat(own.classifier().tenths("wer plant vorhin")).isEqualTo(7);
        assertThat(own.classifier().tenths("warum")).isEqualTo(6);
        assertThat(own.of("wer war das")).isEqualTo(Complexity.SIMPLE);
        assertThat(own.of("das da")).isEqualTo(Complexity.COMPLEX);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "complex: nope",
                "complex: m",
                "thresholds: [0.3]",
                "thresholds: [0.7, 0.3]",
                "thresholds: [0.25, 0.7]",
                "thresholds: [0.3, 1.1]",
                "heuristic: clever",
                "words: {factual: ['']}",
                "words: {steps: [a]}",
                "deployments: [p/a]",
                "retries: 1",
                "breaker: {calls: 2}",
                "max_output_tokens: 5",
                "drop_unsupported: true",
                "simple: a, routing: weighted, deployments: [p/a]"
            })
    void whatCanNotBeByComplexityIsRefused(String setting) {
        String classes = "";
        for (String name : new String[] {"routing: complexity", "simple: a", "medium: a", "complex: a"}) {
            classes += setting.contains(name.substring(0, name.indexOf(' '))) ? "" : name + ", ";
        }
        String settings = classes + setting;
        assertThatThrownBy(() -> model("models: {a: p/a, m: {" + settings + "}}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("models.m");
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
