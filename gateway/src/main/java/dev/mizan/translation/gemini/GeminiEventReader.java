package dev.mizan.translation.gemini;

import dev.mizan.translation.model.AnswerSink;
import dev.mizan.translation.model.EventReader;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.Logprob;
import dev.mizan.translation.model.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads the pieces of a streamed answer. Calls of functions come whole. Not safe for use by many threads. */
final class GeminiEventReader implements EventReader {
    private final Map<Integer, Integer> calls = new HashMap<>(2);

    @Override
    public void read(JsonNode event, AnswerSink sink) {
        JsonNode piece = event.isArray() ? event.path(0) : event;
        if (piece.hasNonNull("error")) {
            sink.failure(Problem.of(0, piece));
            return;
        }
        sink.start();
        for (JsonNode candidate : piece.path("candidates")) {
            int choice = candidate.path("index").asInt(0);
            for (JsonNode part : candidate.path("content").path("parts")) {
                part(choice, part, sink);
            }
            List<Logprob> tokens = GeminiAnswerReader.logprobs(candidate.path("logprobsResult"));
            if (!tokens.isEmpty()) {
                sink.logprobs(choice, tokens);
            }
            String reason = candidate.path("finishReason").asString("");
            if (!reason.isEmpty()) {
                sink.finish(choice, GeminiAnswerReader.reason(reason, calls.containsKey(choice)), "");
            }
        }
        if (piece.path("candidates").isEmpty() && GeminiAnswerReader.isBlocked(piece)) {
            sink.finish(0, FinishReason.CONTENT_FILTER, "");
        }
    }

    private void part(int choice, JsonNode part, AnswerSink sink) {
        String text = part.path("text").asString("");
        String signature = part.path("thoughtSignature").asString("");
        JsonNode call = part.path("functionCall");
        if (call.isObject()) {
            int index = calls.merge(choice, 1, Integer::sum) - 1;
            sink.toolCall(
                    choice,
                    index,
                    call.path("id").asString(""),
                    call.path("name").asString(""),
                    signature);
            sink.arguments(choice, index, GeminiAnswerReader.arguments(call));
        } else if (part.path("thought").asBoolean(false)) {
            if (!text.isEmpty()) {
                sink.thinking(choice, text);
            }
            if (!signature.isEmpty()) {
                sink.signature(choice, signature);
            }
        } else if (!text.isEmpty()) {
            sink.text(choice, text);
        }
    }
}
