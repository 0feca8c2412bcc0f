package dev.mizan.dialect.ollama;

import dev.mizan.dialect.StreamEvent;
import dev.mizan.wire.Json;
import dev.mizan.wire.LineScanner;
import dev.mizan.wire.Slice;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What matters of one line of an Ollama stream (<a href="https://docs.ollama.com/api/streaming">streaming</a>): the
 * last one is {@code done} and says the usage of the whole.
 *
 * @param whole the line as it came
 */
record OllamaEvent(Kind kind, Slice whole, Slice data, boolean hasUsage) implements StreamEvent {
    private static final String DONE = "\"done\"";
    private static final String ERROR = "\"error\"";

    /** Every line says whether it is the last; those that say yes, or tell of an error, are worth a look. */
    static int firstMark(String text, int from, int to) {
        int error = text.indexOf(ERROR, from, to);
        int end = error < 0 ? to : error;
        for (int at = text.indexOf(DONE, from, end); at >= 0; at = text.indexOf(DONE, at + 1, end)) {
            int value = at + DONE.length();
            while (value < to && (text.charAt(value) == ' ' || text.charAt(value) == ':')) {
                value++;
            }
            if (text.startsWith("true", value)) {
                return at;
            }
        }
        return error;
    }

    /** Reads a line, or a whole answer. */
    static OllamaEvent read(Slice line) {
        Slice data = LineScanner.content(line);
        boolean done = false;
        boolean usage = false;
        boolean error = false;
        try (JsonParser json = Json.parser(data)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                for (String name = json.nextName(); name != null; name = json.nextName()) {
                    JsonToken value = json.nextToken();
                    switch (name) {
                        case "done" -> done = value == JsonToken.VALUE_TRUE;
                        case "eval_count", "prompt_eval_count" -> usage = true;
                        case "error" -> error = value != JsonToken.VALUE_NULL;
                        default -> {}
                    }
                    json.skipChildren();
                }
            }
        } catch (JacksonException e) {
            return new OllamaEvent(Kind.CONTENT, line, data, false);
        }
        return new OllamaEvent(error ? Kind.ERROR : done ? Kind.HELD : Kind.CONTENT, line, data, usage);
    }

    @Override
    public boolean hasWholeUsage() {
        return hasUsage && kind == Kind.HELD;
    }

    /** Callers of this format always get the usage. */
    @Override
    public Optional<Slice> released(String costUsd, boolean usageAsked) {
        return Optional.of(whole);
    }
}
