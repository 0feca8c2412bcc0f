package dev.mizan.translation.openai;

import dev.mizan.translation.Translation;
import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Part;
import dev.mizan.translation.model.Problem;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes whole chat completions, and errors. */
final class OpenAiAnswerWriter {
    static final String ID = "chatcmpl-";

    private OpenAiAnswerWriter() {}

    static Slice write(Answer answer, Translation.Call call) {
        ObjectNode root = JsonTree.object()
                .put("id", ID + call.requestId())
                .put("object", "chat.completion")
                .put("created", call.createdSeconds())
                .put("model", call.model());
        ArrayNode choices = root.putArray("choices");
        for (Answer.Choice choice : answer.choices()) {
            ObjectNode to = choices.addObject().put("index", choice.index());
            message(choice, to.putObject("message").put("role", "assistant"), call);
            if (choice.logprobs().isEmpty()) {
                to.putNull("logprobs");
            } else {
                to.putObject("logprobs").set("content", OpenAiLogprobs.write(choice.logprobs()));
            }
            to.put("finish_reason", reason(choice.finish()));
        }
        root.set("usage", JsonTree.read(Slice.of(Json.bytes(json -> usage(answer.usage(), "", json)))));
        return JsonTree.bytes(root);
    }

    private static void message(Answer.Choice choice, ObjectNode to, Translation.Call call) {
        StringBuilder text = new StringBuilder();
        StringBuilder refusal = new StringBuilder();
        StringBuilder thought = new StringBuilder();
        ArrayNode blocks = JsonTree.array();
        ArrayNode calls = JsonTree.array();
        for (Part part : choice.parts()) {
            switch (part) {
                case Part.Text(String said) -> text.append(said);
                case Part.Declined(String said) -> refusal.append(said);
                case Part.Thinking(String said, String signature) -> {
                    thought.append(said);
                    ObjectNode block =
                            blocks.addObject().put("type", "thinking").put("thinking", said);
                    if (!signature.isEmpty()) {
                        block.put("signature", signature);
                    }
                }
                case Part.HiddenThinking(String data) ->
                    blocks.addObject().put("type", "redacted_thinking").put("data", data);
                case Part.ToolCall toolCall ->
                    calls.add(OpenAiCallWriter.toolCall(withId(toolCall, choice.index(), calls.size(), call)));
                case Part.Image _, Part.Document _, Part.Audio _, Part.ToolResult _, Part.CachePoint _ -> {}
            }
        }
        if (text.isEmpty() && (!calls.isEmpty() || !refusal.isEmpty())) {
            to.putNull("content");
        } else {
            to.put("content", text.toString());
        }
        if (refusal.isEmpty()) {
            to.putNull("refusal");
        } else {
            to.put("refusal", refusal.toString());
        }
        if (!thought.isEmpty()) {
            to.put("reasoning_content", thought.toString());
        }
        if (blocks.valueStream().anyMatch(block -> block.has("signature") || block.has("data"))) {
            to.set("thinking_blocks", blocks);
        }
        if (!calls.isEmpty()) {
            to.set("tool_calls", calls);
        }
    }

    /** Not every provider gives calls of tools an id. */
    private static Part.ToolCall withId(Part.ToolCall toolCall, int choice, int index, Translation.Call call) {
        return toolCall.id().isEmpty()
                ? new Part.ToolCall(
                        madeId(call, choice, index), toolCall.name(), toolCall.arguments(), toolCall.signature())
                : toolCall;
    }

    static String madeId(Translation.Call call, int choice, int index) {
        return "call_" + call.requestId() + "_" + (choice == 0 ? "" : choice + "_") + index;
    }

    static String reason(FinishReason reason) {
        return switch (reason) {
            case STOP, STOP_SEQUENCE -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER, REFUSAL -> "content_filter";
        };
    }

    /** The usage object. Input counts what was read from and written to a cache, output what was thought. */
    static void usage(Usage usage, String costUsd, JsonGenerator json) {
        long cached = usage.get(Unit.CACHE_READ)
                + usage.get(Unit.CACHE_AUDIO_READ)
                + usage.get(Unit.CACHE_IMAGE_READ)
                + usage.get(Unit.CACHE_VIDEO_READ);
        long written = usage.get(Unit.CACHE_WRITE_5M) + usage.get(Unit.CACHE_WRITE_1H);
        json.writeStartObject();
        json.writeNumberProperty("prompt_tokens", usage.inputTokens());
        json.writeNumberProperty("completion_tokens", usage.outputTokens());
        json.writeNumberProperty("total_tokens", usage.totalTokens());
        json.writeObjectPropertyStart("prompt_tokens_details");
        json.writeNumberProperty("cached_tokens", cached);
        if (written > 0) {
            json.writeNumberProperty("cache_write_tokens", written);
        }
        json.writeNumberProperty("audio_tokens", usage.get(Unit.INPUT_AUDIO) + usage.get(Unit.CACHE_AUDIO_READ));
        json.writeEndObject();
        json.writeObjectPropertyStart("completion_tokens_details");
        json.writeNumberProperty("reasoning_tokens", usage.get(Unit.REASONING));
        json.writeNumberProperty("audio_tokens", usage.get(Unit.OUTPUT_AUDIO));
        json.writeEndObject();
        if (!costUsd.isEmpty()) {
            json.writeName("cost");
            json.writeRawValue(costUsd);
        }
        json.writeEndObject();
    }

    static byte[] problem(Problem problem) {
        return Json.bytes(json -> writeProblem(problem, json));
    }

    static void writeProblem(Problem problem, JsonGenerator json) {
        json.writeStartObject();
        json.writeObjectPropertyStart("error");
        json.writeStringProperty("message", problem.message());
        json.writeStringProperty("type", type(problem.status()));
        json.writeNullProperty("param");
        if (problem.code().isEmpty()) {
            json.writeNullProperty("code");
        } else {
            json.writeStringProperty("code", problem.code());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 429 -> "rate_limit_error";
            default -> status >= 500 ? "server_error" : "invalid_request_error";
        };
    }
}
