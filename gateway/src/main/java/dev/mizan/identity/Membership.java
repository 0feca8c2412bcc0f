package dev.mizan.identity;

import dev.mizan.limit.Limit;
import java.util.List;
import java.util.Set;

/**
 * What a key's holders (key, user, team, tenant, their plans and budgets) allow and limit, put together. One object
 * serves all calls of the key until something of it changes: what is made of it may be kept by its identity.
 *
 * @param limits of key, user, team and tenant, their plans' included; none is a pattern
 * @param models what may be called: the alias must be in each of these sets; an empty list for all
 * @param endpoints paths that may be called, e.g. {@code /v1/embeddings}; empty for all
 * @param networks CIDR blocks that calls may come from, e.g. {@code 10.0.0.0/8}; empty for all
 * @param blocked why all calls are refused: {@code team shop is blocked}; empty if they are not
 * @param plan the plan in force, the key's own before its user's, team's and tenant's; empty if there is none
 */
public record Membership(
        List<Limit> limits,
        List<Set<String>> models,
        Set<String> endpoints,
        List<String> networks,
        String blocked,
        String plan) {
    /** Nothing is limited. */
    public static final Membership FREE = new Membership(List.of(), List.of(), Set.of(), List.of(), "", "");

    public Membership {
        limits = List.copyOf(limits);
        models = List.copyOf(models);
        endpoints = Set.copyOf(endpoints);
        networks = List.copyOf(networks);
    }

    /** Whether {@code alias} may be called. */
    public boolean allows(String alias) {
        for (Set<String> allowed : models) {
            if (!allowed.contains(alias)) {
                return false;
            }
        }
        return true;
    }
}
