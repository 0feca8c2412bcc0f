package dev.mizan.translation.anthropic;

import dev.mizan.translation.model.AnswerSink;
import dev.mizan.translation.model.EventReader;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Problem;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Reads the events of a streamed message
 * (<a href="https://platform.claude.com/docs/en/build-with-claude/streaming">streaming</a>). Not safe for use by many
 * threads.
 */
final class AnthropicEventReader implements EventReader {
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
    public void read(JsonNode event, AnswerSink sink) {
        int index = event.path("index").asInt(-1);
        switch (event.path("type").asString("")) {
            case "message_start" -> sink.start();
            case "content_block_start" -> begin(index, event.path("content_block"), sink);
            case "content_block_delta" -> delta(index, event.path("delta"), sink);
            case "content_block_stop" -> stop(index, sink);
            case "message_delta" -> {
                JsonNode delta = event.path("delta");
                String reason = delta.path("stop_reason").asString("");
                if (!reason.isEmpty()) {
                    sink.finish(
                            0,
                            AnthropicAnswerReader.reason(reason),
                            delta.path("stop_sequence").asString(""));
                }
            }
            case "error" -> sink.failure(Problem.of(0, event));
            default -> {
                // Pings, the end, and what may be added one day.
            }
        }
    }

    private void begin(int index, JsonNode block, AnswerSink sink) {
        switch (block.path("type").asString("")) {
            case "text" -> text(block.path("text").asString(""), sink);
            case "thinking" -> {
                thinking(block.path("thinking").asString(""), sink);
                signature(block.path("signature").asString(""), sink);
            }
            case "redacted_thinking" ->
                sink.hiddenThinking(0, block.path("data").asString(""));
            case "tool_use" -> {
                ToolBlock tool = new ToolBlock(calls++);
                toolBlocks.put(index, tool);
                sink.toolCall(
                        0,
                        tool.call,
                        block.path("id").asString(""),
                        block.path("name").asString(""),
                        "");
                if (!block.path("input").isEmpty()) {
                    arguments(tool, JsonTree.text(block.path("input")), sink);
                }
            }
            default -> {
                // Blocks of the provider's own tools.
            }
        }
    }

    private void delta(int index, JsonNode delta, AnswerSink sink) {
        switch (delta.path("type").asString("")) {
            case "text_delta" -> text(delta.path("text").asString(""), sink);
            case "thinking_delta" -> thinking(delta.path("thinking").asString(""), sink);
            case "signature_delta" -> signature(delta.path("signature").asString(""), sink);
            case "input_json_delta" -> {
                ToolBlock tool = toolBlocks.get(index);
                if (tool != null) {
                    arguments(tool, delta.path("partial_json").asString(""), sink);
                }
            }
            default -> {
                // Citations.
            }
        }
    }

    /** A call without arguments has the empty object for them. */
    private void stop(int index, AnswerSink sink) {
        ToolBlock tool = toolBlocks.get(index);
        if (tool != null && !tool.hasArguments) {
            arguments(tool, "{}", sink);
        }
    }

    private static void arguments(ToolBlock tool, String piece, AnswerSink sink) {
        if (!piece.isEmpty()) {
            tool.hasArguments = true;
            sink.arguments(0, tool.call, piece);
        }
    }

    private static void text(String text, AnswerSink sink) {
        if (!text.isEmpty()) {
            sink.text(0, text);
        }
    }

    private static void thinking(String text, AnswerSink sink) {
        if (!text.isEmpty()) {
            sink.thinking(0, text);
        }
    }

    private static void signature(String signature, AnswerSink sink) {
        if (!signature.isEmpty()) {
            sink.signature(0, signature);
        }
    }
}
