package dev.mizan.dialect.openai;

import dev.mizan.dialect.BodyFields;
import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.Extent;
import dev.mizan.dialect.Extent.OutputField;
import dev.mizan.dialect.ModelField;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.Route;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import dev.mizan.wire.Splice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads what Mizan needs from the body of an OpenAI call, in one pass over its bytes
 * (<a href="https://platform.openai.com/docs/api-reference/chat/create">API reference</a>).
 *
 * <p>The whole body is checked to be JSON. A field that is looked at and stands twice is refused: provider and gateway
 * might each believe another one. Not safe for use by many threads: one object reads one body.
 */
public final class OpenAiRequest {
    private static final Splice NO_CHANGE = new Splice(0, 0, new byte[0]);
    private static final byte[] ASK_FIRST = Json.raw("\"stream_options\":{\"include_usage\":true},");
    private static final byte[] ASK_OBJECT = Json.raw("{\"include_usage\":true}");
    private static final byte[] ASK_FIELD = Json.raw("\"include_usage\":true");
    private static final byte[] ASK_FIELD_FIRST = Json.raw("\"include_usage\":true,");
    private static final byte[] TRUE = Json.raw("true");
    private static final int CHOICES_MAX = 128;

    /** Fields by which a provider does things that no limit of output bounds: searches, other models, its own tools. */
    private static final Set<String> UNBOUNDED =
            Set.of("web_search_options", "search_parameters", "plugins", "models", "previous_response_id");

    private static final String MODERATION_MODEL = "omni-moderation-latest";

    private final Route route;
    private final Slice body;
    private final JsonParser json;
    private final BodyFields fields;

    private int objectStart;
    private ModelField model = ModelField.NONE;
    private boolean streaming;
    private boolean usageAsked;
    private Splice streamOptions = NO_CHANGE;
    private boolean hasStreamOptions;
    private final List<OutputField> outputFields = new ArrayList<>(1);
    private int choices = 1;
    private int messages;
    private String endUser = "";
    private boolean reasoning;
    private boolean predicted;
    private boolean speaks;
    private boolean otherTier;
    private String unbounded = "";
    private final MessageScan scan;

    private OpenAiRequest(Route route, Slice body, JsonParser json) {
        this.route = route;
        this.body = body;
        this.json = json;
        this.fields = new BodyFields(json);
        this.scan = new MessageScan(body, json);
    }

    /** Reads {@code body}, which names its model. */
    public static CallRequest read(Route route, Slice body) {
        return read(route, body, "");
    }

    /**
     * Reads {@code body}.
     *
     * @param named the model that the path names, which counts whatever the body says; empty where the body does
     * @throws dev.mizan.dialect.RefusedException if it is not JSON, or a field that is needed is missing or wrong
     */
    public static CallRequest read(Route route, Slice body, String named) {
        try (JsonParser json = Json.parser(body)) {
            OpenAiRequest request = new OpenAiRequest(route, body, json);
            CallRequest read = request.read(named);
            return read.model().equals(request.model.name())
                    ? read
                    : read(route, Slice.of(Splice.apply(body, List.of(request.naming(read.model())))));
        } catch (JacksonException e) {
            throw BodyFields.notJson(e);
        }
    }

    private CallRequest read(String named) {
        objectStart = fields.object(this::field);
        // Of moderations the model is optional, and this one if there is none.
        String otherwise = route == Route.MODERATIONS && model.name().isEmpty() ? MODERATION_MODEL : "";
        return checked(named.isEmpty() ? otherwise : named);
    }

    /** Lets the body name the model {@code named}; it has other fields. */
    private Splice naming(String named) {
        return model.from() < 0
                ? new Splice(
                        objectStart + 1,
                        objectStart + 1,
                        Json.bytes("\"model\":", written -> written.writeString(named), ","))
                : new Splice(model.from(), model.to(), Json.string(named));
    }

    private void field(String name) {
        switch (name) {
            case "model" -> model = fields.model();
            case "stream" -> {
                fields.once(name, 1);
                streaming = fields.bool(name);
            }
            case "stream_options" -> streamOptions();
            case "max_tokens" -> outputFields.add(fields.output(name, 3));
            case "max_completion_tokens" -> outputFields.add(fields.output(name, 4));
            case "n" -> {
                fields.once(name, 5);
                choices = (int) Math.max(choices, fields.whole(name, CHOICES_MAX));
            }
            case "best_of" -> {
                fields.once(name, 8);
                choices = (int) Math.max(choices, fields.whole(name, CHOICES_MAX));
            }
            case "messages", "prompt", "input" -> inputs(name);
            case "user" -> {
                fields.once(name, 7);
                endUser = json.currentToken() == JsonToken.VALUE_NULL ? "" : fields.text(name);
            }
            case "reasoning_effort", "reasoning" -> {
                reasoning = json.currentToken() != JsonToken.VALUE_NULL;
                json.skipChildren();
            }
            case "service_tier" -> {
                fields.once(name, 9);
                otherTier = json.currentToken() != JsonToken.VALUE_NULL && !isStandard(fields.text(name));
            }
            case "prediction" -> {
                predicted |= json.currentToken() != JsonToken.VALUE_NULL;
                json.skipChildren();
            }
            case "audio" -> {
                speaks |= json.currentToken() != JsonToken.VALUE_NULL;
                json.skipChildren();
            }
            default -> {
                if (json.currentToken() != JsonToken.VALUE_NULL && UNBOUNDED.contains(name)) {
                    unbounded = name;
                }
                json.skipChildren();
            }
        }
    }

