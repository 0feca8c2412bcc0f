package dev.mizan.translation.gemini;

import dev.mizan.translation.model.JsonTree;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Google's own schemas, a part of OpenAPI's, as JSON schemas: types in small letters, {@code nullable} as a type,
 * counts as numbers (<a href="https://ai.google.dev/api/caching#Schema">Schema</a>).
 */
final class GeminiSchema {
    private static final Set<String> SCHEMAS = Set.of("items", "additionalProperties", "not");
    private static final Set<String> LISTS = Set.of("anyOf", "oneOf", "allOf", "prefixItems");
    private static final Set<String> MAPS = Set.of("properties", "$defs", "defs", "definitions");
    private static final Set<String> COUNTS =
            Set.of("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties");

    private GeminiSchema() {}

    /** {@code schema} as JSON schema. Its depth is bounded as all JSON here is. */
    static ObjectNode toJsonSchema(ObjectNode schema) {
        ObjectNode to = JsonTree.object();
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (name.equals("type") && value.isString()) {
                type(value.stringValue(), schema.path("nullable").asBoolean(false), to);
            } else if (SCHEMAS.contains(name) && value instanceof ObjectNode inner) {
                to.set(name, toJsonSchema(inner));
            } else if (LISTS.contains(name) && value instanceof ArrayNode list) {
                ArrayNode into = to.putArray(name);
                list.forEach(inner -> into.add(inner instanceof ObjectNode object ? toJsonSchema(object) : inner));
            } else if (MAPS.contains(name) && value instanceof ObjectNode map) {
                ObjectNode into = to.putObject(name);
                map.forEachEntry((key, inner) ->
                        into.set(key, inner instanceof ObjectNode object ? toJsonSchema(object) : inner));
            } else if (COUNTS.contains(name) && value.isString()) {
                to.put(name, value.asLong(0));
            } else if (!name.equals("nullable") && !name.equals("propertyOrdering")) {
                to.set(name, value);
            }
        }
        return to;
    }

    private static void type(String type, boolean nullable, ObjectNode to) {
        String small = type.toLowerCase(Locale.ROOT);
        if (nullable) {
            to.putArray("type").add(small).add("null");
        } else if (!small.equals("type_unspecified")) {
            to.put("type", small);
        }
    }
}
