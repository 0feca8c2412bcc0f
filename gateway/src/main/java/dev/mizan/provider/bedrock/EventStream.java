package dev.mizan.provider.bedrock;

import dev.mizan.provider.AnswerDecoder;
import dev.mizan.wire.EventContent;
import dev.mizan.wire.Frame;
import dev.mizan.wire.FrameException;
import dev.mizan.wire.FrameReader;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Makes server-sent events of Bedrock's frames, so that they are relayed like all others
 * (<a href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html">ConverseStream</a>,
 * <a href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html">
 * InvokeModelWithResponseStream</a>). An event is named as its frame is, or, where the frame wraps an event of
 * Anthropic's, as that is; an exception becomes an error of the same format.
 */
public final class EventStream implements AnswerDecoder {
    /** The media type of such streams. */
    public static final String MEDIA_TYPE = "application/vnd.amazon.eventstream";

    private final FrameReader reader = new FrameReader();
    private final boolean isAnthropic;
    private boolean failed;

    /** @param isAnthropic whether the frames wrap events of Anthropic's instead of being Converse's */
    public EventStream(boolean isAnthropic) {
        this.isAnthropic = isAnthropic;
    }

    @Override
    public Slice decode(Slice bytes) {
        ByteArrayOutputStream events = new ByteArrayOutputStream(bytes.length() + 64);
        try {
            reader.feed(bytes, frame -> events.writeBytes(event(frame)));
        } catch (FrameException | IllegalArgumentException e) {
            failed = true;
            if (events.size() == 0) {
                throw e;
            }
        }
        return Slice.of(events.toByteArray());
    }

    @Override
    public boolean hasFailed() {
        return failed;
    }

    @Override
    public boolean isWhole() {
        return !reader.isWithinFrame();
    }

    @Override
    public void close() {
        // Holds nothing but memory.
    }

    private byte[] event(Frame frame) {
        String name = frame.header(":event-type");
        return switch (frame.header(":message-type")) {
            case "exception" -> error(frame.header(":exception-type"), text(frame.payload(), "message"));
            case "error" -> error(frame.header(":error-code"), frame.header(":error-message"));
            default ->
                isAnthropic
                        ? wrapped(frame)
                        : EventContent.event(name, oneLine(frame.payload().toBytes()));
        };
    }

    private static byte[] wrapped(Frame frame) {
        byte[] json = Base64.getDecoder().decode(text(frame.payload(), "bytes"));
        return EventContent.event(text(Slice.of(json), "type"), oneLine(json));
    }

    private byte[] error(String name, String message) {
        return isAnthropic ? anthropicError(name, message) : converseError(name, message);
    }

    private static byte[] converseError(String name, String message) {
        String known = name.isEmpty() ? "internalServerException" : name;
        return EventContent.event(known, Json.bytes(json -> json.writeStartObject()
                .writeObjectPropertyStart(known.endsWith("Exception") ? known : known + "Exception")
                .writeStringProperty("message", message)
                .writeEndObject()
                .writeEndObject()));
    }

    private static byte[] anthropicError(String name, String message) {
        String type =
                switch (name) {
                    case "throttlingException" -> "rate_limit_error";
                    case "validationException" -> "invalid_request_error";
                    case "serviceUnavailableException" -> "overloaded_error";
                    case "modelTimeoutException" -> "timeout_error";
                    default -> "api_error";
                };
        return EventContent.event("error", Json.bytes(json -> json.writeStartObject()
                .writeStringProperty("type", "error")
                .writeObjectPropertyStart("error")
                .writeStringProperty("type", type)
                .writeStringProperty("message", message)
                .writeEndObject()
                .writeEndObject()));
    }

    /** The text of a field of {@code json}; empty if there is none. */
    private static String text(Slice json, String field) {
        try (JsonParser parser = Json.parser(json)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    if (parser.nextToken() == JsonToken.VALUE_STRING && name.equals(field)) {
                        return parser.getString();
                    }
                    parser.skipChildren();
                }
            }
        } catch (JacksonException e) {
            return "";
        }
        return "";
    }

    /** JSON with spaces for its line ends, of which it has none within texts: an event's data is one line. */
    private static byte[] oneLine(byte[] json) {
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                json[i] = ' ';
            }
        }
        return json;
    }
}
