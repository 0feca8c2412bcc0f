package dev.mizan.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.dialect.ErrorStyle;
import dev.mizan.routing.ModelSettings.DeploymentSettings;
import dev.mizan.routing.ModelSettings.Strategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What one call tries, in order, where deployments are broken and where providers complain. */
class TargetsTest {
    private static final List<String> NONE = List.of();

    private final Map<String, ModelSettings> models = new LinkedHashMap<>();

    @Test
    void brokenOnesArePassedOverWithoutCostingARetry() {
        alias("a", 1, List.of("b"), NONE, NONE, "a1", "a2", "a3");
        alias("b", 0, NONE, NONE, NONE, "b1");
        Aliases aliases = broken("a1", "a2");
        Targets targets = targets(aliases, "a");

        assertThat(all(targets::next)).containsExactly("a3", "a3", "b1");
    }

    @Test
    void aHealthyFallbackComesBeforeBrokenDeployments() {
        alias("a", 1, List.of("b", "c"), NONE, NONE, "a1");
        alias("b", 0, NONE, NONE, NONE, "b1");
        alias("c", 0, NONE, NONE, NONE, "c1");
        Aliases aliases = broken("a1", "b1");
        Targets targets = targets(aliases, "a");

        assertThat(all(targets::next)).containsExactly("c1", "a1", "a1", "b1");
    }

    @Test
    void whereAllAreBrokenTheLeastBadIsTried() {
        alias("a", 1, List.of("b"), NONE, NONE, "a1", "a2", "a3");
        alias("b", 0, NONE, NONE, NONE, "b1");
        Aliases aliases = broken("a1", "a3", "b1");
        breakWith(aliases, "a2", 12, 5);
        Targets targets = targets(aliases, "a");

        assertThat(all(targets::next).subList(0, 1)).containsExactly("a2");
        assertThat(all(targets(aliases, "a")::next)).hasSize(3).endsWith("b1");
    }

    @Test
    void aBrokenOneIsNotTriedInPlaceOfAFullOneUnlessNothingElseIsLeft() {
        alias("a", 0, List.of("b"), NONE, NONE, "a1", "a2");
        alias("b", 0, NONE, NONE, NONE, "b1");
        Aliases aliases = broken("a2");
        Targets targets = targets(aliases, "a");

        assertThat(id(targets.next())).isEqualTo("a1");
        assertThat(id(targets.instead())).isEqualTo("b1");
        assertThat(targets.instead()).isEmpty();

        Aliases alone = broken("a2", "b1");
        Targets others = targets(alone, "a");
        others.next();
        assertThat(id(others.instead())).isEqualTo("b1");
    }

    @Test
    void complaintsLeadToTheirOwnListAndEachListIsWalkedOnce() {
        alias("a", 2, List.of("b"), List.of("long", "longer"), List.of("free"), "a1");
        for (String other : List.of("b", "long", "longer", "free")) {
            alias(other, 0, NONE, NONE, NONE, other + "1");
        }
        Targets targets = targets(broken(), "a");
        targets.next();

        List<String> tried = new ArrayList<>();
        tried.add(id(targets.after(Complaint.CONTEXT_WINDOW, false, true)));
        tried.add(id(targets.after(Complaint.CONTEXT_WINDOW, false, true)));
        tried.add(id(targets.after(Complaint.CONTENT_POLICY, false, true)));

        assertThat(tried).containsExactly("long1", "longer1", "free1");
        assertThat(targets.after(Complaint.CONTENT_POLICY, false, true)).isEmpty();
        assertThat(targets.after(Complaint.CONTEXT_WINDOW, false, true)).isEmpty();
        assertThat(targets.next()).isEmpty();
    }

    @Test
    void aFailureThatMayPassWithinAListGoesOnInIt() {
        alias("a", 2, List.of("b"), List.of("long", "longer"), NONE, "a1");
        for (String other : List.of("b", "long", "longer")) {
            alias(other, 0, NONE, NONE, NONE, other + "1");
        }
        Targets targets = targets(broken(), "a");
        targets.next();
        targets.after(Complaint.CONTEXT_WINDOW, false, true);

        assertThat(id(targets.after(Complaint.OTHER, true, true))).isEqualTo("longer1");
        assertThat(targets.after(Complaint.OTHER, true, true)).isEmpty();
    }

    @Test
    void withoutAListAComplaintIsAsAnyOtherError() {
        alias("a", 1, List.of("b"), NONE, NONE, "a1");
        alias("b", 0, NONE, NONE, NONE, "b1");
        Targets targets = targets(broken(), "a");
        targets.next();

        assertThat(targets.after(Complaint.CONTEXT_WINDOW, false, true)).isEmpty();
        assertThat(id(targets.after(Complaint.CONTEXT_WINDOW, true, true))).isEqualTo("a1");
        assertThat(id(targets.after(Complaint.CONTENT_POLICY, true, false))).isEqualTo("b1");
    }

    @Test
    void aReloadThatLeavesADeploymentAsItIsLeavesItsCondition() {
        alias("a", 0, NONE, NONE, NONE, "a1", "a2");
        Conditions conditions = new Conditions(() -> 1);
        Aliases before = new Aliases(models, conditions);
        breakWith(before, "a1", 10, 0);
        breakWith(before, "a2", 10, 0);
        models.clear();
        alias("a", 0, NONE, NONE, NONE, "a1");
        Aliases after = new Aliases(models, conditions);
        assertThat(after.health().getFirst().state()).isEqualTo("open");

        alias("a", 0, NONE, NONE, NONE, "a1", "a2");
        assertThat(new Aliases(models, conditions).health())
                .extracting(DeploymentHealth::state)
                .containsExactly("open", "closed");
    }

    private void alias(
            String name,
            int retries,
            List<String> fallbacks,
            List<String> contextWindow,
            List<String> contentPolicy,
            String... deployments) {
        List<DeploymentSettings> settings = new ArrayList<>();
        for (String id : deployments) {
            settings.add(new DeploymentSettings(id, "p", "m", "", 1));
        }
        models.put(
                name,
                new ModelSettings(
                        name,
                        Strategy.WEIGHTED,
                        retries,
                        fallbacks,
                        contextWindow,
                        contentPolicy,
                        settings,
                        4_096,
                        ErrorStyle.DIALECT,
                        false,
                        BreakerSettings.DEFAULT,
                        ComplexityRule.DEFAULT));
    }

    private Aliases broken(String... ids) {
        Aliases aliases = new Aliases(models, new Conditions(() -> 1));
        for (String id : ids) {
            breakWith(aliases, id, 10, 0);
        }
        return aliases;
    }

    private static void breakWith(Aliases aliases, String id, int failures, int answers) {
        Condition condition = aliases.condition(new Deployment(id, "p", "m"));
        for (int i = 0; i < answers; i++) {
            condition.begin(0).answered();
        }
        for (int i = 0; i < failures; i++) {
            condition.begin(0).failed();
        }
        assertThat(condition.permits()).isFalse();
    }

    private static Targets targets(Aliases aliases, String alias) {
        return new Targets(
                aliases,
                aliases.find(alias).orElseThrow(),
                new CallFacts("key_1", deployment -> 0, rule -> Complexity.MEDIUM));
    }

    private static List<String> all(Supplier<Optional<Deployment>> next) {
        List<String> ids = new ArrayList<>();
        for (Optional<Deployment> one = next.get(); one.isPresent(); one = next.get()) {
            ids.add(id(one));
        }
        return ids;
    }

    private static String id(Optional<Deployment> deployment) {
        return deployment.map(Deployment::id).orElse("none");
    }
}
