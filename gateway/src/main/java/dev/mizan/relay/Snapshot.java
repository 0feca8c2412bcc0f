package dev.mizan.relay;

import dev.mizan.admission.Admission;
import dev.mizan.admission.CallLimits;
import dev.mizan.admission.Guards;
import dev.mizan.admission.LimitSets;
import dev.mizan.admission.Touch;
import dev.mizan.admission.UnpricedPolicy;
import dev.mizan.dialect.Route;
import dev.mizan.ledger.Target;
import dev.mizan.messages.Language;
import dev.mizan.money.ExchangeRates;
import dev.mizan.operation.Operation;
import dev.mizan.operation.Operations;
import dev.mizan.price.ModelPrices;
import dev.mizan.price.PriceCatalog;
import dev.mizan.provider.ProviderSettings;
import dev.mizan.routing.Alias;
import dev.mizan.routing.Aliases;
import dev.mizan.routing.Deployment;
import dev.mizan.usage.TokenCounter;
import dev.mizan.usage.UsageReading;
import dev.mizan.wire.Slice;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of the configuration a call is served by. A call reads it once; a reload makes another. Immutable; safe for use
 * by many threads.
 */
public final class Snapshot {
    private final Aliases aliases;
    private final Map<String, ProviderSettings> providers;
    private final UnpricedPolicy unpriced;
    private final OnDisconnect onDisconnect;
    private final String region;
    private final Rules rules;
    private final Map<String, DeploymentMeter> meters = new HashMap<>();

    /**
     * What calls must keep to.
     *
     * @param operations prompt templates that are served as endpoints
     * @param rates for amounts that are told in other currencies
     * @param language of refusals where the caller asks for none
     * @param zone whose clock resets are told in
     */
    public record Rules(
            LimitSets limits,
            Guards guards,
            Operations operations,
            ExchangeRates rates,
            Language language,
            ZoneId zone) {}

    /**
     * Resolves what calls need.
     *
     * @param providers by name; every provider that {@code aliases} name is among them, with an address to call
     * @param onDisconnect what becomes of a call whose caller goes away, unless it reasons
     * @param region written on every line; empty if not configured
     * @param rules what calls must keep to
     * @throws IllegalArgumentException if an alias names a provider that is not there
     */
    public Snapshot(
            Aliases aliases,
            Map<String, ProviderSettings> providers,
            PriceCatalog catalog,
            TokenCounter counter,
            UnpricedPolicy unpriced,
            OnDisconnect onDisconnect,
            String region,
            Rules rules) {
        this.rules = rules;
        this.aliases = aliases;
        this.providers = Map.copyOf(providers);
        this.unpriced = unpriced;
        this.onDisconnect = onDisconnect;
        this.region = region;
        for (Alias alias : aliases.all()) {
            for (Deployment deployment : alias.deployments()) {
                ProviderSettings provider = this.providers.get(deployment.provider());
                if (provider == null) {
                    throw new IllegalArgumentException("provider: '" + deployment.provider() + "' of alias '"
                            + alias.name() + "' (expected: one of " + providers.keySet() + ")");
                }
                meters.put(
                        deployment.id(),
                        new DeploymentMeter(deployment, provider, prices(catalog, provider, deployment), counter));
            }
        }
    }

    public Aliases aliases() {
        return aliases;
    }

    OnDisconnect onDisconnect() {
        return onDisconnect;
    }

    public String region() {
        return region;
    }

    /** The settings of the provider called {@code name}. */
    public ProviderSettings provider(String name) {
        ProviderSettings found = providers.get(name);
        if (found == null) {
            throw new IllegalStateException("provider: '" + name + "' (expected: one of " + providers.keySet() + ")");
        }
        return found;
    }

    DeploymentMeter meter(Deployment deployment) {
        DeploymentMeter found = meters.get(deployment.id());
        if (found == null) {
            throw new IllegalStateException("deployment: '" + deployment.id() + "' (expected: one of the aliases')");
        }
        return found;
    }

    /** The limits that a call touches. */
    public CallLimits limits(Touch touch) {
        return rules.limits().of(touch);
    }

