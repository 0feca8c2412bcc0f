package dev.mizan.store;

import java.util.List;
import org.jdbi.v3.core.statement.Query;

/** The audit log in the ledger's database. Blocking; safe for use by many threads. */
public final class JdbcAudit {
    private static final String PAGE = """
            SELECT * FROM audit
            WHERE revision < :before AND at_millis >= :from AND at_millis < :to
                AND (:kind = '' OR kind = :kind) AND (:target = '' OR target = :target)
                AND (:action = '' OR action = :action) AND (:made_by = '' OR made_by = :made_by)
            ORDER BY revision DESC LIMIT :limit""";

    private final Database database;

    /** The log in {@code database}. */
    public JdbcAudit(Database database) {
        this.database = database;
    }

    /**
     * One change.
     *
     * @param revision grows from change to change
     * @param by id of the key that asked for it
     * @param action {@code created}, {@code updated}, {@code blocked}, {@code unblocked}, {@code regenerated}, {@code
     *     deleted}, {@code adjusted}
     * @param kind {@code key}, {@code user}, … or {@code counter}
     * @param before a JSON object's text; empty if there was nothing
     * @param after likewise
     */
    public record Change(
            long revision,
            long atMillis,
            String by,
            String action,
            String kind,
            String target,
            String before,
            String after) {}

    /** Which changes are meant; an empty text for all. */
    public record Filter(String kind, String target, String action, String by, long fromMillis, long toMillis) {}

    /**
     * Changes, the newest first.
     *
     * @param before only those of lesser revisions
     * @param limit 1 to 1,000
     */
    public List<Change> page(Filter filter, long before, int limit) {
        return database.read(handle -> {
            Query query = handle.createQuery(PAGE)
                    .bind("before", before)
                    .bind("from", filter.fromMillis())
                    .bind("to", filter.toMillis())
                    .bind("kind", filter.kind())
                    .bind("target", filter.target())
                    .bind("action", filter.action())
                    .bind("made_by", filter.by())
                    .bind("limit", limit);
            return query.map((row, context) -> new Change(
                            row.getLong("revision"),
                            row.getLong("at_millis"),
                            row.getString("made_by"),
                            row.getString("action"),
                            row.getString("kind"),
                            row.getString("target"),
                            row.getString("before_json"),
                            row.getString("after_json")))
                    .list();
        });
    }
}
