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
    public List<Change> latest() {
        return database.read(JdbcCostLimits::latest);
    }

    @Override
    public void add(List<Change> changes, long atMillis, String by) {
        try {
            database.write(handle -> {
                for (Change change : changes) {
                    add(handle, change, atMillis, by);
                }
                return changes.size();
            });
        } catch (JdbiException e) {
            throw new DatabaseUnavailableException("the budget can't be stored: " + e.getMessage(), e);
        }
    }

    private static void add(Handle handle, Change change, long atMillis, String by) {
        String before = latest(handle).stream()
                .filter(known -> known.name().equals(change.name()))
                .findFirst()
                .map(known -> shown(known.limit()))
                .orElse("");
        long revision = AuditRows.nextRevision(handle);
        handle.execute(
                ADD,
                revision,
                change.name(),
                change.limit().nanos(),
                change.configured().nanos(),
                atMillis,
                by);
        AuditRows.add(
                handle,
                new AuditRows.Row(
                        revision, atMillis, by, "updated", "cost", change.name(), before, shown(change.limit())));
    }

    private static List<Change> latest(Handle handle) {
        return handle.createQuery(LATEST)
                .map((row, context) -> new Change(
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
