package dev.mizan.dialect;

import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The last thing that a user says in a call's body: its text parts, in their order, without results of tools, and at
 * most {@value #LENGTH_MAX} characters of it. Reads one body, which was read as a call before; not safe for use by many
 * threads.
 */
public final class Question {
    /** How much of it is read. */
    public static final int LENGTH_MAX = 16_384;

    private final JsonParser json;
    private final StringBuilder text = new StringBuilder();
    private String last = "";

    private Question(JsonParser json) {
        this.json = json;
    }

    /** What the user asks in {@code request}; empty where no user says anything. */
    public static String of(CallRequest request) {
        return of(request.route(), request.body());
    }

    /** The same of a {@code body} of {@code route}. */
    public static String of(Route route, Slice body) {
        try (JsonParser json = Json.parser(body)) {
            return new Question(json).read(field(route));
        }
    }

    private static String field(Route route) {
        return switch (route) {
            case CHAT_COMPLETIONS, MESSAGES, OLLAMA_CHAT -> "messages";
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT -> "contents";
            case COMPLETIONS, OLLAMA_GENERATE -> "prompt";
            case RESPONSES, EMBEDDINGS, MODERATIONS -> "input";
        };
    }

    private String read(String field) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return "";
        }
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            if (name.equals(field)) {
                said();
            } else {
                json.skipChildren();
            }
        }
        return last;
    }

    /** A text, a message, or a list of them. */
    private void said() {
        switch (json.currentToken()) {
            case VALUE_STRING -> {
                add();
                keep();
            }
            case START_OBJECT -> message();
            case START_ARRAY -> {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    said();
                }
            }
            default -> {}
        }
    }

    private void message() {
        // Gemini's contents of one turn name nobody; only items of responses have a type.
        boolean fromUser = true;
        boolean isMessage = true;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "role" -> fromUser = is("user");
                case "type" -> isMessage = is("message");
                case "content", "parts" -> parts();
                default -> json.skipChildren();
            }
        }
        if (fromUser && isMessage) {
            keep();
        }
        text.setLength(0);
    }

    private void parts() {
        switch (json.currentToken()) {
            case VALUE_STRING -> add();
            case START_OBJECT -> part();
            case START_ARRAY -> {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    parts();
                }
            }
            default -> {}
        }
    }

    /** A part of a message: text, or something else that has none of its own. */
    private void part() {
        int before = text.length();
        boolean isText = true;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            if (name.equals("text") && json.currentToken() == JsonToken.VALUE_STRING) {
                add();
            } else {
                isText &= !name.equals("type") || is("text") || is("input_text");
                json.skipChildren();
            }
        }
        if (!isText) {
            text.setLength(before);
        }
    }

    /** Whether the current value is {@code text}; it is read to its end. */
    private boolean is(String text) {
        boolean same = json.currentToken() == JsonToken.VALUE_STRING && text.equals(json.getString());
        json.skipChildren();
        return same;
    }

    private void add() {
        int room = LENGTH_MAX - text.length();
        if (!text.isEmpty() && room > 0) {
            text.append('\n');
            room--;
        }
        text.append(json.getStringCharacters(), json.getStringOffset(), Math.min(room, json.getStringLength()));
    }

    private void keep() {
        if (!text.isEmpty()) {
            last = text.toString();
        }
        text.setLength(0);
    }
}
