package dev.mizan.translation.openai;

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
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the body of a chat completion. Writes one body; not safe for use by many threads. */
final class OpenAiCallWriter {
    private static final String SCHEMA_NAME = "response";

    private final ModelCall call;
    private final Target target;
    private final Losses losses;
    private final ObjectNode body = JsonTree.object();

    OpenAiCallWriter(ModelCall call, Target target, Losses losses) {
        this.call = call;
        this.target = target;
        this.losses = losses;
    }

    Slice write() {
        body.put("model", target.upstreamModel());
        ArrayNode messages = body.putArray("messages");
        if (!call.system().isEmpty()) {
            content(messages.addObject().put("role", "system"), call.system());
        }
        for (Message message : call.messages()) {
            if (message.role() == Role.USER) {
                user(message, messages);
            } else {
                assistant(message, messages.addObject().put("role", "assistant"));
            }
        }
        long limit = target.outputTokens() < 0 ? call.outputTokens() : target.outputTokens();
        if (limit >= 0) {
            body.put(target.outputField().isEmpty() ? "max_tokens" : target.outputField(), limit);
        }
        for (Map.Entry<Setting, JsonNode> setting : call.settings().entrySet()) {
            body.set(OpenAiFormat.SETTINGS.getOrDefault(setting.getKey(), ""), setting.getValue());
        }
        if (!call.stop().isEmpty()) {
            ArrayNode stop = body.putArray("stop");
            call.stop().forEach(stop::add);
        }
        tools();
        format();
        reasoning();
        if (!call.endUser().isEmpty()) {
            body.put("user", call.endUser());
        }
        if (target.streaming()) {
            body.put("stream", true);
            body.putObject("stream_options").put("include_usage", true);
        }
        return JsonTree.bytes(body);
    }

    /** Results of tools are messages of their own, and come before what the user says. */
    private void user(Message message, ArrayNode messages) {
        List<Part> said = message.parts().stream()
                .filter(part -> !(part instanceof Part.ToolResult))
                .toList();
        for (Part part : message.parts()) {
            if (part instanceof Part.ToolResult result) {
                ObjectNode tool = messages.addObject().put("role", "tool").put("tool_call_id", result.callId());
                toolContent(tool, result);
            }
        }
        if (said.stream().anyMatch(part -> !(part instanceof Part.CachePoint))) {
            content(messages.addObject().put("role", "user"), said);
        }
    }

    private void toolContent(ObjectNode tool, Part.ToolResult result) {
        for (Part part : result.content()) {
            if (!(part instanceof Part.Text)) {
                losses.cannot(result.place().at("content"));
            }
        }
        content(
                tool,
                result.content().stream().filter(Part.Text.class::isInstance).toList());
    }

    /** A single text is a string, as every provider understands it. */
    private void content(ObjectNode message, List<Part> parts) {
        ArrayNode content = JsonTree.array();
        parts.forEach(part -> part(part, content));
        JsonNode first = content.path(0);
        if (content.isEmpty()) {
            message.put("content", "");
        } else if (content.size() == 1 && first.path("type").asString("").equals("text")) {
            message.set("content", first.path("text"));
        } else {
            message.set("content", content);
        }
    }

    private void part(Part part, ArrayNode content) {
        switch (part) {
            case Part.Text(String text) ->
                content.addObject().put("type", "text").put("text", text);
            case Part.Declined(String text) ->
                content.addObject().put("type", "refusal").put("refusal", text);
            case Part.Image image -> image(image, content);
            case Part.Document document -> document(document, content);
            case Part.Audio audio -> {
                String mime = audio.media().mimeType();
                String format = mime.equals("audio/mpeg") ? "mp3" : mime.substring(mime.indexOf('/') + 1);
                content.addObject()
                        .put("type", "input_audio")
                        .putObject("input_audio")
                        .put("data", audio.media().base64())
                        .put("format", format);
            }
            case Part.Thinking _, Part.HiddenThinking _, Part.ToolCall _, Part.ToolResult _, Part.CachePoint _ -> {}
        }
    }

