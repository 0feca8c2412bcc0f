package dev.mizan.translation.ollama;

import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.AnswerSink;
import dev.mizan.translation.model.Bodies;
import dev.mizan.translation.model.EventReader;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Logprob;
import dev.mizan.translation.model.Part;
import dev.mizan.translation.model.Problem;
import dev.mizan.translation.openai.OpenAiLogprobs;
import dev.mizan.usage.UsageReader;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads answers of a chat, whole and line by line. */
final class OllamaAnswers {
    private static final UsageReader USAGE = UsageReader.of("ollama", "default").orElseThrow();

    private OllamaAnswers() {}

    static Answer read(Slice body) {
        JsonNode root = Bodies.answer(body, "message");
        JsonNode message = root.path("message");
        List<Part> parts = new ArrayList<>();
        String thought = message.path("thinking").asString("");
        if (!thought.isEmpty()) {
            parts.add(new Part.Thinking(thought, ""));
        }
        String text = message.path("content").asString("");
        if (!text.isEmpty()) {
            parts.add(new Part.Text(text));
        }
        for (JsonNode call : message.path("tool_calls")) {
            parts.add(new Part.ToolCall(
                    call.path("id").asString(""),
                    call.path("function").path("name").asString(""),
                    arguments(call),
                    ""));
        }
        boolean calls = !message.path("tool_calls").isEmpty();
        return new Answer(
                List.of(new Answer.Choice(
                        0,
                        parts,
                        reason(root.path("done_reason").asString(""), calls),
                        "",
                        OpenAiLogprobs.read(root.path("logprobs")))),
                USAGE.read(body.array(), body.from(), body.length()).usage());
    }

    private static String arguments(JsonNode call) {
        JsonNode arguments = call.path("function").path("arguments");
        return arguments.isObject() ? JsonTree.text(arguments) : "{}";
    }

    private static FinishReason reason(String reason, boolean calls) {
        return reason.equals("length") ? FinishReason.LENGTH : calls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
    }

    /** Reads one stream. Calls of tools come whole. Not safe for use by many threads. */
    static final class Events implements EventReader {
        private int calls;

        @Override
        public void read(JsonNode line, AnswerSink sink) {
            if (line.hasNonNull("error")) {
                sink.failure(Problem.of(0, line));
                return;
            }
            sink.start();
            JsonNode message = line.path("message");
            String thought = message.path("thinking").asString("");
            if (!thought.isEmpty()) {
                sink.thinking(0, thought);
            }
            String text = message.path("content").asString("");
            if (!text.isEmpty()) {
                sink.text(0, text);
            }
            for (JsonNode call : message.path("tool_calls")) {
                int index = calls++;
                sink.toolCall(
                        0,
                        index,
                        call.path("id").asString(""),
                        call.path("function").path("name").asString(""),
                        "");
                sink.arguments(0, index, arguments(call));
            }
            List<Logprob> tokens = OpenAiLogprobs.read(line.path("logprobs"));
            if (!tokens.isEmpty()) {
                sink.logprobs(0, tokens);
            }
            if (line.path("done").asBoolean(false)) {
                sink.finish(0, reason(line.path("done_reason").asString(""), calls > 0), "");
            }
        }
    }
}