    /** The limits that an attempt at {@code target} touches beyond those of its call. */
    public CallLimits attemptLimits(Target target, Touch touch) {
        return rules.limits().ofAttempt(target.provider(), target.deployment(), target.via(), touch);
    }

    /** Where a call of {@code alias} goes that is sent to {@code deployment}. */
    public Target target(Deployment deployment, Alias alias) {
        String owner = aliases.owner(deployment);
        String by = alias.by(deployment);
        List<String> via = owner.equals(alias.name()) ? List.of() : List.of(owner);
        if (!by.isEmpty() && !by.equals(owner)) {
            via = List.of(owner, by);
        }
        return new Target(deployment.provider(), deployment.id(), deployment.model(), via);
    }

    /** The prices of {@code deployment}, if they are known. */
    public Optional<ModelPrices> prices(Deployment deployment) {
        return meter(deployment).prices();
    }

    /** What a call of {@code alias} may produce at most at {@code deployment} where the caller does not say. */
    public long outputTokensMax(Alias alias, Deployment deployment) {
        return meter(deployment).outputTokensMax(alias.maxOutputTokens());
    }

    /** The field for the limit of output of a call of {@code route} at {@code deployment}. */
    public String outputField(Deployment deployment, Route route) {
        return meter(deployment).outputField(route);
    }

    /** What {@code answer}, of a call of {@code route} at {@code deployment}, says about usage. */
    public UsageReading read(Deployment deployment, Route route, Slice answer) {
        return meter(deployment).read(route, answer);
    }

    Guards guards() {
        return rules.guards();
    }

    /** The operation that is served at {@code path}. */
    Optional<Operation> operation(String path) {
        return rules.operations().find(path);
    }

    /** Lira for a dollar on the day of {@code atMillis}; empty where there is no rate. */
    Optional<BigDecimal> liraPerUsd(long atMillis) {
        return rules.rates().rate("TRY", LocalDate.ofInstant(Instant.ofEpochMilli(atMillis), rules.zone()));
    }

    public Language language() {
        return rules.language();
    }

    public ZoneId zone() {
        return rules.zone();
    }

    /** The HTTP status of a refusal for money. */
    public int budgetStatus() {
        return rules.limits().settings().budgetStatus();
    }

    /** Whether calls whose use nobody can bound are made under worst-case limits too. */
    public boolean allowsUnbounded() {
        return rules.limits().settings().allowsUnbounded();
    }

    /** Refuses {@code alias} if one of its deployments can't answer calls of {@code route}. */
    void checkServes(Alias alias, Route route) {
        for (Deployment deployment : alias.deployments()) {
            ProviderSettings provider = provider(deployment.provider());
            if (!provider.has(route) || !Transfer.isPossible(route, provider.format(route, deployment.model()))) {
                throw Admission.notServed(
                        alias.name(), route.path(), provider.kind().label());
            }
        }
    }

    /**
     * Refuses {@code alias} if one of its deployments has no price and that may not be.
     *
     * @param limitsMoney whether a limit of money applies
     */
    public void checkPriced(Alias alias, boolean limitsMoney) {
        boolean refuses =
                switch (unpriced.action()) {
                    case BLOCK -> true;
                    case BY_LIMITS -> limitsMoney;
                    case WARN, PRICE_AS -> false;
                };
        if (!refuses) {
            return;
        }
        for (Deployment deployment : alias.deployments()) {
            if (!meter(deployment).isPriced()) {
                throw Admission.unpricedModel(alias.name(), limitsMoney);
            }
        }
    }

    private Optional<ModelPrices> prices(PriceCatalog catalog, ProviderSettings provider, Deployment deployment) {
        Optional<ModelPrices> known = Optional.empty();
        for (String name : provider.pricedNames(deployment.model(), deployment.priceAs())) {
            known = known.or(() -> catalog.model(provider.name(), provider.catalogue(), name));
        }
        if (known.isPresent() || unpriced.action() != UnpricedPolicy.Action.PRICE_AS) {
            return known;
        }
        int slash = unpriced.priceAs().indexOf('/');
        return slash < 0
                ? Optional.empty()
                : catalog.model(
                        unpriced.priceAs().substring(0, slash),
                        unpriced.priceAs().substring(slash + 1));
    }
}
