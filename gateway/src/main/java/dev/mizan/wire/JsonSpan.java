package dev.mizan.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Where the values of a JSON body stand in its bytes, so that some of them can be replaced and all others stay as they
 * are. Takes some times the body's size: for the few bodies that must be changed in their depth. Immutable.
 *
 * @param from first byte of the value, counted from the start of the body
 * @param to the byte after its last one
 * @param fields of an object; of two of one name the last
 * @param elements of an array
 * @param text of a string of at most {@value #TEXT_LENGTH_MAX} characters; empty for anything else
 * @param isNull whether it is {@code null}
 */
public record JsonSpan(
        int from, int to, Map<String, JsonSpan> fields, List<JsonSpan> elements, String text, boolean isNull) {
    private static final int TEXT_LENGTH_MAX = 64;

    /** The whole of {@code body}; throws {@link tools.jackson.core.JacksonException} if it is not JSON. */
    public static JsonSpan of(Slice body) {
        try (JsonParser json = Json.parser(body)) {
            json.nextToken();
            return value(json);
        }
    }

    private static JsonSpan value(JsonParser json) {
        int from = (int) json.currentTokenLocation().getByteOffset();
        Map<String, JsonSpan> fields = Map.of();
        List<JsonSpan> elements = List.of();
        String text = "";
        JsonToken token = json.currentToken();
        int to = -1;
        switch (token) {
            case START_OBJECT -> {
                fields = new LinkedHashMap<>();
                for (String name = json.nextName(); name != null; name = json.nextName()) {
                    json.nextToken();
                    fields.put(name, value(json));
                }
            }
            case START_ARRAY -> {
                elements = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(json));
                }
            }
            case VALUE_STRING -> {
                json.finishToken();
                text = json.getStringLength() <= TEXT_LENGTH_MAX ? json.getString() : "";
            }
            // Of a number the parser has looked one byte further.
            default -> to = from + json.getStringLength();
        }
        int end = to >= 0 ? to : (int) json.currentLocation().getByteOffset();
        return new JsonSpan(from, end, fields, elements, text, token == JsonToken.VALUE_NULL);
    }

    /** The field called {@code name} of an object, unless it is {@code null}. */
    public Optional<JsonSpan> field(String name) {
        return Optional.ofNullable(fields.get(name)).filter(value -> !value.isNull);
    }

    /** The elements of the array in the field called {@code name}; none if there is no such array. */
    public List<JsonSpan> list(String name) {
        return field(name).map(JsonSpan::elements).orElse(List.of());
    }

    /** The text in the field called {@code name}; empty if there is none. */
    public String text(String name) {
        return field(name).map(JsonSpan::text).orElse("");
    }

    /** Replaces it. */
    public Splice with(String json) {
        return new Splice(from, to, Json.raw(json));
    }

    /** Puts {@code name}, which it does not have, in front of the fields of an object. */
    public Splice withField(String name, String json) {
        return new Splice(from + 1, from + 1, Json.raw("\"" + name + "\":" + json + (fields.isEmpty() ? "" : ",")));
    }

    /** Gives the field called {@code name} of an object the value {@code json}, whether it has it or not. */
    public Splice set(String name, String json) {
        JsonSpan known = fields.get(name);
        return known == null ? withField(name, json) : known.with(json);
    }
}
