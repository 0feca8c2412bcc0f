package dev.mizan.dialect.anthropic;

import dev.mizan.dialect.StreamEvent;
import dev.mizan.wire.EventContent;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What matters of one event of an Anthropic stream
 * (<a href="https://docs.anthropic.com/en/docs/build-with-claude/streaming">streaming</a>): {@code message_start} says
 * what was read, {@code message_delta} what was written in all, {@code message_stop} is the end.
 *
 * @param whole the event as it came
 */
record AnthropicEvent(Kind kind, Slice whole, Slice data, boolean hasUsage, boolean hasWholeUsage)
        implements StreamEvent {
    private static final String MESSAGE = "\"message_";
    private static final String ERROR = "\"error\"";

    static int firstMark(String text, int from, int to) {
        int message = text.indexOf(MESSAGE, from, to);
        int error = text.indexOf(ERROR, from, message < 0 ? to : message);
        return error < 0 ? message : error;
    }

    static AnthropicEvent read(Slice event) {
        return read(event, EventContent.of(event));
    }

    /** Reads the JSON of an event, or a whole answer. */
    static AnthropicEvent read(Slice event, Slice data) {
        String type = "";
        try (JsonParser json = Json.parser(data)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                for (String name = json.nextName(); name != null && type.isEmpty(); name = json.nextName()) {
                    if (json.nextToken() == JsonToken.VALUE_STRING && name.equals("type")) {
                        type = json.getString();
                    } else {
                        json.skipChildren();
                    }
                }
            }
        } catch (JacksonException e) {
            type = "";
        }
        return switch (type) {
            case "message_start" -> new AnthropicEvent(Kind.CONTENT, event, data, true, false);
            case "message_delta" -> new AnthropicEvent(Kind.HELD, event, data, true, true);
            case "message_stop" -> new AnthropicEvent(Kind.DONE, event, data, false, false);
            case "error" -> new AnthropicEvent(Kind.ERROR, event, data, false, false);
            default -> new AnthropicEvent(Kind.CONTENT, event, data, false, false);
        };
    }

    /** Callers of this format always get the usage. */
    @Override
    public Optional<Slice> released(String costUsd, boolean usageAsked) {
        return Optional.of(whole);
    }
}
