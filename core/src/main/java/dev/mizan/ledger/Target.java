package dev.mizan.ledger;

import java.util.List;

/**
 * Where an attempt went.
 *
 * @param provider the provider's name in the configuration
 * @param deployment the deployment's id, unique within the configuration; empty if none was reached
 * @param upstreamModel the model name sent upstream
 * @param via the aliases beside the call's own whose limits count it, each once: the one that the deployment stands in,
 *     and the one that led there
 */
public record Target(String provider, String deployment, String upstreamModel, List<String> via) {
    /** Nowhere: the call ended before a deployment was chosen. */
    public static final Target NONE = new Target("", "", "");

    public Target {
        via = List.copyOf(via);
    }

    /** A deployment of the call's own alias. */
    public Target(String provider, String deployment, String upstreamModel) {
        this(provider, deployment, upstreamModel, List.of());
    }
}
