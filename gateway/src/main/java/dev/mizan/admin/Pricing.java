package dev.mizan.admin;

import dev.mizan.price.ModelPrices;
import dev.mizan.price.PriceCatalog;
import dev.mizan.routing.ModelSettings;
import dev.mizan.usage.TokenCounter;
import java.util.Map;
import java.util.Optional;

/**
 * The prices in force, and the names by which callers and the configuration know models.
 *
 * @param catalogueIds the catalogue's id of each configured provider, by its name in the configuration
 * @param models the public aliases, by name
 * @param tokens counts the tokens of texts
 */
public record Pricing(
        PriceCatalog catalog,
        Map<String, String> catalogueIds,
        Map<String, ModelSettings> models,
        TokenCounter tokens) {
    /** Aliases of aliases are followed so far. */
    private static final int ALIAS_DEPTH_MAX = 10;

    public Pricing {
        catalogueIds = Map.copyOf(catalogueIds);
        models = Map.copyOf(models);
    }

    /** A model at a provider, with its prices. */
    public record Found(String provider, String model, ModelPrices prices) {}

    /** The prices of a model at a configured provider. */
    Optional<ModelPrices> ofProvider(String provider, String model) {
        return catalog.model(provider, catalogueIds.getOrDefault(provider, provider), model);
    }

    /**
     * The prices of what a caller means by {@code name}: an alias (its first deployment), {@code PROVIDER/MODEL}, or a
     * model by its own name.
     */
    Optional<Found> named(String name) {
        ModelSettings alias = models.get(name);
        for (int depth = 0; alias != null && depth < ALIAS_DEPTH_MAX; depth++) {
            ModelSettings.DeploymentSettings first = alias.deployments().getFirst();
            if (first.alias().isEmpty()) {
                return ofProvider(first.provider(), first.model())
                        .map(prices -> new Found(first.provider(), first.model(), prices));
            }
            alias = models.get(first.alias());
        }
        int slash = name.indexOf('/');
        if (slash > 0) {
            String provider = name.substring(0, slash);
            String model = name.substring(slash + 1);
            Optional<ModelPrices> prices = ofProvider(provider, model);
            if (prices.isPresent()) {
                return prices.map(found -> new Found(provider, model, found));
            }
        }
        return catalog.providerOfModel(name)
                .flatMap(provider -> ofProvider(provider, name).map(prices -> new Found(provider, name, prices)))
                .or(() -> catalog.model("", name).map(prices -> new Found(prices.provider(), name, prices)));
    }
}
