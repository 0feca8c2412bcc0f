package dev.mizan.usage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a chat body in OpenAI's dialect makes a model read: the text, and what counts beside it.
 *
 * @param texts of all messages and tools
 * @param messages how many there are
 * @param names how many messages have a name
 */
record ChatInput(List<String> texts, int messages, int names) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Fields whose strings the model reads; what they hold besides (image addresses, audio) is not text. */
    private static final Set<String> TEXT =
            Set.of("content", "text", "refusal", "role", "name", "arguments", "description", "instructions", "input");

    /** Each message is wrapped in so many tokens, and the answer is begun with as many. */
    private static final int TOKENS_PER_MESSAGE = 3;

    private static final int TOKENS_PER_NAME = 1;

    /**
     * What one message may add to the bytes of a body at most: its wrapping, with room for dialects whose wrapping is
     * longer than OpenAI's.
     */
    private static final int BOUND_PER_MESSAGE = 16;

    /** Reads a body; one that is malformed counts as text as a whole. */
    static ChatInput read(byte[] json, int offset, int length) {
        List<String> texts = new ArrayList<>();
        int messages = 0;
        int names = 0;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json, offset, length)) {
            int depth = 0;
            int messagesDepth = -1;
            String field = "";
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                switch (token) {
                    case PROPERTY_NAME -> field = parser.currentName();
                    case START_OBJECT -> {
                        messages += depth == messagesDepth ? 1 : 0;
                        depth++;
                    }
                    case START_ARRAY -> {
                        depth++;
                        messagesDepth = depth == 2 && field.equals("messages") ? 2 : messagesDepth;
                    }
                    case END_OBJECT -> depth--;
                    case END_ARRAY -> {
                        messagesDepth = depth == messagesDepth ? -1 : messagesDepth;
                        depth--;
                    }
                    case VALUE_STRING -> {
                        if (TEXT.contains(field)) {
                            texts.add(parser.getString());
                            names += field.equals("name") && depth == 3 && messagesDepth == 2 ? 1 : 0;
                        }
                    }
                    default -> {}
                }
            }
        } catch (JacksonException malformed) {
            return new ChatInput(List.of(new String(json, offset, length, StandardCharsets.UTF_8)), 1, 0);
        }
        return new ChatInput(texts, messages, names);
    }

    /** The tokens beside those of the text. */
    long overhead() {
        return (long) TOKENS_PER_MESSAGE * (messages + 1) + (long) TOKENS_PER_NAME * names;
    }

    /** No text of a body has more tokens: each token is at least one byte, and JSON only makes text longer. */
    static long bound(int bytes, int messages) {
        return bytes + (long) BOUND_PER_MESSAGE * (messages + 1);
    }
}
