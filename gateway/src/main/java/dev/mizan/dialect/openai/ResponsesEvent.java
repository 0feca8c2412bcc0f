package dev.mizan.dialect.openai;

import dev.mizan.dialect.StreamEvent;
import dev.mizan.wire.EventContent;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What matters of one event of a stream of OpenAI's responses
 * (<a href="https://platform.openai.com/docs/api-reference/responses-streaming">streaming events</a>): the last one
 * repeats the whole answer, with its usage.
 *
 * @param whole the event as it came
 */
record ResponsesEvent(Kind kind, Slice whole, Slice data, boolean hasUsage) implements StreamEvent {
    private static final String[] MARKS = {
        "response.completed", "response.incomplete", "response.failed", "\"error\"", "[DONE]"
    };
    private static final String DONE = "[DONE]";

    static int firstMark(String text, int from, int to) {
        int first = -1;
        for (String mark : MARKS) {
            int at = text.indexOf(mark, from, first < 0 ? to : first);
            first = at < 0 ? first : at;
        }
        return first;
    }

    static ResponsesEvent read(Slice event) {
        Slice data = EventContent.of(event);
        if (data.latin1().strip().equals(DONE)) {
            return new ResponsesEvent(Kind.DONE, event, data, false);
        }
        Response read = Response.read(data);
        Kind kind =
                switch (read.type) {
                    case "response.completed", "response.incomplete" -> Kind.HELD;
                    case "response.failed", "error" -> Kind.ERROR;
                    default -> Kind.CONTENT;
                };
        return new ResponsesEvent(kind, event, data, read.usage);
    }

    /** Whether a whole answer is an error: it failed, and nothing was used. */
    static boolean isError(Slice answer) {
        Response read = Response.read(answer);
        return read.error && !read.usage;
    }

    @Override
    public boolean hasWholeUsage() {
        return hasUsage && kind != Kind.CONTENT;
    }

    /** Callers of this format always get the usage. */
    @Override
    public Optional<Slice> released(String costUsd, boolean usageAsked) {
        return Optional.of(whole);
    }

    /** What is looked at of a response, or of an event around one. */
    private static final class Response {
        private String type = "";
        private boolean usage;
        private boolean error;

        /** What is not JSON is nothing. */
        static Response read(Slice data) {
            Response response = new Response();
            try (JsonParser json = Json.parser(data)) {
                if (json.nextToken() == JsonToken.START_OBJECT) {
                    response.object(json, true);
                }
            } catch (JacksonException e) {
                return new Response();
            }
            return response;
        }

        private void object(JsonParser json, boolean isOutside) {
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                JsonToken value = json.nextToken();
                switch (name) {
                    case "type" -> {
                        if (isOutside && value == JsonToken.VALUE_STRING) {
                            type = json.getString();
                        }
                        json.skipChildren();
                    }
                    case "response" -> {
                        if (isOutside && value == JsonToken.START_OBJECT) {
                            object(json, false);
                        } else {
                            json.skipChildren();
                        }
                    }
                    case "usage" -> {
                        usage |= value == JsonToken.START_OBJECT;
                        json.skipChildren();
                    }
                    case "error" -> {
                        error |= value == JsonToken.START_OBJECT;
                        json.skipChildren();
                    }
                    default -> json.skipChildren();
                }
            }
        }
    }
}
