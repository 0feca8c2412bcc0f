package dev.mizan.store;

import org.jdbi.v3.core.Handle;

/** Writes the audit log: one row for each change, in the change's own transaction. Rows are never changed. */
final class AuditRows {
    /**
     * Its row's lock puts all changes of keys and holders in one order, in which their revisions also become visible.
     */
    private static final String NEXT_REVISION =
            "UPDATE key_state SET revision = revision + 1 WHERE id = 1 RETURNING revision";

    private static final String ADD = """
            INSERT INTO audit (revision, at_millis, made_by, action, kind, target, before_json, after_json)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";

    private AuditRows() {}

    /**
     * One change.
     *
     * @param revision the change's own
     * @param by id of the key that asked for it
     * @param action {@code created}, {@code updated}, {@code blocked}, …
     * @param kind {@code key}, {@code user}, …
     * @param before what was set, a JSON object without secrets; empty if there was nothing
     * @param after what is set now, likewise
     */
    record Row(
            long revision,
            long atMillis,
            String by,
            String action,
            String kind,
            String target,
            String before,
            String after) {}

    /** The revision of a change that begins now; whoever asks next waits until this change is done. */
    static long nextRevision(Handle handle) {
        return handle.createQuery(NEXT_REVISION).mapTo(Long.class).one();
    }

    static void add(Handle handle, Row row) {
        handle.execute(
                ADD,
                row.revision(),
                row.atMillis(),
                row.by(),
                row.action(),
                row.kind(),
                row.target(),
                row.before(),
                row.after());
    }

    /** What became of something that was blocked or not. */
    static String action(boolean blockedBefore, boolean blockedAfter) {
        if (blockedBefore == blockedAfter) {
            return "updated";
        }
        return blockedAfter ? "blocked" : "unblocked";
    }
}
