package dev.mizan.routing;

import dev.mizan.dialect.ErrorStyle;
import java.util.List;

/**
 * One public model alias of the configuration ({@code models.NAME}).
 *
 * @param name what callers send as {@code model}
 * @param retries further attempts at the alias's deployments after a failure that may pass, 0 to 10; default 2
 * @param fallbacks aliases tried in order once its own deployments have failed
 * @param deployments at least one
 * @param errorStyle how a spent budget is told; default as every error
 * @param dropsUnsupported whether what a provider of another format can't express is left out instead of refused
 * @param maxOutputTokens what a call may produce at most where neither caller nor model says, ≥ 1; default 4,096
 */
public record ModelSettings(
        String name,
        Strategy routing,
        int retries,
        List<String> fallbacks,
        List<DeploymentSettings> deployments,
        int maxOutputTokens,
        ErrorStyle errorStyle,
        boolean dropsUnsupported) {
    /** With errors in the caller's dialect. */
    public ModelSettings(
            String name,
            Strategy routing,
            int retries,
            List<String> fallbacks,
            List<DeploymentSettings> deployments,
            int maxOutputTokens) {
        this(name, routing, retries, fallbacks, deployments, maxOutputTokens, ErrorStyle.DIALECT, false);
    }

    public ModelSettings {
        fallbacks = List.copyOf(fallbacks);
        deployments = List.copyOf(deployments);
    }

    /** How a deployment is chosen. */
    public enum Strategy {
        WEIGHTED;

        /** The name in the configuration. */
        public String label() {
            return "weighted";
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
     */
    public record DeploymentSettings(String id, String provider, String model, String alias, int weight) {}
}
