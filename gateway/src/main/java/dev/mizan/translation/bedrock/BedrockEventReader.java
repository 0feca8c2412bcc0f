package dev.mizan.translation.bedrock;

import dev.mizan.translation.model.AnswerSink;
import dev.mizan.translation.model.EventReader;
import dev.mizan.translation.model.Problem;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads the payloads of ConverseStream's frames. The frame's header names the event; the payload is known by its
 * fields, or by its name if it stands around it. Not safe for use by many threads.
 */
final class BedrockEventReader implements EventReader {
    private static final Set<String> NAMES = Set.of(
            "messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata");

    private final Map<Integer, ToolBlock> toolBlocks = new HashMap<>(2);
    private int calls;

    /** A block that is a call of a tool. */
    private static final class ToolBlock {
        private final int call;
        private boolean hasArguments;

        private ToolBlock(int call) {
            this.call = call;
        }
    }

    @Override
    public void read(JsonNode frame, AnswerSink sink) {
        JsonNode event = frame;
        for (Map.Entry<String, JsonNode> field : frame.properties()) {
            if (NAMES.contains(field.getKey()) && field.getValue().isObject()) {
                event = field.getValue();
            } else if (field.getKey().endsWith("Exception")) {
                Problem problem = Problem.of(0, field.getValue());
                sink.failure(Problem.named(field.getKey(), problem.message()));
                return;
            }
        }
        int index = event.path("contentBlockIndex").asInt(-1);
        if (event.has("delta")) {
            delta(index, event.path("delta"), sink);
        } else if (event.has("start")) {
            begin(index, event.path("start").path("toolUse"), sink);
        } else if (event.hasNonNull("stopReason")) {
            sink.finish(0, BedrockAnswerReader.reason(event.path("stopReason").asString("")), "");
        } else if (event.has("role")) {
            sink.start();
        } else if (index >= 0) {
            stop(index, sink);
        } else if (event.hasNonNull("message")) {
            sink.failure(Problem.of(0, event));
        }
    }

    private void begin(int index, JsonNode toolUse, AnswerSink sink) {
        if (toolUse.isObject()) {
            ToolBlock block = new ToolBlock(calls++);
            toolBlocks.put(index, block);
            sink.toolCall(
                    0,
                    block.call,
                    toolUse.path("toolUseId").asString(""),
                    toolUse.path("name").asString(""),
                    "");
        }
    }

    private void delta(int index, JsonNode delta, AnswerSink sink) {
        String text = delta.path("text").asString("");
        if (!text.isEmpty()) {
            sink.text(0, text);
        }
        JsonNode reasoning = delta.path("reasoningContent");
        String thought = reasoning.path("text").asString("");
        if (!thought.isEmpty()) {
            sink.thinking(0, thought);
        }
        String signature = reasoning.path("signature").asString("");
        if (!signature.isEmpty()) {
            sink.signature(0, signature);
        }
        String hidden = reasoning.path("redactedContent").asString("");
        if (!hidden.isEmpty()) {
            sink.hiddenThinking(0, hidden);
        }
        ToolBlock block = toolBlocks.get(index);
        if (block != null) {
            arguments(block, delta.path("toolUse").path("input").asString(""), sink);
        }
    }

    /** A call without arguments has the empty object for them. */
    private void stop(int index, AnswerSink sink) {
        ToolBlock block = toolBlocks.get(index);
        if (block != null && !block.hasArguments) {
            arguments(block, "{}", sink);
        }
    }

    private static void arguments(ToolBlock block, String piece, AnswerSink sink) {
        if (!piece.isEmpty()) {
            block.hasArguments = true;
            sink.arguments(0, block.call, piece);
        }
    }
}
