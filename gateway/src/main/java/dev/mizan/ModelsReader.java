package dev.mizan;

import dev.mizan.config.NearestName;
import dev.mizan.config.Settings;
import dev.mizan.routing.BreakerSettings;
import dev.mizan.routing.Complexity;
import dev.mizan.routing.ComplexityRule;
import dev.mizan.routing.ModelSettings;
import dev.mizan.routing.ModelSettings.DeploymentSettings;
import dev.mizan.routing.ModelSettings.Strategy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code models}: aliases and their deployments. A deployment may be written {@code PROVIDER/MODEL}, and an alias
 * as one deployment or as a list of them. Every name must exist, and no alias may lead back to itself.
 */
final class ModelsReader {
    private static final int RETRIES_BY_DEFAULT = 2;
    private static final int MAX_OUTPUT_TOKENS_BY_DEFAULT = 4_096;

    private final Set<String> providers;
    private final BreakerSettings breaker;
    private final Set<String> deploymentIds = new HashSet<>();

    /** @param breaker what holds where an alias says nothing of its own */
    ModelsReader(Set<String> providers, BreakerSettings breaker) {
        this.breaker = breaker;
        this.providers = providers;
    }

    Map<String, ModelSettings> read(Settings models) {
        Map<String, Settings> groups = models.groups();
        Map<String, ModelSettings> read = new LinkedHashMap<>();
        groups.forEach((name, group) -> read.put(name, model(name, group, groups.keySet())));
        read.keySet().forEach(name -> refuseCycle(name, read, models));
        return read;
    }

    private ModelSettings model(String name, Settings model, Set<String> aliases) {
        if (name.isBlank() || name.length() > 200) {
            model.refuse("", "'" + name + "' can't be a name here (expected: 1 to 200 characters)");
        }
        Strategy routing =
                Strategy.of(model.text("routing", Strategy.WEIGHTED.label())).orElseThrow();
        ComplexityReader complexity = new ComplexityReader(model);
        complexity.refuseMisplaced(routing);
        if (routing == Strategy.COMPLEXITY) {
            return byComplexity(name, model, aliases, complexity.rule());
        }
        List<DeploymentSettings> deployments = new ArrayList<>();
        Optional<String> shorthand = model.asText();
        if (shorthand.isPresent()) {
            deployments.add(shorthand(name, shorthand.get(), model));
        } else {
            for (Settings deployment : model.isList() ? model.items() : model.list("deployments")) {
                Optional<String> text = deployment.asText();
                deployments.add(
                        text.isPresent()
                                ? shorthand(name, text.get(), deployment)
                                : deployment(name, deployment, aliases));
            }
        }
        if (deployments.stream().mapToLong(DeploymentSettings::weight).sum() == 0) {
            model.refuse("", "has no deployment with a weight (expected: one of more than 0)");
        }
        return new ModelSettings(
                name,
                routing,
                model.integer("retries", RETRIES_BY_DEFAULT),
                fallbacks(name, model, "fallbacks", aliases),
                fallbacks(name, model, "context_window_fallbacks", aliases),
                fallbacks(name, model, "content_policy_fallbacks", aliases),
                deployments,
                model.integer("max_output_tokens", MAX_OUTPUT_TOKENS_BY_DEFAULT),
                OperationsReader.errorStyle(model),
                model.flag("drop_unsupported", false),
                BreakerReader.read(model.group("breaker"), breaker),
                ComplexityRule.DEFAULT);
    }

