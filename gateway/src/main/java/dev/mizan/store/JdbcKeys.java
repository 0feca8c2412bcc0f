package dev.mizan.store;

import dev.mizan.identity.AllowanceJson;
import dev.mizan.identity.KeyProfile;
import dev.mizan.identity.KeyStore;
import dev.mizan.identity.StoredKey;
import dev.mizan.identity.StoredKey.Credential;
import dev.mizan.identity.StoredKey.Trail;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.StatementContext;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The virtual keys in the ledger's database. Blocking; safe for use by many threads and processes. */
public final class JdbcKeys implements KeyStore {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};

    private static final String INSERT = """
            INSERT INTO virtual_key (id, hash, shown, previous_hash, previous_until, alias, tenant, team, user_id, plan,
                allowance, models, tags, metadata, settings, blocked, expires_at, created_at, created_by, updated_at,
                updated_by, deleted_at, revision)
            VALUES (:id, :hash, :shown, :previous_hash, :previous_until, :alias, :tenant, :team, :user_id, :plan,
                :allowance, :models, :tags, :metadata, :settings, :blocked, :expires_at, :created_at, :created_by,
                :updated_at, :updated_by, :deleted_at, :revision)""";

    private static final String UPDATE = """
            UPDATE virtual_key SET hash = :hash, shown = :shown, previous_hash = :previous_hash,
                previous_until = :previous_until, alias = :alias, tenant = :tenant, team = :team, user_id = :user_id,
                plan = :plan, allowance = :allowance, models = :models, tags = :tags, metadata = :metadata,
                settings = :settings, blocked = :blocked, expires_at = :expires_at, created_at = :created_at,
                created_by = :created_by, updated_at = :updated_at, updated_by = :updated_by,
                deleted_at = :deleted_at, revision = :revision
            WHERE id = :id""";

    private static final String HAS_HASH = """
            SELECT count(*) FROM virtual_key
            WHERE id <> :id AND (hash = :hash OR (previous_hash = :hash AND previous_hash <> ''))""";

    private static final String HAS_ALIAS = """
            SELECT count(*) FROM virtual_key
            WHERE id <> :id AND alias = :alias AND alias <> '' AND deleted_at = 0""";

    private static final String BY_HASH = """
            SELECT * FROM virtual_key
            WHERE hash = :hash OR (previous_hash = :hash AND previous_hash <> '')""";

    private static final String LISTED = """
            FROM virtual_key
            WHERE deleted_at = 0 AND (:alias = '' OR alias = :alias) AND (:tenant = '' OR tenant = :tenant)
                AND (:team = '' OR team = :team) AND (:user_id = '' OR user_id = :user_id)""";

    private final Database database;

    /** Keys in {@code database}. */
    public JdbcKeys(Database database) {
        this.database = database;
    }

    @Override
    public Saved insert(StoredKey key) {
        return database.write(handle -> {
            StoredKey next = key.withRevision(AuditRows.nextRevision(handle));
            Optional<Saved> taken = taken(handle, next);
            if (taken.isPresent()) {
                return taken.get();
            }
            bind(handle.createUpdate(INSERT), next).execute();
            KeyAudit.made(handle, next);
            return new Saved.Done(next);
        });
    }

    @Override
    public Saved update(String id, UnaryOperator<StoredKey> change) {
        return database.write(handle -> {
            long revision = AuditRows.nextRevision(handle);
            Optional<StoredKey> known = find(handle, id).filter(key -> !key.isDeleted());
            if (known.isEmpty()) {
                return new Saved.NotFound();
            }
            StoredKey next = change.apply(known.get()).withRevision(revision);
            Optional<Saved> taken = taken(handle, next);
            if (taken.isPresent()) {
                return taken.get();
            }
            bind(handle.createUpdate(UPDATE), next).execute();
            KeyAudit.changed(handle, known.get(), next);
            return new Saved.Done(next);
        });
    }

    @Override
    public Optional<StoredKey> find(String id) {
        return database.read(handle -> find(handle, id));
    }

    @Override
    public Optional<StoredKey> findByHash(String hash) {
        return database.read(handle -> handle.createQuery(BY_HASH)
                .bind("hash", hash)
                .map(JdbcKeys::key)
                .findFirst());
    }

    @Override
    public Optional<StoredKey> findByAlias(String alias) {
        return database.read(handle -> handle.createQuery(
                        "SELECT * FROM virtual_key WHERE alias = :alias AND alias <> '' AND deleted_at = 0")
                .bind("alias", alias)
                .map(JdbcKeys::key)
                .findFirst());
    }

    @Override
    public Page list(Filter filter, int offset, int limit) {
        return database.read(handle -> {
            List<StoredKey> keys = bind(
                            handle.createQuery("SELECT * " + LISTED + " ORDER BY id DESC LIMIT :limit OFFSET :offset"),
                            filter)
                    .bind("limit", limit)
                    .bind("offset", offset)
                    .map(JdbcKeys::key)
                    .list();
            long total = bind(handle.createQuery("SELECT count(*) " + LISTED), filter)
                    .mapTo(Long.class)
                    .one();
            return new Page(keys, total);
        });
    }

    @Override
    public List<StoredKey> changedAfter(long revision, int limit) {
        return database.read(handle -> handle.createQuery(
                        "SELECT * FROM virtual_key WHERE revision > :revision ORDER BY revision LIMIT :limit")
                .bind("revision", revision)
                .bind("limit", limit)
                .map(JdbcKeys::key)
                .list());
    }

    @Override
    public String fingerprint(String offered) {
        return database.write(handle -> {
            handle.createUpdate("UPDATE key_state SET fingerprint = :offered WHERE id = 1 AND fingerprint = ''")
                    .bind("offered", offered)
                    .execute();
            return handle.createQuery("SELECT fingerprint FROM key_state WHERE id = 1")
                    .mapTo(String.class)
                    .one();
        });
    }

    private static Optional<StoredKey> find(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM virtual_key WHERE id = :id")
                .bind("id", id)
                .map(JdbcKeys::key)
                .findFirst();
    }

    private static Optional<Saved> taken(Handle handle, StoredKey key) {
        if (count(handle, HAS_HASH, "hash", key.credential().hash(), key.id()) > 0) {
            return Optional.of(new Saved.Taken("key"));
        }
        if (count(handle, HAS_ALIAS, "alias", key.profile().alias(), key.id()) > 0) {
            return Optional.of(new Saved.Taken("key_alias"));
        }
        return Optional.empty();
    }

    private static long count(Handle handle, String sql, String name, String value, String id) {
        return handle.createQuery(sql)
                .bind("id", id)
                .bind(name, value)
                .mapTo(Long.class)
                .one();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Filter filter) {
        return statement
                .bind("alias", filter.alias())
                .bind("tenant", filter.tenant())
                .bind("team", filter.team())
                .bind("user_id", filter.user());
    }

    private static <S extends SqlStatement<S>> S bind(S statement, StoredKey key) {
        Credential credential = key.credential();
        KeyProfile profile = key.profile();
        Trail trail = key.trail();
        return statement
                .bind("id", key.id())
                .bind("hash", credential.hash())
                .bind("shown", credential.shown())
                .bind("previous_hash", credential.previousHash())
                .bind("previous_until", credential.previousUntilMillis())
                .bind("alias", profile.alias())
                .bind("tenant", profile.tenant())
                .bind("team", profile.team())
                .bind("user_id", profile.user())
                .bind("plan", profile.plan())
                .bind("allowance", AllowanceJson.text(profile.allowance()))
                .bind("models", JSON.writeValueAsString(profile.models()))
                .bind("tags", JSON.writeValueAsString(profile.tags()))
                .bind("metadata", profile.metadata())
                .bind("settings", profile.settings())
                .bind("blocked", profile.blocked() ? 1 : 0)
                .bind("expires_at", profile.expiresAtMillis())
                .bind("created_at", trail.createdAtMillis())
                .bind("created_by", trail.createdBy())
                .bind("updated_at", trail.updatedAtMillis())
                .bind("updated_by", trail.updatedBy())
                .bind("deleted_at", trail.deletedAtMillis())
                .bind("revision", key.revision());
    }

    private static StoredKey key(ResultSet row, StatementContext context) throws SQLException {
        return new StoredKey(
                row.getString("id"),
                new Credential(
                        row.getString("hash"),
                        row.getString("shown"),
                        row.getString("previous_hash"),
                        row.getLong("previous_until")),
                new KeyProfile(
                        row.getString("alias"),
                        row.getString("tenant"),
                        row.getString("team"),
                        row.getString("user_id"),
                        row.getString("plan"),
                        AllowanceJson.read(row.getString("allowance")),
                        JSON.readValue(row.getString("models"), STRINGS),
                        JSON.readValue(row.getString("tags"), STRINGS),
                        row.getString("metadata"),
                        row.getString("settings"),
                        row.getInt("blocked") != 0,
                        row.getLong("expires_at")),
                new Trail(
                        row.getLong("created_at"),
                        row.getString("created_by"),
                        row.getLong("updated_at"),
                        row.getString("updated_by"),
                        row.getLong("deleted_at")),
                row.getLong("revision"));
    }
}
