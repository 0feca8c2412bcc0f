package dev.mizan.translation.responses;

import dev.mizan.dialect.Refusal;
import dev.mizan.translation.Translation;
import dev.mizan.translation.model.EventWriter;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Logprob;
import dev.mizan.translation.model.Problem;
import dev.mizan.translation.openai.OpenAiLogprobs;
import dev.mizan.translation.responses.OutputItem.Kind;
import dev.mizan.usage.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * Writes the events of a streamed response. What was said is kept for the last event, which repeats all of it. Knows
 * one choice, since callers can't ask for more. Not safe for use by many threads.
 */
final class ResponsesEventWriter extends EventWriter {
    /** How many characters are kept at most. */
    static final int TEXT_LENGTH_MAX = 1 << 24;

    private final Translation.Call call;
    private final List<OutputItem> items = new ArrayList<>();
    private final List<OutputItem> calls = new ArrayList<>(2);
    private boolean started;
    private int sequence;
    private int kept;
    private FinishReason finish = FinishReason.STOP;

    ResponsesEventWriter(Translation.Call call) {
        this.call = call;
    }

    @Override
    public void start() {
        if (!started) {
            started = true;
            JsonNode response = ResponsesAnswerWriter.response(call);
            named("response.created", json -> tree("response", response, json));
            named("response.in_progress", json -> tree("response", response, json));
        }
    }

    @Override
    public void text(int choice, String text) {
        if (choice == 0) {
            delta(within(Kind.TEXT), text, JsonTree.array());
        }
    }

    @Override
    public void declined(int choice, String text) {
        if (choice == 0) {
            delta(within(Kind.REFUSAL), text, JsonTree.array());
        }
    }

    @Override
    public void thinking(int choice, String text) {
        if (choice == 0) {
            delta(within(Kind.THOUGHT), text, JsonTree.array());
        }
    }

    @Override
    public void signature(int choice, String signature) {
        if (choice == 0) {
            OutputItem thought = within(Kind.THOUGHT);
            thought.seal(Sealed.SIGNATURE + signature);
            close();
        }
    }

    @Override
    public void hiddenThinking(int choice, String data) {
        sealed(choice, Sealed.HIDDEN + data);
    }

    private void sealed(int choice, String content) {
        if (choice == 0) {
            close();
            begin(new OutputItem(Kind.THOUGHT, items.size(), "", "", call)).seal(content);
            close();
        }
    }

    @Override
    public void toolCall(int choice, int index, String id, String name, String signature) {
        if (choice == 0) {
            if (!signature.isEmpty()) {
                sealed(choice, Sealed.CALL + signature);
            }
            close();
            calls.add(begin(new OutputItem(Kind.CALL, items.size(), id, name, call)));
        }
    }

    @Override
    public void arguments(int choice, int index, String piece) {
        if (choice == 0 && index < calls.size()) {
            delta(calls.get(index), piece, JsonTree.array());
        }
    }

    @Override
    public void logprobs(int choice, List<Logprob> tokens) {
        if (choice == 0) {
            ArrayNode written = OpenAiLogprobs.write(tokens);
            OutputItem item = within(Kind.TEXT);
            item.addLogprobs(written);
            delta(item, "", written);
        }
    }

    @Override
    public void finish(int choice, FinishReason reason, String stopSequence) {
        if (choice == 0) {
            finish = reason;
        }
    }

    @Override
    public void end(Usage usage, String costUsd, boolean usageAsked) {
        start();
        close();
        calls.forEach(this::done);
        JsonNode response = ResponsesAnswerWriter.complete(
                ResponsesAnswerWriter.response(call), items, finish, usage, usageAsked ? costUsd : "");
        named("response." + response.path("status").asString(""), json -> tree("response", response, json));
    }

    @Override
    protected void error(Problem problem) {
        error(problem.message(), problem.code(), "");
    }

    @Override
    protected void error(Refusal refusal) {
        error(refusal.message(), refusal.code().code(), refusal.param());
    }

    private void error(String message, String code, String param) {
        named("error", json -> {
            json.writeStringProperty("code", code);
            json.writeStringProperty("message", message);
            if (param.isEmpty()) {
                json.writeNullProperty("param");
            } else {
                json.writeStringProperty("param", param);
            }
        });
    }

