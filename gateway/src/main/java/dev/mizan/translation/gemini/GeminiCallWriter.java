package dev.mizan.translation.gemini;

import dev.mizan.translation.Translation.Target;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Losses;
import dev.mizan.translation.model.Media;
import dev.mizan.translation.model.Message;
import dev.mizan.translation.model.Message.Role;
import dev.mizan.translation.model.MimeTypes;
import dev.mizan.translation.model.ModelCall;
import dev.mizan.translation.model.Part;
import dev.mizan.translation.model.Reasoning;
import dev.mizan.translation.model.ResponseFormat;
import dev.mizan.translation.model.Setting;
import dev.mizan.translation.model.Tooling;
import dev.mizan.translation.model.Tooling.Kind;
import dev.mizan.translation.model.Tooling.Tool;
import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the body of a generateContent call. Writes one body; not safe for use by many threads. */
final class GeminiCallWriter {
    /**
     * Stands for the signature of a call that another model made, which Gemini 3 would else refuse
     * (<a href="https://ai.google.dev/gemini-api/docs/thought-signatures">thought signatures</a>).
     */
    private static final String NO_SIGNATURE = "skip_thought_signature_validator";

    private final ModelCall call;
    private final Target target;
    private final Losses losses;
    private final ObjectNode body = JsonTree.object();
    private final Map<String, String> namesOfCalls = new HashMap<>();

    GeminiCallWriter(ModelCall call, Target target, Losses losses) {
        this.call = call;
        this.target = target;
        this.losses = losses;
    }

    Slice write() {
        if (!call.system().isEmpty()) {
            ArrayNode parts = body.putObject("systemInstruction").putArray("parts");
            for (Part part : call.system()) {
                if (part instanceof Part.Text(String text)) {
                    parts.addObject().put("text", text);
                }
            }
        }
        ArrayNode contents = body.putArray("contents");
        for (Message message : call.messages()) {
            ArrayNode parts = JsonTree.array();
            parts(message, parts);
            if (!parts.isEmpty()) {
                contents.addObject()
                        .put("role", message.role() == Role.USER ? "user" : "model")
                        .set("parts", parts);
            }
        }
        tools();
        ObjectNode config = JsonTree.object();
        for (Map.Entry<Setting, JsonNode> setting : call.settings().entrySet()) {
            config.set(GeminiFormat.SETTINGS.getOrDefault(setting.getKey(), ""), setting.getValue());
        }
        long limit = target.outputTokens() < 0 ? call.outputTokens() : target.outputTokens();
        if (limit >= 0) {
            config.put("maxOutputTokens", limit);
        }
        if (!call.stop().isEmpty()) {
            ArrayNode stop = config.putArray("stopSequences");
            call.stop().forEach(stop::add);
        }
        format(config);
        reasoning(config);
        if (!config.isEmpty()) {
            body.set("generationConfig", config);
        }
        return JsonTree.bytes(body);
    }

    private void parts(Message message, ArrayNode to) {
        boolean isFirstCall = true;
        for (Part part : message.parts()) {
            switch (part) {
                case Part.Text(String text) -> to.addObject().put("text", text);
                case Part.Declined(String text) -> to.addObject().put("text", text);
                case Part.Image image -> media(image.media(), image.place().path(), image.detail(), to);
                case Part.Document document ->
                    media(document.media(), document.place().path(), "", to);
                case Part.Audio audio -> media(audio.media(), audio.place().path(), "", to);
                case Part.ToolCall toolCall -> {
                    toolCall(toolCall, isFirstCall, to.addObject());
                    isFirstCall = false;
                }
                case Part.ToolResult result -> result(result, to);
                case Part.Thinking _, Part.HiddenThinking _, Part.CachePoint _ -> {
                    // Gemini thinks anew; its own thoughts' signatures are at the calls of tools.
                }
            }
        }
    }

