package dev.mizan.translation;

import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Media;
import dev.mizan.translation.model.Message;
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
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Random calls made of what every format carries. Not safe for use by many threads. */
final class GeneratedCalls {
    private static final String[] TEXTS = {"a", "Gün aydın", "مرحبا", "\"quoted\"\n", "🙂", "{}", " "};
    private static final String[] NAMES = {"look", "rest", "find_it"};

    private final Random random;
    private int calls;

    GeneratedCalls(long seed) {
        this.random = new Random(seed);
    }

    ModelCall call() {
        List<Tool> tools = new ArrayList<>();
        for (int i = 0; i < random.nextInt(NAMES.length + 1); i++) {
            tools.add(new Tool(
                    NAMES[i],
                    maybe(text()),
                    JsonTree.object().put("type", "object").put("title", text()),
                    false,
                    false));
        }
        Tooling tooling = tools.isEmpty() ? Tooling.NONE : new Tooling(tools, choice(), false);
        return new ModelCall(
                "m",
                random.nextBoolean() ? List.of() : List.of(new Part.Text(text()), new Part.Text(text())),
                messages(),
                tooling,
                format(),
                settings(),
                random.nextBoolean() ? Reasoning.UNSET : new Reasoning(Reasoning.Kind.ON, effort(), -1, false),
                1 + random.nextInt(9_000),
                random.nextBoolean() ? List.of() : List.of("END", text()),
                "",
                List.of());
    }

    private String effort() {
        return List.of("low", "medium", "high").get(random.nextInt(3));
    }

    private Choice choice() {
        Kind kind =
                List.of(Kind.UNSET, Kind.AUTO, Kind.NONE, Kind.ANY, Kind.NAMED).get(random.nextInt(5));
        return new Choice(kind, kind == Kind.NAMED ? NAMES[0] : "");
    }

    private ResponseFormat format() {
        return random.nextInt(3) > 0
                ? ResponseFormat.TEXT
                : new ResponseFormat(
                        ResponseFormat.Kind.SCHEMA,
                        "response",
                        "",
                        JsonTree.object().put("type", "object").put("title", text()),
                        true);
    }

    private Map<Setting, JsonNode> settings() {
        Map<Setting, JsonNode> settings = new EnumMap<>(Setting.class);
        if (random.nextBoolean()) {
            settings.put(
                    Setting.TEMPERATURE,
                    random.nextBoolean() ? Exchanged.json("0.25") : JsonNodeFactory.instance.numberNode(1L));
        }
        if (random.nextBoolean()) {
            settings.put(Setting.TOP_P, Exchanged.json("0.50"));
        }
        if (random.nextBoolean()) {
            settings.put(Setting.TOP_K, JsonNodeFactory.instance.numberNode((long) random.nextInt(1, 50)));
        }
        return settings;
    }

    /** Turns in turn: the user's, with results of tools first, then the model's. */
    private List<Message> messages() {
        Conversation conversation = new Conversation();
        List<Part.ToolCall> open = List.of();
        for (int turn = 0; turn < 1 + random.nextInt(4); turn++) {
            for (Part.ToolCall call : open) {
                conversation.add(
                        Role.USER,
                        new Part.ToolResult(call.id(), "", List.of(new Part.Text(text())), false, Place.NOWHERE));
            }
            for (int i = 0; i < (open.isEmpty() ? 1 : 0) + random.nextInt(3); i++) {
                conversation.add(Role.USER, said());
            }
            for (int i = 0; i < 1 + random.nextInt(2); i++) {
                conversation.add(Role.ASSISTANT, new Part.Text(text()));
            }
            open = new ArrayList<>();
            for (int i = 0; i < random.nextInt(3); i++) {
                Part.ToolCall call = new Part.ToolCall(
                        "call_" + calls++, NAMES[random.nextInt(NAMES.length)], "{\"at\":1.50,\"b\":[]}", "");
                open.add(call);
                conversation.add(Role.ASSISTANT, call);
            }
        }
        return conversation.messages();
    }

    private Part said() {
        return switch (random.nextInt(4)) {
            case 0 -> new Part.Image(new Media.Inline("image/png", "iVBO"), "", Place.NOWHERE);
            case 1 -> new Part.Document(new Media.Inline("application/pdf", "JVBE"), "a.pdf", Place.NOWHERE);
            default -> new Part.Text(text());
        };
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private String maybe(String text) {
        return random.nextBoolean() ? text : "";
    }
}
