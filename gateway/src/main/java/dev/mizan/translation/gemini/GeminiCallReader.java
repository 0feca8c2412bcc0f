package dev.mizan.translation.gemini;

import dev.mizan.translation.model.Fields;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Media;
import dev.mizan.translation.model.Message.Conversation;
import dev.mizan.translation.model.Message.Role;
import dev.mizan.translation.model.ModelCall;
import dev.mizan.translation.model.Part;
import dev.mizan.translation.model.Place;
import dev.mizan.translation.model.Reasoning;
import dev.mizan.translation.model.ResponseFormat;
import dev.mizan.translation.model.Setting;
import dev.mizan.translation.model.Tooling;
import dev.mizan.translation.model.Tooling.Choice;
import dev.mizan.translation.model.Tooling.Kind;
import dev.mizan.translation.model.Tooling.Tool;
import dev.mizan.wire.Slice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the body of a generateContent call. Reads one body; not safe for use by many threads. */
final class GeminiCallReader {
    private static final String GOOGLE_FILES = "https://generativelanguage.googleapis.com/";

    private final Fields body;
    private final Conversation conversation = new Conversation();
    /** Ids of calls without a result yet, by the function's name: not every caller sends ids. */
    private final Map<String, Deque<String>> openCalls = new HashMap<>();

    private int calls;

    GeminiCallReader(Slice body) {
        this.body = Fields.body(body).camel();
    }

    ModelCall read() {
        List<Part> system = system();
        if (!body.has("contents")) {
            throw body.wrong("contents", "an array of contents");
        }
        for (Fields content : body.objects("contents")) {
            content(content.camel());
        }
        Fields config = body.object("generationConfig").camel();
        Map<Setting, JsonNode> settings = config.settings(GeminiFormat.SETTINGS);
        long limit = config.count("maxOutputTokens");
        List<String> stop = config.texts("stopSequences");
        ResponseFormat format = format(config);
        Reasoning reasoning = reasoning(config.object("thinkingConfig").camel());
        JsonNode modalities = config.peek("responseModalities");
        if (modalities.size() == 1 && modalities.path(0).asString("").equalsIgnoreCase("text")) {
            config.ignore("responseModalities");
        }
        config.end();
        Tooling tooling = tooling();
        safety();
        body.ignore("labels", "model");
        body.end();
        return new ModelCall(
                "",
                system,
                conversation.messages(),
                tooling,
                format,
                settings,
                reasoning,
                limit,
                stop,
                "",
                body.left());
    }

    /** Filters that are switched off need no counterpart. */
    private void safety() {
        boolean isOff = true;
        for (JsonNode setting : body.peek("safetySettings")) {
            String threshold = setting.path("threshold").asString("");
            isOff &= threshold.equals("BLOCK_NONE") || threshold.equals("OFF");
        }
        if (isOff) {
            body.ignore("safetySettings");
        }
    }

    private List<Part> system() {
        List<Part> system = new ArrayList<>(1);
        Fields instruction = body.object("systemInstruction").camel();
        for (Fields part : instruction.objects("parts")) {
            String text = part.needed("text");
            if (!text.isEmpty()) {
                system.add(new Part.Text(text));
            }
            part.end();
        }
        instruction.ignore("role");
        instruction.end();
        return system;
    }

    private void content(Fields content) {
        Role role =
                switch (content.text("role")) {
                    case "", "user", "function" -> Role.USER;
                    case "model" -> Role.ASSISTANT;
                    default -> throw content.wrong("role", "user or model");
                };
        for (Fields part : content.objects("parts")) {
            part(role, part.camel());
        }
        content.end();
    }

    private void part(Role role, Fields part) {
        String signature = part.text("thoughtSignature");
        if (part.has("text")) {
            String text = part.text("text");
            conversation.add(role, part.flag("thought") ? new Part.Thinking(text, signature) : new Part.Text(text));
        } else if (part.has("inlineData")) {
            Fields data = part.object("inlineData").camel();
            String mimeType = data.needed("mimeType");
            media(role, new Media.Inline(mimeType, data.needed("data")), mimeType, data);
        } else if (part.has("fileData")) {
            Fields data = part.object("fileData").camel();
            String mimeType = data.text("mimeType");
            String uri = data.needed("fileUri");
            boolean isGoogles = uri.startsWith(GOOGLE_FILES) || uri.startsWith("gs:");
            media(role, isGoogles ? new Media.File(uri) : new Media.Link(mimeType, uri), mimeType, data);
        } else if (part.has("functionCall")) {
            call(role, part.object("functionCall").camel(), signature);
        } else if (part.has("functionResponse")) {
            result(part.object("functionResponse").camel());
        }
        part.ignore("thought");
        part.end();
    }

