package dev.mizan.admin;

import dev.mizan.identity.KeyProfile;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of a request that makes or changes a key, by LiteLLM's names. Unknown fields and wrong types are refused;
 * fields that are known there but not acted on here are kept, and named in the answer's {@code warnings}.
 *
 * <p>A field that is {@code null} is cleared; one that is missing stays as it is.
 */
final class KeyFields {
    private static final int TEXT_LENGTH_MAX = 256;
    private static final int LIST_LENGTH_MAX = 1_000;
    private static final int TAG_LENGTH_MAX = 128;
    private static final int TAGS_MAX = 50;
    private static final int METADATA_BYTES_MAX = 65_536;

    /** Fields that are acted on. */
    private static final Set<String> KNOWN = Set.of(
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
            "duration");

    /** Fields that are accepted and kept, with the type they must have. */
    private static final Map<String, Kind> KEPT = kept();

    private final ObjectNode json;
    private final Instant now;
    private final ZoneId zone;

    /**
     * Checks the names of all fields.
     *
     * @param others fields that are read elsewhere
     */
    KeyFields(ObjectNode json, Set<String> others, Instant now, ZoneId zone) {
        this.json = json;
        this.now = now;
        this.zone = zone;
        for (String name : json.propertyNames()) {
            if (!KNOWN.contains(name) && !KEPT.containsKey(name) && !others.contains(name)) {
                Set<String> expected = new TreeSet<>(KNOWN);
                expected.addAll(others);
                throw Problem.unknownField(name, String.join(", ", expected) + ", or another of LiteLLM's");
            }
        }
        KEPT.forEach((name, kind) -> kind.check(name, json.path(name)));
    }

    private enum Kind {
        TEXT("a text"),
        NUMBER("a number, 0 or more"),
        WHOLE("a whole number, 0 or more"),
        FLAG("true or false"),
        LIST("a list"),
        OBJECT("an object");

        private final String expected;

        Kind(String expected) {
            this.expected = expected;
        }

        void check(String name, JsonNode value) {
            if (value.isMissingNode() || value.isNull()) {
                return;
            }
            boolean right =
                    switch (this) {
                        case TEXT -> value.isString() && value.stringValue().length() <= TEXT_LENGTH_MAX;
                        case NUMBER -> value.isNumber() && value.decimalValue().signum() >= 0;
                        case WHOLE ->
                            value.isIntegralNumber() && value.decimalValue().signum() >= 0;
                        case FLAG -> value.isBoolean();
                        case LIST -> value.isArray() && value.size() <= LIST_LENGTH_MAX;
                        case OBJECT -> value.isObject();
                    };
            if (!right) {
                throw Problem.value(name, value.toString(), expected);
            }
        }
    }

    private static Map<String, Kind> kept() {
        Map<String, Kind> kept = new TreeMap<>();
        Map.of(
                        Kind.TEXT,
                        "agent_id budget_duration budget_id key_type project_id rotation_interval rpm_limit_type"
                                + " temp_budget_expiry tpm_limit_type",
                        Kind.NUMBER,
                        "max_budget soft_budget spend temp_budget_increase",
                        Kind.WHOLE,
                        "max_parallel_requests max_requests_per_day max_requests_per_hour max_requests_per_minute"
                                + " max_requests_per_month max_tokens_per_day max_tokens_per_hour"
                                + " max_tokens_per_minute max_tokens_per_month rpm_limit tpm_limit",
                        Kind.FLAG,
                        "auto_rotate send_invite_email",
                        Kind.LIST,
                        "access_group_ids allowed_cache_controls allowed_passthrough_routes allowed_routes"
                                + " allowed_vector_store_indexes budget_limits enforced_params guardrails policies"
                                + " prompts",
                        Kind.OBJECT,
                        "aliases budget_fallbacks config model_max_budget model_rpm_limit model_tpm_limit"
                                + " object_permission permissions router_settings")
                .forEach((kind, names) -> {
                    for (String name : names.split(" ", -1)) {
                        kept.put(name, kind);
                    }
                });
        return kept;
    }