    private void media(Media media, String path, String detail, ArrayNode to) {
        if (!detail.isEmpty()) {
            losses.cannot(path + ".detail");
        }
        switch (media) {
            case Media.Inline(String mimeType, String base64) ->
                to.addObject().putObject("inlineData").put("mimeType", mimeType).put("data", base64);
            case Media.Link(String mimeType, String url) -> {
                ObjectNode file = to.addObject().putObject("fileData");
                String known = mimeType.isEmpty() ? MimeTypes.ofName(url) : mimeType;
                if (!known.isEmpty()) {
                    file.put("mimeType", known);
                }
                file.put("fileUri", url);
            }
            case Media.Plain(String text) ->
                to.addObject()
                        .putObject("inlineData")
                        .put("mimeType", "text/plain")
                        .put("data", Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
            case Media.File _ -> losses.cannot(path);
        }
    }

    private void toolCall(Part.ToolCall toolCall, boolean isFirst, ObjectNode to) {
        namesOfCalls.put(toolCall.id(), toolCall.name());
        ObjectNode function = to.putObject("functionCall");
        if (target.callIds() && !toolCall.id().isEmpty()) {
            function.put("id", toolCall.id());
        }
        function.put("name", toolCall.name()).set("args", JsonTree.arguments(toolCall.arguments()));
        if (!toolCall.signature().isEmpty()) {
            to.put("thoughtSignature", toolCall.signature());
        } else if (isFirst && target.upstreamModel().contains("gemini-3")) {
            to.put("thoughtSignature", NO_SIGNATURE);
        }
    }

    private void result(Part.ToolResult result, ArrayNode to) {
        StringBuilder text = new StringBuilder();
        for (Part part : result.content()) {
            if (part instanceof Part.Text(String piece)) {
                text.append(piece);
            } else if (!(part instanceof Part.CachePoint)) {
                losses.cannot(result.place().at("content"));
            }
        }
        String name =
                result.name().isEmpty() ? namesOfCalls.getOrDefault(result.callId(), result.callId()) : result.name();
        ObjectNode function = to.addObject().putObject("functionResponse");
        if (target.callIds() && !result.callId().isEmpty()) {
            function.put("id", result.callId());
        }
        function.put("name", name).putObject("response").put(result.error() ? "error" : "output", text.toString());
    }

    private void tools() {
        Tooling tooling = call.tooling();
        if (tooling.tools().isEmpty()) {
            return;
        }
        boolean isStrict = false;
        ArrayNode declarations = body.putArray("tools").addObject().putArray("functionDeclarations");
        for (Tool tool : tooling.tools()) {
            isStrict |= tool.strict();
            ObjectNode to = declarations.addObject().put("name", tool.name());
            if (!tool.description().isEmpty()) {
                to.put("description", tool.description());
            }
            if (!tool.schema().isEmpty()) {
                to.set("parametersJsonSchema", tool.schema());
            }
        }
        if (tooling.oneAtATime()) {
            losses.cannot(Setting.PARALLEL_TOOL_CALLS);
        }
        Kind kind = tooling.choice().kind();
        if (kind == Kind.UNSET && !isStrict) {
            return;
        }
        ObjectNode config = body.putObject("toolConfig").putObject("functionCallingConfig");
        config.put(
                "mode",
                switch (kind) {
                    case UNSET, AUTO -> isStrict ? "VALIDATED" : "AUTO";
                    case NONE -> "NONE";
                    case ANY, NAMED -> "ANY";
                });
        if (kind == Kind.NAMED) {
            config.putArray("allowedFunctionNames").add(tooling.choice().name());
        }
    }

    private void format(ObjectNode config) {
        ResponseFormat format = call.format();
        if (format.kind() != ResponseFormat.Kind.TEXT) {
            config.put("responseMimeType", "application/json");
        }
        if (format.kind() == ResponseFormat.Kind.SCHEMA) {
            config.set("responseJsonSchema", format.schema());
        }
    }

    /** Models up to 2.5 take a budget of tokens, later ones a level. */
    private void reasoning(ObjectNode config) {
        Reasoning reasoning = call.reasoning();
        if (reasoning.kind() == Reasoning.Kind.UNSET) {
            return;
        }
        boolean isOff = reasoning.kind() == Reasoning.Kind.OFF;
        ObjectNode thinking = JsonTree.object();
        if (target.upstreamModel().contains("gemini-2")) {
            if (isOff || reasoning.tokens() >= 0) {
                thinking.put("thinkingBudget", isOff ? 0 : reasoning.tokens());
            }
        } else if (isOff) {
            thinking.put("thinkingLevel", "minimal");
        } else if (!reasoning.level().isEmpty()) {
            String level = reasoning.level();
            thinking.put("thinkingLevel", level.equals("xhigh") || level.equals("max") ? "high" : level);
        }
        if (reasoning.isShown()) {
            thinking.put("includeThoughts", true);
        }
        if (!thinking.isEmpty()) {
            config.set("thinkingConfig", thinking);
        }
    }
}
