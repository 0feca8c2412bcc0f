package dev.mizan.translation.anthropic;

import dev.mizan.translation.Translation;
import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Part;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes whole messages, and errors. */
final class AnthropicAnswerWriter {
    static final String ID = "msg_";

    /** Marks a signature that is not a thought's but a tool call's, which has no place for one here. */
    static final String CALL_SIGNATURE = "call:";

    private AnthropicAnswerWriter() {}

    static Slice write(Answer answer, Translation.Call call) {
        ObjectNode root = JsonTree.object()
                .put("id", ID + call.requestId())
                .put("type", "message")
                .put("role", "assistant")
                .put("model", call.model());
        ArrayNode content = root.putArray("content");
        FinishReason finish = FinishReason.STOP;
        String sequence = "";
        if (!answer.choices().isEmpty()) {
            Answer.Choice choice = answer.choices().getFirst();
            finish = choice.finish();
            sequence = choice.stopSequence();
            choice.parts().forEach(part -> block(part, content, call));
        }
        root.put("stop_reason", reason(finish));
        if (sequence.isEmpty()) {
            root.putNull("stop_sequence");
        } else {
            root.put("stop_sequence", sequence);
        }
        root.set("usage", JsonTree.read(Slice.of(Json.bytes(json -> usage(answer.usage(), "", json)))));
        return JsonTree.bytes(root);
    }

    private static void block(Part part, ArrayNode content, Translation.Call call) {
        switch (part) {
            case Part.Text(String text) ->
                content.addObject().put("type", "text").put("text", text);
            case Part.Declined(String text) ->
                content.addObject().put("type", "text").put("text", text);
            case Part.Thinking(String text, String signature) -> thinking(text, signature, content);
            case Part.HiddenThinking(String data) ->
                content.addObject().put("type", "redacted_thinking").put("data", data);
            case Part.ToolCall toolCall -> {
                if (!toolCall.signature().isEmpty()) {
                    thinking("", CALL_SIGNATURE + toolCall.signature(), content);
                }
                content.addObject()
                        .put("type", "tool_use")
                        .put("id", toolCall.id().isEmpty() ? madeId(call, content.size()) : toolCall.id())
                        .put("name", toolCall.name())
                        .set("input", JsonTree.arguments(toolCall.arguments()));
            }
            case Part.Image _, Part.Document _, Part.Audio _, Part.ToolResult _, Part.CachePoint _ -> {}
        }
    }

    private static void thinking(String text, String signature, ArrayNode content) {
        content.addObject().put("type", "thinking").put("thinking", text).put("signature", signature);
    }

    static String madeId(Translation.Call call, int index) {
        return "toolu_" + call.requestId() + "_" + index;
    }

    static String reason(FinishReason reason) {
        return switch (reason) {
            case STOP -> "end_turn";
            case STOP_SEQUENCE -> "stop_sequence";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER, REFUSAL -> "refusal";
        };
    }

    /** The usage object. Input counts neither what was read from a cache nor what was written to one. */
    static void usage(Usage usage, String costUsd, JsonGenerator json) {
        long read = usage.get(Unit.CACHE_READ)
                + usage.get(Unit.CACHE_AUDIO_READ)
                + usage.get(Unit.CACHE_IMAGE_READ)
                + usage.get(Unit.CACHE_VIDEO_READ);
        long hour = usage.get(Unit.CACHE_WRITE_1H);
        long written = usage.get(Unit.CACHE_WRITE_5M) + hour;
        json.writeStartObject();
        json.writeNumberProperty("input_tokens", usage.inputTokens() - read - written);
        json.writeNumberProperty("cache_creation_input_tokens", written);
        json.writeNumberProperty("cache_read_input_tokens", read);
        if (hour > 0) {
            json.writeObjectPropertyStart("cache_creation");
            json.writeNumberProperty("ephemeral_5m_input_tokens", written - hour);
            json.writeNumberProperty("ephemeral_1h_input_tokens", hour);
            json.writeEndObject();
        }
        json.writeNumberProperty("output_tokens", usage.outputTokens());
        if (usage.get(Unit.REASONING) > 0) {
            json.writeObjectPropertyStart("output_tokens_details");
            json.writeNumberProperty("thinking_tokens", usage.get(Unit.REASONING));
            json.writeEndObject();
        }
        if (!costUsd.isEmpty()) {
            json.writeName("cost");
            json.writeRawValue(costUsd);
        }
        json.writeEndObject();
    }

    static byte[] problem(int status, String message) {
        return Json.bytes(json -> writeProblem(status, message, json));
    }

    static void writeProblem(int status, String message, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("type", "error");
        json.writeObjectPropertyStart("error");
        json.writeStringProperty("type", type(status));
        json.writeStringProperty("message", message);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503, 529 -> "overloaded_error";
            case 504 -> "timeout_error";
            default -> status >= 500 ? "api_error" : "invalid_request_error";
        };
    }
}
