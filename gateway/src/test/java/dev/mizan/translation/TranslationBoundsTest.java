package dev.mizan.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.Translation.Target;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Whatever a body is, it is translated or refused; and long and deep ones have their bounds. */
final class TranslationBoundsTest {
    private static final Map<WireFormat, String> CALLS = Map.of(
            WireFormat.OPENAI_CHAT,
            """
            {"model":"m","n":1,"stop":["a"],"temperature":0.5,"reasoning_effort":"low","tool_choice":"auto","messages":[
             {"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"t"},
              {"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}}]},
             {"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c","content":"r"}],
             "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],
             "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}}""",
            WireFormat.OPENAI_RESPONSES,
            """
            {"model":"m","instructions":"i","reasoning":{"effort":"low"},"include":["reasoning.encrypted_content"],
             "input":[{"role":"user","content":[{"type":"input_text","text":"t"}]},
              {"type":"reasoning","summary":[{"type":"summary_text","text":"x"}]},
              {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
              {"type":"function_call_output","call_id":"c","output":"r"}],
             "tools":[{"type":"function","name":"f","parameters":{"type":"object"}}],"text":{"format":{"type":"text"}}}""",
            WireFormat.ANTHROPIC_MESSAGES,
            """
            {"model":"m","max_tokens":9,"system":[{"type":"text","text":"s"}],"thinking":{"type":"enabled","budget_tokens":1},
             "messages":[{"role":"user","content":[{"type":"text","text":"t","cache_control":{"type":"ephemeral"}}]},
              {"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{"a":1}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[{"type":"text","text":"r"}]}]}],
             "tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"}}""",
            WireFormat.GEMINI,
            """
            {"systemInstruction":{"parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"text":"t"}]},
              {"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}}]},
              {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"r"}}}]}],
             "tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"a":{"type":"STRING"}}}}]}],
             "generationConfig":{"temperature":1,"thinkingConfig":{"thinkingBudget":-1}}}""",
            WireFormat.OLLAMA,
            """
            {"model":"m","prompt":"p","system":"s","images":["iVBO"],"think":"low","format":{"type":"object"},
             "messages":[{"role":"user","content":"t","images":["iVBO"]},
              {"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]},
              {"role":"tool","tool_name":"f","content":"r"}],
             "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],
             "options":{"temperature":0.5,"num_predict":9,"num_ctx":4096,"stop":["a"]}}""");
    private static final Map<WireFormat, String> ANSWERS = Map.of(
            WireFormat.OPENAI_CHAT,
            """
            {"choices":[{"index":0,"message":{"content":"t","reasoning_content":"h","tool_calls":[{"id":"c","function":
             {"name":"f","arguments":"{}"}}]},"delta":{"content":"t","tool_calls":[{"index":0,"id":"c","function":
             {"name":"f","arguments":"{}"}}]},"logprobs":{"content":[{"token":"t","logprob":-1,"top_logprobs":[]}]},
             "finish_reason":"stop"}],"usage":{"prompt_tokens":1}}""",
            WireFormat.ANTHROPIC_MESSAGES,
            """
            {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"c","name":"f","input":{"a":1}},
             "content":[{"type":"text","text":"t"},{"type":"thinking","thinking":"h","signature":"s"},
              {"type":"tool_use","id":"c","name":"f","input":{}}],"stop_reason":"end_turn","usage":{"input_tokens":1}}""",
            WireFormat.GEMINI,
            """
            {"candidates":[{"content":{"parts":[{"text":"t"},{"text":"h","thought":true},{"functionCall":{"name":"f",
             "args":{}},"thoughtSignature":"s"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1}}""",
            WireFormat.OLLAMA,
            """
            {"message":{"content":"t","thinking":"h","tool_calls":[{"function":{"name":"f","arguments":{}}}]},"done":true,
             "done_reason":"stop","prompt_eval_count":1}""",
            WireFormat.BEDROCK_CONVERSE,
            """
            {"output":{"message":{"content":[{"text":"t"},{"toolUse":{"toolUseId":"c","name":"f","input":{}}},
             {"reasoningContent":{"reasoningText":{"text":"h","signature":"s"}}}]}},"stopReason":"end_turn",
             "contentBlockIndex":0,"delta":{"text":"t","reasoningContent":{"text":"h"}},"usage":{"inputTokens":1}}""");
    private static final String[] VALUES = {"null", "true", "-1", "1e400", "0.5", "\"x\"", "[]", "{}", "[null]", "[[1]]"
    };

