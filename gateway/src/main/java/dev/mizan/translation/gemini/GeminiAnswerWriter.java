package dev.mizan.translation.gemini;

import dev.mizan.translation.Translation;
import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Logprob;
import dev.mizan.translation.model.Part;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes whole answers of generateContent, and errors. */
final class GeminiAnswerWriter {
    private GeminiAnswerWriter() {}

    static Slice write(Answer answer, Translation.Call call) {
        ObjectNode root = JsonTree.object();
        ArrayNode candidates = root.putArray("candidates");
        for (Answer.Choice choice : answer.choices()) {
            ObjectNode candidate = candidates.addObject();
            ObjectNode content = candidate.putObject("content");
            ArrayNode parts = content.putArray("parts");
            content.put("role", "model");
            choice.parts().forEach(part -> part(part, parts));
            candidate.put("finishReason", reason(choice.finish())).put("index", choice.index());
            if (!choice.logprobs().isEmpty()) {
                candidate.set("logprobsResult", logprobs(choice.logprobs()));
            }
        }
        root.set("usageMetadata", JsonTree.read(Slice.of(Json.bytes(json -> usage(answer.usage(), "", json)))));
        root.put("modelVersion", call.model()).put("responseId", call.requestId());
        return JsonTree.bytes(root);
    }

    private static void part(Part part, ArrayNode to) {
        switch (part) {
            case Part.Text(String text) -> to.addObject().put("text", text);
            case Part.Declined(String text) -> to.addObject().put("text", text);
            case Part.Thinking(String text, String signature) -> {
                ObjectNode thought = to.addObject().put("text", text).put("thought", true);
                if (!signature.isEmpty()) {
                    thought.put("thoughtSignature", signature);
                }
            }
            case Part.ToolCall call -> functionCall(call, to.addObject());
            case Part.HiddenThinking _,
                    Part.Image _,
                    Part.Document _,
                    Part.Audio _,
                    Part.ToolResult _,
                    Part.CachePoint _ -> {}
        }
    }

    static void functionCall(Part.ToolCall call, ObjectNode to) {
        ObjectNode function = to.putObject("functionCall");
        if (!call.id().isEmpty()) {
            function.put("id", call.id());
        }
        function.put("name", call.name()).set("args", JsonTree.arguments(call.arguments()));
        if (!call.signature().isEmpty()) {
            to.put("thoughtSignature", call.signature());
        }
    }

    static String reason(FinishReason reason) {
        return switch (reason) {
            case STOP, STOP_SEQUENCE, TOOL_CALLS -> "STOP";
            case LENGTH -> "MAX_TOKENS";
            case CONTENT_FILTER, REFUSAL -> "SAFETY";
        };
    }

    static ObjectNode logprobs(List<Logprob> tokens) {
        ObjectNode result = JsonTree.object();
        ArrayNode top = result.putArray("topCandidates");
        ArrayNode chosen = result.putArray("chosenCandidates");
        for (Logprob token : tokens) {
            chosen.addObject().put("token", token.token()).put("logProbability", token.value());
            ArrayNode candidates = top.addObject().putArray("candidates");
            token.likeliest()
                    .forEach(other ->
                            candidates.addObject().put("token", other.token()).put("logProbability", other.value()));
        }
        return result;
    }

    /** The usage object. Input counts what was cached; output does not count what was thought. */
    static void usage(Usage usage, String costUsd, JsonGenerator json) {
        long cached = usage.get(Unit.CACHE_READ)
                + usage.get(Unit.CACHE_AUDIO_READ)
                + usage.get(Unit.CACHE_IMAGE_READ)
                + usage.get(Unit.CACHE_VIDEO_READ);
        long thought = usage.get(Unit.REASONING);
        json.writeStartObject();
        json.writeNumberProperty("promptTokenCount", usage.inputTokens());
        if (cached > 0) {
            json.writeNumberProperty("cachedContentTokenCount", cached);
        }
        json.writeNumberProperty("candidatesTokenCount", usage.outputTokens() - thought);
        if (thought > 0) {
            json.writeNumberProperty("thoughtsTokenCount", thought);
        }
        json.writeNumberProperty("totalTokenCount", usage.totalTokens());
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
        json.writeStartObject().writeObjectPropertyStart("error");
        json.writeNumberProperty("code", status);
        json.writeStringProperty("message", message);
        json.writeStringProperty("status", name(status));
        json.writeEndObject().writeEndObject();
    }

    private static String name(int status) {
        return switch (status) {
            case 400 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 409 -> "ABORTED";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 503, 529 -> "UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> status >= 500 ? "INTERNAL" : "FAILED_PRECONDITION";
        };
    }
}
