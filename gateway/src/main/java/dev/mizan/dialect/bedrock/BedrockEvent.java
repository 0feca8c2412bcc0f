package dev.mizan.dialect.bedrock;

import dev.mizan.dialect.StreamEvent;
import dev.mizan.wire.EventContent;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What matters of one frame of ConverseStream, as a server-sent event: {@code metadata} says the usage of the whole,
 * and comes last.
 *
 * @param whole the event
 */
record BedrockEvent(Kind kind, Slice whole, Slice data, boolean hasUsage) implements StreamEvent {
    private static final String EXCEPTION = "Exception";

    static BedrockEvent read(Slice event) {
        return read(event, EventContent.of(event));
    }

    /** Reads the JSON of an event, or a whole answer. */
    static BedrockEvent read(Slice event, Slice data) {
        boolean usage = false;
        boolean error = false;
        boolean message = false;
        boolean output = false;
        try (JsonParser json = Json.parser(data)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                for (String name = json.nextName(); name != null; name = json.nextName()) {
                    JsonToken value = json.nextToken();
                    usage |= name.equals("usage") && value == JsonToken.START_OBJECT;
                    error |= name.endsWith(EXCEPTION) && value == JsonToken.START_OBJECT;
                    message |= name.equals("message") && value == JsonToken.VALUE_STRING;
                    output |= name.equals("output");
                    json.skipChildren();
                }
            }
        } catch (JacksonException e) {
            return new BedrockEvent(Kind.CONTENT, event, data, false);
        }
        boolean isError = error || (message && !output && !usage);
        return new BedrockEvent(isError ? Kind.ERROR : usage ? Kind.HELD : Kind.CONTENT, event, data, usage);
    }

    @Override
    public boolean hasWholeUsage() {
        return hasUsage;
    }

    @Override
    public Optional<Slice> released(String costUsd, boolean usageAsked) {
        return Optional.of(whole);
    }
}
