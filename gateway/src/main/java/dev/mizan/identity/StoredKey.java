package dev.mizan.identity;

import dev.mizan.ledger.Principal;
import java.util.List;
import java.util.Set;

/**
 * A virtual key as it is stored.
 *
 * @param id public id: {@code key_} and a ULID
 * @param revision grows with each change to any key; set by the store
 */
public record StoredKey(String id, Credential credential, KeyProfile profile, Trail trail, long revision)
        implements Limited {
    /**
     * How its text is recognised.
     *
     * @param hash {@link KeyHash#hex()} of its text
     * @param shown what is shown of its text, e.g. {@code sk-...Ab3d}
     * @param previousHash the hash of the text it had before; empty if there was none
     * @param previousUntilMillis until when the text before is good, Unix milliseconds
     */
    public record Credential(String hash, String shown, String previousHash, long previousUntilMillis) {}

    /**
     * Who did what when: Unix milliseconds, and ids of keys.
     *
     * @param deletedAtMillis 0 if it is not deleted
     */
    public record Trail(
            long createdAtMillis, String createdBy, long updatedAtMillis, String updatedBy, long deletedAtMillis) {
        /** The trail of a key that is made now. */
        static Trail begin(long nowMillis, String by) {
            return new Trail(nowMillis, by, nowMillis, by, 0);
        }

        Trail updated(long nowMillis, String by) {
            return new Trail(createdAtMillis, createdBy, nowMillis, by, deletedAtMillis);
        }

        Trail deleted(long nowMillis, String by) {
            return new Trail(createdAtMillis, createdBy, nowMillis, by, nowMillis);
        }
    }

    @Override
    public Allowance allowance() {
        return profile.allowance();
    }

    @Override
    public String plan() {
        return profile.plan();
    }

    @Override
    public List<String> models() {
        return profile.models();
    }

    /** The same at another revision. */
    public StoredKey withRevision(long revision) {
        return new StoredKey(id, credential, profile, trail, revision);
    }

    public boolean isDeleted() {
        return trail.deletedAtMillis() != 0;
    }

    /** This key as calls see it. */
    Key key() {
        return key(profile.expiresAtMillis());
    }

    /** This key as calls with the text it had before see it: it ends with that text's grace. */
    Key previousKey() {
        return key(Math.min(profile.expiresAtMillis(), credential.previousUntilMillis()));
    }

    private Key key(long expiresAtMillis) {
        Principal principal =
                new Principal(profile.tenant(), profile.team(), profile.user(), id, "", "", profile.plan());
        return new Key(id, principal, profile.blocked(), expiresAtMillis, Set.copyOf(profile.models()), profile.tags());
    }
}
