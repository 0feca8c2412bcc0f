package dev.mizan.translation.openai;

import dev.mizan.translation.model.Fields;
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

/** Reads the body of a chat completion. Reads one body; not safe for use by many threads. */
final class OpenAiCallReader {
    /** Fields that change nothing for the answer, or that the gateway itself has looked at. */
    private static final String[] SILENT = {
        "stream", "stream_options", "metadata", "store", "prompt_cache_key", "prompt_cache_retention"
    };

    private final Fields body;
    private final Conversation conversation = new Conversation();
    private final List<Part> system = new ArrayList<>(1);

    OpenAiCallReader(Slice body) {
        this.body = Fields.body(body);
    }

    ModelCall read() {
        String model = body.needed("model");
        if (!body.has("messages")) {
            throw body.wrong("messages", "an array of messages");
        }
        for (Fields message : body.objects("messages")) {
            message(message);
        }
        long limit = body.count("max_completion_tokens");
        long oldLimit = body.count("max_tokens");
        Map<Setting, JsonNode> settings = body.settings(OpenAiFormat.SETTINGS);
        Tooling tooling = tooling();
        ResponseFormat format = format();
        Reasoning reasoning = reasoning();
        List<String> stop = body.texts("stop");
        String user = body.text("user");
        String safety = body.text("safety_identifier");
        body.ignore(SILENT);
        body.ignoreIf("service_tier", "auto");
        body.ignoreIf("service_tier", "default");
        body.ignoreIf("verbosity", "medium");
        if (body.peek("modalities").size() == 1) {
            JsonNode only = body.peek("modalities").path(0);
            if (only.asString("").equals("text")) {
                body.ignore("modalities");
            }
        }
        body.end();
        return new ModelCall(
                model,
                system,
                conversation.messages(),
                tooling,
                format,
                settings,
                reasoning,
                limit < 0 ? oldLimit : oldLimit < 0 ? limit : Math.min(limit, oldLimit),
                stop,
                user.isEmpty() ? safety : user,
                body.left());
    }

    private void message(Fields message) {
        String role = message.needed("role");
        switch (role) {
            case "system", "developer" -> content(message, system);
            case "user" -> content(message).forEach(part -> conversation.add(Role.USER, part));
            case "assistant" -> assistant(message);
            case "tool" -> tool(message);
            default -> throw message.wrong("role", "system, developer, user, assistant or tool; not '" + role + "'");
        }
        message.end();
    }

    private void assistant(Fields message) {
        thinking(message);
        for (Part part : content(message)) {
            conversation.add(Role.ASSISTANT, part);
        }
        String refusal = message.text("refusal");
        if (!refusal.isEmpty()) {
            conversation.add(Role.ASSISTANT, new Part.Declined(refusal));
        }
        for (Fields call : message.objects("tool_calls")) {
            call.ignoreIf("type", "function");
            call.ignore("index");
            String id = call.needed("id");
            Fields extra = call.object("extra_content");
            Fields google = extra.object("google");
            String signature = google.text("thought_signature");
            google.end();
            extra.end();
            if (call.has("type")) {
                call.leave();
                continue;
            }
            Fields function = call.object("function");
            conversation.add(
                    Role.ASSISTANT,
                    new Part.ToolCall(id, function.needed("name"), function.text("arguments"), signature));
            function.end();
            call.end();
        }
        message.ignore("audio", "annotations");
    }

    /** What a model thought, as other gateways and providers hand it out; the blocks tell more than the text. */
    private void thinking(Fields message) {
        List<Fields> blocks = message.objects("thinking_blocks");
        for (Fields block : blocks) {
            switch (block.needed("type")) {
                case "thinking" ->
                    conversation.add(
                            Role.ASSISTANT, new Part.Thinking(block.text("thinking"), block.text("signature")));
                case "redacted_thinking" ->
                    conversation.add(Role.ASSISTANT, new Part.HiddenThinking(block.needed("data")));
                default -> block.leave();
            }
        }
        String thought = message.text("reasoning_content");
        String other = message.text("reasoning");
        if (blocks.isEmpty() && !(thought + other).isEmpty()) {
            conversation.add(Role.ASSISTANT, new Part.Thinking(thought.isEmpty() ? other : thought, ""));
        }
        message.ignore("reasoning_details");
    }

    private void tool(Fields message) {
        String id = message.needed("tool_call_id");
        String name = message.text("name");
        conversation.add(Role.USER, new Part.ToolResult(id, name, content(message), false, message.place()));
    }

    private static List<Part> content(Fields message) {
        List<Part> parts = new ArrayList<>();
        content(message, parts);
        return parts;
    }

