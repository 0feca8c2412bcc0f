package dev.mizan.identity;

import dev.mizan.ledger.Principal;
import java.util.Set;

/**
 * A virtual key as calls see it. The key's text is not here: it is shown once, and stored only as a hash.
 *
 * @param id public id, e.g. {@code key_01K…}; {@code master} for the master key
 * @param principal whom calls with this key belong to
 * @param blocked whether it is refused for now
 * @param expiresAtMillis when it ends, Unix milliseconds; {@link Long#MAX_VALUE} for never
 * @param models aliases it may call; empty for all
 */
public record Key(String id, Principal principal, boolean blocked, long expiresAtMillis, Set<String> models) {
    /** The master key: may do everything. */
    public static final Key MASTER = new Key("master", Principal.MASTER, false, Long.MAX_VALUE, Set.of());

    public Key {
        models = Set.copyOf(models);
    }

    public boolean isMaster() {
        return id.equals("master");
    }

    /** Whether it may call {@code alias}. */
    public boolean allows(String alias) {
        return models.isEmpty() || models.contains(alias);
    }
}