    @Property(tries = 300)
    void changedCallsAreTranslatedOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        for (Exchanged pair : pairs().toList()) {
            String call = CALLS.getOrDefault(pair.caller(), "");
            Target target =
                    new Target(random.nextBoolean() ? "gemini-2.5" : "claude-4", -1, "", true, random.nextBoolean());
            Slice body = Exchanged.slice(changed(call, random));
            try {
                assertThat(JsonTree.read(pair.translation().request(body, target))
                                .isObject())
                        .isTrue();
            } catch (RefusedException e) {
                assertThat(e.refusal().status()).isEqualTo(400);
                assertThat(e.refusal().message()).isNotEmpty();
            }
        }
    }

    @Property(tries = 300)
    void changedAnswersAreTranslatedOrTheProvidersFault(@ForAll long seed) {
        Random random = new Random(seed);
        for (Exchanged pair : pairs().toList()) {
            String answer = changed(ANSWERS.getOrDefault(pair.provider(), ""), random);
            try {
                assertThat(pair.answer(answer).isObject()).isTrue();
            } catch (RefusedException e) {
                assertThat(e.refusal().status()).isEqualTo(502);
            }
            StreamTranslator stream = pair.translation().stream(Exchanged.CALL);
            List<Slice> out = new ArrayList<>();
            stream.event(Exchanged.slice(answer), out);
            stream.event(Exchanged.slice(changed(answer, random)), out);
            stream.end(Usage.of(1, 2), "", true, out);

            assertThat(out).isNotEmpty();
            assertThat(pair.error(500, answer).isObject()).isTrue();
        }
    }

    /** {@code json} with some values in it changed or left out. */
    private static String changed(String json, Random random) {
        JsonNode root = Exchanged.json(json);
        for (int i = 0; i < 1 + random.nextInt(2); i++) {
            change(root, random);
        }
        return JsonTree.text(root);
    }

    private static void change(JsonNode node, Random random) {
        JsonNode value = Exchanged.json(VALUES[random.nextInt(VALUES.length)]);
        if (node instanceof ObjectNode object && !object.isEmpty()) {
            List<String> names = List.copyOf(object.propertyNames());
            String name = names.get(random.nextInt(names.size()));
            if (object.path(name).isContainer() && random.nextInt(4) > 0) {
                change(object.path(name), random);
            } else if (random.nextInt(4) == 0) {
                object.remove(name);
            } else {
                object.set(name, value);
            }
        } else if (node instanceof ArrayNode array && !array.isEmpty()) {
            int index = random.nextInt(array.size());
            if (array.path(index).isContainer() && random.nextInt(4) > 0) {
                change(array.path(index), random);
            } else {
                array.set(index, value);
            }
        }
    }

    static Stream<Exchanged> pairs() {
        return Stream.of(WireFormat.values()).flatMap(caller -> Stream.of(WireFormat.values())
                .filter(provider -> Translations.of(caller, provider).isPresent())
                .map(provider -> new Exchanged(caller, provider)));
    }

    @Test
    void everyCallersFormatReachesEveryProvidersButItsOwn() {
        assertThat(pairs()).hasSize(5 * 5 - 4);
        assertThat(Translations.of(WireFormat.OPENAI_CHAT, WireFormat.OPENAI_CHAT))
                .isEqualTo(Optional.empty());
        assertThat(Translations.of(WireFormat.BEDROCK_CONVERSE, WireFormat.OPENAI_CHAT))
                .isEqualTo(Optional.empty());
    }

    /** Of quadratic work this would be ten thousand million steps. */
    @ParameterizedTest
    @MethodSource("pairs")
    void manyMessagesAreOneByOneWork(Exchanged pair) {
        String turns =
                switch (pair.caller()) {
                    case OPENAI_CHAT, ANTHROPIC_MESSAGES, OLLAMA ->
                        "{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"},";
                    case OPENAI_RESPONSES ->
                        "{\"role\":\"user\",\"content\":\"a\"},{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\"},";
                    case GEMINI ->
                        "{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]},{\"role\":\"model\",\"parts\":[{\"text\":\"b\"}]},";
                    case BEDROCK_CONVERSE -> fail("no caller's format");
                };
        String field =
                switch (pair.caller()) {
                    case GEMINI -> "contents";
                    case OPENAI_RESPONSES -> "input";
                    default -> "messages";
                };
        String body = "{\"model\":\"m\",\"" + field + "\":[" + turns.repeat(50_000);

        JsonNode sent = pair.request(body.substring(0, body.length() - 1) + "]}");

        assertThat(sent.path(pair.provider() == WireFormat.GEMINI ? "contents" : "messages")
                        .size())
                .isEqualTo(100_000);
    }

    @Test
    void oneTurnOfManyTextsIsOneByOneWork() {
        String body = "{\"model\":\"m\",\"messages\":[" + "{\"role\":\"user\",\"content\":\"aaaa\"},".repeat(100_000);

        JsonNode sent = new Exchanged(WireFormat.OPENAI_CHAT, WireFormat.ANTHROPIC_MESSAGES)
                .request(body.substring(0, body.length() - 1) + "]}");

        assertThat(sent.at("/messages/0/content").size()).isEqualTo(100_000);
    }

    @Test
    void nestingHasTheBoundOfAllBodies() {
        Exchanged pair = new Exchanged(WireFormat.OPENAI_CHAT, WireFormat.ANTHROPIC_MESSAGES);
        String head =
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[{\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"parameters\":";
        int most = Json.DEPTH_MAX - 4;

        assertThat(pair.request(head + nested(most) + "}}]}")
                        .at("/tools/0/input_schema")
                        .isObject())
                .isTrue();
        assertThatThrownBy(() -> pair.request(head + nested(most + 1) + "}}]}"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().status()).isEqualTo(400));
    }

    private static String nested(int depth) {
        return "{\"a\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
    }
}