    private static void content(Fields message, List<Part> to) {
        JsonNode content = message.peek("content");
        if (content.isString()) {
            String text = message.text("content");
            if (!text.isEmpty()) {
                to.add(new Part.Text(text));
            }
        } else if (content.isArray()) {
            for (Fields part : message.objects("content")) {
                part(part, to);
            }
        } else if (message.has("content")) {
            throw message.wrong("content", "a string or an array of parts");
        } else {
            message.ignore("content");
        }
    }

    private static void part(Fields part, List<Part> to) {
        Fields cache = part.object("cache_control");
        boolean isCached = !cache.text("type").isEmpty();
        String lifetime = cache.text("ttl");
        int before = to.size();
        String type = part.needed("type");
        switch (type) {
            case "text" -> {
                String text = part.needed("text");
                if (!text.isEmpty()) {
                    to.add(new Part.Text(text));
                }
            }
            case "refusal" -> to.add(new Part.Declined(part.needed("refusal")));
            case "image_url" -> {
                Fields image = part.object("image_url");
                String detail = image.text("detail");
                to.add(new Part.Image(
                        Media.ofUrl(image.needed("url")), detail.equals("auto") ? "" : detail, image.place()));
                image.end();
            }
            case "input_audio" -> {
                Fields audio = part.object("input_audio");
                String format = audio.needed("format");
                String mime = format.equals("mp3") ? "audio/mpeg" : "audio/" + format;
                to.add(new Part.Audio(new Media.Inline(mime, audio.needed("data")), audio.place()));
                audio.end();
            }
            case "file" -> {
                Fields file = part.object("file");
                String data = file.text("file_data");
                String name = file.text("filename");
                Media media = data.isEmpty() ? new Media.File(file.needed("file_id")) : Media.ofUrl(data);
                to.add(new Part.Document(media, name, file.place()));
                file.end();
            }
            default -> throw part.wrong("type", "text, image_url, input_audio, file or refusal; not '" + type + "'");
        }
        if (isCached && to.size() > before) {
            to.add(new Part.CachePoint(lifetime.equals("1h") ? Part.Lifetime.HOUR : Part.Lifetime.SHORT));
        }
        part.end();
    }

    private Tooling tooling() {
        List<Tool> tools = new ArrayList<>();
        for (Fields tool : body.objects("tools")) {
            String type = tool.needed("type");
            if (!type.equals("function")) {
                tool.leave();
                continue;
            }
            boolean isCachePoint = !tool.object("cache_control").text("type").isEmpty();
            Fields function = tool.object("function");
            tools.add(new Tool(
                    function.needed("name"),
                    function.text("description"),
                    function.tree("parameters"),
                    function.flag("strict"),
                    isCachePoint));
            function.end();
            tool.end();
        }
        boolean oneAtATime = body.has("parallel_tool_calls") && !body.flag("parallel_tool_calls");
        return new Tooling(tools, choice(), oneAtATime && !tools.isEmpty());
    }

    private Choice choice() {
        if (!body.has("tool_choice")) {
            return Tooling.NONE.choice();
        }
        if (body.peek("tool_choice").isObject()) {
            Fields choice = body.object("tool_choice");
            if (!choice.text("type").equals("function")) {
                choice.leave();
                return Tooling.NONE.choice();
            }
            Fields function = choice.object("function");
            return new Choice(Kind.NAMED, function.needed("name"));
        }
        String choice = body.text("tool_choice");
        return switch (choice) {
            case "auto" -> new Choice(Kind.AUTO, "");
            case "none" -> new Choice(Kind.NONE, "");
            case "required" -> new Choice(Kind.ANY, "");
            default -> throw body.wrong("tool_choice", "auto, none, required or an object");
        };
    }

    private ResponseFormat format() {
        if (!body.has("response_format")) {
            return ResponseFormat.TEXT;
        }
        Fields format = body.object("response_format");
        String type = format.needed("type");
        return switch (type) {
            case "text" -> ResponseFormat.TEXT;
            case "json_object" -> ResponseFormat.JSON;
            case "json_schema" -> {
                Fields schema = format.object("json_schema");
                yield new ResponseFormat(
                        ResponseFormat.Kind.SCHEMA,
                        schema.needed("name"),
                        schema.text("description"),
                        schema.tree("schema"),
                        schema.flag("strict"));
            }
            default -> throw format.wrong("type", "text, json_object or json_schema");
        };
    }

    private Reasoning reasoning() {
        String effort = body.text("reasoning_effort");
        return switch (effort) {
            case "" -> Reasoning.UNSET;
            case "none" -> Reasoning.OFF;
            case "minimal", "low", "medium", "high", "xhigh", "max" ->
                new Reasoning(Reasoning.Kind.ON, effort, -1, false);
            default -> throw body.wrong("reasoning_effort", "none, minimal, low, medium, high or xhigh");
        };
    }
}
