package dev.mizan.translation;

import static dev.mizan.translation.Exchanged.PLAIN;
import static dev.mizan.translation.Exchanged.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.Translation.Call;
import dev.mizan.translation.Translation.Target;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Callers of Ollama's chat and generate with providers of other formats behind them. */
final class OllamaCallerTest {
    private static final Call GENERATE =
            new Call("01JT0000000000000000000000", "smart", 1_750_000_000L, Route.OLLAMA_GENERATE);
    private static final String OPENAI_ANSWER = """
        {"choices":[{"index":0,"message":{"role":"assistant","content":"Hello","reasoning_content":"hm","tool_calls":[
         {"id":"c1","type":"function","function":{"name":"look","arguments":"{\\"at\\":1}"}}]},
         "finish_reason":"tool_calls"}],"usage":{"prompt_tokens":9,"completion_tokens":4}}""";

    private final Exchanged openai = new Exchanged(WireFormat.OLLAMA, WireFormat.OPENAI_CHAT);
    private final Exchanged gemini = new Exchanged(WireFormat.OLLAMA, WireFormat.GEMINI);

    @Test
    void aConversationIsCarried() {
        assertThat(openai.request("""
            {"model":"smart","stream":false,"keep_alive":"5m","think":"high","messages":[
              {"role":"system","content":"Be short."},
              {"role":"user","content":"What?","images":["iVBORw","/9j/4A"]},
              {"role":"assistant","content":"","thinking":"hm","tool_calls":[
                {"function":{"name":"look","arguments":{"at":1}}},{"function":{"name":"rest","arguments":{}}},
                {"id":"own","type":"function","function":{"index":2,"name":"look","arguments":{"at":2}}}]},
              {"role":"tool","tool_name":"rest","content":"slept"},
              {"role":"tool","content":"a cat"},
              {"role":"tool","tool_call_id":"own","content":"two"}],
             "tools":[{"type":"function","function":{"name":"look","description":"Looks.","parameters":{"type":"object"}}}],
             "format":{"type":"object"},
             "options":{"temperature":0.5,"top_k":40,"seed":7,"num_predict":100,"num_ctx":8192,"stop":["X"]}}""")).isEqualTo(json("""
            {"model":"upstream-model","messages":[
              {"role":"system","content":"Be short."},
              {"role":"user","content":[
                {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw"}},
                {"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/4A"}},
                {"type":"text","text":"What?"}]},
              {"role":"assistant","content":null,"tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"look","arguments":"{\\"at\\":1}"}},
                {"id":"call_2","type":"function","function":{"name":"rest","arguments":"{}"}},
                {"id":"own","type":"function","function":{"name":"look","arguments":"{\\"at\\":2}"}}]},
              {"role":"tool","tool_call_id":"call_2","content":"slept"},
              {"role":"tool","tool_call_id":"call_1","content":"a cat"},
              {"role":"tool","tool_call_id":"own","content":"two"}],
             "max_tokens":100,"temperature":0.5,"top_k":40,"seed":7,"stop":["X"],
             "tools":[{"type":"function","function":{"name":"look","description":"Looks.","parameters":{"type":"object"}}}],
             "response_format":{"type":"json_schema","json_schema":{"name":"response","schema":{"type":"object"}}},
             "reasoning_effort":"high"}"""));
    }

