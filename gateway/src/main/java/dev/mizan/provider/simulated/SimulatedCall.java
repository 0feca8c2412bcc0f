package dev.mizan.provider.simulated;

import dev.mizan.provider.ProviderSettings.Simulated;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * One call to the simulated provider, and the bytes that answer it.
 *
 * @param model as sent
 * @param inputTokens a quarter of the asked text's characters, at least 1
 * @param outputTokens of the answer, the call's {@code max_tokens} respected
 * @param inputs how many inputs there were, for embeddings
 * @param seed of the answer: the same for the same body
 * @param isCanned whether {@code answer} answers, which uses no tokens; otherwise the answer is made up
 */
record SimulatedCall(
        String model,
        int inputTokens,
        int outputTokens,
        int inputs,
        boolean streaming,
        boolean usageAsked,
        long seed,
        Simulated behaviour,
        boolean isCanned,
        String answer) {
    private static final String[] WORDS = {
        "the", "scales", "hold", "what", "each", "call", "costs", "and", "every", "line", "adds", "up", "in", "books",
        "that", "anyone", "can", "read"
    };
    private static final int CHUNKS_PER_SECOND_MAX = 250;
    private static final int DIMENSIONS = 8;

    /** Reads a call's body; throws {@link tools.jackson.core.JacksonException} if it is not JSON. */
    static SimulatedCall read(Slice body, Simulated behaviour) {
        String model = "";
        long characters = 0;
        long limit = behaviour.outputTokens();
        int inputs = 0;
        boolean streaming = false;
        boolean usageAsked = false;
        CRC32 seed = new CRC32();
        seed.update(body.array(), body.from(), body.length());
        try (JsonParser json = Json.parser(body)) {
            int depth = 0;
            String field = "";
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                switch (token) {
                    case START_OBJECT, START_ARRAY -> depth++;
                    case END_OBJECT, END_ARRAY -> depth--;
                    case PROPERTY_NAME -> field = json.currentName();
                    case VALUE_STRING -> {
                        if (depth == 1 && field.equals("model")) {
                            model = json.getString();
                        } else if (field.equals("content")
                                || field.equals("text")
                                || field.equals("prompt")
                                || field.equals("input")) {
                            characters += json.getStringLength();
                            inputs += field.equals("input") ? 1 : 0;
                        }
                    }
                    case VALUE_TRUE -> {
                        streaming |= depth == 1 && field.equals("stream");
                        usageAsked |= field.equals("include_usage");
                    }
                    case VALUE_NUMBER_INT -> {
                        if (depth == 1 && (field.equals("max_tokens") || field.equals("max_completion_tokens"))) {
                            limit = Math.min(limit, json.getLongValue());
                        }
                    }
                    default -> {}
                }
            }
        }
        int input = (int) Math.max(1, Math.min(Integer.MAX_VALUE, characters / 4));
        return new SimulatedCall(
                model,
                input,
                (int) limit,
                Math.max(1, inputs),
                streaming,
                usageAsked,
                seed.getValue(),
                behaviour,
                false,
                "");
    }

    /** The same, answered with {@code text}, at once and in one piece. */
    SimulatedCall answeredBy(String text) {
        Simulated atOnce = new Simulated(1, Duration.ZERO, 1_000_000, behaviour.fault(), behaviour.faultPercent());
        return new SimulatedCall(model, 0, 1, inputs, streaming, usageAsked, seed, atOnce, true, text);
    }

    long firstTokenMillis() {
        return behaviour.firstToken().toMillis();
    }

    /** How long all tokens take, for an answer that is not streamed. */
    long generationMillis() {
        return outputTokens * 1000L / behaviour.tokensPerSecond();
    }

    /** Tokens sent at a time: more than one where single ones would come faster than a timer ticks. */
    int tokensPerChunk() {
        return Math.max(1, behaviour.tokensPerSecond() / CHUNKS_PER_SECOND_MAX);
    }

    /** How long until the next chunk. */
    long chunkMillis() {
        return tokensPerChunk() * 1000L / behaviour.tokensPerSecond();
    }

    byte[] chat(boolean usage) {
        return object("chat.completion", usage, json -> json.writeArrayPropertyStart("choices")
                .writeStartObject()
                .writeNumberProperty("index", 0)
                .writeObjectPropertyStart("message")
                .writeStringProperty("role", "assistant")
                .writeStringProperty("content", text())
                .writeEndObject()
                .writeNullProperty("logprobs")
                .writeStringProperty("finish_reason", "stop")
                .writeEndObject()
                .writeEndArray());
    }

    byte[] completion(boolean usage) {
        return object("text_completion", usage, json -> json.writeArrayPropertyStart("choices")
                .writeStartObject()
                .writeNumberProperty("index", 0)
                .writeStringProperty("text", text())
                .writeNullProperty("logprobs")
                .writeStringProperty("finish_reason", "stop")
                .writeEndObject()
                .writeEndArray());
    }

    byte[] embeddings(boolean usage) {
        return Json.bytes(json -> {
            json.writeStartObject().writeStringProperty("object", "list").writeArrayPropertyStart("data");
            for (int i = 0; i < inputs; i++) {
                json.writeStartObject()
                        .writeStringProperty("object", "embedding")
                        .writeNumberProperty("index", i)
                        .writeArrayPropertyStart("embedding");
                for (int d = 0; d < DIMENSIONS; d++) {
                    json.writeNumber(((seed + 31L * i + d) % 1000) / 1000.0);
                }
                json.writeEndArray().writeEndObject();
            }
            json.writeEndArray().writeStringProperty("model", model);
            if (usage) {
                json.writeObjectPropertyStart("usage")
                        .writeNumberProperty("prompt_tokens", inputTokens)
                        .writeNumberProperty("total_tokens", inputTokens)
                        .writeEndObject();
            }
            json.writeEndObject();
        });
    }

    /** The event with token {@code index}. */
    byte[] chunk(boolean chat, int index) {
        return event(chat, json -> {
            json.writeArrayPropertyStart("choices").writeStartObject().writeNumberProperty("index", 0);
            if (chat) {
                json.writeObjectPropertyStart("delta");
                if (index == 0) {
                    json.writeStringProperty("role", "assistant");
                }
                json.writeStringProperty("content", word(index)).writeEndObject();
            } else {
                json.writeStringProperty("text", word(index));
            }
            json.writeNullProperty("finish_reason").writeEndObject().writeEndArray();
        });
    }

    /** The event that says why the answer ends. */
    byte[] lastChunk(boolean chat) {
        return event(chat, json -> {
            json.writeArrayPropertyStart("choices").writeStartObject().writeNumberProperty("index", 0);
            if (chat) {
                json.writeObjectPropertyStart("delta").writeEndObject();
            } else {
                json.writeStringProperty("text", "");
            }
            json.writeStringProperty("finish_reason", "stop").writeEndObject().writeEndArray();
        });
    }

    /** The event with the usage of the whole stream. */
    byte[] usageChunk(boolean chat) {
        return event(chat, json -> {
            json.writeArrayPropertyStart("choices").writeEndArray();
            writeUsage(json);
        });
    }

    private byte[] event(boolean chat, Consumer<JsonGenerator> content) {
        byte[] json = object(chat ? "chat.completion.chunk" : "text_completion", false, content);
        byte[] event = new byte[json.length + 8];
        System.arraycopy(Json.raw("data: "), 0, event, 0, 6);
        System.arraycopy(json, 0, event, 6, json.length);
        event[event.length - 2] = '\n';
        event[event.length - 1] = '\n';
        return event;
    }

    private byte[] object(String kind, boolean usage, Consumer<JsonGenerator> content) {
        return Json.bytes(json -> {
            json.writeStartObject()
                    .writeStringProperty("id", "sim-" + Long.toHexString(seed))
                    .writeStringProperty("object", kind)
                    .writeNumberProperty("created", 0)
                    .writeStringProperty("model", model);
            content.accept(json);
            if (usage) {
                writeUsage(json);
            }
            json.writeEndObject();
        });
    }

    private void writeUsage(JsonGenerator json) {
        json.writeObjectPropertyStart("usage")
                .writeNumberProperty("prompt_tokens", inputTokens)
                .writeNumberProperty("completion_tokens", isCanned ? 0 : outputTokens)
                .writeNumberProperty("total_tokens", isCanned ? 0 : inputTokens + outputTokens)
                .writeEndObject();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < outputTokens; i++) {
            text.append(word(i));
        }
        return text.toString();
    }

    private String word(int index) {
        if (isCanned) {
            return answer;
        }
        String word = WORDS[(int) ((seed + index) % WORDS.length)];
        return index == 0 ? word : " " + word;
    }
}
