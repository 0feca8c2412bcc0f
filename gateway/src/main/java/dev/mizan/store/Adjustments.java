package dev.mizan.store;

import dev.mizan.limit.Balances.Adjustment;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Books adjustments: changes of limits' counters that no call made. They are added and never changed; another one takes
 * one back. Blocking; safe for use by many threads.
 */
public final class Adjustments {
    private static final String ADD = """
            INSERT INTO adjustment (id, account, at_millis, delta, reason, made_by) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING""";
    private static final String FIND = "SELECT account, at_millis, delta FROM adjustment WHERE id = ?";

    private final Database database;

    /** Adjustments in {@code database}. */
    public Adjustments(Database database) {
        this.database = database;
    }

    /**
     * Books {@code adjustment}, once however often it is tried: its id is the key.
     *
     * @param reason why, for people
     * @param by who made it: the id of a key, never the key itself
     * @return whether it was not there before
     * @throws IllegalArgumentException if another adjustment has its id
     * @throws DatabaseUnavailableException if the database can't be written; it may have been booked then
     */
    public boolean add(Adjustment adjustment, String reason, String by) {
        return add(adjustment, reason, by, adjustment.atMillis());
    }

    /** The same, made at {@code nowMillis} and dated to when it counts. */
    public boolean add(Adjustment adjustment, String reason, String by, long nowMillis) {
        try {
            return database.<Boolean>write(handle -> {
                int added = handle.execute(
                        ADD,
                        adjustment.id(),
                        adjustment.account(),
                        adjustment.atMillis(),
                        adjustment.delta(),
                        reason,
                        by);
                if (added == 0 && !find(handle, adjustment.id()).equals(Optional.of(adjustment))) {
                    throw new IllegalArgumentException("adjustment '" + adjustment.id()
                            + "': another one has this id (expected: an id of its own)");
                }
                if (added == 1) {
                    audit(handle, adjustment, reason, by, nowMillis);
                }
                return added == 1;
            });
        } catch (JdbiException e) {
            throw new DatabaseUnavailableException("the adjustment can't be booked: " + e.getMessage(), e);
        }
    }

    private static void audit(Handle handle, Adjustment adjustment, String reason, String by, long nowMillis) {
        ObjectNode after = JsonMapper.shared().createObjectNode();
        after.put("id", adjustment.id());
        after.put("delta", adjustment.delta());
        after.put("at_millis", adjustment.atMillis());
        after.put("reason", reason);
        AuditRows.add(
                handle,
                new AuditRows.Row(
                        AuditRows.nextRevision(handle),
                        nowMillis,
                        by,
                        "adjusted",
                        "counter",
                        adjustment.account(),
                        "",
                        after.toString()));
    }

    private static Optional<Adjustment> find(Handle handle, String id) {
        return handle.createQuery(FIND)
                .bind(0, id)
                .map((row, context) ->
                        new Adjustment(id, row.getString("account"), row.getLong("at_millis"), row.getLong("delta")))
                .findFirst();
    }
}
