package dev.mizan.translation;

import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.AnswerSink;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.Logprob;
import dev.mizan.translation.model.Part;
import dev.mizan.translation.model.Problem;
import dev.mizan.usage.Usage;
import java.util.ArrayList;
import java.util.List;

/** Puts the first choice of a streamed answer together. Not safe for use by many threads. */
final class Assembly implements AnswerSink {
    private final List<Part> parts = new ArrayList<>();
    private final List<Integer> placesOfCalls = new ArrayList<>();
    private final List<Logprob> logprobs = new ArrayList<>();
    private FinishReason finish = FinishReason.STOP;
    private String sequence = "";

    Answer answer(Usage usage) {
        return new Answer(List.of(new Answer.Choice(0, parts, finish, sequence, logprobs)), usage);
    }

    @Override
    public void start() {}

    @Override
    public void text(int choice, String text) {
        if (!parts.isEmpty() && parts.getLast() instanceof Part.Text(String before)) {
            parts.set(parts.size() - 1, new Part.Text(before + text));
        } else {
            parts.add(new Part.Text(text));
        }
    }

    @Override
    public void declined(int choice, String text) {
        parts.add(new Part.Declined(text));
    }

    @Override
    public void thinking(int choice, String text) {
        if (!parts.isEmpty() && parts.getLast() instanceof Part.Thinking(String before, String signature)) {
            parts.set(parts.size() - 1, new Part.Thinking(before + text, signature));
        } else {
            parts.add(new Part.Thinking(text, ""));
        }
    }

    @Override
    public void signature(int choice, String signature) {
        if (!parts.isEmpty() && parts.getLast() instanceof Part.Thinking before) {
            parts.set(parts.size() - 1, new Part.Thinking(before.text(), signature));
        } else {
            parts.add(new Part.Thinking("", signature));
        }
    }

    @Override
    public void hiddenThinking(int choice, String data) {
        parts.add(new Part.HiddenThinking(data));
    }

    @Override
    public void toolCall(int choice, int call, String id, String name, String signature) {
        placesOfCalls.add(call, parts.size());
        parts.add(new Part.ToolCall(id, name, "", signature));
    }

    @Override
    public void arguments(int choice, int call, String piece) {
        int place = placesOfCalls.get(call);
        if (parts.get(place) instanceof Part.ToolCall before) {
            parts.set(
                    place,
                    new Part.ToolCall(before.id(), before.name(), before.arguments() + piece, before.signature()));
        }
    }

    @Override
    public void logprobs(int choice, List<Logprob> tokens) {
        logprobs.addAll(tokens);
    }

    @Override
    public void finish(int choice, FinishReason reason, String stopSequence) {
        finish = reason;
        sequence = stopSequence;
    }

    @Override
    public void failure(Problem problem) {
        throw new IllegalStateException(problem.message());
    }
}
