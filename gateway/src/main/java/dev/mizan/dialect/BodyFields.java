package dev.mizan.dialect;

import dev.mizan.dialect.Extent.OutputField;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads fields of a call's body, and refuses what is wrong with them by their names. Reads one body; not safe for use
 * by many threads.
 */
public final class BodyFields {
    private static final long OUTPUT_TOKENS_MAX = 100_000_000L;
    private static final int NULL_BYTES = 4;

    private final JsonParser json;
    private int seen;

    public BodyFields(JsonParser json) {
        this.json = json;
    }

    /** The refusal of a body that is not JSON. */
    public static RuntimeException notJson(JacksonException cause) {
        var at = cause.getLocation();
        String where = at == null ? "" : " at byte " + Math.max(0, at.getByteOffset());
        String why = cause.getOriginalMessage().lines().findFirst().orElse("");
        return Refusal.of(ErrorCode.INVALID_REQUEST, "The body is not valid JSON" + where + ": " + why)
                .thrown();
    }

    /**
     * Reads the body, which is one JSON object and nothing behind it.
     *
     * @param field reads the value of the field of this name, from its first token to its last
     * @return where the object starts, in bytes
     */
    public int object(Consumer<String> field) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw Refusal.of(ErrorCode.INVALID_REQUEST, "The body is not a JSON object.")
                    .thrown();
        }
        int start = (int) json.currentTokenLocation().getByteOffset();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            field.accept(name);
        }
        if (json.nextToken() != null) {
            throw Refusal.of(ErrorCode.INVALID_REQUEST, "The body goes on after its JSON object.")
                    .thrown();
        }
        return start;
    }

    /** Refuses a field that stands twice: provider and gateway might each believe another one. */
    public void once(String name, int bit) {
        if ((seen & (1 << bit)) != 0) {
            throw Refusal.field(name, "'" + name + "' stands twice (expected: once).")
                    .thrown();
        }
        seen |= 1 << bit;
    }

    /** The current value of {@code model}, which may stand once. */
    public ModelField model() {
        once("model", 0);
        int from = (int) json.currentTokenLocation().getByteOffset();
        String name = text("model");
        json.finishToken();
        return new ModelField(name, from, (int) json.currentLocation().getByteOffset());
    }

    /** The current value of {@code name}, which limits the output and may stand once. */
    public OutputField output(String name, int bit) {
        return output(name, bit, false);
    }

    /**
     * The current value of {@code name}, which limits the output and may stand once.
     *
     * @param isOpen whether its value stands for no limit
     */
    public OutputField output(String name, int bit, boolean isOpen) {
        once(name, bit);
        int from = (int) json.currentTokenLocation().getByteOffset();
        long value = isOpen ? -1 : whole(name, OUTPUT_TOKENS_MAX);
        boolean isNull = json.currentToken() == JsonToken.VALUE_NULL;
        return new OutputField(name, from, from + (isNull ? NULL_BYTES : json.getStringLength()), value);
    }

    /** The current string. */
    public String text(String name) {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(name, "a string");
        }
        return json.getString();
    }

    /** The current boolean; false for null. */
    public boolean bool(String name) {
        return switch (json.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE, VALUE_NULL -> false;
            default -> throw wrong(name, "true or false");
        };
    }

    /** The current whole number, 1 to {@code max}; -1 for null. */
    public long whole(String name, long max) {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return -1;
        }
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || json.getStringLength() > 12) {
            throw wrong(name, "a whole number from 1 to " + max);
        }
        long value = json.getLongValue();
        if (value < 1 || value > max) {
            throw wrong(name, "a whole number from 1 to " + max);
        }
        return value;
    }

    /** That the current value of {@code name} is not what was expected. */
    public RuntimeException wrong(String name, String expected) {
        String found =
                switch (json.currentToken()) {
                    case START_OBJECT -> "an object";
                    case START_ARRAY -> "an array";
                    default -> shortened(json.getString());
                };
        return Refusal.field(name, "'" + name + "' is " + found + " (expected: " + expected + ").")
                .thrown();
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
