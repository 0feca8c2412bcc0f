package dev.mizan.translation.model;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.RefusedException;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object of a caller's body, read by taking its fields out one by one: what is left at the end is what nobody asked
 * for. {@code null} is as good as absent. Every wrong type is a refusal that names the field. Not safe for use by many
 * threads.
 */
public final class Fields {
    private static final JsonNode ABSENT = MissingNode.getInstance();

    private final ObjectNode node;
    private final Where where;
    private final List<String> left;

    private Fields(ObjectNode node, Where where, List<String> left) {
        this.node = node;
        this.where = where;
        this.left = left;
    }

    /** The path to an object, put together only where it is needed. */
    private record Where(List<Where> parent, String name, int index) {
        String path() {
            String here = index < 0 ? name : name + "[" + index + "]";
            if (parent.isEmpty()) {
                return here;
            }
            String above = parent.getFirst().path();
            return above.isEmpty() ? here : above + "." + here;
        }
    }

    /** A whole body. @throws RefusedException if it is no JSON object */
    public static Fields body(Slice body) {
        try {
            if (JsonTree.read(body) instanceof ObjectNode object) {
                return new Fields(object, new Where(List.of(), "", -1), new ArrayList<>(2));
            }
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw Refusal.of(
                            ErrorCode.INVALID_REQUEST,
                            "The body is not valid JSON"
                                    + (at == null ? "" : " at byte " + Math.max(0, at.getByteOffset())) + ": "
                                    + e.getOriginalMessage().lines().findFirst().orElse(""))
                    .thrown();
        }
        throw Refusal.of(ErrorCode.INVALID_REQUEST, "The body is not a JSON object.")
                .thrown();
    }

    /** Takes {@code name} whatever it is; a missing node if there is none. */
    public JsonNode take(String name) {
        JsonNode value = node.remove(name);
        return value == null || value.isNull() ? ABSENT : value;
    }

    /** Whether there is a {@code name} that is not null. */
    public boolean has(String name) {
        return node.hasNonNull(name);
    }

    /** Looks at {@code name} without taking it. */
    public JsonNode peek(String name) {
        return node.path(name);
    }

    /** Takes a string; empty if there is none. */
    public String text(String name) {
        JsonNode value = take(name);
        if (value.isMissingNode()) {
            return "";
        }
        if (!value.isString()) {
            throw wrong(name, "a string");
        }
        return value.stringValue();
    }

    /** Takes a string that must be there. */
    public String needed(String name) {
        if (!has(name)) {
            throw wrong(name, "a string");
        }
        return text(name);
    }

    /** Takes a switch; false if there is none. */
    public boolean flag(String name) {
        JsonNode value = take(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw wrong(name, "true or false");
        }
        return value.asBoolean(false);
    }

    /** Takes a whole number; -1 if there is none. */
    public long count(String name) {
        JsonNode value = take(name);
        if (value.isMissingNode()) {
            return -1;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw wrong(name, "a whole number, 0 or more");
        }
        return value.longValue();
    }

    /** Takes an object; an empty one if there is none. */
    public Fields object(String name) {
        JsonNode value = take(name);
        if (value.isMissingNode()) {
            return new Fields(JsonTree.object(), within(name, -1), left);
        }
        if (value instanceof ObjectNode object) {
            return new Fields(object, within(name, -1), left);
        }
        throw wrong(name, "an object");
    }

    /** Takes an object as it is; an empty one if there is none. */
    public ObjectNode tree(String name) {
        return object(name).node;
    }

    /** Takes an array of objects; none if there is none. */
    public List<Fields> objects(String name) {
        JsonNode value = take(name);
        if (value.isMissingNode()) {
            return List.of();
        }
        if (!(value instanceof ArrayNode array)) {
            throw wrong(name, "an array of objects");
        }
        List<Fields> found = new ArrayList<>(array.size());
        for (JsonNode element : array) {
            if (!(element instanceof ObjectNode object)) {
                throw wrong(name + "[" + found.size() + "]", "an object");
            }
            found.add(new Fields(object, within(name, found.size()), left));
        }
        return found;
    }

