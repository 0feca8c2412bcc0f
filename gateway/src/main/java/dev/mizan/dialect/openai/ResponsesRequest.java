package dev.mizan.dialect.openai;

import dev.mizan.dialect.BodyFields;
import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.Extent;
import dev.mizan.dialect.Extent.OutputField;
import dev.mizan.dialect.ModelField;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.ToolResults;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import dev.mizan.wire.Splice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads what Mizan needs from the body of a call of OpenAI's responses, in one pass over its bytes. Not safe for use by
 * many threads: one object reads one body.
 */
final class ResponsesRequest {
    private static final Splice NO_CHANGE = new Splice(0, 0, new byte[0]);

    /** Fields by which what is read is not in the body. */
    private static final Set<String> ELSEWHERE = Set.of("previous_response_id", "conversation", "prompt");

    private final Route route;
    private final Slice body;
    private final JsonParser json;
    private final BodyFields fields;

    private int objectStart;
    private ModelField model = ModelField.NONE;
    private boolean streaming;
    private final List<OutputField> outputFields = new ArrayList<>(1);
    private int items;
    private boolean isElsewhere;
    private String endUser = "";
    private boolean reasoning;
    private boolean otherTier;
    private String unbounded = "";
    private int images;
    private long mediaBytes;
    private int toolCalls;
    private final ToolResults toolResults = new ToolResults();
    private int documents;

    private ResponsesRequest(Route route, Slice body, JsonParser json) {
        this.route = route;
        this.body = body;
        this.json = json;
        this.fields = new BodyFields(json);
    }

    static CallRequest read(Route route, Slice body) {
        try (JsonParser json = Json.parser(body)) {
            return new ResponsesRequest(route, body, json).read();
        } catch (JacksonException e) {
            throw BodyFields.notJson(e);
        }
    }

    private CallRequest read() {
        objectStart = fields.object(this::field);
        return checked();
    }

    private void field(String name) {
        boolean isNull = json.currentToken() == JsonToken.VALUE_NULL;
        switch (name) {
            case "model" -> model = fields.model();
            case "stream" -> {
                fields.once(name, 1);
                streaming = fields.bool(name);
            }
            case "max_output_tokens" -> outputFields.add(fields.output(name, 2));
            case "input" -> input(name);
            case "user", "safety_identifier" -> endUser = isNull ? endUser : fields.text(name);
            case "reasoning" -> {
                reasoning = !isNull;
                json.skipChildren();
            }
            case "service_tier" -> {
                otherTier = !isNull && !Set.of("default", "standard", "flex").contains(fields.text(name));
            }
            case "background" -> {
                if (fields.bool(name)) {
                    throw Refusal.field(
                                    name,
                                    "'background' is true (expected: false; what is answered later can't be metered).")
                            .thrown();
                }
            }
            case "tools" -> tools();
            default -> {
                isElsewhere |= !isNull && ELSEWHERE.contains(name);
                unbounded = !isNull && ELSEWHERE.contains(name) ? name : unbounded;
                json.skipChildren();
            }
        }
    }

    private void tools() {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            String type = type();
            if (!type.equals("function") && !type.equals("custom")) {
                unbounded = "tools";
            }
        }
    }

    /** The type of the current object, which is read to its end. */
    private String type() {
        String type = "";
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return type;
        }
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            if (json.nextToken() == JsonToken.VALUE_STRING && name.equals("type")) {
                type = json.getString();
            } else {
                json.skipChildren();
            }
        }
        return type;
    }

    private void input(String name) {
        fields.once(name, 3);
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            items = 1;
            return;
        }
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw fields.wrong(name, "a text or an array of items");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            items++;
            if (json.currentToken() == JsonToken.START_OBJECT) {
                item();
            } else {
                json.skipChildren();
            }
        }
    }

    private void item() {
        String type = "";
        boolean isUser = false;
        boolean isModel = false;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = json.nextToken();
            if (name.equals("type") && value == JsonToken.VALUE_STRING) {
                type = json.getString();
            } else if (name.equals("role") && value == JsonToken.VALUE_STRING) {
                isUser = json.getString().equals("user");
                isModel = json.getString().equals("assistant");
            } else if (name.equals("content") && value == JsonToken.START_ARRAY) {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    part();
                }
            } else {
                json.skipChildren();
            }
        }
        switch (type) {
            case "function_call", "custom_tool_call" -> {
                toolCalls++;
                toolResults.ofModel();
            }
            case "function_call_output", "custom_tool_call_output" -> {
                documents++;
                toolResults.ofCaller(1);
            }
            case "reasoning" -> toolResults.ofModel();
            case "item_reference" -> unbounded = "input";
            default -> {
                toolCalls = isUser ? 0 : toolCalls;
                if (isModel) {
                    toolResults.ofModel();
                } else {
                    toolResults.ofCaller(0);
                }
            }
        }
    }

    private void part() {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        String type = "";
        long inline = 0;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = json.nextToken();
            if (value == JsonToken.VALUE_STRING && name.equals("type")) {
                type = json.getString();
            } else if (value == JsonToken.VALUE_STRING && name.equals("image_url")) {
                inline = json.getString().startsWith("data:") ? json.getStringLength() : 0;
            } else {
                json.skipChildren();
            }
        }
        if (type.equals("input_image")) {
            images++;
            mediaBytes += inline;
            unbounded = inline > 0 ? unbounded : "image_url";
        } else if (type.equals("input_file")) {
            documents++;
            unbounded = "input_file";
        }
    }

    private CallRequest checked() {
        String called = model.named();
        if (items == 0 && !isElsewhere) {
            throw Refusal.field("input", "'input' is missing or empty (expected: a text or items).")
                    .thrown();
        }
        Extent extent = new Extent(
                outputFields,
                1,
                images,
                0,
                mediaBytes,
                false,
                false,
                otherTier,
                toolCalls,
                toolResults.count(),
                documents,
                unbounded);
        return new CallRequest(
                route,
                body,
                called,
                model.from(),
                model.to(),
                CallRequest.OutputPlace.firstField(objectStart + 1),
                streaming,
                true,
                NO_CHANGE,
                outputFields.isEmpty() ? -1 : outputFields.getFirst().value(),
                Math.max(1, items),
                endUser,
                reasoning,
                extent);
    }
}
