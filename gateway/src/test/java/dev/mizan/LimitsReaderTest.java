package dev.mizan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.admission.Degradation;
import dev.mizan.admission.Guards;
import dev.mizan.config.ConfigurationException;
import dev.mizan.identity.Plan;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Reserve;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Subject.Kind;
import dev.mizan.limit.Window;
import dev.mizan.money.NanoUsd;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsReaderTest {
    private static final String MODELS = """
            time_zone: Europe/Istanbul
            providers: {p: {kind: simulated}}
            models:
              dear:
                limits: [{meter: requests, per: minute, cap: 800}]
                deployments: [p/a, {provider: p, model: b, rpm: 5, tpm: 200}]
              cheap: p/c
            """;

    @Test
    void limitsAreReadWithTheirDefaults() {
        Rules rules = read("""
                limits:
                  - {subject: global, meter: cost, per: day, cap: 100.5, alert_at: [50, 75%, 90]}
                  - {subject: "tenant:*", meter: requests, per: minute, cap: 10}
                  - {subject: "key:key_1", meter: tokens, per: minute, cap: 833}
                  - {subject: "user:ayse", meter: concurrency, cap: 2, at_cap: notify}
                  - {subject: "tag:batch", meter: output_tokens, per: 30d, cap: 7, reserve: none, clamp: true}
                  - {subject: "team:a", meter: cost, per: month, cap: 5, at_cap: {degrade: cheap}}
                """);

        assertThat(rules.limits().limits())
                .containsExactly(
                        limit(Subject.GLOBAL, Meter.COST, day(), 100_500_000_000L, List.of(50, 75, 90)),
                        limit(new Subject(Kind.TENANT, "*"), Meter.REQUESTS, Window.MINUTE, 10, List.of()),
                        new Limit(
                                new Subject(Kind.KEY, "key_1"),
                                Meter.TOKENS,
                                Window.MINUTE,
                                833,
                                new AtCap.Block(),
                                Reserve.EXPECTED,
                                false,
                                List.of(),
                                "limits"),
                        new Limit(
                                new Subject(Kind.USER, "ayse"),
                                Meter.CONCURRENCY,
                                Window.IN_FLIGHT,
                                2,
                                new AtCap.Notify(),
                                Reserve.WORST_CASE,
                                false,
                                List.of(),
                                "limits"),
                        new Limit(
                                new Subject(Kind.TAG, "batch"),
                                Meter.OUTPUT_TOKENS,
                                new Window.Sliding(Duration.ofDays(30), "30d"),
                                7,
                                new AtCap.Block(),
                                Reserve.NONE,
                                true,
                                List.of(),
                                "limits"),
                        new Limit(
                                new Subject(Kind.TEAM, "a"),
                                Meter.COST,
                                Window.month(ZoneId.of("Europe/Istanbul")),
                                5_000_000_000L,
                                new AtCap.Degrade("cheap"),
                                Reserve.WORST_CASE,
                                false,
                                List.of(),
                                "limits"),
                        new Limit(
                                new Subject(Kind.MODEL, "dear"),
                                Meter.REQUESTS,
                                Window.MINUTE,
                                800,
                                new AtCap.Block(),
                                Reserve.WORST_CASE,
                                false,
                                List.of(),
                                "models.dear"));
        Subject full = new Subject(Kind.DEPLOYMENT, "dear/p/b");
        assertThat(rules.limits().deployments().get("dear/p/b"))
                .containsExactly(
                        Limit.block(full, Meter.REQUESTS, Window.MINUTE, 5),
                        Limit.block(full, Meter.TOKENS, Window.MINUTE, 200));
    }

    @Test
    void theBudgetsOfCostAreLimitsOfTheGatewayAndDegrade() {
        Rules rules = read("""
                cost: {daily_limit: 100, monthly_limit: 2000}
                degrade: [{at: 90%, to: cheap, disable: [/v1/embeddings]}, {at: 75, to: cheap}]
                """);

        List<Limit> limits = rules.limits().limits();
        assertThat(limits.get(1).subject()).isEqualTo(Subject.GLOBAL);
        assertThat(limits.get(1).cap()).isEqualTo(100 * NanoUsd.PER_USD);
        assertThat(limits.get(1).window()).isEqualTo(day());
        assertThat(limits.get(1).alertAt()).containsExactly(50, 75, 90);
        assertThat(limits.get(2).window()).isEqualTo(Window.month(ZoneId.of("Europe/Istanbul")));
        assertThat(rules.limits().degradations())
                .extracting(Degradation::limit)
                .containsExactly(limits.get(1), limits.get(2));
        assertThat(rules.limits().degradations().getFirst().steps())
                .containsExactly(
                        new Degradation.Step(75, "cheap", Set.of()),
                        new Degradation.Step(90, "cheap", Set.of("/v1/embeddings")));
    }

    @Test
    void plansAndGuardsAreRead() {
        Rules rules = read("""
                plans:
                  standard:
                    price: {amount: 800, currency: TRY, per: month}
                    models: [dear]
                    limits:
                      - {meter: requests, per: minute, cap: 2}
                      - {meter: cost, per: 30d, cap: 23.19, at_cap: block, alert_at: [50, 75, 90]}
                guards: {max_input_tokens_per_request: 8000, max_output_tokens_per_request: 2000, on_output: clamp,
                         max_tool_calls_per_turn: 5, on_tool_calls: without_tools,
                         max_context_documents: 3, on_documents: trim, max_messages: 50}
                """);

        Plan plan = Objects.requireNonNull(rules.plans().get("standard"));
        assertThat(plan.price()).isEqualByComparingTo(new BigDecimal(800));
        assertThat(plan.currency()).isEqualTo("TRY");
        assertThat(plan.models()).containsExactly("dear");
        assertThat(plan.limits()).extracting(Limit::cap).containsExactly(2L, 23_190_000_000L);
        assertThat(plan.limits().getFirst().on(new Subject(Kind.USER, "u")).account())
                .isEqualTo("user:u|requests|minute|worst-case");
        assertThat(rules.guards()).isEqualTo(new Guards(8_000, 2_000, true, 5, true, 3, Guards.OnDocuments.TRIM, 50));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{subject: nobody, meter: cost, per: day, cap: 1}                      | limits[0].subject: 'nobody'",
                "{subject: 'model:dera', meter: cost, per: day, cap: 1}                | did you mean 'dear'?",
                "{subject: 'provider:q', meter: cost, per: day, cap: 1}                | one of 'providers'",
                "{meter: cost, per: fortnight, cap: 1}                                 | limits[0].per: 'fortnight'",
                "{meter: cost, per: 400d, cap: 1}                                      | limits[0].per: '400d'",
                "{meter: cost, cap: 1}                                                 | limits[0].per",
                "{meter: concurrency, per: day, cap: 1}                                | expected: in_flight",
                "{meter: requests, per: in_flight, cap: 1}                             | limits[0].per",
                "{meter: cost, per: day, cap: 0.0000000001}                            | at most 9 decimals",
                "{meter: requests, per: day, cap: 1.5}                                 | a whole number",
                "{meter: cost, per: day, cap: 9000000}                                 | at most 4503599.627370496",
                "{meter: cost, per: day, cap: 1, at_cap: {degrade: chaep}}             | did you mean 'cheap'?",
                "{meter: cost, per: day, cap: 1, at_cap: {overage: 0.1}}               | overage: of meter 'cost'",
                "{meter: tokens, per: day, cap: 1, at_cap: {overage: '0.0001 TRY'}}    | 'TRY' (expected: USD",
                "{meter: apples, per: day, cap: 1}                                     | limits[0].meter",
                "{meter: cost, per: day, cap: 1, degrade: [{at: 75%}]}                 | does nothing"
            })
    void whatCanNotBeALimitIsRefusedByNameValueAndExpectation(String limit, String message) {
        assertThatThrownBy(() -> read("limits: [" + limit + "]"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
    }

    private static Rules read(String yaml) {
        return new ConfigurationReader(name -> Optional.empty())
                .parse("f.yaml", MODELS + yaml)
                .rules();
    }

    private static Window day() {
        return Window.day(ZoneId.of("Europe/Istanbul"));
    }

    private static Limit limit(Subject subject, Meter meter, Window window, long cap, List<Integer> alertAt) {
        return new Limit(subject, meter, window, cap, new AtCap.Block(), Reserve.WORST_CASE, false, alertAt, "limits");
    }
}
