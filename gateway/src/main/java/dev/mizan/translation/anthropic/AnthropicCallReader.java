package dev.mizan.translation.anthropic;

import dev.mizan.translation.model.Fields;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Media;
import dev.mizan.translation.model.Message.Conversation;
import dev.mizan.translation.model.Message.Role;
import dev.mizan.translation.model.ModelCall;
import dev.mizan.translation.model.Part;
import dev.mizan.translation.model.Reasoning;
import dev.mizan.translation.model.ResponseFormat;
import dev.mizan.translation.model.Setting;
import dev.mizan.translation.model.Tooling;
import dev.mizan.translation.model.Tooling.Choice;
import dev.mizan.translation.model.Tooling.Kind;
import dev.mizan.translation.model.Tooling.Tool;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads the body of a messages call. Reads one body; not safe for use by many threads. */
final class AnthropicCallReader {
    private final Fields body;
    private final Conversation conversation = new Conversation();

    AnthropicCallReader(Slice body) {
        this.body = Fields.body(body);
    }

    ModelCall read() {
        String model = body.needed("model");
        List<Part> system = new ArrayList<>(1);
        content(body, "system", system);
        if (!body.has("messages")) {
            throw body.wrong("messages", "an array of messages");
        }
        for (Fields message : body.objects("messages")) {
            message(message);
        }
        long limit = body.count("max_tokens");
        Map<Setting, JsonNode> settings = body.settings(AnthropicFormat.SETTINGS);
        Tooling tooling = tooling();
        Fields config = body.object("output_config");
        ResponseFormat format =
                format(body.has("output_format") ? body.object("output_format") : config.object("format"));
        Reasoning reasoning = reasoning(config.text("effort"));
        config.end();
        List<String> stop = body.texts("stop_sequences");
        Fields metadata = body.object("metadata");
        String user = metadata.text("user_id");
        metadata.end();
        body.ignore("stream", "cache_control");
        body.ignoreIf("service_tier", "auto");
        body.ignoreIf("service_tier", "standard_only");
        body.end();
        return new ModelCall(
                model,
                system,
                conversation.messages(),
                tooling,
                format,
                settings,
                reasoning,
                limit,
                stop,
                user,
                body.left());
    }

    private void message(Fields message) {
        Role role =
                switch (message.needed("role")) {
                    case "user" -> Role.USER;
                    case "assistant" -> Role.ASSISTANT;
                    default -> throw message.wrong("role", "user or assistant");
                };
        if (!message.has("content")) {
            throw message.wrong("content", "a string or an array of blocks");
        }
        List<Part> parts = new ArrayList<>();
        content(message, "content", parts);
        parts.forEach(part -> conversation.add(role, part));
        message.end();
    }

    private static void content(Fields of, String name, List<Part> to) {
        JsonNode content = of.peek(name);
        if (content.isString()) {
            String text = of.text(name);
            if (!text.isEmpty()) {
                to.add(new Part.Text(text));
            }
            return;
        }
        for (Fields block : of.objects(name)) {
            block(block, to);
        }
    }

    private static void block(Fields block, List<Part> to) {
        Fields cache = block.object("cache_control");
        boolean isCached = !cache.text("type").isEmpty();
        boolean isLong = cache.text("ttl").equals("1h");
        int before = to.size();
        switch (block.needed("type")) {
            case "text" -> {
                String text = block.needed("text");
                if (!text.isEmpty()) {
                    to.add(new Part.Text(text));
                }
                block.ignore("citations");
            }
            case "image" -> {
                Fields source = block.object("source");
                to.add(new Part.Image(media(source), "", source.place()));
            }
            case "document" -> document(block, to);
            case "tool_use" -> {
                to.add(new Part.ToolCall(
                        block.needed("id"),
                        block.needed("name"),
                        JsonTree.text(block.tree("input")),
                        signatureOfCall(to)));
                block.ignore("caller");
            }
            case "tool_result" -> {
                String id = block.needed("tool_use_id");
                List<Part> content = new ArrayList<>(1);
                content(block, "content", content);
                to.add(new Part.ToolResult(id, "", content, block.flag("is_error"), block.place()));
            }
            case "thinking" -> to.add(new Part.Thinking(block.text("thinking"), block.text("signature")));
            case "redacted_thinking" -> to.add(new Part.HiddenThinking(block.needed("data")));
            default -> {
                block.leave();
                return;
            }
        }
        if (isCached && to.size() > before) {
            to.add(new Part.CachePoint(isLong ? Part.Lifetime.HOUR : Part.Lifetime.SHORT));
        }
        block.end();
    }

