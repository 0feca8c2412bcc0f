package dev.mizan;

import dev.mizan.admission.LimitSets;
import dev.mizan.admission.LimitStore;
import dev.mizan.money.NanoUsd;
import dev.mizan.operation.Operations;
import dev.mizan.price.PriceCatalog;
import dev.mizan.price.PriceOverride;
import dev.mizan.provider.ProviderSettings;
import dev.mizan.relay.Snapshot;
import dev.mizan.routing.Aliases;
import dev.mizan.routing.Conditions;
import dev.mizan.routing.DeploymentHealth;
import dev.mizan.usage.TokenCounter;
import dev.mizan.usage.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What calls and reports are served by, made anew of each configuration. Safe for use by many threads. */
final class Snapshots {
    private final TokenCounter counter;
    private final UnaryOperator<ProviderSettings> addressed;
    private final LimitStore limits;
    private final Conditions conditions;
    private volatile State current;

    private record State(Aliases aliases, Snapshot calls, PriceCatalog prices, LimitSets limitSets) {}

    /**
     * @param addressed gives simulated providers the address to call them at
     * @param limits the counters of limits
     * @param conditions how deployments are doing
     */
    Snapshots(
            Configuration configuration,
            TokenCounter counter,
            UnaryOperator<ProviderSettings> addressed,
            LimitStore limits,
            Conditions conditions) {
        this.limits = limits;
        this.conditions = conditions;
        this.counter = counter;
        this.addressed = addressed;
        this.current = make(configuration);
    }

    /** What a call is served by; asked for once a call. */
    Snapshot calls() {
        return current.calls;
    }

    /** How the deployments in force are doing. */
    List<DeploymentHealth> deployments() {
        return current.aliases.health();
    }

    /** The limits in force, by what calls touch of them. */
    LimitSets limitSets() {
        return current.limitSets;
    }

    /** The prices in force: shipped, imported, of the chosen books, of the configuration. */
    PriceCatalog prices() {
        return current.prices;
    }

    /**
     * Puts {@code configuration} in force for calls that come from now on.
     *
     * @throws IllegalArgumentException if an imported price file can't be used
     */
    void apply(Configuration configuration) {
        current = make(configuration);
    }

    private State make(Configuration configuration) {
        PriceCatalog prices = prices(configuration);
        Map<String, ProviderSettings> providers = new LinkedHashMap<>();
        configuration.providers().forEach((name, provider) -> providers.put(name, addressed.apply(provider)));
        LimitSets limitSets = new LimitSets(configuration.rules().limits(), limits);
        Aliases aliases = new Aliases(configuration.models(), conditions);
        Snapshot calls = new Snapshot(
                aliases,
                providers,
                prices,
                counter,
                configuration.unpriced(),
                configuration.onDisconnect(),
                configuration.region(),
                new Snapshot.Rules(
                        limitSets,
                        configuration.rules().guards(),
                        new Operations(configuration.operations().values()),
                        configuration.licensing().currency().rates(),
                        configuration.language(),
                        configuration.timeZone()));
        return new State(aliases, calls, prices, limitSets);
    }

    /** The prices that {@code configuration} asks for. */
    static PriceCatalog prices(Configuration configuration) {
        PriceCatalog prices = PriceCatalog.load(configuration.storage().folder());
        for (String book : configuration.priceBooks()) {
            prices = prices.withBook(book);
        }
        // What answers by itself costs nothing, unless a price is set for it.
        List<PriceOverride> overrides = new ArrayList<>(configuration.prices());
        configuration.providers().values().stream()
                .filter(provider -> provider.kind() == ProviderSettings.Kind.RULES)
                .forEach(provider -> overrides.add(new PriceOverride(
                        provider.name(), "*", Map.of(Unit.INPUT, NanoUsd.ZERO, Unit.OUTPUT, NanoUsd.ZERO))));
        return prices.with(overrides);
    }
}
