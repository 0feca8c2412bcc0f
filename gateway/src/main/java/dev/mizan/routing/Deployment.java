package dev.mizan.routing;

/**
 * One provider and one upstream model behind a public alias.
 *
 * @param id unique within the configuration
 * @param provider the provider's name
 * @param model the model name sent upstream
 */
public record Deployment(String id, String provider, String model) {}
