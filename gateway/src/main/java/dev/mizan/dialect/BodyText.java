package dev.mizan.dialect;

import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The text that a model wrote or reads, out of a body or a chunk of one: for counting tokens where the provider gives
 * no usage. Never stored. Immutable; safe for use by many threads.
 */
public final class BodyText {
    private static final String DATA = "data:";

    private final Set<String> input;
    private final Set<String> output;
    private final Set<String> events;

    /**
     * @param input fields of a call's body whose strings a model reads
     * @param output fields of an answer whose strings a model wrote
     */
    public BodyText(Set<String> input, Set<String> output) {
        this(input, output, output);
    }

    /**
     * The same where events of streams have other fields than whole answers.
     *
     * @param events fields of an event whose strings a model wrote
     */
    public BodyText(Set<String> input, Set<String> output, Set<String> events) {
        this.input = Set.copyOf(input);
        this.output = Set.copyOf(output);
        this.events = Set.copyOf(events);
    }

    /** Adds the text of one JSON answer or chunk to {@code text}; adds the bytes themselves if it is not JSON. */
    public void addOutput(Slice json, StringBuilder text) {
        add(json, output, text);
    }

    /** Adds the text that a call's body asks with. */
    public void addInput(Slice json, StringBuilder text) {
        add(json, input, text);
    }

    private static void add(Slice json, Set<String> fields, StringBuilder text) {
        int before = text.length();
        try (JsonParser parser = Json.parser(json)) {
            String field = "";
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME) {
                    field = parser.currentName();
                } else if (token == JsonToken.VALUE_STRING && fields.contains(field)) {
                    text.append(parser.getString());
                }
            }
        } catch (JacksonException e) {
            text.setLength(before);
            text.append(json.latin1());
        }
    }

    /** Adds the text of the server-sent events, or the lines of JSON, in {@code run}. */
    public void addEvents(Slice run, StringBuilder text) {
        String lines = run.latin1();
        int at = 0;
        while (at < lines.length()) {
            int end = lineEnd(lines, at);
            if (lines.startsWith(DATA, at) && end > at + DATA.length()) {
                Slice data = new Slice(run.array(), run.from() + at + DATA.length(), run.from() + end);
                if (!lines.substring(at + DATA.length(), end).isBlank()
                        && !lines.startsWith("[DONE]", at + DATA.length() + 1)) {
                    add(data, events, text);
                }
            } else if (lines.startsWith("{", at)) {
                add(new Slice(run.array(), run.from() + at, run.from() + end), events, text);
            } else if (isContinuation(lines, at, end)) {
                text.append(lines, at, end);
            }
            at = end + 1;
        }
    }

    /** A line that is no field: the rest of an event too large to be held whole. */
    private static boolean isContinuation(String lines, int from, int to) {
        return to > from
                && !lines.startsWith(DATA, from)
                && !lines.startsWith("event:", from)
                && !lines.startsWith("id:", from)
                && !lines.startsWith("retry:", from)
                && lines.charAt(from) != ':';
    }

    private static int lineEnd(String text, int from) {
        int lf = text.indexOf('\n', from);
        int end = lf < 0 ? text.length() : lf;
        int cr = text.indexOf('\r', from, end);
        return cr < 0 ? end : cr;
    }
}
