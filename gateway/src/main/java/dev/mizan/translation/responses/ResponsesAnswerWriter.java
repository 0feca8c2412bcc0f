package dev.mizan.translation.responses;

import dev.mizan.translation.Translation;
import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Part;
import dev.mizan.translation.openai.OpenAiLogprobs;
import dev.mizan.translation.responses.OutputItem.Kind;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Slice;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes whole responses. */
final class ResponsesAnswerWriter {
    private ResponsesAnswerWriter() {}

    static Slice write(Answer answer, Translation.Call call) {
        List<OutputItem> items = new ArrayList<>();
        FinishReason finish = FinishReason.STOP;
        if (!answer.choices().isEmpty()) {
            Answer.Choice choice = answer.choices().getFirst();
            finish = choice.finish();
            choice.parts().forEach(part -> add(part, items, call));
            for (OutputItem item : items) {
                if (item.kind() == Kind.TEXT) {
                    item.addLogprobs(OpenAiLogprobs.write(choice.logprobs()));
                    break;
                }
            }
        }
        items.forEach(OutputItem::finish);
        return JsonTree.bytes(complete(response(call), items, finish, answer.usage(), ""));
    }

    private static void add(Part part, List<OutputItem> items, Translation.Call call) {
        switch (part) {
            case Part.Text(String text) -> grow(Kind.TEXT, text, items, call);
            case Part.Declined(String text) -> grow(Kind.REFUSAL, text, items, call);
            case Part.Thinking(String text, String signature) -> {
                OutputItem item = begin(Kind.THOUGHT, items, call);
                item.append(text);
                item.seal(signature.isEmpty() ? "" : Sealed.SIGNATURE + signature);
            }
            case Part.HiddenThinking(String data) ->
                begin(Kind.THOUGHT, items, call).seal(Sealed.HIDDEN + data);
            case Part.ToolCall toolCall -> {
                if (!toolCall.signature().isEmpty()) {
                    begin(Kind.THOUGHT, items, call).seal(Sealed.CALL + toolCall.signature());
                }
                OutputItem item = new OutputItem(Kind.CALL, items.size(), toolCall.id(), toolCall.name(), call);
                item.append(toolCall.arguments());
                items.add(item);
            }
            case Part.Image _, Part.Document _, Part.Audio _, Part.ToolResult _, Part.CachePoint _ -> {}
        }
    }

    private static void grow(Kind kind, String text, List<OutputItem> items, Translation.Call call) {
        OutputItem item =
                !items.isEmpty() && items.getLast().kind() == kind ? items.getLast() : begin(kind, items, call);
        item.append(text);
    }

    private static OutputItem begin(Kind kind, List<OutputItem> items, Translation.Call call) {
        OutputItem item = new OutputItem(kind, items.size(), "", "", call);
        items.add(item);
        return item;
    }

    /** A response that has not said anything yet. Of the call's own fields it repeats none. */
    static ObjectNode response(Translation.Call call) {
        ObjectNode response = JsonTree.object()
                .put("id", "resp_" + call.requestId())
                .put("object", "response")
                .put("created_at", call.createdSeconds())
                .put("status", "in_progress")
                .put("background", false)
                .putNull("error")
                .putNull("incomplete_details")
                .putNull("instructions")
                .putNull("max_output_tokens")
                .put("model", call.model());
        response.putArray("output");
        response.put("parallel_tool_calls", true).putNull("previous_response_id");
        response.putObject("reasoning").putNull("effort").putNull("summary");
        response.put("store", false).putNull("temperature");
        response.putObject("text").putObject("format").put("type", "text");
        response.put("tool_choice", "auto").putArray("tools");
        response.putNull("top_p").put("truncation", "disabled").putNull("usage").putNull("user");
        response.putObject("metadata");
        return response;
    }

    /** {@code response} with everything said. */
    static ObjectNode complete(
            ObjectNode response, List<OutputItem> items, FinishReason finish, Usage usage, String costUsd) {
        String missing =
                switch (finish) {
                    case LENGTH -> "max_output_tokens";
                    case CONTENT_FILTER -> "content_filter";
                    case STOP, STOP_SEQUENCE, TOOL_CALLS, REFUSAL -> "";
                };
        response.put("status", missing.isEmpty() ? "completed" : "incomplete");
        if (!missing.isEmpty()) {
            response.putObject("incomplete_details").put("reason", missing);
        }
        ArrayNode output = response.putArray("output");
        items.forEach(item -> output.add(item.json()));
        response.set("usage", usage(usage, costUsd));
        return response;
    }

    private static ObjectNode usage(Usage usage, String costUsd) {
        long cached = usage.get(Unit.CACHE_READ)
                + usage.get(Unit.CACHE_AUDIO_READ)
                + usage.get(Unit.CACHE_IMAGE_READ)
                + usage.get(Unit.CACHE_VIDEO_READ);
        long written = usage.get(Unit.CACHE_WRITE_5M) + usage.get(Unit.CACHE_WRITE_1H);
        ObjectNode json = JsonTree.object().put("input_tokens", usage.inputTokens());
        json.putObject("input_tokens_details").put("cached_tokens", cached).put("cache_write_tokens", written);
        json.put("output_tokens", usage.outputTokens());
        json.putObject("output_tokens_details").put("reasoning_tokens", usage.get(Unit.REASONING));
        json.put("total_tokens", usage.totalTokens());
        if (!costUsd.isEmpty()) {
            json.put("cost", new BigDecimal(costUsd));
        }
        return json;
    }
}
