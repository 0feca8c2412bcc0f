package dev.mizan.translation.ollama;

import dev.mizan.translation.Translation.Target;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Losses;
import dev.mizan.translation.model.Media;
import dev.mizan.translation.model.Message;
import dev.mizan.translation.model.Message.Role;
import dev.mizan.translation.model.ModelCall;
import dev.mizan.translation.model.Part;
import dev.mizan.translation.model.Reasoning;
import dev.mizan.translation.model.ResponseFormat;
import dev.mizan.translation.model.Setting;
import dev.mizan.translation.model.Tooling;
import dev.mizan.translation.model.Tooling.Kind;
import dev.mizan.translation.model.Tooling.Tool;
import dev.mizan.wire.Slice;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the body of a chat. Writes one body; not safe for use by many threads. */
final class OllamaCallWriter {
    /** Settings that are one of the {@code options}. */
    static final Map<Setting, String> OPTIONS = options();

    private final ModelCall call;
    private final Target target;
    private final Losses losses;
    private final ObjectNode body = JsonTree.object();
    private final Map<String, String> namesOfCalls = new HashMap<>();

    OllamaCallWriter(ModelCall call, Target target, Losses losses) {
        this.call = call;
        this.target = target;
        this.losses = losses;
    }

    private static Map<Setting, String> options() {
        Map<Setting, String> names = new EnumMap<>(Setting.class);
        names.put(Setting.TEMPERATURE, "temperature");
        names.put(Setting.TOP_P, "top_p");
        names.put(Setting.TOP_K, "top_k");
        names.put(Setting.SEED, "seed");
        names.put(Setting.PRESENCE_PENALTY, "presence_penalty");
        names.put(Setting.FREQUENCY_PENALTY, "frequency_penalty");
        return names;
    }

    Slice write() {
        body.put("model", target.upstreamModel());
        ArrayNode messages = body.putArray("messages");
        if (!call.system().isEmpty()) {
            message("system", call.system(), messages);
        }
        for (Message message : call.messages()) {
            turn(message, messages);
        }
        tools();
        ResponseFormat format = call.format();
        switch (format.kind()) {
            case TEXT -> {}
            case JSON -> body.put("format", "json");
            case SCHEMA -> body.set("format", format.schema());
        }
        settings();
        think();
        body.put("stream", target.streaming());
        return JsonTree.bytes(body);
    }

    private void turn(Message message, ArrayNode to) {
        for (Part part : message.parts()) {
            if (part instanceof Part.ToolResult result) {
                ObjectNode tool = message("tool", result.content(), to);
                String name = namesOfCalls.getOrDefault(result.callId(), result.name());
                if (!name.isEmpty()) {
                    tool.put("tool_name", name);
                }
                if (!result.callId().isEmpty()) {
                    tool.put("tool_call_id", result.callId());
                }
            }
        }
        List<Part> said = message.parts().stream()
                .filter(part -> !(part instanceof Part.ToolResult))
                .toList();
        if (!said.isEmpty()) {
            message(message.role() == Role.USER ? "user" : "assistant", said, to);
        }
    }