    /** The signature that was handed out as a thought before its call. */
    private static String signatureOfCall(List<Part> before) {
        if (!before.isEmpty()
                && before.getLast() instanceof Part.Thinking(String text, String signature)
                && text.isEmpty()
                && signature.startsWith(AnthropicAnswerWriter.CALL_SIGNATURE)) {
            before.removeLast();
            return signature.substring(AnthropicAnswerWriter.CALL_SIGNATURE.length());
        }
        return "";
    }

    private static void document(Fields block, List<Part> to) {
        Fields source = block.object("source");
        to.add(new Part.Document(media(source), block.text("title"), source.place()));
        Fields citations = block.object("citations");
        if (citations.flag("enabled")) {
            citations.leave();
        }
    }

    private static Media media(Fields source) {
        Media media =
                switch (source.needed("type")) {
                    case "base64" -> new Media.Inline(source.needed("media_type"), source.needed("data"));
                    case "url" -> new Media.Link("", source.needed("url"));
                    case "file" -> new Media.File(source.needed("file_id"));
                    case "text" -> {
                        source.ignore("media_type");
                        yield new Media.Plain(source.needed("data"));
                    }
                    default -> throw source.wrong("type", "base64, url, file or text");
                };
        source.end();
        return media;
    }

    private Tooling tooling() {
        List<Tool> tools = new ArrayList<>();
        for (Fields tool : body.objects("tools")) {
            tool.ignoreIf("type", "custom");
            if (tool.has("type")) {
                tool.leave();
                continue;
            }
            boolean isCachePoint = !tool.object("cache_control").text("type").isEmpty();
            tools.add(new Tool(
                    tool.needed("name"),
                    tool.text("description"),
                    tool.tree("input_schema"),
                    tool.flag("strict"),
                    isCachePoint));
            tool.ignore("eager_input_streaming");
            tool.end();
        }
        Fields choice = body.object("tool_choice");
        boolean oneAtATime = choice.flag("disable_parallel_tool_use");
        String type = choice.text("type");
        Choice chosen =
                switch (type) {
                    case "" -> new Choice(Kind.UNSET, "");
                    case "auto" -> new Choice(Kind.AUTO, "");
                    case "any" -> new Choice(Kind.ANY, "");
                    case "none" -> new Choice(Kind.NONE, "");
                    case "tool" -> new Choice(Kind.NAMED, choice.needed("name"));
                    default -> throw choice.wrong("type", "auto, any, tool or none");
                };
        choice.end();
        return new Tooling(tools, chosen, oneAtATime && !tools.isEmpty());
    }

    /** The schema has no name here; the provider holds the model to it. */
    private static ResponseFormat format(Fields format) {
        String type = format.text("type");
        if (type.isEmpty()) {
            return ResponseFormat.TEXT;
        }
        if (!type.equals("json_schema")) {
            throw format.wrong("type", "json_schema");
        }
        ResponseFormat found = new ResponseFormat(ResponseFormat.Kind.SCHEMA, "", "", format.tree("schema"), true);
        format.end();
        return found;
    }

    private Reasoning reasoning(String effort) {
        Fields thinking = body.object("thinking");
        String type = thinking.text("type");
        boolean isShown = !thinking.text("display").equals("omitted");
        long budget = thinking.count("budget_tokens");
        thinking.end();
        return switch (type) {
            case "", "disabled" ->
                effort.isEmpty() ? Reasoning.UNSET : new Reasoning(Reasoning.Kind.ON, effort, -1, false);
            case "enabled", "adaptive" -> new Reasoning(Reasoning.Kind.ON, effort, budget, isShown);
            default -> throw thinking.wrong("type", "enabled, adaptive or disabled");
        };
    }
}
