package dev.mizan.store;

import dev.mizan.identity.AllowanceJson;
import dev.mizan.identity.Holder;
import dev.mizan.identity.Holder.Kind;
import dev.mizan.identity.HolderStore;
import dev.mizan.identity.StoredKey.Trail;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Tenants, teams, users, … in the ledger's database. Blocking; safe for use by many threads and processes. */
public final class JdbcHolders implements HolderStore {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};

    /** Takes the place of a deleted row too; the callers see to it that no other is there. */
    private static final String SAVE = """
            INSERT INTO holder (kind, id, alias, email, tenant, plan, models, allowance, metadata, details, blocked,
                created_at, created_by, updated_at, updated_by, deleted_at, revision)
            VALUES (:kind, :id, :alias, :email, :tenant, :plan, :models, :allowance, :metadata, :details, :blocked,
                :created_at, :created_by, :updated_at, :updated_by, :deleted_at, :revision)
            ON CONFLICT (kind, id) DO UPDATE SET alias = :alias, email = :email, tenant = :tenant, plan = :plan,
                models = :models, allowance = :allowance, metadata = :metadata, details = :details,
                blocked = :blocked, created_at = :created_at, created_by = :created_by, updated_at = :updated_at,
                updated_by = :updated_by, deleted_at = :deleted_at, revision = :revision""";

    private static final String FIND = "SELECT * FROM holder WHERE kind = :kind AND id = :id AND deleted_at = 0";
    private static final String CHANGED =
            "SELECT * FROM holder WHERE revision > :revision ORDER BY revision LIMIT :limit";

    private final Database database;

    /** Holders in {@code database}. */
    public JdbcHolders(Database database) {
        this.database = database;
    }

    @Override
    public Saved insert(Holder holder) {
        return database.write(handle -> {
            Holder next = holder.withRevision(AuditRows.nextRevision(handle));
            if (find(handle, holder.kind(), holder.id()).isPresent()) {
                return new Saved.Taken();
            }
            save(handle, next);
            audit(handle, "created", "", next, shown(next));
            return new Saved.Done(next);
        });
    }

    @Override
    public Saved update(Kind kind, String id, UnaryOperator<Holder> change) {
        return database.write(handle -> {
            long revision = AuditRows.nextRevision(handle);
            Optional<Holder> known = find(handle, kind, id);
            if (known.isEmpty()) {
                return new Saved.NotFound();
            }
            Holder before = known.get();
            Holder next = change.apply(before).withRevision(revision);
            save(handle, next);
            if (next.isDeleted()) {
                audit(handle, "deleted", shown(before), next, "");
            } else {
                String action = AuditRows.action(
                        before.profile().blocked(), next.profile().blocked());
                audit(handle, action, shown(before), next, shown(next));
            }
            return new Saved.Done(next);
        });
    }

    @Override
    public List<Holder> changedAfter(long revision, int limit) {
        return database.read(handle -> handle.createQuery(CHANGED)
                .bind("revision", revision)
                .bind("limit", limit)
                .map(JdbcHolders::holder)
                .list());
    }

    private static Optional<Holder> find(Handle handle, Kind kind, String id) {
        return handle.createQuery(FIND)
                .bind("kind", kind.label())
                .bind("id", id)
                .map(JdbcHolders::holder)
                .findFirst();
    }

    private static void save(Handle handle, Holder holder) {
        Holder.Profile profile = holder.profile();
        Trail trail = holder.trail();
        handle.createUpdate(SAVE)
                .bind("kind", holder.kind().label())
                .bind("id", holder.id())
                .bind("alias", profile.alias())
                .bind("email", profile.email())
                .bind("tenant", profile.tenant())
                .bind("plan", profile.plan())
                .bind("models", JSON.writeValueAsString(profile.models()))
                .bind("allowance", AllowanceJson.text(profile.allowance()))
                .bind("metadata", profile.metadata())
                .bind("details", profile.details())
                .bind("blocked", profile.blocked() ? 1 : 0)
                .bind("created_at", trail.createdAtMillis())
                .bind("created_by", trail.createdBy())
                .bind("updated_at", trail.updatedAtMillis())
                .bind("updated_by", trail.updatedBy())
                .bind("deleted_at", trail.deletedAtMillis())
                .bind("revision", holder.revision())
                .execute();
    }

    private static void audit(Handle handle, String action, String before, Holder holder, String after) {
        AuditRows.add(
                handle,
                new AuditRows.Row(
                        holder.revision(),
                        holder.trail().updatedAtMillis(),
                        holder.trail().updatedBy(),
                        action,
                        holder.kind().label(),
                        holder.id(),
                        before,
                        after));
    }

    /** What the audit log has of a holder; of its metadata the names only. */
    private static String shown(Holder holder) {
        Holder.Profile profile = holder.profile();
        ObjectNode json = JSON.createObjectNode();
        json.put("alias", profile.alias());
        json.put("email", profile.email());
        json.put("tenant", profile.tenant());
        json.put("plan", profile.plan());
        profile.models().forEach(json.withArray("models")::add);
        JSON.readTree(profile.metadata()).propertyNames().forEach(json.withArray("metadata")::add);
        json.put("blocked", profile.blocked());
        json.setAll(AllowanceJson.write(profile.allowance()));
        return json.toString();
    }

    private static Holder holder(ResultSet row, StatementContext context) throws SQLException {
        return new Holder(
                Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getString("id"),
                new Holder.Profile(
                        row.getString("alias"),
                        row.getString("email"),
                        row.getString("tenant"),
                        row.getString("plan"),
                        JSON.readValue(row.getString("models"), STRINGS),
                        AllowanceJson.read(row.getString("allowance")),
                        row.getString("metadata"),
                        row.getString("details"),
                        row.getInt("blocked") != 0),
                new Trail(
                        row.getLong("created_at"),
                        row.getString("created_by"),
                        row.getLong("updated_at"),
                        row.getString("updated_by"),
                        row.getLong("deleted_at")),
                row.getLong("revision"));
    }
}
