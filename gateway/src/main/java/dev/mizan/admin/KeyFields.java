package dev.mizan.admin;

import dev.mizan.identity.KeyProfile;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of a request that makes or changes a key, by LiteLLM's names. */
final class KeyFields {
    private static final int TAG_LENGTH_MAX = 128;
    private static final int TAGS_MAX = 50;

    /** Fields that are acted on, beside the limits. */
    private static final Set<String> OWN = Set.of(
            "key_alias",
            "tenant",
            "organization_id",
            "team_id",
            "user_id",
            "plan",
            "models",
            "tags",
            "metadata",
            "blocked",
            "duration",
            "spend");

    private final FieldReader fields;
    private final LitellmFields all;

    /**
     * Checks the names of all fields.
     *
     * @param others fields that are read elsewhere
     */
    KeyFields(ObjectNode json, Set<String> others, Instant now, ZoneId zone) {
        Set<String> acted = new HashSet<>(OWN);
        acted.addAll(AllowanceFields.OF_KEY);
        acted.addAll(others);
        this.all = new LitellmFields(json, acted);
        this.fields = new FieldReader(json, now, zone);
    }

    /** What is said about fields that are kept but not acted on. */
    List<String> warnings() {
        return new ArrayList<>(all.warnings());
    }

    /** {@code old} with what the fields say. */
    KeyProfile applyTo(KeyProfile old) {
        return new KeyProfile(
                fields.text("key_alias", old.alias()),
                fields.tenant(old.tenant(), KeyProfile.DEFAULT.tenant()),
                fields.text("team_id", old.team()),
                fields.text("user_id", old.user()),
                fields.text("plan", old.plan()),
                AllowanceFields.read(fields, AllowanceFields.OF_KEY, old.allowance()),
                fields.models(old.models()),
                fields.texts("tags", old.tags(), TAGS_MAX, TAG_LENGTH_MAX),
                fields.metadata(old.metadata()),
                all.keep(old.settings()).toString(),
                fields.flag("blocked", old.blocked()),
                expires(old.expiresAtMillis()));
    }

    private long expires(long old) {
        JsonNode value = fields.field("duration");
        if (value.isMissingNode()) {
            return old;
        }
        if (value.isNull() || (value.isString() && value.stringValue().equals("-1"))) {
            return Long.MAX_VALUE;
        }
        if (!value.isString()) {
            throw Problem.value("duration", value.toString(), Durations.EXPECTED);
        }
        return Durations.after("duration", value.stringValue(), fields.now(), fields.zone())
                .toEpochMilli();
    }
}
