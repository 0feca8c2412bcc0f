package dev.mizan.store;

import dev.mizan.licence.RevocationStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** The revoked licences in the ledger's database. Blocking; safe for use by many threads and processes. */
public final class JdbcRevocations implements RevocationStore {
    /** Its row's lock puts all revocations in one order, in which their revisions also become visible. */
    private static final String NEXT_REVISION =
            "UPDATE licence_state SET revision = revision + 1 WHERE id = 1 RETURNING revision";

    private final Database database;

    /** Revocations in {@code database}. */
    public JdbcRevocations(Database database) {
        this.database = database;
    }

    @Override
    public Revocation revoke(String licence, long atMillis, String by) {
        return database.write(handle -> {
            long revision = handle.createQuery(NEXT_REVISION).mapTo(Long.class).one();
            Optional<Revocation> before = find(handle, licence);
            if (before.isPresent()) {
                return before.get();
            }
            handle.createUpdate("INSERT INTO licence_revocation (licence, revoked_at, revoked_by, revision)"
                            + " VALUES (:licence, :revoked_at, :revoked_by, :revision)")
                    .bind("licence", licence)
                    .bind("revoked_at", atMillis)
                    .bind("revoked_by", by)
                    .bind("revision", revision)
                    .execute();
            return new Revocation(licence, atMillis, by, revision);
        });
    }

    @Override
    public Optional<Revocation> find(String licence) {
        return database.read(handle -> find(handle, licence));
    }

    @Override
    public List<Revocation> after(long revision, int limit) {
        return database.read(handle -> handle.createQuery(
                        "SELECT * FROM licence_revocation WHERE revision > :revision ORDER BY revision LIMIT :limit")
                .bind("revision", revision)
                .bind("limit", limit)
                .map(JdbcRevocations::revocation)
                .list());
    }

    private static Optional<Revocation> find(Handle handle, String licence) {
        return handle.createQuery("SELECT * FROM licence_revocation WHERE licence = :licence")
                .bind("licence", licence)
                .map(JdbcRevocations::revocation)
                .findFirst();
    }

    private static Revocation revocation(ResultSet row, StatementContext context) throws SQLException {
        return new Revocation(
                row.getString("licence"),
                row.getLong("revoked_at"),
                row.getString("revoked_by"),
                row.getLong("revision"));
    }
}
