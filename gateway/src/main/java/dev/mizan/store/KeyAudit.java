package dev.mizan.store;

import dev.mizan.identity.AllowanceJson;
import dev.mizan.identity.KeyProfile;
import dev.mizan.identity.StoredKey;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the audit log says of keys. Neither text nor hash of a key, nor the values of its metadata, are in it. */
final class KeyAudit {
    private static final JsonMapper JSON = JsonMapper.shared();

    private KeyAudit() {}

    static void made(Handle handle, StoredKey key) {
        add(handle, "created", "", key, shown(key));
    }

    static void changed(Handle handle, StoredKey before, StoredKey after) {
        add(handle, action(before, after), shown(before), after, after.isDeleted() ? "" : shown(after));
    }

    private static void add(Handle handle, String action, String before, StoredKey key, String after) {
        AuditRows.add(
                handle,
                new AuditRows.Row(
                        key.revision(),
                        key.trail().updatedAtMillis(),
                        key.trail().updatedBy(),
                        action,
                        "key",
                        key.id(),
                        before,
                        after));
    }

    private static String action(StoredKey before, StoredKey after) {
        if (after.isDeleted()) {
            return "deleted";
        }
        if (!before.credential().hash().equals(after.credential().hash())) {
            return "regenerated";
        }
        return AuditRows.action(before.profile().blocked(), after.profile().blocked());
    }

    private static String shown(StoredKey key) {
        KeyProfile profile = key.profile();
        ObjectNode json = JSON.createObjectNode();
        json.put("key_alias", profile.alias());
        json.put("tenant", profile.tenant());
        json.put("team_id", profile.team());
        json.put("user_id", profile.user());
        json.put("plan", profile.plan());
        profile.models().forEach(json.withArray("models")::add);
        profile.tags().forEach(json.withArray("tags")::add);
        JSON.readTree(profile.metadata()).propertyNames().forEach(json.withArray("metadata")::add);
        json.put("blocked", profile.blocked());
        json.put("expires_at", profile.expiresAtMillis() == Long.MAX_VALUE ? 0 : profile.expiresAtMillis());
        json.setAll(AllowanceJson.write(profile.allowance()));
        return json.toString();
    }
}
