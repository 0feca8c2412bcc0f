package dev.mizan.admin;

import dev.mizan.identity.Holder;
import dev.mizan.identity.Holder.Kind;
import dev.mizan.identity.Holder.Profile;
import tools.jackson.databind.node.ObjectNode;

/** Holders as JSON, by LiteLLM's names. */
final class HolderJson {
    private HolderJson() {}

    /** The row of a holder. */
    static ObjectNode row(HolderShape shape, Holder holder) {
        Profile profile = holder.profile();
        ObjectNode row = Json.object();
        row.put(shape.idField(), holder.name());
        if (!shape.aliasField().isEmpty()) {
            put(row, shape.aliasField(), profile.alias());
        }
        if (shape.has("user_email")) {
            put(row, "user_email", profile.email());
        }
        if (shape.hasTenant()) {
            put(row, "tenant", profile.tenant());
            put(row, "organization_id", profile.tenant());
        }
        if (shape.has("plan")) {
            put(row, "plan", profile.plan());
        }
        if (shape.has("models")) {
            row.set("models", KeyJson.array(profile.models()));
        }
        if (shape.has("metadata")) {
            row.set("metadata", Json.read(profile.metadata()));
        }
        if (shape.has("blocked")) {
            row.put("blocked", profile.blocked());
        }
        row.setAll((ObjectNode) Json.read(profile.details()));
        row.setAll(AllowanceShown.of(profile.allowance()));
        if (holder.kind() == Kind.BUDGET) {
            row.put("budget_id", holder.id());
        }
        if (holder.kind() == Kind.PLAN) {
            row.remove("budget_id");
        }
        row.put("created_at", Json.time(holder.trail().createdAtMillis()));
        row.put("created_by", holder.trail().createdBy());
        row.put("updated_at", Json.time(holder.trail().updatedAtMillis()));
        row.put("updated_by", holder.trail().updatedBy());
        return row;
    }

    private static void put(ObjectNode row, String name, String text) {
        if (text.isEmpty()) {
            row.putNull(name);
        } else {
            row.put(name, text);
        }
    }
}