    /** Takes an array of strings, or one string; none if there is none. */
    public List<String> texts(String name) {
        JsonNode value = take(name);
        if (value.isMissingNode()) {
            return List.of();
        }
        if (value.isString()) {
            return List.of(value.stringValue());
        }
        List<String> found = new ArrayList<>();
        for (JsonNode element : value) {
            if (!element.isString()) {
                throw wrong(name + "[" + found.size() + "]", "a string");
            }
            found.add(element.stringValue());
        }
        if (!value.isArray()) {
            throw wrong(name, "an array of strings");
        }
        return found;
    }

    /**
     * Takes those settings that {@code names} has.
     *
     * @param names the fields by what they mean
     */
    public Map<Setting, JsonNode> settings(Map<Setting, String> names) {
        Map<Setting, JsonNode> found = new EnumMap<>(Setting.class);
        for (Map.Entry<Setting, String> entry : names.entrySet()) {
            JsonNode value = take(entry.getValue());
            if (value.isMissingNode()) {
                continue;
            }
            boolean isSwitch = entry.getKey() == Setting.LOGPROBS;
            boolean isFinite = value.isNumber() && !Double.isNaN(value.asDouble(Double.NaN));
            if (isSwitch ? !value.isBoolean() : !isFinite) {
                throw wrong(entry.getValue(), isSwitch ? "true or false" : "a number");
            }
            if (!saysTheDefault(entry.getKey(), value)) {
                found.put(entry.getKey(), canonical(value));
            }
        }
        return found;
    }

    /** One number is one, however it is written: 1, 1.0 and 1e0 are equal. */
    private static JsonNode canonical(JsonNode value) {
        if (!value.isNumber() || value.isIntegralNumber()) {
            return value.canConvertToLong() && value.isNumber()
                    ? JsonNodeFactory.instance.numberNode(value.longValue())
                    : value;
        }
        double number = value.doubleValue();
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? JsonNodeFactory.instance.numberNode((long) number)
                : value;
    }

    private static boolean saysTheDefault(Setting setting, JsonNode value) {
        return switch (setting) {
            case CHOICES -> value.asDouble() == 1;
            case PRESENCE_PENALTY, FREQUENCY_PENALTY -> value.asDouble() == 0;
            case LOGPROBS -> !value.booleanValue();
            default -> false;
        };
    }

    /** Takes names in snake case, which protocol buffers allow in JSON, for those in camel case. Returns this. */
    public Fields camel() {
        for (String name : List.copyOf(node.propertyNames())) {
            if (name.indexOf('_') > 0) {
                StringBuilder camel = new StringBuilder(name.length());
                for (int i = 0; i < name.length(); i++) {
                    boolean isBreak = name.charAt(i) == '_' && i + 1 < name.length();
                    camel.append(isBreak ? Character.toUpperCase(name.charAt(++i)) : name.charAt(i));
                }
                node.set(camel.toString(), node.remove(name));
            }
        }
        return this;
    }

    /** Throws away fields that change nothing for the answer. */
    public void ignore(String... names) {
        for (String name : names) {
            node.remove(name);
        }
    }

    /** Throws {@code name} away if it says no more than the default {@code value}. */
    public void ignoreIf(String name, String value) {
        if (node.path(name).asString("").equals(value)) {
            node.remove(name);
        }
    }

    /** Notes all that was not taken, as something that has no place in the call model. */
    public void end() {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!entry.getValue().isNull()) {
                left.add(path(entry.getKey()));
            }
        }
    }

    /** Notes this object itself as something that has no place in the call model. */
    public void leave() {
        left.add(where.path());
    }

    /** What was left in the whole body so far, in its order. */
    public List<String> left() {
        return left;
    }

    /** Where this stands. */
    public Place place() {
        return new Place(where.path());
    }

    /** The path of {@code name} in here. */
    public String path(String name) {
        return place().at(name);
    }

    /** The field {@code name} is not what it must be. */
    public RefusedException wrong(String name, String expected) {
        String path = name.isEmpty() ? where.path() : path(name);
        return Refusal.field(path, "The field '" + path + "' is wrong (expected: " + expected + ").")
                .thrown();
    }

    private Where within(String name, int index) {
        return new Where(List.of(where), name, index);
    }
}
