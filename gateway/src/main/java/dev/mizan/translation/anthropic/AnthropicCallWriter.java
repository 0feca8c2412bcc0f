package dev.mizan.translation.anthropic;

import dev.mizan.translation.Translation.Target;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Losses;
import dev.mizan.translation.model.Media;
import dev.mizan.translation.model.Message;
import dev.mizan.translation.model.Message.Role;
import dev.mizan.translation.model.ModelCall;
import dev.mizan.translation.model.Part;
import dev.mizan.translation.model.ResponseFormat;
import dev.mizan.translation.model.Setting;
import dev.mizan.translation.model.ToolIds;
import dev.mizan.translation.model.Tooling;
import dev.mizan.translation.model.Tooling.Kind;
import dev.mizan.translation.model.Tooling.Tool;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes the body of a messages call. Writes one body; not safe for use by many threads. */
final class AnthropicCallWriter {
    /** What {@code max_tokens}, which must be there, is where nobody said it. */
    private static final long OUTPUT_TOKENS_DEFAULT = 4_096;

    private static final double TEMPERATURE_MAX = 1;

    private final ModelCall call;
    private final Target target;
    private final Losses losses;
    private final ObjectNode body = JsonTree.object();

    AnthropicCallWriter(ModelCall call, Target target, Losses losses) {
        this.call = call;
        this.target = target;
        this.losses = losses;
    }

    Slice write() {
        body.put("model", target.upstreamModel());
        long said = target.outputTokens() < 0 ? call.outputTokens() : target.outputTokens();
        long limit = said < 0 ? OUTPUT_TOKENS_DEFAULT : said;
        body.put("max_tokens", limit);
        if (call.system().size() == 1 && call.system().getFirst() instanceof Part.Text(String text)) {
            body.put("system", text);
        } else if (!call.system().isEmpty()) {
            body.set("system", blocks(call.system()));
        }
        ArrayNode messages = body.putArray("messages");
        for (Message message : call.messages()) {
            ArrayNode blocks = blocks(message.parts());
            if (!blocks.isEmpty()) {
                messages.addObject()
                        .put("role", message.role() == Role.USER ? "user" : "assistant")
                        .set("content", blocks);
            }
        }
        settings();
        if (!call.stop().isEmpty()) {
            ArrayNode stop = body.putArray("stop_sequences");
            call.stop().forEach(stop::add);
        }
        tools();
        format();
        Thinking.write(call.reasoning(), target.upstreamModel(), limit, body, losses);
        if (!call.endUser().isEmpty()) {
            body.putObject("metadata").put("user_id", call.endUser());
        }
        if (target.streaming()) {
            body.put("stream", true);
        }
        return JsonTree.bytes(body);
    }

    private void settings() {
        for (Map.Entry<Setting, JsonNode> setting : call.settings().entrySet()) {
            String name = AnthropicFormat.SETTINGS.getOrDefault(setting.getKey(), "");
            JsonNode value = setting.getValue();
            if (name.isEmpty()) {
                losses.cannot(setting.getKey());
            } else if (setting.getKey() == Setting.TEMPERATURE && value.asDouble() > TEMPERATURE_MAX) {
                losses.cannot(setting.getKey());
                body.set(name, JsonNodeFactory.instance.numberNode((long) TEMPERATURE_MAX));
            } else {
                body.set(name, value);
            }
        }
    }

    /** Results of tools must stand first in a turn. */
    private ArrayNode blocks(List<Part> parts) {
        List<ObjectNode> results = new ArrayList<>();
        List<ObjectNode> others = new ArrayList<>();
        List<ObjectNode> last = others;
        for (Part part : parts) {
            if (part instanceof Part.CachePoint(Part.Lifetime lifetime)) {
                if (!last.isEmpty()) {
                    cacheControl(last.getLast(), lifetime);
                }
            } else if (part instanceof Part.ToolResult result) {
                last = results;
                results.add(result(result));
            } else {
                last = others;
                block(part, others);
            }
        }
        ArrayNode blocks = JsonTree.array();
        results.forEach(blocks::add);
        others.forEach(blocks::add);
        return blocks;
    }

    private static void cacheControl(ObjectNode block, Part.Lifetime lifetime) {
        ObjectNode cache = block.putObject("cache_control").put("type", "ephemeral");
        if (lifetime == Part.Lifetime.HOUR) {
            cache.put("ttl", "1h");
        }
    }