    private void image(Part.Image image, ArrayNode content) {
        String url =
                switch (image.media()) {
                    case Media.Inline inline -> Media.dataUrl(inline);
                    case Media.Link link -> link.url();
                    case Media.File _, Media.Plain _ -> "";
                };
        if (url.isEmpty()) {
            losses.cannot(image.place().path());
            return;
        }
        ObjectNode to = content.addObject().put("type", "image_url").putObject("image_url");
        to.put("url", url);
        if (!image.detail().isEmpty()) {
            to.put("detail", image.detail());
        }
    }

    private void document(Part.Document document, ArrayNode content) {
        switch (document.media()) {
            case Media.Inline inline ->
                content.addObject()
                        .put("type", "file")
                        .putObject("file")
                        .put("filename", document.name().isEmpty() ? "document.pdf" : document.name())
                        .put("file_data", Media.dataUrl(inline));
            case Media.File(String id) ->
                content.addObject().put("type", "file").putObject("file").put("file_id", id);
            case Media.Plain(String text) ->
                content.addObject().put("type", "text").put("text", text);
            case Media.Link _ -> losses.cannot(document.place().path());
        }
    }

    /** Thoughts are not sent: the format has no place for them, and providers do not want them back. */
    private void assistant(Message message, ObjectNode to) {
        List<Part> said = message.parts().stream()
                .filter(part -> part instanceof Part.Text || part instanceof Part.Declined)
                .toList();
        ArrayNode calls = JsonTree.array();
        for (Part part : message.parts()) {
            if (part instanceof Part.ToolCall toolCall) {
                calls.add(toolCall(toolCall));
            } else if (part instanceof Part.Image image) {
                losses.cannot(image.place().path());
            }
        }
        if (said.isEmpty() && !calls.isEmpty()) {
            to.putNull("content");
        } else {
            content(to, said);
        }
        if (!calls.isEmpty()) {
            to.set("tool_calls", calls);
        }
    }

    /** A call of a tool as it stands in messages. */
    static ObjectNode toolCall(Part.ToolCall call) {
        ObjectNode to = JsonTree.object().put("id", call.id()).put("type", "function");
        to.putObject("function")
                .put("name", call.name())
                .put("arguments", call.arguments().isEmpty() ? "{}" : call.arguments());
        if (!call.signature().isEmpty()) {
            to.putObject("extra_content").putObject("google").put("thought_signature", call.signature());
        }
        return to;
    }

    private void tools() {
        Tooling tooling = call.tooling();
        if (!tooling.tools().isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            for (Tool tool : tooling.tools()) {
                ObjectNode function = tools.addObject().put("type", "function").putObject("function");
                function.put("name", tool.name());
                if (!tool.description().isEmpty()) {
                    function.put("description", tool.description());
                }
                if (!tool.schema().isEmpty()) {
                    function.set("parameters", tool.schema());
                }
                if (tool.strict()) {
                    function.put("strict", true);
                }
            }
        }
        switch (tooling.choice().kind()) {
            case UNSET -> {}
            case AUTO -> body.put("tool_choice", "auto");
            case NONE -> body.put("tool_choice", "none");
            case ANY -> body.put("tool_choice", "required");
            case NAMED ->
                body.putObject("tool_choice")
                        .put("type", "function")
                        .putObject("function")
                        .put("name", tooling.choice().name());
        }
        if (tooling.oneAtATime() && tooling.choice().kind() != Kind.NONE) {
            body.put("parallel_tool_calls", false);
        }
    }

    private void format() {
        ResponseFormat format = call.format();
        switch (format.kind()) {
            case TEXT -> {}
            case JSON -> body.putObject("response_format").put("type", "json_object");
            case SCHEMA -> {
                ObjectNode schema = body.putObject("response_format")
                        .put("type", "json_schema")
                        .putObject("json_schema");
                schema.put("name", format.name().isEmpty() ? SCHEMA_NAME : format.name());
                if (!format.description().isEmpty()) {
                    schema.put("description", format.description());
                }
                if (format.strict()) {
                    schema.put("strict", true);
                }
                schema.set("schema", format.schema());
            }
        }
    }

    private void reasoning() {
        Reasoning reasoning = call.reasoning();
        if (reasoning.kind() == Reasoning.Kind.OFF) {
            body.put("reasoning_effort", "none");
        } else if (!reasoning.level().isEmpty()) {
            body.put("reasoning_effort", reasoning.level().equals("max") ? "xhigh" : reasoning.level());
        }
    }
}
