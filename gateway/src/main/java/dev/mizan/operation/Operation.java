package dev.mizan.operation;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.ErrorStyle;
import dev.mizan.dialect.Refusal;
import dev.mizan.identity.Key;
import dev.mizan.wire.BoundedText;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One operation: makes a chat completion of a call, and the call's answer of what the model says. Immutable; safe for
 * use by many threads.
 */
public final class Operation {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String CONTENT = "content";
    private static final String FILENAME = "filename";
    private static final String LICENCE = "license_id";
    private static final int FILENAME_LENGTH_MAX = 1_000;

    private final OperationSettings settings;
    private final Template prompt;
    private final Set<String> needed = new TreeSet<>();
    private final Set<String> allowed = new TreeSet<>();
    private final List<Pattern> hints = new ArrayList<>();

    public Operation(OperationSettings settings) {
        this.settings = settings;
        this.prompt = new Template(settings.prompt());
        needed.addAll(prompt.fields());
        allowed.addAll(prompt.fields());
        if (isDocument()) {
            needed.removeAll(Set.of("hint", FILENAME));
            needed.add(CONTENT);
            allowed.remove("hint");
            allowed.addAll(Set.of(CONTENT, FILENAME, LICENCE));
        }
        settings.hints().forEach(hint -> hints.add(Pattern.compile(hint.filename())));
    }

    public String path() {
        return settings.path();
    }

    /** The operation on ledger lines. */
    public String name() {
        return settings.name();
    }

    public ErrorStyle errorStyle() {
        return settings.errorStyle();
    }

    /** What an answer may have at most, in tokens; {@link Long#MAX_VALUE} where nothing is set. */
    public long outputTokensMax() {
        return settings.outputTokensMax() == 0 ? Long.MAX_VALUE : settings.outputTokensMax();
    }

    /**
     * The chat completion, in OpenAI's format, that a call becomes. Takes its time: not for an event loop.
     *
     * @param body the call's JSON object; may be empty where {@code parameter} has all that is needed
     * @param parameter a parameter of the call's address; empty if it is not there
     * @param key whose call it is
     * @throws dev.mizan.dialect.RefusedException if a field is missing, unknown or wrong
     */
    public Slice question(Slice body, Function<String, String> parameter, Key key) {
        Map<String, String> fields = fields(body);
        for (String name : allowed) {
            String given = parameter.apply(name);
            if (!given.isEmpty()) {
                fields.putIfAbsent(name, given);
            }
        }
        for (String name : needed) {
            if (fields.getOrDefault(name, "").isBlank()) {
                throw Refusal.field(name, "'" + name + "' is missing (expected: a text).")
                        .thrown();
            }
        }
        if (isDocument()) {
            checkLicence(fields.getOrDefault(LICENCE, ""), key);
            fields.put(CONTENT, DocumentText.of(fields.getOrDefault(CONTENT, "")));
            fields.put("hint", hint(fields.getOrDefault(FILENAME, "")));
        }
        return completion(prompt.filled(fields));
    }

    /** What the model said, as this operation answers it; a provider's answer that is none says nothing. */
    public OperationReply reply(Slice completion) {
        String said = said(completion);
        return isDocument() ? OperationReply.ofDocument(said, settings.documentTypes()) : OperationReply.ofText(said);
    }

    private static String said(Slice completion) {
        try {
            return JSON.readTree(completion.array(), completion.from(), completion.length())
                    .path("choices")
                    .path(0)
                    .path("message")
                    .path("content")
                    .asString("");
        } catch (JacksonException e) {
            return "";
        }
    }

    private boolean isDocument() {
        return settings.kind() == OperationSettings.Kind.DOCUMENT;
    }

    private Map<String, String> fields(Slice body) {
        Map<String, String> fields = new HashMap<>();
        if (body.length() == 0) {
            return fields;
        }
        JsonNode json;
        try {
            json = JSON.readTree(body.array(), body.from(), body.length());
        } catch (JacksonException e) {
            throw Refusal.of(ErrorCode.INVALID_REQUEST, "The body is not valid JSON.")
                    .thrown();
        }
        if (!(json instanceof ObjectNode object)) {
            throw Refusal.of(ErrorCode.INVALID_REQUEST, "The body is not a JSON object.")
                    .thrown();
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!allowed.contains(field.getKey())) {
                throw Refusal.field(
                                field.getKey(),
                                "'" + field.getKey() + "' is unknown here (expected: " + String.join(", ", allowed)
                                        + ").")
                        .thrown();
            }
            if (!field.getValue().isNull()) {
                fields.put(field.getKey(), text(field.getValue()));
            }
        }
        return fields;
    }

    /** A text as it is; anything else as JSON. */
    private static String text(JsonNode value) {
        return value.isString() ? value.stringValue() : value.toString();
    }

    private static void checkLicence(String given, Key key) {
        if (!given.isEmpty()
                && !given.equals(key.id())
                && !given.equals(key.principal().licence())) {
            throw new Refusal(ErrorCode.LICENCE_INVALID, "'license_id' is not the one of the credential.", LICENCE, 0)
                    .thrown();
        }
    }

    private String hint(String filename) {
        String name = filename.length() <= FILENAME_LENGTH_MAX ? filename : filename.substring(0, FILENAME_LENGTH_MAX);
        for (int i = 0; i < hints.size(); i++) {
            if (BoundedText.find(hints.get(i), name)) {
                return settings.hints().get(i).hint();
            }
        }
        return "";
    }

    private Slice completion(String user) {
        return Slice.of(Json.bytes(json -> {
            json.writeStartObject().writeStringProperty("model", settings.model());
            if (settings.json()) {
                json.writeObjectPropertyStart("response_format")
                        .writeStringProperty("type", "json_object")
                        .writeEndObject();
            }
            json.writeArrayPropertyStart("messages");
            if (!settings.system().isEmpty()) {
                json.writeStartObject()
                        .writeStringProperty("role", "system")
                        .writeStringProperty("content", settings.system())
                        .writeEndObject();
            }
            json.writeStartObject()
                    .writeStringProperty("role", "user")
                    .writeStringProperty("content", user)
                    .writeEndObject();
            json.writeEndArray().writeEndObject();
        }));
    }
}