    private void block(Part part, List<ObjectNode> to) {
        switch (part) {
            case Part.Text(String text) -> to.add(text(text));
            case Part.Declined(String text) -> to.add(text(text));
            case Part.Image image ->
                source(image.media(), "image", image.place().path(), to);
            case Part.Document document -> {
                int before = to.size();
                source(document.media(), "document", document.place().path(), to);
                if (!document.name().isEmpty() && to.size() > before) {
                    to.getLast().put("title", document.name());
                }
            }
            case Part.Audio audio -> losses.cannot(audio.place().path());
            case Part.ToolCall toolCall -> {
                ObjectNode block = JsonTree.object()
                        .put("type", "tool_use")
                        .put("id", ToolIds.plain(toolCall.id()))
                        .put("name", toolCall.name());
                block.set("input", JsonTree.arguments(toolCall.arguments()));
                to.add(block);
            }
            case Part.Thinking(String text, String signature) -> {
                // Without its signature a thought is refused; with none at all the model thinks anew.
                if (!signature.isEmpty()) {
                    to.add(JsonTree.object()
                            .put("type", "thinking")
                            .put("thinking", text)
                            .put("signature", signature));
                }
            }
            case Part.HiddenThinking(String data) ->
                to.add(JsonTree.object().put("type", "redacted_thinking").put("data", data));
            case Part.ToolResult _, Part.CachePoint _ -> {}
        }
    }

    private static ObjectNode text(String text) {
        return JsonTree.object().put("type", "text").put("text", text);
    }

    private void source(Media media, String type, String path, List<ObjectNode> to) {
        ObjectNode source = JsonTree.object();
        switch (media) {
            case Media.Inline(String mimeType, String base64) ->
                source.put("type", "base64").put("media_type", mimeType).put("data", base64);
            case Media.Link link -> source.put("type", "url").put("url", link.url());
            case Media.Plain(String text) ->
                source.put("type", "text").put("media_type", "text/plain").put("data", text);
            case Media.File _ -> {
                // A file is known to the provider that it was uploaded to, and to no other.
                losses.cannot(path);
                return;
            }
        }
        ObjectNode block = JsonTree.object().put("type", type);
        block.set("source", source);
        to.add(block);
    }

    private ObjectNode result(Part.ToolResult result) {
        ObjectNode block =
                JsonTree.object().put("type", "tool_result").put("tool_use_id", ToolIds.plain(result.callId()));
        if (result.content().size() == 1 && result.content().getFirst() instanceof Part.Text(String text)) {
            block.put("content", text);
        } else if (!result.content().isEmpty()) {
            block.set("content", blocks(result.content()));
        }
        if (result.error()) {
            block.put("is_error", true);
        }
        return block;
    }

    private void tools() {
        Tooling tooling = call.tooling();
        if (tooling.tools().isEmpty()) {
            return;
        }
        ArrayNode tools = body.putArray("tools");
        for (Tool tool : tooling.tools()) {
            ObjectNode to = tools.addObject().put("name", tool.name());
            if (!tool.description().isEmpty()) {
                to.put("description", tool.description());
            }
            if (tool.schema().isEmpty()) {
                to.putObject("input_schema").put("type", "object").putObject("properties");
            } else {
                to.set("input_schema", tool.schema());
            }
            if (tool.strict()) {
                to.put("strict", true);
            }
            if (tool.isCachePoint()) {
                cacheControl(to, Part.Lifetime.SHORT);
            }
        }
        Kind kind = tooling.choice().kind();
        if (kind == Kind.UNSET && !tooling.oneAtATime()) {
            return;
        }
        ObjectNode choice = body.putObject("tool_choice")
                .put(
                        "type",
                        switch (kind) {
                            case UNSET, AUTO -> "auto";
                            case NONE -> "none";
                            case ANY -> "any";
                            case NAMED -> "tool";
                        });
        if (kind == Kind.NAMED) {
            choice.put("name", tooling.choice().name());
        }
        if (tooling.oneAtATime() && kind != Kind.NONE) {
            choice.put("disable_parallel_tool_use", true);
        }
    }

    private void format() {
        ResponseFormat format = call.format();
        switch (format.kind()) {
            case TEXT -> {}
            case JSON -> losses.cannot(Setting.RESPONSE_FORMAT);
            case SCHEMA ->
                body.putObject("output_config")
                        .putObject("format")
                        .put("type", "json_schema")
                        .set("schema", format.schema());
        }
    }
}
