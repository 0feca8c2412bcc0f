package dev.mizan.store;

import dev.mizan.batch.Batch;
import dev.mizan.batch.BatchFile;
import dev.mizan.batch.BatchStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/** Files and batches in the ledger's database. Blocking; safe for use by many threads and processes. */
public final class JdbcBatches implements BatchStore {
    private static final String ADD_FILE = """
            INSERT INTO batch_file (id, key_id, provider, alias, deployment, line_count, input_tokens, output_tokens,
                cost, unbounded, json, created_at)
            VALUES (:id, :key, :provider, :alias, :deployment, :lines, :input, :output, :cost, :unbounded, :json,
                :created)
            ON CONFLICT (id) DO NOTHING""";

    private static final String ADD_BATCH = """
            INSERT INTO batch (id, key_id, provider, file_id, line_id, json, is_open, next_poll, polls, created_at)
            VALUES (:id, :key, :provider, :file, :line, :json, :open, :next, :polls, :created)""";

    private static final String UPDATE = """
            UPDATE batch SET json = :json, is_open = :open, next_poll = :next, polls = :polls WHERE id = :id""";

    /** 2 in {@code is_open} says that somebody looks at it, until {@code next_poll} at most. */
    private static final String CLAIM = """
            UPDATE batch SET is_open = 2, next_poll = :until
            WHERE id = :id AND (is_open = 1 OR (is_open = 2 AND next_poll <= :now))""";

    private final Database database;

    /** Files and batches in {@code database}. */
    public JdbcBatches(Database database) {
        this.database = database;
    }

    @Override
    public void add(BatchFile file) {
        database.write(handle -> handle.createUpdate(ADD_FILE)
                .bind("id", file.id())
                .bind("key", file.keyId())
                .bind("provider", file.provider())
                .bind("alias", file.alias())
                .bind("deployment", file.deployment())
                .bind("lines", file.bound().lines())
                .bind("input", file.bound().inputTokens())
                .bind("output", file.bound().outputTokens())
                .bind("cost", file.bound().costNanos())
                .bind("unbounded", file.bound().unbounded())
                .bind("json", file.json())
                .bind("created", file.createdAtMillis())
                .execute());
    }

    @Override
    public Optional<BatchFile> file(String id) {
        return database.read(handle -> handle.createQuery("SELECT * FROM batch_file WHERE id = :id")
                .bind("id", id)
                .map(JdbcBatches::file)
                .findFirst());
    }

    @Override
    public List<BatchFile> files(String keyId, int max) {
        return database.read(handle -> handle.createQuery(
                        "SELECT * FROM batch_file WHERE key_id = :key ORDER BY created_at DESC, id LIMIT :max")
                .bind("key", keyId)
                .bind("max", max)
                .map(JdbcBatches::file)
                .list());
    }

    @Override
    public void deleteFile(String id) {
        database.write(handle -> handle.createUpdate("DELETE FROM batch_file WHERE id = :id")
                .bind("id", id)
                .execute());
    }

    @Override
    public void add(Batch batch) {
        database.write(handle -> handle.createUpdate(ADD_BATCH)
                .bind("id", batch.id())
                .bind("key", batch.keyId())
                .bind("provider", batch.provider())
                .bind("file", batch.fileId())
                .bind("line", batch.lineId())
                .bind("json", batch.json())
                .bind("open", batch.isOpen() ? 1 : 0)
                .bind("next", batch.nextPollMillis())
                .bind("polls", batch.polls())
                .bind("created", batch.createdAtMillis())
                .execute());
    }

    @Override
    public Optional<Batch> batch(String id) {
        return database.read(handle -> handle.createQuery("SELECT * FROM batch WHERE id = :id")
                .bind("id", id)
                .map(JdbcBatches::batch)
                .findFirst());
    }

    @Override
    public List<Batch> batches(String keyId, int max) {
        return database.read(handle -> handle.createQuery(
                        "SELECT * FROM batch WHERE key_id = :key ORDER BY created_at DESC, id LIMIT :max")
                .bind("key", keyId)
                .bind("max", max)
                .map(JdbcBatches::batch)
                .list());
    }

    @Override
    public List<Batch> due(long nowMillis, int max) {
        return database.read(handle -> handle.createQuery(
                        "SELECT * FROM batch WHERE is_open > 0 AND next_poll <= :now ORDER BY next_poll, id LIMIT :max")
                .bind("now", nowMillis)
                .bind("max", max)
                .map(JdbcBatches::batch)
                .list());
    }

    @Override
    public boolean claim(Batch batch, long nowMillis, long untilMillis) {
        return database.write(handle -> handle.createUpdate(CLAIM)
                        .bind("now", nowMillis)
                        .bind("until", untilMillis)
                        .bind("id", batch.id())
                        .execute()
                == 1);
    }

    @Override
    public Optional<String> correction(String lineId) {
        return database.read(handle -> handle.createQuery("SELECT id FROM correction WHERE corrects = :line")
                .bind("line", lineId)
                .mapTo(String.class)
                .findFirst());
    }

    @Override
    public void update(Batch batch) {
        database.write(handle -> handle.createUpdate(UPDATE)
                .bind("id", batch.id())
                .bind("json", batch.json())
                .bind("open", batch.isOpen() ? 1 : 0)
                .bind("next", batch.nextPollMillis())
                .bind("polls", batch.polls())
                .execute());
    }

    private static BatchFile file(ResultSet row, StatementContext context) throws SQLException {
        return new BatchFile(
                row.getString("id"),
                row.getString("key_id"),
                row.getString("provider"),
                row.getString("alias"),
                row.getString("deployment"),
                new BatchFile.Bound(
                        row.getInt("line_count"),
                        row.getLong("input_tokens"),
                        row.getLong("output_tokens"),
                        row.getLong("cost"),
                        row.getString("unbounded")),
                row.getString("json"),
                row.getLong("created_at"));
    }

    private static Batch batch(ResultSet row, StatementContext context) throws SQLException {
        return new Batch(
                row.getString("id"),
                row.getString("key_id"),
                row.getString("provider"),
                row.getString("file_id"),
                row.getString("line_id"),
                row.getString("json"),
                row.getInt("is_open") > 0,
                row.getLong("next_poll"),
                row.getInt("polls"),
                row.getLong("created_at"));
    }
}
