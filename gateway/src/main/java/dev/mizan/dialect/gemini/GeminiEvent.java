package dev.mizan.dialect.gemini;

import dev.mizan.dialect.StreamEvent;
import dev.mizan.wire.EventContent;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What matters of one event of a Gemini stream: each is a response of its own, with the usage so far; the last says why
 * the answer ends. There is no end marker.
 *
 * @param whole the event as it came
 */
record GeminiEvent(Kind kind, Slice whole, Slice data, boolean hasUsage, boolean hasWholeUsage) implements StreamEvent {
    private static final String USAGE = "\"usageMetadata\"";
    private static final String FINISH = "\"finishReason\"";
    private static final String ERROR = "\"error\"";

    static int firstMark(String text, int from, int to) {
        int first = -1;
        for (String mark : new String[] {USAGE, FINISH, ERROR}) {
            int at = text.indexOf(mark, from, first < 0 ? to : first);
            first = at < 0 ? first : at;
        }
        return first;
    }

    static GeminiEvent read(Slice event) {
        return read(event, EventContent.of(event));
    }

    /** Reads the JSON of an event, or a whole answer. */
    static GeminiEvent read(Slice event, Slice data) {
        boolean usage = false;
        boolean finish = false;
        boolean error = false;
        boolean candidates = false;
        try (JsonParser json = Json.parser(data)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                for (String name = json.nextName(); name != null; name = json.nextName()) {
                    JsonToken value = json.nextToken();
                    switch (name) {
                        case "usageMetadata" -> {
                            usage = value == JsonToken.START_OBJECT;
                            json.skipChildren();
                        }
                        case "error" -> {
                            error = value == JsonToken.START_OBJECT;
                            json.skipChildren();
                        }
                        case "candidates" -> {
                            candidates = true;
                            finish |= hasFinish(json);
                        }
                        // A prompt that was refused has no candidates: this is all that comes.
                        case "promptFeedback" -> {
                            finish = true;
                            json.skipChildren();
                        }
                        default -> json.skipChildren();
                    }
                }
            }
        } catch (JacksonException e) {
            return new GeminiEvent(Kind.CONTENT, event, data, false, false);
        }
        Kind kind = error && !candidates ? Kind.ERROR : finish ? Kind.HELD : Kind.CONTENT;
        return new GeminiEvent(kind, event, data, usage, usage && finish);
    }

    private static boolean hasFinish(JsonParser json) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return false;
        }
        boolean found = false;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                continue;
            }
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                found |= json.nextToken() == JsonToken.VALUE_STRING && name.equals("finishReason");
                json.skipChildren();
            }
        }
        return found;
    }

    /** Callers of this format always get the usage. */
    @Override
    public Optional<Slice> released(String costUsd, boolean usageAsked) {
        return Optional.of(whole);
    }
}