    /** One whose deployments are the aliases of the classes; what they set for themselves is not its own. */
    private ModelSettings byComplexity(String name, Settings model, Set<String> aliases, ComplexityRule rule) {
        List<DeploymentSettings> deployments = new ArrayList<>();
        for (Complexity complexity : Complexity.values()) {
            String alias = model.text(complexity.label(), "");
            refuseUnknown(model, complexity.label(), alias, aliases, "models");
            deployments.add(new DeploymentSettings(id(name + "/" + alias), "", "", alias, 1));
        }
        return new ModelSettings(
                name,
                Strategy.COMPLEXITY,
                RETRIES_BY_DEFAULT,
                fallbacks(name, model, "fallbacks", aliases),
                fallbacks(name, model, "context_window_fallbacks", aliases),
                fallbacks(name, model, "content_policy_fallbacks", aliases),
                deployments,
                MAX_OUTPUT_TOKENS_BY_DEFAULT,
                OperationsReader.errorStyle(model),
                false,
                breaker,
                rule);
    }

    private DeploymentSettings shorthand(String alias, String text, Settings at) {
        int slash = text.indexOf('/');
        String provider = text.substring(0, slash);
        String model = text.substring(slash + 1);
        refuseUnknown(at, "", provider, providers, "providers");
        return new DeploymentSettings(id(alias + "/" + provider + "/" + model), provider, model, "", 1);
    }

    private DeploymentSettings deployment(String alias, Settings deployment, Set<String> aliases) {
        String provider = deployment.text("provider", "");
        String model = deployment.text("model", "");
        String target = deployment.text("alias", "");
        boolean isAlias = !target.isEmpty() && provider.isEmpty() && model.isEmpty();
        boolean isModel = target.isEmpty() && !provider.isEmpty() && !model.isEmpty();
        if (!isAlias && !isModel) {
            deployment.refuse("", "is not a deployment (expected: either 'provider' and 'model', or 'alias')");
        }
        if (isModel) {
            refuseUnknown(deployment, "provider", provider, providers, "providers");
        }
        if (isAlias) {
            refuseUnknown(deployment, "alias", target, aliases, "models");
        }
        String id = deployment.text("id", "");
        if (id.isEmpty()) {
            id = id(isAlias ? alias + "/" + target : alias + "/" + provider + "/" + model);
        } else if (!deploymentIds.add(id)) {
            deployment.refuse("id", "'" + id + "' is there already (expected: each once)");
        }
        return new DeploymentSettings(
                id,
                provider,
                model,
                target,
                deployment.integer("weight", 1),
                deployment.integer("tpm", 0),
                deployment.integer("rpm", 0),
                deployment.text("price_as", ""));
    }

    /** {@code wanted}, or with {@code #2}, {@code #3} … behind it if it is taken. */
    private String id(String wanted) {
        String id = wanted;
        for (int i = 2; !deploymentIds.add(id); i++) {
            id = wanted + "#" + i;
        }
        return id;
    }

    private static List<String> fallbacks(String name, Settings model, String setting, Set<String> aliases) {
        List<String> fallbacks = new ArrayList<>();
        for (Settings item : model.list(setting)) {
            String fallback = item.asText().orElse("");
            refuseUnknown(item, "", fallback, aliases, "models");
            if (fallback.equals(name)) {
                item.refuse("", "'" + fallback + "' falls back to itself");
            }
            fallbacks.add(fallback);
        }
        return fallbacks;
    }

    private static void refuseUnknown(Settings at, String setting, String name, Set<String> known, String where) {
        if (!known.contains(name)) {
            at.refuse(setting, "'" + name + "' (expected: one of '" + where + "')" + NearestName.hint(name, known));
        }
    }

    /** Refuses {@code start} if the aliases among its deployments lead back to it. */
    private static void refuseCycle(String start, Map<String, ModelSettings> models, Settings group) {
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            ModelSettings model = models.get(open.pop());
            if (model == null) {
                continue;
            }
            for (DeploymentSettings deployment : model.deployments()) {
                if (deployment.alias().equals(start)) {
                    group.refuse(
                            start,
                            "leads back to itself through '" + model.name() + "' (expected: no circle of aliases)");
                    return;
                }
                if (!deployment.alias().isEmpty() && seen.add(deployment.alias())) {
                    open.push(deployment.alias());
                }
            }
        }
    }
}