    /** {@code flex} is cheaper; {@code auto} is what the provider's account is set to, which may be dearer. */
    private static boolean isStandard(String tier) {
        return tier.equals("default") || tier.equals("standard") || tier.equals("flex");
    }

    private void inputs(String name) {
        if (!name.equals(inputField())) {
            json.skipChildren();
            return;
        }
        fields.once(name, 6);
        if (json.currentToken() != JsonToken.START_ARRAY) {
            if (route == Route.CHAT_COMPLETIONS) {
                throw fields.wrong(name, "an array of messages");
            }
            json.skipChildren();
            messages = 1;
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            messages++;
            if (json.currentToken() == JsonToken.START_OBJECT && route == Route.MODERATIONS) {
                scan.part();
            } else if (json.currentToken() == JsonToken.START_OBJECT) {
                scan.message();
            } else {
                json.skipChildren();
            }
        }
    }

    private String inputField() {
        return switch (route) {
            case COMPLETIONS -> "prompt";
            case EMBEDDINGS, MODERATIONS -> "input";
            default -> "messages";
        };
    }

    private void streamOptions() {
        fields.once("stream_options", 2);
        hasStreamOptions = true;
        int from = (int) json.currentTokenLocation().getByteOffset();
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            streamOptions = new Splice(from, from + 4, ASK_OBJECT);
            return;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw fields.wrong("stream_options", "an object");
        }
        boolean empty = true;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            empty = false;
            json.nextToken();
            if (!name.equals("include_usage")) {
                json.skipChildren();
                continue;
            }
            int valueFrom = (int) json.currentTokenLocation().getByteOffset();
            boolean isNull = json.currentToken() == JsonToken.VALUE_NULL;
            usageAsked = !isNull && fields.bool("stream_options.include_usage");
            streamOptions = usageAsked
                    ? new Splice(valueFrom, valueFrom, new byte[0])
                    : new Splice(valueFrom, valueFrom + (isNull ? 4 : 5), TRUE);
            skipRest();
            return;
        }
        streamOptions = new Splice(from + 1, from + 1, empty ? ASK_FIELD : ASK_FIELD_FIRST);
    }

    private void skipRest() {
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            if (name.equals("include_usage")) {
                throw Refusal.field("stream_options", "'stream_options.include_usage' stands twice (expected: once).")
                        .thrown();
            }
            json.nextToken();
            json.skipChildren();
        }
    }

    /** @param instead the model that is called whatever the body says; empty for the one that it names */
    private CallRequest checked(String instead) {
        String called = instead.isEmpty() ? model.named() : instead;
        if (messages == 0) {
            String field = inputField();
            throw Refusal.field(field, "'" + field + "' is missing or empty (expected: at least one).")
                    .thrown();
        }
        if (streaming && !route.hasOutput()) {
            throw Refusal.field("stream", "'stream' is true (expected: " + route.path() + " is not streamed).")
                    .thrown();
        }
        Splice ask = NO_CHANGE;
        if (streaming) {
            ask = hasStreamOptions ? streamOptions : new Splice(objectStart + 1, objectStart + 1, ASK_FIRST);
        }
        // Where both are set, a provider may believe either.
        long max = outputFields.stream().mapToLong(OutputField::value).max().orElse(-1);
        int outputs = route == Route.COMPLETIONS ? Math.multiplyExact(choices, messages) : choices;
        Extent extent = new Extent(
                outputFields,
                outputs,
                scan.images(),
                scan.audioBytes(),
                scan.mediaBytes(),
                predicted,
                speaks,
                otherTier,
                scan.toolCalls(),
                scan.toolResults(),
                scan.documents(),
                unbounded.isEmpty() ? scan.unbounded() : unbounded);
        return new CallRequest(
                route,
                body,
                called,
                model.from(),
                model.to(),
                CallRequest.OutputPlace.firstField(objectStart + 1),
                streaming,
                usageAsked,
                ask,
                max,
                messages,
                endUser,
                reasoning,
                extent);
    }
}
