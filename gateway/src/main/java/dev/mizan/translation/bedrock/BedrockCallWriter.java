package dev.mizan.translation.bedrock;

import dev.mizan.translation.Translation.Target;
import dev.mizan.translation.anthropic.Thinking;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Losses;
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
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the body of a Converse call. Writes one body; not safe for use by many threads. */
final class BedrockCallWriter {
    private static final long OUTPUT_TOKENS_DEFAULT = 4_096;

    private final ModelCall call;
    private final Target target;
    private final Losses losses;
    private final BedrockBlocks blocks;
    private final ObjectNode body = JsonTree.object();
    /** What the model itself understands and Converse has no name for. */
    private final ObjectNode additional = JsonTree.object();

    BedrockCallWriter(ModelCall call, Target target, Losses losses) {
        this.call = call;
        this.target = target;
        this.losses = losses;
        this.blocks = new BedrockBlocks(losses);
    }

    Slice write() {
        if (!call.system().isEmpty()) {
            body.set("system", blocks.write(call.system()));
        }
        ArrayNode messages = body.putArray("messages");
        for (Message message : call.messages()) {
            ArrayNode content = blocks.write(message.parts());
            if (!content.isEmpty()) {
                messages.addObject()
                        .put("role", message.role() == Role.USER ? "user" : "assistant")
                        .set("content", content);
            }
        }
        inference();
        tools();
        format();
        if (!additional.isEmpty()) {
            body.set("additionalModelRequestFields", additional);
        }
        return JsonTree.bytes(body);
    }

    private void inference() {
        ObjectNode config = JsonTree.object();
        long said = target.outputTokens() < 0 ? call.outputTokens() : target.outputTokens();
        boolean isThinking = call.reasoning().kind() == Reasoning.Kind.ON;
        long limit = said < 0 && isThinking && isClaude() ? OUTPUT_TOKENS_DEFAULT : said;
        if (limit >= 0) {
            config.put("maxTokens", limit);
        }
        for (Map.Entry<Setting, JsonNode> setting : call.settings().entrySet()) {
            switch (setting.getKey()) {
                case TEMPERATURE -> config.set("temperature", setting.getValue());
                case TOP_P -> config.set("topP", setting.getValue());
                case TOP_K -> {
                    if (isClaude()) {
                        additional.set("top_k", setting.getValue());
                    } else {
                        losses.cannot(Setting.TOP_K);
                    }
                }
                default -> losses.cannot(setting.getKey());
            }
        }
        if (!call.stop().isEmpty()) {
            ArrayNode stop = config.putArray("stopSequences");
            call.stop().forEach(stop::add);
        }
        if (!config.isEmpty()) {
            body.set("inferenceConfig", config);
        }
        if (isClaude()) {
            Thinking.write(call.reasoning(), target.upstreamModel(), limit, additional, losses);
        } else if (isThinking) {
            losses.cannot(Setting.REASONING);
        }
    }

    private boolean isClaude() {
        return target.upstreamModel().contains("claude");
    }

    private void tools() {
        Tooling tooling = call.tooling();
        if (tooling.tools().isEmpty()) {
            return;
        }
        Kind kind = tooling.choice().kind();
        if (kind == Kind.NONE) {
            if (!hasToolParts()) {
                return;
            }
            // Messages with calls of tools need the tools beside them, and there is no word for not calling any.
            losses.cannot(Setting.TOOL_CHOICE);
        }
        if (tooling.oneAtATime()) {
            losses.cannot(Setting.PARALLEL_TOOL_CALLS);
        }
        ObjectNode config = body.putObject("toolConfig");
        ArrayNode tools = config.putArray("tools");
        for (Tool tool : tooling.tools()) {
            ObjectNode spec = tools.addObject().putObject("toolSpec").put("name", tool.name());
            if (!tool.description().isEmpty()) {
                spec.put("description", tool.description());
            }
            ObjectNode schema = spec.putObject("inputSchema");
            if (tool.schema().isEmpty()) {
                schema.putObject("json").put("type", "object").putObject("properties");
            } else {
                schema.set("json", tool.schema());
            }
            if (tool.strict()) {
                spec.put("strict", true);
            }
            if (tool.isCachePoint()) {
                tools.addObject().putObject("cachePoint").put("type", "default");
            }
        }
        switch (kind) {
            case UNSET, NONE -> {}
            case AUTO -> config.putObject("toolChoice").putObject("auto");
            case ANY -> config.putObject("toolChoice").putObject("any");
            case NAMED ->
                config.putObject("toolChoice")
                        .putObject("tool")
                        .put("name", tooling.choice().name());
        }
    }

    private boolean hasToolParts() {
        return call.messages().stream()
                .flatMap(message -> message.parts().stream())
                .anyMatch(part -> part instanceof Part.ToolCall || part instanceof Part.ToolResult);
    }

    private void format() {
        ResponseFormat format = call.format();
        switch (format.kind()) {
            case TEXT -> {}
            case JSON -> losses.cannot(Setting.RESPONSE_FORMAT);
            case SCHEMA -> {
                ObjectNode text = body.putObject("outputConfig").putObject("textFormat");
                ObjectNode schema = text.put("type", "json_schema")
                        .putObject("structure")
                        .putObject("jsonSchema")
                        .put("schema", JsonTree.text(format.schema()));
                if (!format.name().isEmpty()) {
                    schema.put("name", format.name());
                }
                if (!format.description().isEmpty()) {
                    schema.put("description", format.description());
                }
            }
        }
    }
}