    private void media(Role role, Media media, String mimeType, Fields data) {
        Place place = data.place();
        String name = data.text("displayName");
        if (mimeType.startsWith("image/")) {
            conversation.add(role, new Part.Image(media, "", place));
        } else if (mimeType.startsWith("audio/") && media instanceof Media.Inline inline) {
            conversation.add(role, new Part.Audio(inline, place));
        } else if (mimeType.startsWith("video/") || mimeType.startsWith("audio/")) {
            data.leave();
        } else {
            conversation.add(role, new Part.Document(media, name, place));
        }
        data.end();
    }

    private void call(Role role, Fields call, String signature) {
        String name = call.needed("name");
        String said = call.text("id");
        String id = said.isEmpty() ? "call_" + calls++ : said;
        openCalls.computeIfAbsent(name, _ -> new ArrayDeque<>()).add(id);
        conversation.add(role, new Part.ToolCall(id, name, JsonTree.text(call.tree("args")), signature));
        call.end();
    }

    private void result(Fields result) {
        String name = result.needed("name");
        String said = result.text("id");
        Deque<String> open = openCalls.getOrDefault(name, new ArrayDeque<>());
        String id = said.isEmpty() ? open.isEmpty() ? "call_" + calls++ : open.remove() : said;
        open.remove(id);
        ObjectNode response = result.tree("response");
        JsonNode output = response.path("output");
        JsonNode error = response.path("error");
        boolean isError = response.size() == 1 && error.isString();
        String text = isError
                ? error.stringValue()
                : response.size() == 1 && output.isString() ? output.stringValue() : JsonTree.text(response);
        List<Part> content = text.isEmpty() ? List.of() : List.of(new Part.Text(text));
        conversation.add(Role.USER, new Part.ToolResult(id, name, content, isError, result.place()));
        JsonNode parts = result.peek("parts");
        if (parts.isArray() && parts.isEmpty()) {
            // Google's Java client always sends the list.
            result.ignore("parts");
        }
        result.end();
    }

    private Tooling tooling() {
        List<Tool> declared = new ArrayList<>();
        for (Fields tool : body.objects("tools")) {
            for (Fields function : tool.camel().objects("functionDeclarations")) {
                function.camel();
                ObjectNode schema = function.has("parametersJsonSchema")
                        ? function.tree("parametersJsonSchema")
                        : GeminiSchema.toJsonSchema(function.tree("parameters"));
                declared.add(new Tool(function.needed("name"), function.text("description"), schema, false, false));
                function.end();
            }
            tool.end();
        }
        Fields toolConfig = body.object("toolConfig").camel();
        Fields config = toolConfig.object("functionCallingConfig").camel();
        String mode = config.text("mode").toUpperCase(Locale.ROOT);
        List<String> allowed = config.texts("allowedFunctionNames");
        if (allowed.size() > 1 || (allowed.size() == 1 && !mode.equals("ANY"))) {
            config.leave();
        }
        Choice choice =
                switch (mode) {
                    case "", "MODE_UNSPECIFIED" -> new Choice(Kind.UNSET, "");
                    case "AUTO", "VALIDATED" -> new Choice(Kind.AUTO, "");
                    case "NONE" -> new Choice(Kind.NONE, "");
                    case "ANY" ->
                        allowed.size() == 1 ? new Choice(Kind.NAMED, allowed.getFirst()) : new Choice(Kind.ANY, "");
                    default -> throw config.wrong("mode", "AUTO, ANY, NONE or VALIDATED");
                };
        config.end();
        toolConfig.end();
        List<Tool> tools = mode.equals("VALIDATED")
                ? declared.stream()
                        .map(tool -> new Tool(tool.name(), tool.description(), tool.schema(), true, false))
                        .toList()
                : declared;
        return new Tooling(tools, choice, false);
    }

    private static ResponseFormat format(Fields config) {
        String mimeType = config.text("responseMimeType");
        ObjectNode schema = config.has("responseJsonSchema")
                ? config.tree("responseJsonSchema")
                : GeminiSchema.toJsonSchema(config.tree("responseSchema"));
        if (!schema.isEmpty()) {
            return new ResponseFormat(ResponseFormat.Kind.SCHEMA, "", "", schema, true);
        }
        return switch (mimeType) {
            case "", "text/plain" -> ResponseFormat.TEXT;
            case "application/json" -> ResponseFormat.JSON;
            default -> throw config.wrong("responseMimeType", "text/plain or application/json");
        };
    }

    /** A budget of -1 is the model's own choice. */
    private static Reasoning reasoning(Fields config) {
        boolean isShown = config.flag("includeThoughts");
        String level = config.text("thinkingLevel").toLowerCase(Locale.ROOT);
        boolean isFree = config.peek("thinkingBudget").asInt(0) == -1;
        if (isFree) {
            config.ignore("thinkingBudget");
        }
        long budget = config.count("thinkingBudget");
        config.end();
        if (budget == 0) {
            return Reasoning.OFF;
        }
        return level.isEmpty() && budget < 0 && !isShown && !isFree
                ? Reasoning.UNSET
                : new Reasoning(Reasoning.Kind.ON, level, budget, isShown);
    }
}
