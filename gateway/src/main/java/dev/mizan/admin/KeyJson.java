package dev.mizan.admin;

import dev.mizan.identity.KeyProfile;
import dev.mizan.identity.StoredKey;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keys as JSON, by LiteLLM's names. Neither the text nor the hash of a key is in it: {@code token} is its public id, by
 * which every call here knows it too.
 */
final class KeyJson {
    private KeyJson() {}

    /** The row of a key. */
    static ObjectNode row(StoredKey key, long nowMillis) {
        KeyProfile profile = key.profile();
        ObjectNode row = Json.object();
        row.put("token", key.id());
        row.put("token_id", key.id());
        row.put("key_name", key.credential().shown());
        put(row, "key_alias", profile.alias());
        row.put("tenant", profile.tenant());
        row.put("organization_id", profile.tenant());
        put(row, "team_id", profile.team());
        put(row, "user_id", profile.user());
        put(row, "plan", profile.plan());
        row.set("models", array(profile.models()));
        row.set("tags", array(profile.tags()));
        row.set("metadata", Json.read(profile.metadata()));
        row.put("blocked", profile.blocked());
        row.put("status", status(key, nowMillis));
        putTime(row, "expires", profile.expiresAtMillis());
        row.put("created_at", Json.time(key.trail().createdAtMillis()));
        row.put("created_by", key.trail().createdBy());
        row.put("updated_at", Json.time(key.trail().updatedAtMillis()));
        row.put("updated_by", key.trail().updatedBy());
        ObjectNode settings = (ObjectNode) Json.read(profile.settings());
        // Kept by a version that did not act on them: what is shown as a limit must be one.
        settings.remove(AllowanceFields.OF_KEY);
        row.setAll(settings);
        row.setAll(AllowanceShown.of(profile.allowance()));
        return row;
    }

    static ArrayNode array(List<String> texts) {
        ArrayNode array = Json.array();
        texts.forEach(array::add);
        return array;
    }

    private static String status(StoredKey key, long nowMillis) {
        if (key.isDeleted()) {
            return "deleted";
        }
        if (key.profile().blocked()) {
            return "blocked";
        }
        return nowMillis >= key.profile().expiresAtMillis() ? "expired" : "active";
    }

    private static void put(ObjectNode row, String name, String text) {
        if (text.isEmpty()) {
            row.putNull(name);
        } else {
            row.put(name, text);
        }
    }

    private static void putTime(ObjectNode row, String name, long millis) {
        if (millis == Long.MAX_VALUE) {
            row.putNull(name);
        } else {
            row.put(name, Json.time(millis));
        }
    }
}
