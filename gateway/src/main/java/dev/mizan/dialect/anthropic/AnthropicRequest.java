package dev.mizan.dialect.anthropic;

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
 * Reads what Mizan needs from the body of a call of Anthropic's messages, in one pass over its bytes. The whole body is
 * checked to be JSON. Not safe for use by many threads: one object reads one body.
 */
final class AnthropicRequest {
    private static final Splice NO_CHANGE = new Splice(0, 0, new byte[0]);

    /** Fields by which the provider does things that no limit of output bounds. */
    private static final Set<String> UNBOUNDED = Set.of("mcp_servers", "container");

    /** How the types of tools begin that the provider runs itself. */
    private static final List<String> SERVER_TOOLS =
            List.of("web_search", "web_fetch", "code_execution", "tool_search");

    private final Route route;
    private final Slice body;
    private final JsonParser json;
    private final BodyFields fields;

    private int objectStart;
    private ModelField model = ModelField.NONE;
    private boolean streaming;
    private final List<OutputField> outputFields = new ArrayList<>(1);
    private int messages;
    private String endUser = "";
    private boolean reasoning;
    private boolean otherTier;
    private String unbounded = "";
    private int images;
    private long mediaBytes;
    private int toolCalls;
    private int results;
    private final ToolResults toolResults = new ToolResults();
    private int documents;

    private AnthropicRequest(Route route, Slice body, JsonParser json) {
        this.route = route;
        this.body = body;
        this.json = json;
        this.fields = new BodyFields(json);
    }

    static CallRequest read(Route route, Slice body) {
        try (JsonParser json = Json.parser(body)) {
            return new AnthropicRequest(route, body, json).read();
        } catch (JacksonException e) {
            throw BodyFields.notJson(e);
        }
    }

    private CallRequest read() {
        objectStart = fields.object(this::field);
        return checked();
    }

    private void field(String name) {
        switch (name) {
            case "model" -> model = fields.model();
            case "stream" -> {
                fields.once(name, 1);
                streaming = fields.bool(name);
            }
            case "max_tokens" -> outputFields.add(fields.output(name, 2));
            case "messages" -> messages(name);
            case "metadata" -> metadata();
            case "thinking" -> thinking();
            case "tools" -> tools();
            case "service_tier" -> {
                fields.once(name, 4);
                // auto may use what the account has committed to at a price of its own.
                otherTier = json.currentToken() != JsonToken.VALUE_NULL
                        && !fields.text(name).equals("standard_only");
            }
            default -> {
                if (json.currentToken() != JsonToken.VALUE_NULL && UNBOUNDED.contains(name)) {
                    unbounded = name;
                }
                json.skipChildren();
            }
        }
    }

    private void metadata() {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            if (json.nextToken() == JsonToken.VALUE_STRING && name.equals("user_id")) {
                endUser = json.getString();
            } else {
                json.skipChildren();
            }
        }
    }

    private void thinking() {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            if (json.nextToken() == JsonToken.VALUE_STRING && name.equals("type")) {
                reasoning = !json.getString().equals("disabled");
            } else {
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
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                continue;
            }
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                if (json.nextToken() == JsonToken.VALUE_STRING && name.equals("type")) {
                    String type = json.getString();
                    if (SERVER_TOOLS.stream().anyMatch(type::startsWith)) {
                        unbounded = "tools";
                    }
                } else {
                    json.skipChildren();
                }
            }
        }
    }

    private void messages(String name) {
        fields.once(name, 3);
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
        int callsBefore = toolCalls;
        int toolsBefore = results;
        int resultsBefore = documents;
        boolean isUser = false;
        boolean isModel = false;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = json.nextToken();
            if (name.equals("role") && value == JsonToken.VALUE_STRING) {
                isUser = json.getString().equals("user");
                isModel = json.getString().equals("assistant");
            } else if (name.equals("content") && value == JsonToken.START_ARRAY) {
                blocks();
            } else {
                json.skipChildren();
            }
        }
        // A user who only hands in results of tools goes on with the same turn.
        if (isUser && documents == resultsBefore && toolCalls == callsBefore) {
            toolCalls = 0;
        }
        if (isModel) {
            toolResults.ofModel();
        } else {
            toolResults.ofCaller(results - toolsBefore);
        }
    }

    private void blocks() {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                block();
            } else {
                json.skipChildren();
            }
        }
    }

    /** One block of content; those within a tool's result are looked at likewise. */
    private void block() {
        String type = "";
        Source source = Source.NONE;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = json.nextToken();
            if (name.equals("type") && value == JsonToken.VALUE_STRING) {
                type = json.getString();
            } else if (name.equals("source") && value == JsonToken.START_OBJECT) {
                source = source();
            } else if (name.equals("content") && value == JsonToken.START_ARRAY) {
                blocks();
            } else {
                json.skipChildren();
            }
        }
        switch (type) {
            case "image" -> {
                images++;
                mediaBytes += source.bytes;
                unbounded = source.isInline() ? unbounded : "image";
            }
            case "document" -> {
                documents++;
                // What the provider makes of a file's pages is not said; text is what it is.
                unbounded = source.type.equals("text") || source.type.equals("content") ? unbounded : "document";
            }
            case "tool_use", "server_tool_use" -> toolCalls++;
            case "tool_result" -> {
                documents++;
                results++;
            }
            default -> {}
        }
    }

    /** Where a picture or document is: in the body, at an address, in the provider's store. */
    private record Source(String type, long bytes) {
        static final Source NONE = new Source("", 0);

        boolean isInline() {
            return type.equals("base64");
        }
    }

    private Source source() {
        String type = "";
        long bytes = 0;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = json.nextToken();
            if (name.equals("type") && value == JsonToken.VALUE_STRING) {
                type = json.getString();
            } else if (name.equals("data") && value == JsonToken.VALUE_STRING) {
                bytes = json.getStringLength();
            } else {
                json.skipChildren();
            }
        }
        return new Source(type, type.equals("base64") ? bytes : 0);
    }

    private CallRequest checked() {
        String called = model.named();
        if (messages == 0) {
            throw Refusal.field("messages", "'messages' is missing or empty (expected: at least one).")
                    .thrown();
        }
        if (outputFields.isEmpty() || outputFields.getFirst().value() < 0) {
            throw Refusal.field("max_tokens", "'max_tokens' is missing (expected: a whole number from 1).")
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
                outputFields.getFirst().value(),
                messages,
                endUser,
                reasoning,
                extent);
    }
}
