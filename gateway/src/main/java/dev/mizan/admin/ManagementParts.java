package dev.mizan.admin;

import dev.mizan.admission.LimitStore;
import dev.mizan.identity.Holders;
import dev.mizan.identity.Plan;
import dev.mizan.identity.StoredDirectory;
import dev.mizan.limit.Balances;
import dev.mizan.store.Adjustments;
import dev.mizan.store.JdbcAudit;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What managing holders of keys works on.
 *
 * @param directory what limits callers
 * @param limits the counters
 * @param balances what the books say
 * @param plans the configuration's plans, asked for with each request
 */
public record ManagementParts(
        Holders holders,
        StoredDirectory directory,
        LimitStore limits,
        Balances balances,
        Adjustments adjustments,
        JdbcAudit audit,
        Supplier<Map<String, Plan>> plans) {}
