package dev.mizan.admin;

import dev.mizan.identity.Holder;
import dev.mizan.identity.Holders;
import dev.mizan.identity.StoredDirectory;
import tools.jackson.databind.node.ObjectNode;

/** Whether there is what a request names: the limits of a plan or budget that is not there could not be kept. */
final class References {
    private final Holders holders;
    private final StoredDirectory directory;

    References(Holders holders, StoredDirectory directory) {
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
                && holders.find(Holder.Kind.BUDGET, budget).isEmpty()) {
            throw Problem.value("budget_id", budget, "one of GET /budget/list");
        }
    }
}
