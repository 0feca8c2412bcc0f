package dev.mizan.store;

import dev.mizan.usagelog.Outbox;
import java.util.List;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The lines that usage logs have still to write, in the ledger's database. Blocking; safe for use by many threads. */
public final class JdbcUsageOutbox implements Outbox {
    private final Database database;

    /** Lines in {@code database}; {@link Database#setUsageLog} says which log they wait for. */
    public JdbcUsageOutbox(Database database) {
        this.database = database;
    }

    @Override
    public List<String> next(String log, int limit) {
        return database.read(
                handle -> handle.createQuery("SELECT id FROM usage_log_line WHERE log = :log ORDER BY id LIMIT :limit")
                        .bind("log", log)
                        .bind("limit", limit)
                        .mapTo(String.class)
                        .list());
    }

    @Override
    public boolean isWaiting(String log, String id) {
        return database.read(handle -> handle.createQuery(
                                "SELECT count(*) FROM usage_log_line WHERE log = :log AND id = :id")
                        .bind("log", log)
                        .bind("id", id)
                        .mapTo(Long.class)
                        .one())
                > 0;
    }

    @Override
    public void written(String log, List<String> ids) {
        database.write(handle -> {
            PreparedBatch batch = handle.prepareBatch("DELETE FROM usage_log_line WHERE log = :log AND id = :id");
            ids.forEach(id -> batch.bind("log", log).bind("id", id).add());
            return batch.execute();
        });
    }
}
