package dev.mizan.translation.gemini;

import dev.mizan.dialect.Refusal;
import dev.mizan.translation.Translation;
import dev.mizan.translation.model.EventWriter;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Logprob;
import dev.mizan.translation.model.Part;
import dev.mizan.translation.model.Problem;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the pieces of a streamed answer. The format knows no pieces of a function's arguments, so calls are held until
 * their choice is complete. Not safe for use by many threads.
 */
final class GeminiEventWriter extends EventWriter {
    /** How many characters of arguments are held at most. */
    static final int ARGUMENTS_LENGTH_MAX = 1 << 22;

    private static final String END = "\r\n\r\n";

    private final Map<Integer, Choice> choices = new TreeMap<>();
    private final String tail;
    private int held;

    /** What is kept of one answer. */
    private static final class Choice {
        private final List<HeldCall> calls = new ArrayList<>(2);
        private FinishReason finish = FinishReason.STOP;
    }

    /** A call whose arguments are still coming. */
    private record HeldCall(String id, String name, String signature, StringBuilder arguments) {}

    GeminiEventWriter(Translation.Call call) {
        this.tail = ",\"modelVersion\":" + new String(Json.string(call.model()), StandardCharsets.UTF_8)
                + ",\"responseId\":\"" + call.requestId() + "\"}" + END;
    }

    @Override
    public void start() {
        // Nothing is said before there is something to say.
    }

    @Override
    public void text(int choice, String text) {
        part(choice, json -> json.writeStringProperty("text", text));
    }

    @Override
    public void declined(int choice, String text) {
        text(choice, text);
    }

    @Override
    public void thinking(int choice, String text) {
        part(choice, json -> json.writeStringProperty("text", text).writeBooleanProperty("thought", true));
    }

    @Override
    public void signature(int choice, String signature) {
        part(choice, json -> json.writeStringProperty("text", "")
                .writeBooleanProperty("thought", true)
                .writeStringProperty("thoughtSignature", signature));
    }

    @Override
    public void hiddenThinking(int choice, String data) {
        // The format has no place for it.
    }

    @Override
    public void toolCall(int choice, int index, String id, String name, String signature) {
        choice(choice).calls.add(new HeldCall(id, name, signature, new StringBuilder()));
    }

    @Override
    public void arguments(int choice, int index, String piece) {
        List<HeldCall> calls = choice(choice).calls;
        held += piece.length();
        if (held > ARGUMENTS_LENGTH_MAX) {
            failure(Problem.unreadable("arguments of a tool of more than " + ARGUMENTS_LENGTH_MAX + " characters"));
        } else if (index < calls.size()) {
            calls.get(index).arguments.append(piece);
        }
    }

    @Override
    public void logprobs(int choice, List<Logprob> tokens) {
        raw("data: {\"candidates\":[{\"index\":" + choice + ",\"logprobsResult\":"
                + JsonTree.text(GeminiAnswerWriter.logprobs(tokens)) + "}]" + tail);
    }

    @Override
    public void finish(int choice, FinishReason reason, String stopSequence) {
        choice(choice).finish = reason;
        calls(choice);
    }

    private void calls(int choice) {
        for (HeldCall call : choice(choice).calls) {
            ObjectNode part = JsonTree.object();
            GeminiAnswerWriter.functionCall(
                    new Part.ToolCall(call.id, call.name, call.arguments.toString(), call.signature), part);
            raw("data: {\"candidates\":[{\"content\":{\"parts\":[" + JsonTree.text(part)
                    + "],\"role\":\"model\"},\"index\":" + choice + "}]" + tail);
        }
        choice(choice).calls.clear();
    }

    @Override
    public void end(Usage usage, String costUsd, boolean usageAsked) {
        choice(0);
        StringBuilder candidates = new StringBuilder();
        choices.forEach((index, choice) -> {
            calls(index);
            candidates
                    .append(candidates.isEmpty() ? "" : ",")
                    .append("{\"content\":{\"parts\":[{\"text\":\"\"}],\"role\":\"model\"},\"finishReason\":\"")
                    .append(GeminiAnswerWriter.reason(choice.finish))
                    .append("\",\"index\":")
                    .append(index)
                    .append('}');
        });
        event(
                "data: {\"candidates\":[" + candidates + "],\"usageMetadata\":",
                json -> GeminiAnswerWriter.usage(usage, usageAsked ? costUsd : "", json),
                tail);
    }

    @Override
    protected void error(Problem problem) {
        event("data: ", json -> GeminiAnswerWriter.writeProblem(problem.status(), problem.message(), json), END);
    }

    @Override
    protected void error(Refusal refusal) {
        event("data: ", json -> GeminiAnswerWriter.writeProblem(refusal.status(), refusal.message(), json), END);
    }

    private Choice choice(int index) {
        return choices.computeIfAbsent(index, _ -> new Choice());
    }

    private void part(int choice, Consumer<JsonGenerator> fields) {
        choice(choice);
        event(
                "data: {\"candidates\":[{\"content\":{\"parts\":[",
                json -> {
                    json.writeStartObject();
                    fields.accept(json);
                    json.writeEndObject();
                },
                "],\"role\":\"model\"},\"index\":" + choice + "}]" + tail);
    }
}