    /** What is said about fields that are kept but not acted on. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (String name : KEPT.keySet()) {
            if (json.hasNonNull(name)) {
                warnings.add(name + ": stored, but not acted on by this version");
            }
        }
        if (!text("plan", "").isEmpty()) {
            warnings.add("plan: written on ledger lines, but its limits are not enforced by this version");
        }
        return warnings;
    }

    /** {@code old} with what the fields say. */
    KeyProfile applyTo(KeyProfile old) {
        return new KeyProfile(
                text("key_alias", old.alias()),
                tenant(old.tenant()),
                text("team_id", old.team()),
                text("user_id", old.user()),
                text("plan", old.plan()),
                models(old.models()),
                texts("tags", old.tags(), TAGS_MAX, TAG_LENGTH_MAX),
                metadata(old.metadata()),
                settings(old.settings()),
                flag("blocked", old.blocked()),
                expires(old.expiresAtMillis()));
    }

    /** LiteLLM's organization is what is called a tenant here. */
    private String tenant(String old) {
        String tenant = text("tenant", old);
        String organization = text("organization_id", tenant);
        if (json.hasNonNull("tenant") && !organization.equals(tenant)) {
            throw Problem.value("organization_id", organization, "the same as tenant, or only one of the two");
        }
        return organization.isEmpty() ? KeyProfile.DEFAULT.tenant() : organization;
    }

    private List<String> models(List<String> old) {
        List<String> models = texts("models", old, LIST_LENGTH_MAX, TEXT_LENGTH_MAX);
        return models.contains("all-proxy-models") ? List.of() : models;
    }

    private String text(String name, String old) {
        JsonNode value = json.path(name);
        if (value.isMissingNode()) {
            return old;
        }
        if (value.isNull()) {
            return "";
        }
        if (!value.isString() || value.stringValue().length() > TEXT_LENGTH_MAX || hasControl(value.stringValue())) {
            throw Problem.value(
                    name, value.toString(), "a text of at most " + TEXT_LENGTH_MAX + " printable characters");
        }
        return value.stringValue().strip();
    }

    private List<String> texts(String name, List<String> old, int countMax, int lengthMax) {
        JsonNode value = json.path(name);
        if (value.isMissingNode()) {
            return old;
        }
        if (value.isNull()) {
            return List.of();
        }
        String expected = "a list of at most " + countMax + " texts of 1 to " + lengthMax + " printable characters";
        if (!value.isArray() || value.size() > countMax) {
            throw Problem.value(name, value.toString(), expected);
        }
        Set<String> texts = new LinkedHashSet<>();
        for (JsonNode element : value) {
            String text = element.isString() ? element.stringValue().strip() : "";
            if (text.isEmpty() || text.length() > lengthMax || hasControl(text)) {
                throw Problem.value(name, element.toString(), expected);
            }
            texts.add(text);
        }
        return List.copyOf(texts);
    }

    private String metadata(String old) {
        JsonNode value = json.path("metadata");
        if (value.isMissingNode()) {
            return old;
        }
        if (value.isNull()) {
            return "{}";
        }
        String text = value.toString();
        if (!value.isObject() || text.length() > METADATA_BYTES_MAX) {
            throw Problem.value("metadata", text, "an object of at most " + METADATA_BYTES_MAX + " characters");
        }
        return text;
    }

    private String settings(String old) {
        ObjectNode settings = (ObjectNode) Json.read(old);
        for (String name : KEPT.keySet()) {
            JsonNode value = json.path(name);
            if (value.isNull()) {
                settings.remove(name);
            } else if (!value.isMissingNode()) {
                settings.set(name, value);
            }
        }
        return settings.toString();
    }

    private boolean flag(String name, boolean old) {
        JsonNode value = json.path(name);
        Kind.FLAG.check(name, value);
        return value.isBoolean() ? value.booleanValue() : !value.isNull() && old;
    }

    private long expires(long old) {
        JsonNode value = json.path("duration");
        if (value.isMissingNode()) {
            return old;
        }
        if (value.isNull() || (value.isString() && value.stringValue().equals("-1"))) {
            return Long.MAX_VALUE;
        }
        if (!value.isString()) {
            throw Problem.value("duration", value.toString(), Durations.EXPECTED);
        }
        return Durations.after("duration", value.stringValue(), now, zone).toEpochMilli();
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }
}
