package dev.mizan.translation.openai;

import dev.mizan.translation.model.AnswerSink;
import dev.mizan.translation.model.EventReader;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.Logprob;
import dev.mizan.translation.model.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads the chunks of a streamed chat completion. Not safe for use by many threads. */
final class OpenAiEventReader implements EventReader {
    private final Map<Integer, Seen> seen = new HashMap<>(2);

    /** What a choice brought so far. */
    private static final class Seen {
        private final List<Integer> calls = new ArrayList<>(2);
        private boolean declined;
    }

    @Override
    public void read(JsonNode event, AnswerSink sink) {
        JsonNode choices = event.path("choices");
        if (event.hasNonNull("error") && choices.isEmpty()) {
            sink.failure(Problem.of(0, event));
            return;
        }
        sink.start();
        for (JsonNode choice : choices) {
            int index = choice.path("index").asInt(0);
            Seen before = seen.computeIfAbsent(index, _ -> new Seen());
            delta(index, choice.path("delta"), before, sink);
            List<Logprob> tokens = OpenAiLogprobs.read(choice.path("logprobs").path("content"));
            if (!tokens.isEmpty()) {
                sink.logprobs(index, tokens);
            }
            String reason = choice.path("finish_reason").asString("");
            if (!reason.isEmpty()) {
                FinishReason finish = OpenAiAnswerReader.reason(reason, !before.calls.isEmpty(), before.declined);
                sink.finish(index, finish, "");
            }
        }
    }

    private static void delta(int index, JsonNode delta, Seen before, AnswerSink sink) {
        String thought = OpenAiAnswerReader.thought(delta);
        if (!thought.isEmpty()) {
            sink.thinking(index, thought);
        }
        for (JsonNode block : delta.path("thinking_blocks")) {
            String signature = block.path("signature").asString("");
            if (!signature.isEmpty()) {
                sink.signature(index, signature);
            }
            String data = block.path("data").asString("");
            if (!data.isEmpty()) {
                sink.hiddenThinking(index, data);
            }
        }
        String text = delta.path("content").asString("");
        if (!text.isEmpty()) {
            sink.text(index, text);
        }
        String refusal = delta.path("refusal").asString("");
        if (!refusal.isEmpty()) {
            before.declined = true;
            sink.declined(index, refusal);
        }
        for (JsonNode call : delta.path("tool_calls")) {
            toolCall(index, call, before, sink);
        }
    }

    /** A call begins with its name; some providers send no index with whole calls, and some repeat the id. */
    private static void toolCall(int choice, JsonNode call, Seen before, AnswerSink sink) {
        String name = call.path("function").path("name").asString("");
        int stated = call.path("index").asInt(name.isEmpty() ? before.calls.size() - 1 : before.calls.size());
        int known = before.calls.indexOf(stated);
        if (known < 0 && !name.isEmpty()) {
            known = before.calls.size();
            before.calls.add(stated);
            sink.toolCall(choice, known, call.path("id").asString(""), name, OpenAiAnswerReader.signature(call));
        }
        String arguments = OpenAiAnswerReader.arguments(call.path("function").path("arguments"));
        if (known >= 0 && !arguments.isEmpty()) {
            sink.arguments(choice, known, arguments);
        }
    }
}
