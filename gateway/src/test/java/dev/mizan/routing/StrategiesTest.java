package dev.mizan.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mizan.dialect.ErrorStyle;
import dev.mizan.routing.ModelSettings.DeploymentSettings;
import dev.mizan.routing.ModelSettings.Strategy;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Each strategy keeps what it promises, over many picks. */
class StrategiesTest {
    private long nanos = 1;

    @Test
    void weightsOfTheOthersHoldWhileOneIsBroken() {
        Alias alias = alias(Strategy.WEIGHTED, weight("a", 40), weight("b", 30), weight("c", 30));

        Map<String, Integer> counts = counts(alias, 10_000, candidate -> !isCalled(candidate, "c"));

        assertThat(counts.get("a")).isCloseTo(5_714, within(100));
        assertThat(counts.get("b")).isCloseTo(4_286, within(100));
        assertThat(counts).doesNotContainKey("c");
    }

    @Test
    void weightsHold() {
        Alias alias = alias(Strategy.WEIGHTED, weight("a", 40), weight("b", 30), weight("c", 30));

        assertThat(counts(alias, 10_000, StrategiesTest::all)).isEqualTo(Map.of("a", 4_000, "b", 3_000, "c", 3_000));
    }

    @Test
    void leastBusyFillsTheGapsAndEqualsTakeTurns() {
        Aliases aliases = aliases(Strategy.LEAST_BUSY, weight("a", 1), weight("b", 1), weight("c", 1));
        Alias alias = aliases.find("mix").orElseThrow();
        Map<String, Watch> last = new HashMap<>();

        for (int i = 0; i < 300; i++) {
            String id = pick(alias, "key", StrategiesTest::all);
            last.put(id, condition(aliases, id).begin(0));
        }

        assertThat(aliases.health()).allMatch(health -> health.inFlight() == 100);
        Optional.ofNullable(last.get("b")).orElseThrow().answered();
        assertThat(pick(alias, "key", StrategiesTest::all)).isEqualTo("b");
        assertThat(counts(alias, 30, candidate -> !isCalled(candidate, "b"))).isEqualTo(Map.of("a", 15, "c", 15));
    }

    @Test
    void lowestLatencyGoesToTheFastestAndNoticesWhatBecameFaster() {
        Aliases aliases = aliases(Strategy.LOWEST_LATENCY, weight("a", 1), weight("b", 1), weight("c", 1));
        Alias alias = aliases.find("mix").orElseThrow();
        Map<String, Long> millis = new HashMap<>(Map.of("a", 300L, "b", 100L, "c", 200L));

        Map<String, Integer> first = serve(aliases, alias, millis, 1_000);
        millis.put("a", 20L);
        serve(aliases, alias, millis, 1_000);
        Map<String, Integer> then = serve(aliases, alias, millis, 1_000);

        assertThat(first.get("b")).isGreaterThanOrEqualTo(950);
        assertThat(first.get("a")).isBetween(15, 20);
        assertThat(first.get("c")).isBetween(15, 20);
        assertThat(then.get("a")).isGreaterThanOrEqualTo(950);
    }

    @Test
    void newcomersAreMeasuredWithoutAllCallsWaitingForOne() {
        Aliases aliases = aliases(Strategy.LOWEST_LATENCY, weight("a", 1), weight("b", 1));
        Alias alias = aliases.find("mix").orElseThrow();

        for (int i = 0; i < 10; i++) {
            condition(aliases, pick(alias, "key", StrategiesTest::all)).begin(0);
        }

        assertThat(aliases.health()).allMatch(health -> health.inFlight() == 5);
    }

    @Test
    void lowestCostGoesToTheCheapestAndUnpricedOnesComeLast() {
        Alias alias = alias(Strategy.LOWEST_COST, weight("a", 1), weight("b", 1), weight("c", 1), weight("d", 1));
        Map<String, Long> cost = Map.of("a", 700L, "b", 500L, "c", Long.MAX_VALUE, "d", 500L);
        CallFacts facts =
                new CallFacts("key", deployment -> cost.getOrDefault(deployment.id(), 0L), rule -> Complexity.MEDIUM);
        Map<String, Integer> counts = new HashMap<>();

        for (int i = 0; i < 1_000; i++) {
            counts.merge(alias.pick(facts, StrategiesTest::all).orElseThrow().id(), 1, Integer::sum);
        }

        assertThat(counts).isEqualTo(Map.of("b", 500, "d", 500));
        assertThat(alias.pick(facts, candidate -> isCalled(candidate, "a") || isCalled(candidate, "c"))
                        .orElseThrow()
                        .id())
                .isEqualTo("a");
    }

