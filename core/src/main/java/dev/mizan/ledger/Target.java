package dev.mizan.ledger;

/**
 * Where an attempt went.
 *
 * @param provider the provider's name in the configuration
 * @param deployment the deployment's id, unique within the configuration; empty if none was reached
 * @param upstreamModel the model name sent upstream
 */
public record Target(String provider, String deployment, String upstreamModel) {
    /** Nowhere: the call ended before a deployment was chosen. */
    public static final Target NONE = new Target("", "", "");
}
