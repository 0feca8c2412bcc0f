package dev.mizan.routing;

/**
 * One provider and one upstream model behind a public alias.
 *
 * @param id unique within the configuration
 * @param provider the provider's name
 * @param model the model name sent upstream
 * @param priceAs the provider's model whose price it has; empty for its own
 */
public record Deployment(String id, String provider, String model, String priceAs) {
    /** One with the price of its own model. */
    public Deployment(String id, String provider, String model) {
        this(id, provider, model, "");
    }
}