    @Test
    void usageBasedKeepsTheHeadroomEven() {
        Aliases aliases = aliases(
                Strategy.USAGE_BASED,
                new DeploymentSettings("a", "p", "m", "", 1, 100_000, 0),
                new DeploymentSettings("b", "p", "m", "", 1, 60_000, 0),
                new DeploymentSettings("c", "p", "m", "", 1, 1_000_000, 10));
        Alias alias = aliases.find("mix").orElseThrow();
        Map<String, Integer> counts = new HashMap<>();

        for (int i = 0; i < 130; i++) {
            String id = pick(alias, "key", StrategiesTest::all);
            counts.merge(id, 1, Integer::sum);
            Condition condition = condition(aliases, id);
            condition.begin(1_000).answered();
            condition.used(1_000);
        }

        assertThat(counts).isEqualTo(Map.of("a", 80, "b", 40, "c", 10));
        nanos += Duration.ofSeconds(61).toNanos();
        assertThat(pick(alias, "key", StrategiesTest::all)).isEqualTo("c");
    }

    @Test
    void callsInFlightCountAgainstTheHeadroom() {
        Aliases aliases = aliases(
                Strategy.USAGE_BASED,
                new DeploymentSettings("a", "p", "m", "", 1, 10_000, 0),
                new DeploymentSettings("b", "p", "m", "", 1, 9_000, 0));
        Alias alias = aliases.find("mix").orElseThrow();

        Watch watch = condition(aliases, "a").begin(2_000);
        assertThat(pick(alias, "key", StrategiesTest::all)).isEqualTo("b");
        watch.answered();

        assertThat(pick(alias, "key", StrategiesTest::all)).isEqualTo("a");
    }

    @Test
    void aKeySticksAndOnlyTheKeysOfADeploymentThatGoesMove() {
        Alias alias = alias(Strategy.STICKY, weight("a", 1), weight("b", 1), weight("c", 1), weight("d", 1));
        Set<String> moved = new HashSet<>();
        Map<String, Integer> counts = new HashMap<>();

        for (int i = 0; i < 10_000; i++) {
            String key = "key_" + i;
            String home = pick(alias, key, StrategiesTest::all);
            counts.merge(home, 1, Integer::sum);
            assertThat(pick(alias, key, StrategiesTest::all)).isEqualTo(home);
            String without = pick(alias, key, candidate -> !isCalled(candidate, "c"));
            if (!without.equals(home)) {
                moved.add(home);
                counts.merge("moved to " + without, 1, Integer::sum);
            }
        }

        assertThat(moved).containsExactly("c");
        for (String id : List.of("a", "b", "c", "d")) {
            assertThat(counts.get(id)).as(id).isCloseTo(2_500, within(150));
        }
        for (String id : List.of("a", "b", "d")) {
            assertThat(counts.get("moved to " + id)).as(id).isCloseTo(833, within(100));
        }
    }

    @Test
    void keysStickInTheSharesOfTheWeights() {
        Alias alias = alias(Strategy.STICKY, weight("a", 40), weight("b", 30), weight("c", 30), weight("off", 0));
        Map<String, Integer> counts = new HashMap<>();

        for (int i = 0; i < 10_000; i++) {
            counts.merge(pick(alias, "key_" + i, StrategiesTest::all), 1, Integer::sum);
        }

        assertThat(counts.get("a")).isCloseTo(4_000, within(150));
        assertThat(counts.get("b")).isCloseTo(3_000, within(150));
        assertThat(counts).doesNotContainKey("off");
    }

    private Map<String, Integer> serve(Aliases aliases, Alias alias, Map<String, Long> millis, int calls) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < calls; i++) {
            String id = pick(alias, "key", StrategiesTest::all);
            counts.merge(id, 1, Integer::sum);
            Watch watch = condition(aliases, id).begin(0);
            nanos += Duration.ofMillis(millis.getOrDefault(id, 0L)).toNanos();
            watch.begun();
            watch.answered();
        }
        return counts;
    }

    private static Map<String, Integer> counts(Alias alias, int picks, Predicate<Candidate> allowed) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < picks; i++) {
            counts.merge(pick(alias, "key", allowed), 1, Integer::sum);
        }
        return counts;
    }

    private static String pick(Alias alias, String key, Predicate<Candidate> allowed) {
        return alias.pick(new CallFacts(key, deployment -> 0, rule -> Complexity.MEDIUM), allowed)
                .orElseThrow()
                .id();
    }

    private static boolean all(Candidate candidate) {
        return true;
    }

    private static Condition condition(Aliases aliases, String id) {
        return aliases.condition(new Deployment(id, "p", "m"));
    }

    private static boolean isCalled(Candidate candidate, String id) {
        return candidate.deployment().id().equals(id);
    }

    private Alias alias(Strategy strategy, DeploymentSettings... deployments) {
        return aliases(strategy, deployments).find("mix").orElseThrow();
    }

    private Aliases aliases(Strategy strategy, DeploymentSettings... deployments) {
        Map<String, ModelSettings> models = new LinkedHashMap<>();
        models.put(
                "mix",
                new ModelSettings(
                        "mix",
                        strategy,
                        2,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(deployments),
                        4_096,
                        ErrorStyle.DIALECT,
                        false,
                        BreakerSettings.DEFAULT,
                        ComplexityRule.DEFAULT));
        return new Aliases(models, new Conditions(() -> nanos));
    }

    private static DeploymentSettings weight(String id, int weight) {
        return new DeploymentSettings(id, "p", "m", "", weight);
    }
}