    /** Texts are one text here, a line for each; pictures stand beside them. */
    private ObjectNode message(String role, List<Part> parts, ArrayNode to) {
        ObjectNode message = JsonTree.object().put("role", role);
        StringBuilder text = new StringBuilder();
        StringBuilder thought = new StringBuilder();
        ArrayNode images = JsonTree.array();
        ArrayNode calls = JsonTree.array();
        for (Part part : parts) {
            switch (part) {
                case Part.Text(String said) -> line(said, text);
                case Part.Declined(String said) -> line(said, text);
                case Part.Thinking(String said, String _) -> line(said, thought);
                case Part.Image image -> image(image, images);
                case Part.Document document -> {
                    if (document.media() instanceof Media.Plain(String said)) {
                        line(said, text);
                    } else {
                        losses.cannot(document.place().path());
                    }
                }
                case Part.Audio audio -> losses.cannot(audio.place().path());
                case Part.ToolCall toolCall -> {
                    namesOfCalls.put(toolCall.id(), toolCall.name());
                    ObjectNode made = calls.addObject();
                    if (!toolCall.id().isEmpty()) {
                        made.put("id", toolCall.id());
                    }
                    made.putObject("function")
                            .put("name", toolCall.name())
                            .set("arguments", JsonTree.arguments(toolCall.arguments()));
                }
                case Part.HiddenThinking _, Part.ToolResult _, Part.CachePoint _ -> {}
            }
        }
        message.put("content", text.toString());
        if (!thought.isEmpty()) {
            message.put("thinking", thought.toString());
        }
        if (!images.isEmpty()) {
            message.set("images", images);
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        to.add(message);
        return message;
    }

    private static void line(String said, StringBuilder text) {
        text.append(text.isEmpty() ? "" : "\n").append(said);
    }

    private void image(Part.Image image, ArrayNode to) {
        if (!image.detail().isEmpty()) {
            losses.cannot(image.place().at("detail"));
        }
        if (image.media() instanceof Media.Inline inline) {
            to.add(inline.base64());
        } else {
            losses.cannot(image.place().path());
        }
    }

    private void tools() {
        Tooling tooling = call.tooling();
        Kind kind = tooling.choice().kind();
        if (tooling.tools().isEmpty() || kind == Kind.NONE) {
            return;
        }
        if (kind == Kind.ANY || kind == Kind.NAMED) {
            losses.cannot(Setting.TOOL_CHOICE);
        }
        if (tooling.oneAtATime()) {
            losses.cannot(Setting.PARALLEL_TOOL_CALLS);
        }
        ArrayNode tools = body.putArray("tools");
        for (Tool tool : tooling.tools()) {
            ObjectNode function = tools.addObject()
                    .put("type", "function")
                    .putObject("function")
                    .put("name", tool.name());
            if (!tool.description().isEmpty()) {
                function.put("description", tool.description());
            }
            if (tool.schema().isEmpty()) {
                function.putObject("parameters").put("type", "object").putObject("properties");
            } else {
                function.set("parameters", tool.schema());
            }
        }
    }

    private void settings() {
        ObjectNode options = JsonTree.object();
        for (Map.Entry<Setting, JsonNode> setting : call.settings().entrySet()) {
            switch (setting.getKey()) {
                case LOGPROBS -> body.set("logprobs", setting.getValue());
                case TOP_LOGPROBS -> body.set("top_logprobs", setting.getValue());
                default -> {
                    String name = OPTIONS.getOrDefault(setting.getKey(), "");
                    if (name.isEmpty()) {
                        losses.cannot(setting.getKey());
                    } else {
                        options.set(name, setting.getValue());
                    }
                }
            }
        }
        long limit = target.outputTokens() < 0 ? call.outputTokens() : target.outputTokens();
        if (limit >= 0) {
            options.put("num_predict", limit);
        }
        if (!call.stop().isEmpty()) {
            ArrayNode stop = options.putArray("stop");
            call.stop().forEach(stop::add);
        }
        if (!options.isEmpty()) {
            body.set("options", options);
        }
    }

    /** Only gpt-oss knows levels; others think or do not. */
    private void think() {
        Reasoning reasoning = call.reasoning();
        String level = reasoning.level();
        switch (reasoning.kind()) {
            case UNSET -> {}
            case OFF -> body.put("think", false);
            case ON -> {
                if (target.upstreamModel().contains("gpt-oss") && !level.isEmpty()) {
                    body.put(
                            "think",
                            switch (level) {
                                case "minimal", "low" -> "low";
                                case "medium" -> "medium";
                                default -> "high";
                            });
                } else {
                    body.put("think", true);
                }
            }
        }
    }
}
