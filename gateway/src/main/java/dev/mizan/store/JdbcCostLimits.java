package dev.mizan.store;

import dev.mizan.money.NanoUsd;
import dev.mizan.report.CostLimitStore;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import tools.jackson.databind.json.JsonMapper;

/** The budgets that were set while running, in the ledger's database. Safe for use by many threads and processes. */
public final class JdbcCostLimits implements CostLimitStore {
    private static final String LATEST = """
            SELECT name, nanos, configured_nanos FROM cost_limit
            WHERE revision IN (SELECT max(revision) FROM cost_limit GROUP BY name) ORDER BY name""";
    private static final String ADD = """
            INSERT INTO cost_limit (revision, name, nanos, configured_nanos, at_millis, made_by)
            VALUES (?, ?, ?, ?, ?, ?)""";

    private final Database database;

    public JdbcCostLimits(Database database) {
        this.database = database;
    }

    @Override
    public List<Set> latest() {
        return database.read(JdbcCostLimits::latest);
    }

    @Override
    public void add(List<Set> sets, long atMillis, String by) {
        try {
            database.write(handle -> {
                for (Set set : sets) {
                    add(handle, set, atMillis, by);
                }
                return sets.size();
            });
        } catch (JdbiException e) {
            throw new DatabaseUnavailableException("the budget can't be stored: " + e.getMessage(), e);
        }
    }

    private static void add(Handle handle, Set set, long atMillis, String by) {
        String before = latest(handle).stream()
                .filter(known -> known.name().equals(set.name()))
                .findFirst()
                .map(known -> shown(known.limit()))
                .orElse("");
        long revision = AuditRows.nextRevision(handle);
        handle.execute(
                ADD, revision, set.name(), set.limit().nanos(), set.configured().nanos(), atMillis, by);
        AuditRows.add(
                handle,
                new AuditRows.Row(revision, atMillis, by, "updated", "cost", set.name(), before, shown(set.limit())));
    }

    private static List<Set> latest(Handle handle) {
        return handle.createQuery(LATEST)
                .map((row, context) -> new Set(
                        row.getString("name"),
                        NanoUsd.ofNanos(row.getLong("nanos")),
                        NanoUsd.ofNanos(row.getLong("configured_nanos"))))
                .list();
    }

    private static String shown(NanoUsd limit) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("limit_usd", limit.toDecimal())
                .toString();
    }
}
