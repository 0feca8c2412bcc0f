package dev.mizan.translation.ollama;

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
import dev.mizan.translation.model.Tooling.Tool;
import dev.mizan.wire.Slice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads the body of a chat, or of generate, which has a prompt. Reads one body; not safe for use by many threads. */
final class OllamaCallReader {
    /** What says how the server runs the model, not what it answers. */
    private static final String[] RUNNING = {
        "num_ctx",
        "num_keep",
        "num_batch",
        "num_gpu",
        "main_gpu",
        "num_thread",
        "use_mmap",
        "use_mlock",
        "low_vram",
        "numa"
    };

    private static final Map<Setting, String> LOGPROBS = logprobs();

    private final Fields body;
    private final Conversation conversation = new Conversation();
    private final List<Part> system = new ArrayList<>(1);

    /** Calls of tools that no result was found for yet, by their ids. */
    private final Map<String, Part.ToolCall> open = new HashMap<>();

    /** Ids of calls of each tool, and by the empty name of all, the oldest first; some may have their result. */
    private final Map<String, Deque<String>> inOrder = new HashMap<>();

    private int calls;

    OllamaCallReader(Slice body) {
        this.body = Fields.body(body);
    }

    private static Map<Setting, String> logprobs() {
        Map<Setting, String> names = new EnumMap<>(Setting.class);
        names.put(Setting.LOGPROBS, "logprobs");
        names.put(Setting.TOP_LOGPROBS, "top_logprobs");
        return names;
    }

    ModelCall read() {
        String model = body.needed("model");
        for (Fields message : body.objects("messages")) {
            message(message);
        }
        prompt();
        Tooling tooling = tooling();
        ResponseFormat format = format();
        Reasoning reasoning = reasoning();
        Map<Setting, JsonNode> settings = body.settings(LOGPROBS);
        if (!settings.containsKey(Setting.LOGPROBS)) {
            settings.remove(Setting.TOP_LOGPROBS);
        }
        Fields options = body.object("options");
        settings.putAll(options.settings(OllamaCallWriter.OPTIONS));
        JsonNode limit = options.peek("num_predict");
        if (limit.isIntegralNumber() && limit.asLong(0) < 1) {
            options.ignore("num_predict");
        }
        long outputTokens = options.count("num_predict");
        List<String> stop = options.texts("stop");
        options.ignore(RUNNING);
        options.end();
        body.ignore("stream", "keep_alive");
        body.end();
        return new ModelCall(
                model,
                system,
                conversation.messages(),
                tooling,
                format,
                settings,
                reasoning,
                outputTokens,
                stop,
                "",
                body.left());
    }

    private void prompt() {
        text(body.text("system"), system);
        for (String image : body.texts("images")) {
            conversation.add(Role.USER, picture(image, body));
        }
        conversation.add(Role.USER, new Part.Text(body.text("prompt")));
        for (String field : new String[] {"suffix", "template"}) {
            body.ignoreIf(field, "");
        }
        if (!body.peek("raw").asBoolean(true)) {
            body.ignore("raw");
        }
    }

    private void message(Fields message) {
        String role = message.needed("role");
        switch (role) {
            case "system" -> text(message.text("content"), system);
            case "user" -> {
                for (String image : message.texts("images")) {
                    conversation.add(Role.USER, picture(image, message));
                }
                conversation.add(Role.USER, new Part.Text(message.text("content")));
            }
            case "assistant" -> assistant(message);
            case "tool" -> result(message);
            default -> throw message.wrong("role", "system, user, assistant or tool; not '" + role + "'");
        }
        message.end();
    }

    private static void text(String text, List<Part> to) {
        if (!text.isEmpty()) {
            to.add(new Part.Text(text));
        }
    }

    private void assistant(Fields message) {
        String thought = message.text("thinking");
        if (!thought.isEmpty()) {
            conversation.add(Role.ASSISTANT, new Part.Thinking(thought, ""));
        }
        conversation.add(Role.ASSISTANT, new Part.Text(message.text("content")));
        for (Fields call : message.objects("tool_calls")) {
            String id = call.text("id");
            call.ignore("type");
            Fields function = call.object("function");
            function.ignore("index", "description");
            Part.ToolCall made = new Part.ToolCall(
                    id.isEmpty() ? "call_" + ++calls : id,
                    function.needed("name"),
                    JsonTree.text(function.tree("arguments")),
                    "");
            function.end();
            call.end();
            open.put(made.id(), made);
            for (String key : new String[] {made.name(), ""}) {
                inOrder.computeIfAbsent(key, _ -> new ArrayDeque<>()).add(made.id());
            }
            conversation.add(Role.ASSISTANT, made);
        }
    }

    /** Results name their calls by id, by the tool's name, or by their order alone. */
    private void result(Fields message) {
        String id = message.text("tool_call_id");
        String tool = message.text("tool_name");
        String name = tool.isEmpty() ? message.text("name") : tool;
        Part.ToolCall found = answered(id, name);
        List<Part> content = new ArrayList<>(1);
        text(message.text("content"), content);
        conversation.add(Role.USER, new Part.ToolResult(found.id(), found.name(), content, false, message.place()));
    }

    private Part.ToolCall answered(String id, String name) {
        Part.ToolCall found = id.isEmpty() ? null : open.remove(id);
        Deque<String> ids = id.isEmpty() ? inOrder.getOrDefault(name, new ArrayDeque<>()) : new ArrayDeque<>();
        while (found == null && !ids.isEmpty()) {
            found = open.remove(ids.remove());
        }
        return found == null ? new Part.ToolCall(id.isEmpty() ? "call_" + ++calls : id, name, "", "") : found;
    }

    private static Part picture(String base64, Fields in) {
        return new Part.Image(new Media.Inline(type(base64), base64), "", in.place());
    }

    /** What the first bytes of a picture say that it is. */
    private static String type(String base64) {
        if (base64.startsWith("iVBOR")) {
            return "image/png";
        }
        if (base64.startsWith("UklGR")) {
            return "image/webp";
        }
        return base64.startsWith("R0lG") ? "image/gif" : "image/jpeg";
    }

    private Tooling tooling() {
        List<Tool> tools = new ArrayList<>();
        for (Fields tool : body.objects("tools")) {
            tool.ignoreIf("type", "function");
            if (tool.has("type")) {
                tool.leave();
                continue;
            }
            Fields function = tool.object("function");
            tools.add(new Tool(
                    function.needed("name"), function.text("description"), function.tree("parameters"), false, false));
            function.end();
            tool.end();
        }
        return new Tooling(tools, Tooling.NONE.choice(), false);
    }

    private ResponseFormat format() {
        if (body.peek("format").isObject()) {
            return new ResponseFormat(ResponseFormat.Kind.SCHEMA, "", "", body.tree("format"), false);
        }
        String format = body.text("format");
        return switch (format) {
            case "" -> ResponseFormat.TEXT;
            case "json" -> ResponseFormat.JSON;
            default -> throw body.wrong("format", "json or a JSON schema");
        };
    }

    private Reasoning reasoning() {
        if (body.peek("think").isBoolean()) {
            return body.flag("think") ? new Reasoning(Reasoning.Kind.ON, "", -1, true) : Reasoning.OFF;
        }
        String effort = body.text("think");
        return switch (effort) {
            case "" -> Reasoning.UNSET;
            case "low", "medium", "high" -> new Reasoning(Reasoning.Kind.ON, effort, -1, true);
            default -> throw body.wrong("think", "true, false, low, medium or high");
        };
    }
}
