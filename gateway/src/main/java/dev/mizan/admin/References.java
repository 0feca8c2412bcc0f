package dev.mizan.admin;

import dev.mizan.identity.Holder;
import dev.mizan.identity.Holder.Kind;
import dev.mizan.identity.Holders;
import dev.mizan.identity.Keys;
import dev.mizan.identity.Limited;
import dev.mizan.identity.StoredDirectory;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether there is what a request names, and whether somebody has what is to be deleted: the limits of a plan or budget
 * that is not there could not be kept.
 */
final class References {
    private final Keys keys;
    private final Holders holders;
    private final StoredDirectory directory;

    References(Keys keys, Holders holders, StoredDirectory directory) {
        this.keys = keys;
        this.holders = holders;
        this.directory = directory;
    }

    /** Refuses a request that names a plan or a budget which does not exist. */
    void check(ObjectNode json, String plan, String budget) {
        if (json.hasNonNull("plan") && !plan.isEmpty() && directory.plan(plan).isEmpty()) {
            throw Problem.value("plan", plan, "one of GET /api/v1/plans");
        }
        if (json.hasNonNull("budget_id")
                && !budget.isEmpty()
                && holders.find(Kind.BUDGET, budget).isEmpty()) {
            throw Problem.value("budget_id", budget, "one of GET /budget/list");
        }
    }

    /** Whether there is a plan of this name: of the configuration, stored, or a package of licences. */
    boolean isPlan(String name) {
        return directory.plan(name).isPresent();
    }

    /**
     * Refuses to delete what somebody has.
     *
     * @param of what a key or holder has of this kind
     */
    void requireUnused(String field, String kind, String id, Function<Limited, String> of) {
        Optional<String> user = keys.any(key -> of.apply(key).equals(id)).map(key -> "key " + key.id());
        for (Kind holding : Kind.values()) {
            if (user.isEmpty() && holding != Kind.BUDGET && holding != Kind.PLAN) {
                user = holders.list(holding).stream()
                        .filter(holder -> of.apply(holder).equals(id))
                        .findFirst()
                        .map(Holder::toString);
            }
        }
        if (user.isPresent()) {
            throw Problem.value(field, id, "a " + kind + " that nobody has; " + user.get() + " has it");
        }
    }
}