    @Test
    void aPromptIsWhatTheUserSays() {
        assertThat(openai.request("""
            {"model":"smart","prompt":"Why?","system":"Be short.","suffix":"","raw":false,"think":false,"format":"json",
             "options":{"num_predict":-1}}""")).isEqualTo(json("""
            {"model":"upstream-model","messages":[{"role":"system","content":"Be short."},
              {"role":"user","content":"Why?"}],
             "response_format":{"type":"json_object"},"reasoning_effort":"none"}"""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"options\":{\"repeat_penalty\":1.3}; options.repeat_penalty",
                "\"options\":{\"seed\":\"x\"}; seed",
                "\"suffix\":\"end\"; suffix",
                "\"raw\":true; raw",
                "\"context\":[1,2]; context",
                "\"format\":\"xml\"; format",
                "\"think\":\"a lot\"; think",
                "\"messages\":[{\"role\":\"wizard\"}]; messages[0].role",
                "\"unheard_of\":1; unheard_of"
            })
    void whatCantBeSaidIsRefusedByItsName(String field, String name) {
        assertThatThrownBy(() -> openai.request("{\"model\":\"m\",\"prompt\":\"p\"," + field + "}"))
                .isInstanceOfSatisfying(RefusedException.class, e -> {
                    assertThat(e.refusal().status()).isEqualTo(400);
                    assertThat(e.refusal().param()).endsWith(name);
                });
    }

    @Test
    void whatATargetLacksHasTheCallersName() {
        Exchanged anthropic = new Exchanged(WireFormat.OLLAMA, WireFormat.ANTHROPIC_MESSAGES);
        String body = "{\"model\":\"m\",\"prompt\":\"p\",\"options\":{\"seed\":1}}";

        assertThatThrownBy(() -> anthropic.request(body))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().param()).isEqualTo("options.seed"));
        assertThat(anthropic
                        .request(body, new Target("m", PLAIN.outputTokens(), "max_tokens", false, true))
                        .has("seed"))
                .isFalse();
    }

    @Test
    void aWholeAnswerIsAChatsOrGenerates() {
        assertThat(openai.answer(OPENAI_ANSWER)).isEqualTo(json("""
            {"model":"smart","created_at":"2025-06-15T15:06:40Z","message":{"role":"assistant","content":"Hello",
              "thinking":"hm","tool_calls":[{"id":"c1","function":{"index":0,"name":"look","arguments":{"at":1}}}]},
             "done":true,"done_reason":"stop","prompt_eval_count":9,"eval_count":4}"""));
        assertThat(JsonTree.read(openai.translation()
                        .answer(Exchanged.slice(OPENAI_ANSWER.replace("tool_calls\"}", "length\"}")), GENERATE)))
                .isEqualTo(json("""
            {"model":"smart","created_at":"2025-06-15T15:06:40Z","response":"Hello","thinking":"hm",
             "tool_calls":[{"id":"c1","function":{"index":0,"name":"look","arguments":{"at":1}}}],
             "done":true,"done_reason":"length","prompt_eval_count":9,"eval_count":4}"""));
    }

    @Test
    void aStreamIsLinesOfWhichTheLastSaysTheUsage() {
        String lines = gemini.stream("""
            {"candidates":[{"content":{"parts":[{"text":"hm","thought":true}]},"index":0}]}
            {"candidates":[{"content":{"parts":[{"text":"Hel"}]},"index":0}]}
            {"candidates":[{"content":{"parts":[{"text":"lo"},{"functionCall":{"name":"look","args":{"at":1}}}]},"finishReason":"STOP","index":0}]}
            """, Usage.of(9, 4), true);

        List<JsonNode> read = lines.lines().map(Exchanged::json).toList();
        assertThat(lines).endsWith("}\n");
        assertThat(read)
                .extracting(line -> line.path("done").asBoolean())
                .containsExactly(false, false, false, false, true);
        assertThat(read.get(0).at("/message/thinking").asString()).isEqualTo("hm");
        assertThat(read.get(1).at("/message/content").asString()).isEqualTo("Hel");
        assertThat(read.get(3).at("/message/tool_calls/0/function/arguments/at").asLong())
                .isEqualTo(1);
        assertThat(read.get(4).path("prompt_eval_count").asLong()).isEqualTo(9);
        assertThat(read.get(4).path("eval_count").asLong()).isEqualTo(4);
        assertThat(read.get(4).path("done_reason").asString()).isEqualTo("stop");
    }

    @Test
    void aStreamOfGenerateHasResponses() {
        List<Slice> out = new ArrayList<>();
        StreamTranslator stream = openai.translation().stream(GENERATE);
        stream.event(Exchanged.slice("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}"), out);
        stream.end(Usage.of(1, 2), "", true, out);

        assertThat(Exchanged.text(out)
                        .lines()
                        .map(line -> json(line).path("response").asString()))
                .containsExactly("Hi", "");
    }

    @Test
    void errorsAreOneText() {
        assertThat(openai.error(429, "{\"error\":{\"message\":\"Too fast\",\"type\":\"requests\"}}"))
                .isEqualTo(json("{\"error\":\"Too fast\"}"));
        List<Slice> out = new ArrayList<>();
        StreamTranslator stream = openai.translation().stream(Exchanged.CALL);
        stream.event(Exchanged.slice("{\"error\":{\"message\":\"Broke\"}}"), out);

        assertThat(stream.hasFailed()).isTrue();
        assertThat(Exchanged.text(out)).isEqualTo("{\"error\":\"Broke\"}\n");
    }
}
