package dev.mizan.translation.anthropic;

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

/** Reads a whole message. */
final class AnthropicAnswerReader {
    private static final UsageReader USAGE =
            UsageReader.of("anthropic", "default").orElseThrow();

    private AnthropicAnswerReader() {}

    static Answer read(Slice body) {
        JsonNode root = Bodies.answer(body, "content");
        List<Part> parts = new ArrayList<>();
        for (JsonNode block : root.path("content")) {
            switch (block.path("type").asString("")) {
                case "text" -> {
                    String text = block.path("text").asString("");
                    if (!text.isEmpty()) {
                        parts.add(new Part.Text(text));
                    }
                }
                case "thinking" ->
                    parts.add(new Part.Thinking(
                            block.path("thinking").asString(""),
                            block.path("signature").asString("")));
                case "redacted_thinking" ->
                    parts.add(new Part.HiddenThinking(block.path("data").asString("")));
                case "tool_use" ->
                    parts.add(new Part.ToolCall(
                            block.path("id").asString(""),
                            block.path("name").asString(""),
                            block.path("input").isObject() ? JsonTree.text(block.path("input")) : "{}",
                            ""));
                default -> {
                    // Blocks of the provider's own tools: what comes of them is in the texts.
                }
            }
        }
        Answer.Choice choice = new Answer.Choice(
                0,
                parts,
                reason(root.path("stop_reason").asString("")),
                root.path("stop_sequence").asString(""),
                List.of());
        return new Answer(
                List.of(choice),
                USAGE.read(body.array(), body.from(), body.length()).usage());
    }

    static FinishReason reason(String reason) {
        return switch (reason) {
            case "stop_sequence" -> FinishReason.STOP_SEQUENCE;
            case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
            case "tool_use" -> FinishReason.TOOL_CALLS;
            case "refusal" -> FinishReason.REFUSAL;
            default -> FinishReason.STOP;
        };
    }
}
