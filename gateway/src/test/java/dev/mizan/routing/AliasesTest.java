package dev.mizan.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mizan.routing.ModelSettings.DeploymentSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AliasesTest {
    private static final CallFacts FACTS = new CallFacts("key_1", deployment -> 0, rule -> Complexity.MEDIUM);

    @Test
    void weightsHoldOverTenThousandCalls() {
        Aliases aliases = aliases(
                alias("mix", List.of(), nested("a", 40), nested("b", 30), nested("c", 30)),
                alias("a", List.of(), direct("a1", 80), direct("a2", 20)),
                alias("b", List.of(), direct("b1", 1)),
                alias("c", List.of(), direct("c1", 1)));
        Map<String, Integer> counts = new HashMap<>();

        Alias mix = aliases.find("mix").orElseThrow();
        for (int i = 0; i < 10_000; i++) {
            counts.merge(pick(mix), 1, Integer::sum);
        }

        assertThat(counts.get("a1")).isCloseTo(3200, within(32));
        assertThat(counts.get("a2")).isCloseTo(800, within(8));
        assertThat(counts.get("b1")).isCloseTo(3000, within(30));
        assertThat(counts.get("c1")).isCloseTo(3000, within(30));
    }

    @Test
    void weightZeroIsNeverPicked() {
        Alias alias = aliases(alias("a", List.of(), direct("on", 1), direct("off", 0)))
                .find("a")
                .orElseThrow();

        for (int i = 0; i < 100; i++) {
            assertThat(pick(alias)).isEqualTo("on");
        }
    }

    @Test
    void hugeWeightsKeepTheirShares() {
        Alias alias = aliases(alias("a", List.of(), direct("x", 1_999_999_999), direct("y", 1)))
                .find("a")
                .orElseThrow();
        int y = 0;
        for (int i = 0; i < 100_000; i++) {
            y += pick(alias).equals("y") ? 1 : 0;
        }

        assertThat(y).isBetween(1, 20);
    }

    @Test
    void circlesAndUnknownNamesAreRefused() {
        assertThatThrownBy(() -> aliases(alias("a", List.of(), nested("b", 1)), alias("b", List.of(), nested("a", 1))))
                .hasMessageContaining("leads back to itself");
        assertThatThrownBy(() -> aliases(alias("a", List.of(), nested("nope", 1))))
                .hasMessageContaining("'nope'");
    }

    @Test
    void targetsAreFreshOnesThenRepeatsThenFallbacks() {
        Aliases aliases = aliases(
                alias("a", List.of("b"), direct("a1", 1), direct("a2", 1)), alias("b", List.of(), direct("b1", 1)));
        Targets targets = new Targets(aliases, aliases.find("a").orElseThrow(), FACTS);
        List<String> tried = new ArrayList<>();
        List<Boolean> repeats = new ArrayList<>();

        for (var next = targets.next(); next.isPresent(); next = targets.next()) {
            tried.add(next.get().id());
            repeats.add(targets.isRepeat());
        }

        assertThat(tried).hasSize(4).endsWith("b1");
        assertThat(tried.subList(0, 2)).containsExactlyInAnyOrder("a1", "a2");
        assertThat(repeats).containsExactly(false, false, true, false);
    }

    private static String pick(Alias alias) {
        return alias.pick(FACTS, candidate -> true).orElseThrow().id();
    }

    private static Aliases aliases(ModelSettings... models) {
        Map<String, ModelSettings> byName = new LinkedHashMap<>();
        for (ModelSettings model : models) {
            byName.put(model.name(), model);
        }
        return new Aliases(byName, new Conditions(() -> 0));
    }

    private static ModelSettings alias(String name, List<String> fallbacks, DeploymentSettings... deployments) {
        return new ModelSettings(name, ModelSettings.Strategy.WEIGHTED, 2, fallbacks, List.of(deployments), 4096);
    }

    private static DeploymentSettings direct(String id, int weight) {
        return new DeploymentSettings(id, "p", "m", "", weight);
    }

    private static DeploymentSettings nested(String alias, int weight) {
        return new DeploymentSettings(alias, "", "", alias, weight);
    }
}
