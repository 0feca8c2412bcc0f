package dev.mizan.translation.openai;

import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.Bodies;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Part;
import dev.mizan.usage.UsageReader;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads a whole chat completion. */
final class OpenAiAnswerReader {
    private static final UsageReader USAGE = UsageReader.of("openai", "chat").orElseThrow();

    private OpenAiAnswerReader() {}

    static Answer read(Slice body) {
        JsonNode root = Bodies.answer(body, "choices");
        List<Answer.Choice> choices = new ArrayList<>();
        for (JsonNode choice : root.path("choices")) {
            JsonNode message = choice.path("message");
            List<Part> parts = parts(message);
            choices.add(new Answer.Choice(
                    choice.path("index").asInt(choices.size()),
                    parts,
                    reason(choice.path("finish_reason").asString(""), parts),
                    "",
                    OpenAiLogprobs.read(choice.path("logprobs").path("content"))));
        }
        return new Answer(
                choices, USAGE.read(body.array(), body.from(), body.length()).usage());
    }

    private static List<Part> parts(JsonNode message) {
        List<Part> parts = new ArrayList<>();
        JsonNode blocks = message.path("thinking_blocks");
        for (JsonNode block : blocks) {
            parts.add(
                    block.path("type").asString("").equals("redacted_thinking")
                            ? new Part.HiddenThinking(block.path("data").asString(""))
                            : new Part.Thinking(
                                    block.path("thinking").asString(""),
                                    block.path("signature").asString("")));
        }
        String thought = thought(message);
        if (blocks.isEmpty() && !thought.isEmpty()) {
            parts.add(new Part.Thinking(thought, ""));
        }
        String text = text(message.path("content"));
        if (!text.isEmpty()) {
            parts.add(new Part.Text(text));
        }
        String refusal = message.path("refusal").asString("");
        if (!refusal.isEmpty()) {
            parts.add(new Part.Declined(refusal));
        }
        for (JsonNode call : message.path("tool_calls")) {
            parts.add(new Part.ToolCall(
                    call.path("id").asString(""),
                    call.path("function").path("name").asString(""),
                    arguments(call.path("function").path("arguments")),
                    signature(call)));
        }
        return parts;
    }

    /** What a model thought goes by two names. */
    static String thought(JsonNode message) {
        String thought = message.path("reasoning_content").asString("");
        return thought.isEmpty() ? message.path("reasoning").asString("") : thought;
    }

    static String signature(JsonNode call) {
        return call.path("extra_content")
                .path("google")
                .path("thought_signature")
                .asString("");
    }

    /** Some providers send arguments as an object. */
    static String arguments(JsonNode arguments) {
        return arguments.isObject() ? JsonTree.text(arguments) : arguments.asString("");
    }

    /** Some providers send content in parts. */
    private static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.asString("");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            text.append(part.path("text").asString(""));
        }
        return text.toString();
    }

    static FinishReason reason(String reason, List<Part> parts) {
        return reason(
                reason,
                parts.stream().anyMatch(Part.ToolCall.class::isInstance),
                parts.stream().anyMatch(Part.Declined.class::isInstance));
    }

    /** Some providers say {@code stop} though tools are called. */
    static FinishReason reason(String reason, boolean calls, boolean declined) {
        return switch (reason) {
            case "length" -> FinishReason.LENGTH;
            case "content_filter" -> FinishReason.CONTENT_FILTER;
            default -> calls ? FinishReason.TOOL_CALLS : declined ? FinishReason.REFUSAL : FinishReason.STOP;
        };
    }
}
