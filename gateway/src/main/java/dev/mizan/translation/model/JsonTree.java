package dev.mizan.translation.model;

import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as trees, with the bounds of the data plane and numbers kept as they are. Safe for use by many threads. */
public final class JsonTree {
    /**
     * What arguments that are no JSON object are wrapped in where an object must stand
     * (<a href="https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming">Anthropic,
     * fine-grained tool streaming</a>).
     */
    private static final String INVALID = "INVALID_JSON";

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(Json.DEPTH_MAX)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private JsonTree() {}

    /** @throws JacksonException if {@code bytes} is not one JSON value */
    public static JsonNode read(Slice bytes) {
        try {
            return MAPPER.readTree(bytes.array(), bytes.from(), bytes.length());
        } catch (NumberFormatException e) {
            throw unreadable(e);
        }
    }

    public static Slice bytes(JsonNode tree) {
        return Slice.of(MAPPER.writeValueAsBytes(tree));
    }

    /** {@code tree} as JSON text. */
    public static String text(JsonNode tree) {
        return MAPPER.writeValueAsString(tree);
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** A tool's arguments as an object: empty for none, and what is no object wrapped in one. */
    public static ObjectNode arguments(String json) {
        if (json.isBlank()) {
            return object();
        }
        try {
            if (MAPPER.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException | NumberFormatException e) {
            // A model wrote it: what it wrote stays readable.
        }
        return object().put(INVALID, json);
    }

    /** Numbers whose exponents have more than nine digits are no Jackson exception. */
    private static JacksonException unreadable(NumberFormatException e) {
        return new StreamReadException(null, "a number's exponent is out of range", e);
    }
}
