package dev.mizan.routing;

import dev.mizan.routing.Alias.Choice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All public model aliases of one configuration. Immutable but for each alias's turn and its deployments' conditions;
 * safe for use by many threads.
 */
public final class Aliases {
    private final SequencedMap<String, Alias> byName = new LinkedHashMap<>();
    private final Map<String, String> owners = new HashMap<>();
    private final SequencedMap<String, Candidate> deployments = new LinkedHashMap<>();
    private final Conditions conditions;

    /**
     * Resolves {@code models}.
     *
     * @param conditions of deployments; from now on only those of {@code models} are kept
     * @throws IllegalArgumentException if an alias names one that does not exist, or itself by any way round
     */
    public Aliases(Map<String, ModelSettings> models, Conditions conditions) {
        this.conditions = conditions;
        for (ModelSettings model : models.values()) {
            resolve(model.name(), models, new LinkedHashSet<>());
        }
        conditions.retain(
                deployments.values().stream().map(Candidate::condition).collect(Collectors.toSet()));
    }

    public Optional<Alias> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The name of the alias that {@code deployment} stands in, as its own and not by another alias. */
    public String owner(Deployment deployment) {
        String owner = owners.get(deployment.id());
        if (owner == null) {
            throw new IllegalArgumentException(
                    "deployment: '" + deployment.id() + "' (expected: one of " + owners.keySet() + ")");
        }
        return owner;
    }

    /** How {@code deployment} is doing. */
    public Condition condition(Deployment deployment) {
        Candidate found = deployments.get(deployment.id());
        if (found == null) {
            throw new IllegalArgumentException(
                    "deployment: '" + deployment.id() + "' (expected: one of " + deployments.keySet() + ")");
        }
        return found.condition();
    }

    /** How all deployments are doing, in the configuration's order. */
    public List<DeploymentHealth> health() {
        return deployments.values().stream()
                .map(one -> new DeploymentHealth(
                        one.deployment(),
                        owner(one.deployment()),
                        one.condition().state(),
                        one.condition().calls(),
                        one.condition().failures(),
                        one.condition().latency(),
                        one.condition().inFlight()))
                .toList();
    }

    /** All of them, in the configuration's order. */
    public Collection<Alias> all() {
        return byName.values();
    }

    private Alias resolve(String name, Map<String, ModelSettings> models, Set<String> path) {
        Alias known = byName.get(name);
        if (known != null) {
            return known;
        }
        ModelSettings model = models.get(name);
        if (model == null) {
            throw new IllegalArgumentException("alias: '" + name + "' (expected: one of " + models.keySet() + ")");
        }
        if (!path.add(name)) {
            throw new IllegalArgumentException("alias: '" + name + "' leads back to itself (expected: no circle)");
        }
        List<Choice> choices = new ArrayList<>();
        for (ModelSettings.DeploymentSettings deployment : model.deployments()) {
            owners.put(deployment.id(), name);
            choices.add(
                    deployment.alias().isEmpty()
                            ? new Choice.Direct(candidate(deployment, model.breaker()))
                            : new Choice.Nested(resolve(deployment.alias(), models, path)));
        }
        path.remove(name);
        Alias alias = new Alias(model, choices);
        byName.put(name, alias);
        return alias;
    }

    private Candidate candidate(ModelSettings.DeploymentSettings settings, BreakerSettings breaker) {
        Deployment deployment =
                new Deployment(settings.id(), settings.provider(), settings.model(), settings.priceAs());
        Candidate candidate = new Candidate(
                deployment,
                conditions.of(deployment, breaker),
                1,
                settings.tokensPerMinute(),
                settings.requestsPerMinute());
        deployments.put(deployment.id(), candidate);
        return candidate;
    }
}
