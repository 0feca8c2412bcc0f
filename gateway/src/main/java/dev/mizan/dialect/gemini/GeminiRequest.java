package dev.mizan.dialect.gemini;

import dev.mizan.dialect.BodyFields;
import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.CallRequest.OutputPlace;
import dev.mizan.dialect.Extent;
import dev.mizan.dialect.Extent.OutputField;
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
 * Reads what Mizan needs from the body of a call of Gemini's generateContent, in one pass over its bytes. Names are
 * understood in both of Google's spellings. Not safe for use by many threads: one object reads one body.
 */
final class GeminiRequest {
    private static final Splice NO_CHANGE = new Splice(0, 0, new byte[0]);
    private static final int CANDIDATES_MAX = 128;

    /** Tools that the provider runs itself. */
    private static final Set<String> SERVER_TOOLS = Set.of(
            "googleSearch",
            "google_search",
            "googleSearchRetrieval",
            "google_search_retrieval",
            "urlContext",
            "url_context",
            "codeExecution",
            "code_execution",
            "googleMaps",
            "google_maps",
            "fileSearch",
            "file_search");

    private final Route route;
    private final Slice body;
    private final String model;
    private final JsonParser json;
    private final BodyFields fields;

    private OutputPlace place = new OutputPlace(0, 0, "", "");
    private final List<OutputField> outputFields = new ArrayList<>(1);
    private int messages;
    private int candidates = 1;
    private boolean reasoning;
    private String unbounded = "";
    private int images;
    private long audioBytes;
    private long mediaBytes;
    private int toolCalls;
    private int results;
    private final ToolResults toolResults = new ToolResults();
    private int documents;

    private GeminiRequest(Route route, Slice body, String model, JsonParser json) {
        this.route = route;
        this.body = body;
        this.model = model;
        this.json = json;
        this.fields = new BodyFields(json);
    }

    static CallRequest read(Route route, Slice body, String model) {
        try (JsonParser json = Json.parser(body)) {
            return new GeminiRequest(route, body, model, json).read();
        } catch (JacksonException e) {
            throw BodyFields.notJson(e);
        }
    }

    private CallRequest read() {
        int start = fields.object(this::field);
        if (place.before().isEmpty()) {
            place = new OutputPlace(start + 1, start + 1, "\"generationConfig\":{\"maxOutputTokens\":", "},");
        }
        return checked();
    }

    private void field(String name) {
        switch (name) {
            case "contents" -> contents(name);
            case "generationConfig", "generation_config" -> configuration(name);
            case "tools" -> tools();
            case "cachedContent", "cached_content" -> {
                unbounded = json.currentToken() == JsonToken.VALUE_NULL ? unbounded : "cachedContent";
                json.skipChildren();
            }
            default -> json.skipChildren();
        }
    }

    private void configuration(String name) {
        fields.once("generationConfig", 0);
        int from = (int) json.currentTokenLocation().getByteOffset();
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            place = new OutputPlace(from, from + 4, "{\"maxOutputTokens\":", "}");
            return;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw fields.wrong(name, "an object");
        }
        boolean isEmpty = true;
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            isEmpty = false;
            json.nextToken();
            switch (field) {
                case "maxOutputTokens", "max_output_tokens" -> outputFields.add(fields.output(field, 1));
                case "candidateCount", "candidate_count" ->
                    candidates = (int) Math.max(candidates, fields.whole(field, CANDIDATES_MAX));
                case "thinkingConfig", "thinking_config" -> {
                    reasoning = json.currentToken() != JsonToken.VALUE_NULL;
                    json.skipChildren();
                }
                default -> json.skipChildren();
            }
        }
        place = new OutputPlace(from + 1, from + 1, "\"maxOutputTokens\":", isEmpty ? "" : ",");
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
                json.nextToken();
                json.skipChildren();
                unbounded = SERVER_TOOLS.contains(name) ? "tools" : unbounded;
            }
        }
    }

    private void contents(String name) {
        fields.once(name, 2);
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw fields.wrong(name, "an array of contents");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            messages++;
            if (json.currentToken() == JsonToken.START_OBJECT) {
                content();
            } else {
                json.skipChildren();
            }
        }
    }

    private void content() {
        int before = documents;
        int resultsBefore = results;
        boolean isUser = true;
        boolean isModel = false;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = json.nextToken();
            if (name.equals("role") && value == JsonToken.VALUE_STRING) {
                isUser = json.getString().equals("user");
                isModel = json.getString().equals("model");
            } else if (name.equals("parts") && value == JsonToken.START_ARRAY) {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    if (json.currentToken() == JsonToken.START_OBJECT) {
                        part();
                    } else {
                        json.skipChildren();
                    }
                }
            } else {
                json.skipChildren();
            }
        }
        if (isUser && documents == before) {
            toolCalls = 0;
        }
        if (isModel) {
            toolResults.ofModel();
        } else {
            toolResults.ofCaller(results - resultsBefore);
        }
    }

    private void part() {
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "inlineData", "inline_data" -> {
                    if (value == JsonToken.START_OBJECT) {
                        media();
                    }
                }
                case "fileData", "file_data" -> {
                    unbounded = "fileData";
                    json.skipChildren();
                }
                case "functionCall", "function_call" -> {
                    toolCalls++;
                    json.skipChildren();
                }
                case "functionResponse", "function_response" -> {
                    documents++;
                    results++;
                    json.skipChildren();
                }
                default -> json.skipChildren();
            }
        }
    }

    private void media() {
        String type = "";
        long bytes = 0;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                json.skipChildren();
            } else if (name.equals("data")) {
                bytes = json.getStringLength();
            } else if (name.equals("mimeType") || name.equals("mime_type")) {
                type = json.getString();
            }
        }
        if (type.startsWith("image/")) {
            images++;
            mediaBytes += bytes;
        } else if (type.startsWith("audio/")) {
            audioBytes += bytes;
            mediaBytes += bytes;
        } else if (!type.startsWith("text/")) {
            // What is made of pages and moving pictures is not said.
            documents++;
            unbounded = "inlineData";
        }
    }

    private CallRequest checked() {
        if (messages == 0) {
            throw Refusal.field("contents", "'contents' is missing or empty (expected: at least one).")
                    .thrown();
        }
        Extent extent = new Extent(
                outputFields,
                candidates,
                images,
                audioBytes,
                mediaBytes,
                false,
                false,
                false,
                toolCalls,
                toolResults.count(),
                documents,
                unbounded);
        return new CallRequest(
                route,
                body,
                model,
                -1,
                -1,
                place,
                route == Route.STREAM_GENERATE_CONTENT,
                true,
                NO_CHANGE,
                outputFields.isEmpty() ? -1 : outputFields.getFirst().value(),
                messages,
                "",
                reasoning,
                extent);
    }
}
