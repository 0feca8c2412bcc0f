package dev.mizan.dialect.ollama;

import dev.mizan.dialect.BodyFields;
import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.CallRequest.OutputPlace;
import dev.mizan.dialect.Extent;
import dev.mizan.dialect.Extent.OutputField;
import dev.mizan.dialect.ModelField;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.ToolResults;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import dev.mizan.wire.Splice;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads what Mizan needs from the body of Ollama's chat or generate, in one pass over its bytes. Both are streamed
 * unless the body says no. Not safe for use by many threads: one object reads one body.
 */
final class OllamaRequest {
    private static final Splice NO_CHANGE = new Splice(0, 0, new byte[0]);
    private static final String LIMIT = "\"num_predict\":";

    private final Route route;
    private final Slice body;
    private final JsonParser json;
    private final BodyFields fields;

    private OutputPlace place = new OutputPlace(0, 0, "", "");
    private ModelField model = ModelField.NONE;
    private boolean streaming = true;
    private final List<OutputField> outputFields = new ArrayList<>(1);
    private int messages;
    private boolean reasoning;
    private int images;
    private long mediaBytes;
    private int toolCalls;
    private final ToolResults toolResults = new ToolResults();
    private int documents;

    private OllamaRequest(Route route, Slice body, JsonParser json) {
        this.route = route;
        this.body = body;
        this.json = json;
        this.fields = new BodyFields(json);
    }

    static CallRequest read(Route route, Slice body) {
        try (JsonParser json = Json.parser(body)) {
            return new OllamaRequest(route, body, json).read();
        } catch (JacksonException e) {
            throw BodyFields.notJson(e);
        }
    }

    private CallRequest read() {
        int start = fields.object(this::field);
        if (place.before().isEmpty()) {
            place = new OutputPlace(start + 1, start + 1, "\"options\":{" + LIMIT, "},");
        }
        return checked();
    }

    private void field(String name) {
        boolean isNull = json.currentToken() == JsonToken.VALUE_NULL;
        switch (name) {
            case "model" -> model = fields.model();
            case "stream" -> {
                fields.once(name, 1);
                streaming = isNull || fields.bool(name);
            }
            case "options" -> options(name);
            case "messages" -> messages(name);
            case "prompt" -> messages = Math.max(messages, 1);
            case "images" -> images();
            case "think" -> {
                reasoning = !isNull && json.currentToken() != JsonToken.VALUE_FALSE;
                json.skipChildren();
            }
            default -> json.skipChildren();
        }
    }

    private void options(String name) {
        fields.once(name, 2);
        int from = (int) json.currentTokenLocation().getByteOffset();
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            place = new OutputPlace(from, from + 4, "{" + LIMIT, "}");
            return;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw fields.wrong(name, "an object");
        }
        boolean isEmpty = true;
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            isEmpty = false;
            json.nextToken();
            if (field.equals("num_predict")) {
                output(field);
            } else {
                json.skipChildren();
            }
        }
        place = new OutputPlace(from + 1, from + 1, LIMIT, isEmpty ? "" : ",");
    }

    /** What is below 1 is no limit. */
    private void output(String field) {
        boolean isOpen = json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getStringLength() <= 12
                && json.getLongValue() < 1;
        outputFields.add(fields.output(field, 3, isOpen));
    }

    private void messages(String name) {
        fields.once(name, 4);
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw fields.wrong(name, "an array of messages");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            messages++;
            if (json.currentToken() == JsonToken.START_OBJECT) {
                message();
            } else {
                json.skipChildren();
            }
        }
    }

    private void message() {
        String role = "";
        int calls = 0;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = json.nextToken();
            if (name.equals("role") && value == JsonToken.VALUE_STRING) {
                role = json.getString();
            } else if (name.equals("images")) {
                images();
            } else if (name.equals("tool_calls") && value == JsonToken.START_ARRAY) {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    calls++;
                    json.skipChildren();
                }
            } else {
                json.skipChildren();
            }
        }
        toolCalls += calls;
        switch (role) {
            case "user" -> {
                toolCalls = 0;
                toolResults.ofCaller(0);
            }
            case "tool" -> {
                documents++;
                toolResults.ofCaller(1);
            }
            case "assistant" -> toolResults.ofModel();
            default -> toolResults.ofCaller(0);
        }
    }

    /** Pictures in base64. */
    private void images() {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            images++;
            if (json.currentToken() == JsonToken.VALUE_STRING) {
                mediaBytes += json.getStringLength();
            } else {
                json.skipChildren();
            }
        }
    }

    private CallRequest checked() {
        String called = model.named();
        Extent extent = new Extent(
                outputFields,
                1,
                images,
                0,
                mediaBytes,
                false,
                false,
                false,
                toolCalls,
                toolResults.count(),
                documents,
                "");
        return new CallRequest(
                route,
                body,
                called,
                model.from(),
                model.to(),
                place,
                streaming,
                true,
                NO_CHANGE,
                outputFields.isEmpty() ? -1 : outputFields.getFirst().value(),
                Math.max(1, messages),
                "",
                reasoning,
                extent);
    }
}
