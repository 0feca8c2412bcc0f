package dev.mizan.admin;

import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the fields of a request that makes or changes something. A field that is {@code null} is cleared; one that is
 * missing stays as it is; one of a wrong type is refused by name.
 */
final class FieldReader {
    static final int TEXT_LENGTH_MAX = 256;
    private static final int LIST_LENGTH_MAX = 1_000;
    private static final int METADATA_BYTES_MAX = 65_536;

    private final ObjectNode json;
    private final Instant now;
    private final ZoneId zone;

    FieldReader(ObjectNode json, Instant now, ZoneId zone) {
        this.json = json;
        this.now = now;
        this.zone = zone;
    }

    JsonNode field(String name) {
        return json.path(name);
    }

    Instant now() {
        return now;
    }

    ZoneId zone() {
        return zone;
    }

    /** A text that must be there. */
    String required(String name) {
        String text = text(name, "");
        if (text.isEmpty()) {
            throw Problem.value(name, json.path(name).toString(), "a text");
        }
        return text;
    }

    String text(String name, String old) {
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

    List<String> texts(String name, List<String> old, int countMax, int lengthMax) {
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

    /** LiteLLM's organization is what is called a tenant here. */
    String tenant(String old, String otherwise) {
        String tenant = text("tenant", old);
        String organization = text("organization_id", tenant);
        if (json.hasNonNull("tenant") && !organization.equals(tenant)) {
            throw Problem.value("organization_id", organization, "the same as tenant, or only one of the two");
        }
        return organization.isEmpty() ? otherwise : organization;
    }

    /** Model aliases; LiteLLM's words for all of them make an empty list. */
    List<String> models(List<String> old) {
        List<String> models = texts("models", old, LIST_LENGTH_MAX, TEXT_LENGTH_MAX);
        return models.contains("all-proxy-models") || models.contains("all-team-models") ? List.of() : models;
    }

    String metadata(String old) {
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

    boolean flag(String name, boolean old) {
        JsonNode value = json.path(name);
        FieldType.FLAG.check(name, value);
        return value.isBoolean() ? value.booleanValue() : !value.isNull() && old;
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }
}
