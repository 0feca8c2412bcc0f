package dev.mizan.translation.bedrock;

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

/** Reads a whole answer of Converse. */
final class BedrockAnswerReader {
    private static final UsageReader USAGE = UsageReader.of("aws", "default").orElseThrow();

    private BedrockAnswerReader() {}

    static Answer read(Slice body) {
        JsonNode root = Bodies.answer(body, "output");
        List<Part> parts = new ArrayList<>();
        for (JsonNode block : root.path("output").path("message").path("content")) {
            part(block, parts);
        }
        return new Answer(
                List.of(new Answer.Choice(
                        0, parts, reason(root.path("stopReason").asString("")), "", List.of())),
                USAGE.read(body.array(), body.from(), body.length()).usage());
    }

    private static void part(JsonNode block, List<Part> to) {
        StringBuilder text = new StringBuilder(block.path("text").asString(""));
        for (JsonNode cited : block.path("citationsContent").path("content")) {
            text.append(cited.path("text").asString(""));
        }
        if (!text.isEmpty()) {
            to.add(new Part.Text(text.toString()));
        }
        JsonNode reasoning = block.path("reasoningContent");
        JsonNode thought = reasoning.path("reasoningText");
        if (thought.isObject()) {
            to.add(new Part.Thinking(
                    thought.path("text").asString(""), thought.path("signature").asString("")));
        } else if (reasoning.hasNonNull("redactedContent")) {
            to.add(new Part.HiddenThinking(reasoning.path("redactedContent").asString("")));
        }
        JsonNode call = block.path("toolUse");
        if (call.isObject()) {
            to.add(new Part.ToolCall(
                    call.path("toolUseId").asString(""),
                    call.path("name").asString(""),
                    call.path("input").isObject() ? JsonTree.text(call.path("input")) : "{}",
                    ""));
        }
    }

    static FinishReason reason(String reason) {
        return switch (reason) {
            case "tool_use" -> FinishReason.TOOL_CALLS;
            case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
            case "stop_sequence" -> FinishReason.STOP_SEQUENCE;
            case "guardrail_intervened", "content_filtered" -> FinishReason.CONTENT_FILTER;
            case "refusal" -> FinishReason.REFUSAL;
            default -> FinishReason.STOP;
        };
    }
}
