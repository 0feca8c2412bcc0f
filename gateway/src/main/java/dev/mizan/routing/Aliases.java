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

/** All public model aliases of one configuration. Immutable but for each alias's turn; safe for use by many threads. */
public final class Aliases {
    private final SequencedMap<String, Alias> byName = new LinkedHashMap<>();
    private final Map<String, String> owners = new HashMap<>();

    /**
     * Resolves {@code models}.
     *
     * @throws IllegalArgumentException if an alias names one that does not exist, or itself by any way round
     */
    public Aliases(Map<String, ModelSettings> models) {
        for (ModelSettings model : models.values()) {
            resolve(model.name(), models, new LinkedHashSet<>());
        }
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
                            ? new Choice.Direct(
                                    new Deployment(deployment.id(), deployment.provider(), deployment.model()))
                            : new Choice.Nested(resolve(deployment.alias(), models, path)));
        }
        path.remove(name);
        Alias alias = new Alias(model, choices);
        byName.put(name, alias);
        return alias;
    }
}
