package dev.mizan.translation.responses;

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
import tools.jackson.databind.node.BooleanNode;

/** Reads the body of a responses call. Reads one body; not safe for use by many threads. */
final class ResponsesCallReader {
    private static final String LOGPROBS = "message.output_text.logprobs";

    private final Fields body;
    private final Conversation conversation = new Conversation();
    private final List<Part> system = new ArrayList<>(1);
    /** The signature of the call that comes next; empty if none. */
    private String signature = "";

    ResponsesCallReader(Slice body) {
        this.body = Fields.body(body);
    }

    ModelCall read() {
        String model = body.needed("model");
        text(body.text("instructions"), system);
        input();
        Map<Setting, JsonNode> settings = body.settings(ResponsesFormat.SETTINGS);
        include(settings);
        Tooling tooling = tooling();
        Fields text = body.object("text");
        ResponseFormat format = format(text);
        text.ignoreIf("verbosity", "medium");
        text.end();
        Reasoning reasoning = reasoning();
        long limit = body.count("max_output_tokens");
        String user = body.text("user");
        String safety = body.text("safety_identifier");
        silent();
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
                List.of(),
                user.isEmpty() ? safety : user,
                body.left());
    }

    /** Throws away what changes nothing for the answer, or says no more than the default. */
    private void silent() {
        body.ignore("stream", "stream_options", "metadata", "store", "prompt_cache_key", "prompt_cache_retention");
        body.ignoreIf("truncation", "disabled");
        body.ignoreIf("service_tier", "auto");
        body.ignoreIf("service_tier", "default");
        if (!body.peek("background").asBoolean(true)) {
            body.ignore("background");
        }
    }

    private void include(Map<Setting, JsonNode> settings) {
        boolean isKnown = true;
        for (JsonNode included : body.peek("include")) {
            String name = included.asString("");
            if (name.equals(LOGPROBS)) {
                settings.put(Setting.LOGPROBS, BooleanNode.TRUE);
            }
            isKnown &= name.equals(LOGPROBS) || name.equals("reasoning.encrypted_content");
        }
        if (isKnown) {
            body.ignore("include");
        }
        JsonNode top = settings.get(Setting.TOP_LOGPROBS);
        if (top != null && top.asDouble(0) == 0) {
            settings.remove(Setting.TOP_LOGPROBS);
        } else if (top != null) {
            settings.put(Setting.LOGPROBS, BooleanNode.TRUE);
        }
    }

    private void input() {
        if (body.peek("input").isString()) {
            conversation.add(Role.USER, new Part.Text(body.text("input")));
            return;
        }
        if (!body.has("input")) {
            throw body.wrong("input", "a string or an array of items");
        }
        for (Fields item : body.objects("input")) {
            String type = item.text("type");
            switch (type) {
                case "", "message" -> message(item);
                case "function_call" -> call(item);
                case "function_call_output" -> output(item);
                case "reasoning" -> reasoning(item);
                default -> {
                    item.leave();
                    continue;
                }
            }
            item.ignore("id", "status");
            item.end();
        }
    }

    private void message(Fields item) {
        List<Part> parts = content(item, "content");
        String role = item.needed("role");
        switch (role) {
            case "system", "developer" -> system.addAll(parts);
            case "user" -> parts.forEach(part -> conversation.add(Role.USER, part));
            case "assistant" -> parts.forEach(part -> conversation.add(Role.ASSISTANT, part));
            default -> throw item.wrong("role", "user, assistant, system or developer; not '" + role + "'");
        }
        item.ignore("phase");
    }

    private void call(Fields item) {
        conversation.add(
                Role.ASSISTANT,
                new Part.ToolCall(item.needed("call_id"), item.needed("name"), item.text("arguments"), signature));
        signature = "";
    }

    private void output(Fields item) {
        String id = item.needed("call_id");
        if (!item.has("output")) {
            throw item.wrong("output", "a string or an array of parts");
        }
        List<Part> content = content(item, "output");
        conversation.add(Role.USER, new Part.ToolResult(id, "", content, false, item.place()));
    }

    private void reasoning(Fields item) {
        StringBuilder text = new StringBuilder();
        for (Fields part : item.objects("summary")) {
            text.append(part.text("text"));
        }
        for (Fields part : item.objects("content")) {
            text.append(part.text("text"));
        }
        String content = item.text("encrypted_content");
        if (content.startsWith(Sealed.CALL)) {
            signature = content.substring(Sealed.CALL.length());
        } else {
            conversation.add(Role.ASSISTANT, Sealed.thought(text.toString(), content));
        }
    }

    private static List<Part> content(Fields of, String name) {
        List<Part> parts = new ArrayList<>(1);
        if (of.peek(name).isString()) {
            text(of.text(name), parts);
            return parts;
        }
        for (Fields part : of.objects(name)) {
            part(part, parts);
        }
        return parts;
    }

    private static void text(String text, List<Part> to) {
        if (!text.isEmpty()) {
            to.add(new Part.Text(text));
        }
    }

    private static void part(Fields part, List<Part> to) {
        String type = part.needed("type");
        switch (type) {
            case "input_text", "output_text", "text" -> {
                text(part.needed("text"), to);
                part.ignore("annotations", "logprobs");
            }
            case "refusal" -> to.add(new Part.Declined(part.needed("refusal")));
            case "input_image" -> {
                String detail = part.text("detail");
                Media media = part.has("file_id")
                        ? new Media.File(part.text("file_id"))
                        : Media.ofUrl(part.needed("image_url"));
                to.add(new Part.Image(media, detail.equals("auto") ? "" : detail, part.place()));
            }
            case "input_file" -> {
                Media media = part.has("file_id")
                        ? new Media.File(part.text("file_id"))
                        : Media.ofUrl(part.has("file_url") ? part.text("file_url") : part.needed("file_data"));
                to.add(new Part.Document(media, part.text("filename"), part.place()));
            }
            default ->
                throw part.wrong(
                        "type", "input_text, input_image, input_file, output_text or refusal; not '" + type + "'");
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
            tools.add(new Tool(
                    tool.needed("name"),
                    tool.text("description"),
                    tool.tree("parameters"),
                    tool.flag("strict"),
                    false));
            tool.end();
        }
        boolean oneAtATime = body.has("parallel_tool_calls") && !body.flag("parallel_tool_calls");
        return new Tooling(tools, choice(), oneAtATime && !tools.isEmpty());
    }

    private Choice choice() {
        if (body.peek("tool_choice").isObject()) {
            Fields choice = body.object("tool_choice");
            if (choice.text("type").equals("function")) {
                return new Choice(Kind.NAMED, choice.needed("name"));
            }
            choice.leave();
            return Tooling.NONE.choice();
        }
        String choice = body.text("tool_choice");
        return switch (choice) {
            case "" -> Tooling.NONE.choice();
            case "auto" -> new Choice(Kind.AUTO, "");
            case "none" -> new Choice(Kind.NONE, "");
            case "required" -> new Choice(Kind.ANY, "");
            default -> throw body.wrong("tool_choice", "auto, none, required or an object");
        };
    }

    private static ResponseFormat format(Fields text) {
        Fields format = text.object("format");
        String type = format.text("type");
        return switch (type) {
            case "", "text" -> ResponseFormat.TEXT;
            case "json_object" -> ResponseFormat.JSON;
            case "json_schema" ->
                new ResponseFormat(
                        ResponseFormat.Kind.SCHEMA,
                        format.needed("name"),
                        format.text("description"),
                        format.tree("schema"),
                        format.flag("strict"));
            default -> throw format.wrong("type", "text, json_object or json_schema");
        };
    }

    private Reasoning reasoning() {
        Fields reasoning = body.object("reasoning");
        String effort = reasoning.text("effort");
        boolean isShown = !reasoning.text("summary").isEmpty();
        reasoning.ignore("generate_summary");
        reasoning.end();
        return switch (effort) {
            case "" -> Reasoning.UNSET;
            case "none" -> Reasoning.OFF;
            case "minimal", "low", "medium", "high", "xhigh", "max" ->
                new Reasoning(Reasoning.Kind.ON, effort, -1, isShown);
            default -> throw reasoning.wrong("effort", "none, minimal, low, medium, high or xhigh");
        };
    }
}
