package dev.mizan.identity;

import dev.mizan.ledger.Principal;
import java.util.List;
import java.util.Set;

/**
 * A virtual key as calls see it. The key's text is not here: it is shown once, and stored only as a hash.
 *
 * @param id public id, e.g. {@code key_01K…}; {@code master} for the master key
 * @param principal whom calls with this key belong to
 * @param blocked whether it is refused for now
 * @param expiresAtMillis when it ends, Unix milliseconds; {@link Long#MAX_VALUE} for never
 * @param models aliases it may call; empty for all
 * @param tags tags that every call with it carries, before the caller's own
 */
public record Key(
        String id, Principal principal, boolean blocked, long expiresAtMillis, Set<String> models, List<String> tags) {
    /** The master key: may do everything. */
    public static final Key MASTER = new Key("master", Principal.MASTER, false, Long.MAX_VALUE, Set.of(), List.of());

    public Key {
        models = Set.copyOf(models);
        tags = List.copyOf(tags);
    }

    /** A key without tags of its own. */
    public Key(String id, Principal principal, boolean blocked, long expiresAtMillis, Set<String> models) {
        this(id, principal, blocked, expiresAtMillis, models, List.of());
    }

    public boolean isMaster() {
        return id.equals("master");
    }

    /** Whether it is a licence: a signed key that names its package. */
    public boolean isLicence() {
        return !principal.licence().isEmpty();
    }

    /** Whether it may call {@code alias}. */
    public boolean allows(String alias) {
        return models.isEmpty() || models.contains(alias);
    }

    /** Whether it has ended at {@code nowMillis}, Unix milliseconds. */
    public boolean isExpired(long nowMillis) {
        return nowMillis >= expiresAtMillis;
    }
}
