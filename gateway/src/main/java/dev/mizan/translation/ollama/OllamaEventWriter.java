package dev.mizan.translation.ollama;

import dev.mizan.dialect.Refusal;
import dev.mizan.translation.Translation;
import dev.mizan.translation.model.EventWriter;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Logprob;
import dev.mizan.translation.model.Problem;
import dev.mizan.translation.openai.OpenAiLogprobs;
import dev.mizan.usage.Usage;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the pieces of a streamed answer, each on a line of its own. The format knows no pieces of a call's arguments,
 * so calls are held until the answer is complete. Not safe for use by many threads.
 */
final class OllamaEventWriter extends EventWriter {
    /** How many characters of arguments are held at most. */
    static final int ARGUMENTS_LENGTH_MAX = 1 << 22;

    private final Translation.Call call;
    private final List<HeldCall> calls = new ArrayList<>(2);
    private FinishReason finish = FinishReason.STOP;
    private int held;

    /** A call whose arguments are still coming. */
    private record HeldCall(String id, String name, StringBuilder arguments) {}

    OllamaEventWriter(Translation.Call call) {
        this.call = call;
    }

    @Override
    public void start() {
        // Nothing is said before there is something to say.
    }

    @Override
    public void text(int choice, String text) {
        if (choice == 0) {
            content(text, "", JsonTree.array());
        }
    }

    @Override
    public void declined(int choice, String text) {
        text(choice, text);
    }

    @Override
    public void thinking(int choice, String text) {
        if (choice == 0 && !text.isEmpty()) {
            content("", text, JsonTree.array());
        }
    }

    @Override
    public void signature(int choice, String signature) {
        // The format has no place for it.
    }

    @Override
    public void hiddenThinking(int choice, String data) {
        // The format has no place for it.
    }

    @Override
    public void toolCall(int choice, int index, String id, String name, String signature) {
        calls.add(new HeldCall(id, name, new StringBuilder()));
    }

    @Override
    public void arguments(int choice, int index, String piece) {
        held += piece.length();
        if (held > ARGUMENTS_LENGTH_MAX) {
            failure(Problem.unreadable("arguments of a tool of more than " + ARGUMENTS_LENGTH_MAX + " characters"));
        } else if (index < calls.size()) {
            calls.get(index).arguments.append(piece);
        }
    }

    @Override
    public void logprobs(int choice, List<Logprob> tokens) {
        ObjectNode line = OllamaAnswerWriter.head(call);
        OllamaAnswerWriter.content(call, line, "", "", JsonTree.array());
        line.put("done", false).set("logprobs", OpenAiLogprobs.write(tokens));
        line(line);
    }

    @Override
    public void finish(int choice, FinishReason reason, String stopSequence) {
        finish = reason;
        calls();
    }

    private void calls() {
        if (calls.isEmpty()) {
            return;
        }
        ArrayNode made = JsonTree.array();
        calls.forEach(one -> OllamaAnswerWriter.call(one.id, one.name, one.arguments.toString(), made));
        calls.clear();
        content("", "", made);
    }

    @Override
    public void end(Usage usage, String costUsd, boolean usageAsked) {
        calls();
        ObjectNode line = OllamaAnswerWriter.head(call);
        OllamaAnswerWriter.content(call, line, "", "", JsonTree.array());
        OllamaAnswerWriter.end(line, finish, usage);
        line(line);
    }

    @Override
    protected void error(Problem problem) {
        error(problem.message());
    }

    @Override
    protected void error(Refusal refusal) {
        error(refusal.message());
    }

    private void error(String message) {
        raw(OllamaAnswerWriter.problem(message));
        raw("\n");
    }

    private void content(String text, String thought, ArrayNode toolCalls) {
        ObjectNode line = OllamaAnswerWriter.head(call);
        OllamaAnswerWriter.content(call, line, text, thought, toolCalls);
        line(line.put("done", false));
    }

    private void line(ObjectNode line) {
        raw(JsonTree.text(line) + "\n");
    }
}
