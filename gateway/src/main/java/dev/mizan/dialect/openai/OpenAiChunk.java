package dev.mizan.dialect.openai;

import dev.mizan.dialect.StreamEvent;
import dev.mizan.wire.EventContent;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import dev.mizan.wire.Splice;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What matters of one event of an OpenAI stream
 * (<a href="https://platform.openai.com/docs/api-reference/chat-streaming">chat streaming</a>).
 *
 * @param kind what it is
 * @param data its JSON, without {@code data:}
 * @param usageEnd where the usage object's closing brace is in {@code data}, from its start; -1 if there is no usage
 */
public record OpenAiChunk(Kind kind, Slice data, int usageEnd) implements StreamEvent {
    private static final String DONE = "[DONE]";
    private static final String USAGE_FIELD = "\"usage\"";
    private static final String ERROR_FIELD = "\"error\"";

    /**
     * Where in {@code text} the first event that may be more than plain content shows itself: by the end marker, an
     * error, or a usage that is an object. Most providers write {@code "usage":null} into every chunk once usage was
     * asked for.
     *
     * @return -1 if there is none
     */
    public static int firstMark(String text, int from, int to) {
        int first = usage(text, from, to);
        int done = done(text, from, first < 0 ? to : first);
        first = done < 0 ? first : done;
        int error = text.indexOf(ERROR_FIELD, from, first < 0 ? to : first);
        return error < 0 ? first : error;
    }

    /** Brackets are rare, and looked for faster than words are. */
    private static int done(String text, int from, int to) {
        int at = text.indexOf('[', from, to);
        while (at >= 0 && !text.startsWith(DONE, at)) {
            at = text.indexOf('[', at + 1, to);
        }
        return at <= to - DONE.length() ? at : -1;
    }

    private static int usage(String text, int from, int to) {
        int at = text.indexOf(USAGE_FIELD, from, to);
        while (at >= 0) {
            int value = at + USAGE_FIELD.length();
            while (value < to && (text.charAt(value) <= ' ' || text.charAt(value) == ':')) {
                value++;
            }
            if (value >= to || text.charAt(value) != 'n') {
                return at;
            }
            at = text.indexOf(USAGE_FIELD, value, to);
        }
        return -1;
    }

    /** Reads one whole event. What is not understood is content: it is forwarded as it is. */
    public static OpenAiChunk read(Slice event) {
        Slice data = EventContent.of(event);
        if (data.latin1().strip().equals(DONE)) {
            return new OpenAiChunk(Kind.DONE, data, -1);
        }
        try (JsonParser json = Json.parser(data)) {
            return read(data, json);
        } catch (JacksonException e) {
            return new OpenAiChunk(Kind.CONTENT, data, -1);
        }
    }

    private static OpenAiChunk read(Slice data, JsonParser json) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return new OpenAiChunk(Kind.CONTENT, data, -1);
        }
        int usageEnd = -1;
        boolean error = false;
        boolean choices = false;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "usage" -> {
                    if (value == JsonToken.START_OBJECT) {
                        json.skipChildren();
                        usageEnd = (int) json.currentTokenLocation().getByteOffset();
                    } else {
                        json.skipChildren();
                    }
                }
                case "error" -> {
                    error = value != JsonToken.VALUE_NULL;
                    json.skipChildren();
                }
                case "choices" -> choices = value == JsonToken.START_ARRAY && hasElements(json);
                default -> json.skipChildren();
            }
        }
        Kind kind = error && !choices ? Kind.ERROR : usageEnd >= 0 && !choices ? Kind.HELD : Kind.CONTENT;
        return new OpenAiChunk(kind, data, usageEnd);
    }

    /** Whether a whole answer is an error in spite of its status: it has an {@code error} and no {@code choices}. */
    public static boolean isError(Slice answer) {
        if (answer.latin1().indexOf(ERROR_FIELD) < 0) {
            return false;
        }
        try (JsonParser json = Json.parser(answer)) {
            return read(answer, json).kind() == Kind.ERROR;
        } catch (JacksonException e) {
            return false;
        }
    }

    @Override
    public boolean hasUsage() {
        return usageEnd >= 0;
    }

    @Override
    public boolean hasWholeUsage() {
        return hasUsage();
    }

    /** Usage is only for callers who asked for it. */
    @Override
    public Optional<Slice> released(String costUsd, boolean usageAsked) {
        return usageAsked ? Optional.of(Slice.of(withCost(costUsd))) : Optional.empty();
    }

    /** This usage chunk as an event with {@code "cost":} in its usage object. */
    public byte[] withCost(String usd) {
        byte[] field = Json.raw((isEmptyUsage() ? "" : ",") + "\"cost\":" + usd);
        byte[] patched = Splice.apply(data, List.of(new Splice(usageEnd, usageEnd, field)));
        return EventContent.event("", patched);
    }

    private boolean isEmptyUsage() {
        for (int i = data.from() + usageEnd - 1; i >= data.from(); i--) {
            byte b = data.array()[i];
            if (b == '{') {
                return true;
            }
            if (b > ' ') {
                return false;
            }
        }
        return false;
    }

    private static boolean hasElements(JsonParser json) {
        boolean any = json.nextToken() != JsonToken.END_ARRAY;
        if (any) {
            json.skipChildren();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                json.skipChildren();
            }
        }
        return any;
    }
}
