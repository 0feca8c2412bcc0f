package dev.mizan.admin;

import dev.mizan.identity.Holder;
import dev.mizan.identity.Holders;
import dev.mizan.identity.StoredDirectory;
import dev.mizan.identity.StoredKey;
import dev.mizan.money.NanoUsd;
import dev.mizan.report.CostSummary;
import dev.mizan.report.Dimension;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.Period;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Keys with what they have spent. Blocking; safe for use by many threads. */
final class KeyAnswers {
    private final LedgerReader ledger;
    private final Holders holders;
    private final StoredDirectory directory;
    private final HolderSpend spend;

    KeyAnswers(LedgerReader ledger, Holders holders, StoredDirectory directory, HolderSpend spend) {
        this.ledger = ledger;
        this.holders = holders;
        this.directory = directory;
        this.spend = spend;
    }

    /** The row of a key, with what it has spent in its budget's window, or without a budget since ever. */
    ObjectNode row(StoredKey key, Instant now) {
        ObjectNode row = KeyJson.row(key, now.toEpochMilli());
        spend.put(row, key.isDeleted() ? List.of() : directory.limitsOf(key), () -> charged(key));
        holders.find(Holder.Kind.BUDGET, key.allowance().budget())
                .ifPresentOrElse(
                        budget -> row.set("litellm_budget_table", HolderJson.row(HolderShape.BUDGET, budget)),
                        () -> row.putNull("litellm_budget_table"));
        return row;
    }

    /** Sets what {@code key} has spent to the field {@code spend}; what is to be said about that. */
    List<String> setSpend(StoredKey key, ObjectNode json, Exchange exchange) {
        return spend.set(directory.limitsOf(key), "spend", json, exchange);
    }

    /** Sets what {@code key} has spent to the field {@code reset_to}. */
    List<String> resetSpend(StoredKey key, ObjectNode json, Exchange exchange) {
        return spend.set(directory.limitsOf(key), "reset_to", json, exchange);
    }

    private NanoUsd charged(StoredKey key) {
        return CostSummary.cost(ledger, Period.ALWAYS, Map.of(Dimension.KEY, key.id()), CostSummary.Measure.CHARGED);
    }
}
