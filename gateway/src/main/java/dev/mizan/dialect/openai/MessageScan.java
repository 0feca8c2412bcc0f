package dev.mizan.dialect.openai;

import dev.mizan.dialect.ToolResults;
import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads from a chat's messages what is in them beside text: pictures, sound, files, uses of tools. Decodes no text and
 * no media. Reads one body; not safe for use by many threads.
 */
final class MessageScan {
    private static final byte[] INLINE = "data:".getBytes(StandardCharsets.US_ASCII);

    private final Slice body;
    private final JsonParser json;
    private int images;
    private long audioBytes;
    private long mediaBytes;
    private int toolCalls;
    private final ToolResults toolResults = new ToolResults();
    private int documents;
    private String unbounded = "";

    MessageScan(Slice body, JsonParser json) {
        this.body = body;
        this.json = json;
    }

    int images() {
        return images;
    }

    long audioBytes() {
        return audioBytes;
    }

    long mediaBytes() {
        return mediaBytes;
    }

    /** Since the last message of a user. */
    int toolCalls() {
        return toolCalls;
    }

    /** Since the model's last answer. */
    int toolResults() {
        return toolResults.count();
    }

    int documents() {
        return documents;
    }

    /** What makes the input unbounded: a picture that the provider fetches, a stored file; empty if nothing does. */
    String unbounded() {
        return unbounded;
    }

    /** Reads one message, from its {@code START_OBJECT} to its {@code END_OBJECT}. */
    void message() {
        read(true);
    }

    /** Reads one part of a content that stands alone, likewise. */
    void part() {
        read(false);
    }

    private void read(boolean isMessage) {
        int depth = 1;
        while (depth > 0) {
            switch (json.nextToken()) {
                case START_OBJECT, START_ARRAY -> depth++;
                case END_OBJECT, END_ARRAY -> depth--;
                case PROPERTY_NAME -> field(json.currentName(), isMessage && depth == 1);
                default -> {}
            }
        }
    }

    /** Reads the value of what is looked at, and leaves the parser before the value of anything else. */
    private void field(String name, boolean ofMessage) {
        if (ofMessage) {
            switch (name) {
                case "role" -> role();
                case "tool_calls" -> toolCalls += elements();
                default -> {}
            }
            return;
        }
        switch (name) {
            case "image_url" -> image();
            case "input_audio" -> audio();
            case "file", "document" -> {
                json.nextToken();
                json.skipChildren();
                documents++;
                unbounded = name;
            }
            default -> {}
        }
    }

    private void role() {
        if (json.nextToken() == JsonToken.VALUE_STRING) {
            switch (json.getString()) {
                case "user" -> {
                    toolCalls = 0;
                    toolResults.ofCaller(0);
                }
                case "tool", "function" -> {
                    documents++;
                    toolResults.ofCaller(1);
                }
                case "assistant" -> toolResults.ofModel();
                default -> toolResults.ofCaller(0);
            }
        } else {
            json.skipChildren();
        }
    }

    private int elements() {
        if (json.nextToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return 0;
        }
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            count++;
            json.skipChildren();
        }
        return count;
    }

    private void image() {
        images++;
        JsonToken value = json.nextToken();
        if (value == JsonToken.VALUE_STRING) {
            picture();
        } else if (value == JsonToken.START_OBJECT) {
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                if (json.nextToken() == JsonToken.VALUE_STRING && name.equals("url")) {
                    picture();
                } else {
                    json.skipChildren();
                }
            }
        } else {
            json.skipChildren();
        }
    }

    private void picture() {
        int from = valueFrom();
        if (startsInline(from)) {
            mediaBytes += lengthFrom(from);
        } else {
            unbounded = "image_url";
        }
    }

    private void audio() {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            if (json.nextToken() == JsonToken.VALUE_STRING && name.equals("data")) {
                long length = lengthFrom(valueFrom());
                audioBytes += length;
                mediaBytes += length;
            } else {
                json.skipChildren();
            }
        }
    }

    /** Where the current string's first character is, in the body's array. */
    private int valueFrom() {
        return body.from() + (int) json.currentTokenLocation().getByteOffset() + 1;
    }

    private boolean startsInline(int from) {
        for (int i = 0; i < INLINE.length; i++) {
            if (from + i >= body.to() || body.array()[from + i] != INLINE[i]) {
                return false;
            }
        }
        return true;
    }

    /** Up to the next quotation mark: media have none within, and what has is counted as text from there on. */
    private long lengthFrom(int from) {
        int to = from;
        while (to < body.to() && body.array()[to] != '"') {
            to++;
        }
        return to - (long) from;
    }
}