    /** The item of {@code kind} that is being written, or a new one. */
    private OutputItem within(Kind kind) {
        if (!items.isEmpty()
                && items.getLast().kind() == kind
                && !items.getLast().isDone()) {
            return items.getLast();
        }
        close();
        return begin(new OutputItem(kind, items.size(), "", "", call));
    }

    private OutputItem begin(OutputItem item) {
        start();
        items.add(item);
        named("response.output_item.added", json -> {
            json.writeNumberProperty("output_index", item.index());
            tree("item", item.json(), json);
        });
        switch (item.kind()) {
            case TEXT, REFUSAL -> part("response.content_part.added", item);
            case THOUGHT, CALL -> {
                // A summary begins with its first piece, and arguments have no parts.
            }
        }
        return item;
    }

    private void part(String event, OutputItem item) {
        boolean isThought = item.kind() == Kind.THOUGHT;
        named(event, json -> {
            at(item, json);
            tree("part", isThought && event.endsWith("added") ? emptySummary() : item.part(), json);
        });
    }

    private static JsonNode emptySummary() {
        return JsonTree.object().put("type", "summary_text").put("text", "");
    }

    private void delta(OutputItem item, String piece, ArrayNode logprobs) {
        kept += piece.length();
        if (kept > TEXT_LENGTH_MAX) {
            failure(Problem.unreadable("an answer of more than " + TEXT_LENGTH_MAX + " characters"));
            return;
        }
        if (item.kind() == Kind.THOUGHT && item.text().isEmpty()) {
            part("response.reasoning_summary_part.added", item);
        }
        item.append(piece);
        named(name(item.kind()) + ".delta", json -> {
            at(item, json);
            json.writeStringProperty("delta", piece);
            if (item.kind() == Kind.TEXT) {
                tree("logprobs", logprobs, json);
            }
        });
    }

    private static String name(Kind kind) {
        return switch (kind) {
            case TEXT -> "response.output_text";
            case REFUSAL -> "response.refusal";
            case THOUGHT -> "response.reasoning_summary_text";
            case CALL -> "response.function_call_arguments";
        };
    }

    /** Ends what is being written; calls of tools may go on in turns, and end together. */
    private void close() {
        if (!items.isEmpty() && items.getLast().kind() != Kind.CALL) {
            done(items.getLast());
        }
    }

    private void done(OutputItem item) {
        if (item.isDone()) {
            return;
        }
        item.finish();
        if (item.kind() != Kind.THOUGHT || !item.text().isEmpty()) {
            named(name(item.kind()) + ".done", json -> {
                at(item, json);
                switch (item.kind()) {
                    case TEXT -> {
                        json.writeStringProperty("text", item.text());
                        tree("logprobs", item.part().path("logprobs"), json);
                    }
                    case THOUGHT -> json.writeStringProperty("text", item.text());
                    case REFUSAL -> json.writeStringProperty("refusal", item.text());
                    case CALL -> json.writeStringProperty("arguments", item.text());
                }
            });
        }
        switch (item.kind()) {
            case TEXT, REFUSAL -> part("response.content_part.done", item);
            case THOUGHT -> {
                if (!item.text().isEmpty()) {
                    part("response.reasoning_summary_part.done", item);
                }
            }
            case CALL -> {
                // Arguments have no parts.
            }
        }
        named("response.output_item.done", json -> {
            json.writeNumberProperty("output_index", item.index());
            tree("item", item.json(), json);
        });
    }

    private static void at(OutputItem item, JsonGenerator json) {
        json.writeStringProperty("item_id", item.id());
        json.writeNumberProperty("output_index", item.index());
        switch (item.kind()) {
            case TEXT, REFUSAL -> json.writeNumberProperty("content_index", 0);
            case THOUGHT -> json.writeNumberProperty("summary_index", 0);
            case CALL -> {
                // Arguments have no parts.
            }
        }
    }

    private static void tree(String name, JsonNode value, JsonGenerator json) {
        json.writeName(name);
        json.writeRawValue(JsonTree.text(value));
    }

    private void named(String type, Consumer<JsonGenerator> fields) {
        int number = sequence++;
        event("event: " + type + "\ndata: ", json -> {
            json.writeStartObject();
            json.writeStringProperty("type", type);
            json.writeNumberProperty("sequence_number", number);
            fields.accept(json);
            json.writeEndObject();
        });
    }
}
