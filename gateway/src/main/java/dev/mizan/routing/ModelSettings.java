package dev.mizan.routing;

import dev.mizan.dialect.ErrorStyle;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One public model alias of the configuration ({@code models.NAME}).
 *
 * @param name what callers send as {@code model}
 * @param retries further attempts at the alias's deployments after a failure that may pass, 0 to 10; default 2
 * @param fallbacks aliases tried in order once its own deployments have failed
 * @param contextWindowFallbacks aliases tried in order once a provider said that a call is longer than its model's
 *     context; empty: the error is told
 * @param contentPolicyFallbacks aliases tried in order once a provider's content policy forbade a call; empty: the
 *     error is told
 * @param deployments at least one
 * @param maxOutputTokens what a call may produce at most where neither caller nor model says, ≥ 1; default 4,096
 * @param errorStyle how a spent budget is told; default as every error
 * @param dropsUnsupported whether what a provider of another format can't express is left out instead of refused
 * @param breaker when one of its deployments counts as broken
 * @param complexity how questions are told apart under {@code complexity}, whose three deployments are the aliases for
 *     simple, medium and complex ones
 */
public record ModelSettings(
        String name,
        Strategy routing,
        int retries,
        List<String> fallbacks,
        List<String> contextWindowFallbacks,
        List<String> contentPolicyFallbacks,
        List<DeploymentSettings> deployments,
        int maxOutputTokens,
        ErrorStyle errorStyle,
        boolean dropsUnsupported,
        BreakerSettings breaker,
        ComplexityRule complexity) {
    /** With errors in the caller's dialect, the usual breaker, and no fallbacks for complaints. */
    public ModelSettings(
            String name,
            Strategy routing,
            int retries,
            List<String> fallbacks,
            List<DeploymentSettings> deployments,
            int maxOutputTokens) {
        this(
                name,
                routing,
                retries,
                fallbacks,
                List.of(),
                List.of(),
                deployments,
                maxOutputTokens,
                ErrorStyle.DIALECT,
                false,
                BreakerSettings.DEFAULT,
                ComplexityRule.DEFAULT);
    }

    public ModelSettings {
        fallbacks = List.copyOf(fallbacks);
        contextWindowFallbacks = List.copyOf(contextWindowFallbacks);
        contentPolicyFallbacks = List.copyOf(contentPolicyFallbacks);
        deployments = List.copyOf(deployments);
        if (routing == Strategy.COMPLEXITY && deployments.size() != Complexity.values().length) {
            throw new IllegalArgumentException(
                    "deployments: " + deployments.size() + " (expected: one for each class of complexity)");
        }
    }

    /**
     * This as it answers questions of one class: as the alias of that class does, where this says nothing of its own.
     *
     * @param picked the alias of that class
     * @param deployment that alias as a deployment of this
     */
    ModelSettings answeredBy(ModelSettings picked, DeploymentSettings deployment) {
        return new ModelSettings(
                name,
                Strategy.WEIGHTED,
                picked.retries,
                fallbacks.isEmpty() ? picked.fallbacks : fallbacks,
                contextWindowFallbacks.isEmpty() ? picked.contextWindowFallbacks : contextWindowFallbacks,
                contentPolicyFallbacks.isEmpty() ? picked.contentPolicyFallbacks : contentPolicyFallbacks,
                List.of(deployment),
                picked.maxOutputTokens,
                errorStyle,
                picked.dropsUnsupported,
                picked.breaker,
                complexity);
    }

    /** How a deployment is chosen among those that are not broken. */
    public enum Strategy {
        /** By the shares of the weights. */
        WEIGHTED,
        /** The one with the fewest calls in flight. */
        LEAST_BUSY,
        /** The one with the lowest moving mean of the time to the first byte; one pick in twenty goes round. */
        LOWEST_LATENCY,
        /** The one where the call's expected use costs the operator least. */
        LOWEST_COST,
        /** The one whose limits leave most tokens in this minute. */
        USAGE_BASED,
        /** A key's calls to the same one as long as it is healthy, keys by the shares of the weights. */
        STICKY,
        /** The alias of the class of the question. */
        COMPLEXITY;

        private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

        /** The name in the configuration. */
        public String label() {
            return label;
        }

        /** The strategy called {@code label}. */
        public static Optional<Strategy> of(String label) {
            return Arrays.stream(values())
                    .filter(strategy -> strategy.label.equals(label))
                    .findFirst();
        }
    }

    /**
     * One deployment of an alias: a provider and a model, or another alias.
     *
     * @param id unique within the configuration; by default {@code ALIAS/PROVIDER/MODEL}, with {@code #2} … if repeated
     * @param provider the name of a configured provider; empty if {@code alias} is set
     * @param model the model name sent upstream; empty if {@code alias} is set
     * @param alias another alias whose deployments are meant; empty for a provider's model
     * @param weight share among the alias's deployments, ≥ 0; default 1
     * @param tokensPerMinute its limit; 0 if it has none
     * @param requestsPerMinute its limit; 0 if it has none
     * @param priceAs the provider's model whose price it has; empty for its own
     */
    public record DeploymentSettings(
            String id,
            String provider,
            String model,
            String alias,
            int weight,
            long tokensPerMinute,
            long requestsPerMinute,
            String priceAs) {
        /** With the price of its own model. */
        public DeploymentSettings(
                String id,
                String provider,
                String model,
                String alias,
                int weight,
                long tokensPerMinute,
                long requestsPerMinute) {
            this(id, provider, model, alias, weight, tokensPerMinute, requestsPerMinute, "");
        }

        /** Without limits. */
        public DeploymentSettings(String id, String provider, String model, String alias, int weight) {
            this(id, provider, model, alias, weight, 0, 0);
        }
    }
}
