package dev.mizan.translation.gemini;

import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.Bodies;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Logprob;
import dev.mizan.translation.model.Part;
import dev.mizan.usage.UsageReader;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads a whole answer of generateContent. */
final class GeminiAnswerReader {
    private static final UsageReader USAGE = UsageReader.of("google", "default").orElseThrow();

    private GeminiAnswerReader() {}

    static Answer read(Slice body) {
        JsonNode root = Bodies.answer(body, "candidates", "promptFeedback", "usageMetadata");
        List<Answer.Choice> choices = new ArrayList<>();
        for (JsonNode candidate : root.path("candidates")) {
            List<Part> parts = parts(candidate.path("content").path("parts"));
            boolean calls = parts.stream().anyMatch(Part.ToolCall.class::isInstance);
            choices.add(new Answer.Choice(
                    candidate.path("index").asInt(choices.size()),
                    parts,
                    reason(candidate.path("finishReason").asString(""), calls),
                    "",
                    logprobs(candidate.path("logprobsResult"))));
        }
        if (choices.isEmpty()) {
            FinishReason reason = isBlocked(root) ? FinishReason.CONTENT_FILTER : FinishReason.STOP;
            choices.add(new Answer.Choice(0, List.of(), reason, "", List.of()));
        }
        return new Answer(
                choices, USAGE.read(body.array(), body.from(), body.length()).usage());
    }

    static boolean isBlocked(JsonNode root) {
        return !root.path("promptFeedback").path("blockReason").asString("").isEmpty();
    }

    private static List<Part> parts(JsonNode parts) {
        List<Part> found = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        StringBuilder thought = new StringBuilder();
        for (JsonNode part : parts) {
            String said = part.path("text").asString("");
            String signature = part.path("thoughtSignature").asString("");
            boolean isThought = part.path("thought").asBoolean(false);
            if (!isThought || !signature.isEmpty()) {
                thought.append(isThought ? said : "");
                if (!thought.isEmpty()) {
                    found.add(new Part.Thinking(thought.toString(), isThought ? signature : ""));
                    thought.setLength(0);
                }
            } else {
                thought.append(said);
            }
            JsonNode call = part.path("functionCall");
            if (!text.isEmpty() && (isThought || call.isObject())) {
                found.add(new Part.Text(text.toString()));
                text.setLength(0);
            }
            if (call.isObject()) {
                found.add(new Part.ToolCall(
                        call.path("id").asString(""), call.path("name").asString(""), arguments(call), signature));
            } else if (!isThought) {
                text.append(said);
            }
        }
        if (!thought.isEmpty()) {
            found.add(new Part.Thinking(thought.toString(), ""));
        }
        if (!text.isEmpty()) {
            found.add(new Part.Text(text.toString()));
        }
        return found;
    }

    static String arguments(JsonNode call) {
        return call.path("args").isObject() ? JsonTree.text(call.path("args")) : "{}";
    }

    static FinishReason reason(String reason, boolean calls) {
        return switch (reason) {
            case "MAX_TOKENS" -> FinishReason.LENGTH;
            case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "LANGUAGE" ->
                FinishReason.CONTENT_FILTER;
            default -> calls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
        };
    }

    static List<Logprob> logprobs(JsonNode result) {
        List<Logprob> tokens = new ArrayList<>();
        for (JsonNode chosen : result.path("chosenCandidates")) {
            List<Logprob> likeliest = new ArrayList<>();
            for (JsonNode other :
                    result.path("topCandidates").path(tokens.size()).path("candidates")) {
                likeliest.add(logprob(other, List.of()));
            }
            tokens.add(logprob(chosen, likeliest));
        }
        return tokens;
    }

    private static Logprob logprob(JsonNode token, List<Logprob> likeliest) {
        return new Logprob(
                token.path("token").asString(""), token.path("logProbability").asDouble(0), likeliest);
    }
}
