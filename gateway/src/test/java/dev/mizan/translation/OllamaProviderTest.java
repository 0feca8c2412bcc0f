package dev.mizan.translation;

import static dev.mizan.translation.Exchanged.PLAIN;
import static dev.mizan.translation.Exchanged.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.Translation.Target;
import dev.mizan.usage.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Callers of chat completions with Ollama's own chat behind them. */
final class OllamaProviderTest {
    private final Exchanged exchanged = new Exchanged(WireFormat.OPENAI_CHAT, WireFormat.OLLAMA);

    @Test
    void aConversationWithToolsAndPicturesIsCarried() {
        assertThat(exchanged.request("""
            {"model":"smart","max_tokens":500,"temperature":0.7,"top_p":0.9,"top_k":40,"seed":7,"stop":["A"],
             "frequency_penalty":0.5,"presence_penalty":0.25,"logprobs":true,"top_logprobs":2,
             "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}},
             "messages":[
              {"role":"system","content":"Be short."},
              {"role":"user","content":[{"type":"text","text":"What"},{"type":"text","text":"is it?"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}}]},
              {"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"look","arguments":"{\\"at\\":1}"}}]},
              {"role":"tool","tool_call_id":"call_1","content":"a cat"}],
             "tools":[{"type":"function","function":{"name":"look","parameters":{"type":"object"}}}]}""")).isEqualTo(json("""
            {"model":"upstream-model","messages":[
              {"role":"system","content":"Be short."},
              {"role":"user","content":"What\\nis it?","images":["iVBO"]},
              {"role":"assistant","content":"","thinking":"hm","tool_calls":[
                {"id":"call_1","function":{"name":"look","arguments":{"at":1}}}]},
              {"role":"tool","content":"a cat","tool_name":"look","tool_call_id":"call_1"}],
             "tools":[{"type":"function","function":{"name":"look","parameters":{"type":"object"}}}],
             "format":{"type":"object"},"logprobs":true,"top_logprobs":2,
             "options":{"temperature":0.7,"top_p":0.9,"top_k":40,"seed":7,"presence_penalty":0.25,
              "frequency_penalty":0.5,"num_predict":500,"stop":["A"]},"stream":false}"""));
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-oss:20b, minimal, \"low\"",
        "gpt-oss:20b, xhigh, \"high\"",
        "qwen3, high, true",
        "qwen3, none, false"
    })
    void effortBecomesWhatTheModelTakes(String model, String effort, String think) {
        JsonNode sent = exchanged.request(
                "{\"model\":\"m\",\"reasoning_effort\":\"" + effort
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                new Target(model, -1, "", true, false));

        assertThat(sent.path("think")).isEqualTo(json(think));
        assertThat(sent.path("stream").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "n":2                                                                                       | n
        "tools":[{"type":"function","function":{"name":"x"}}],"tool_choice":"required"              | tool_choice
        "tools":[{"type":"function","function":{"name":"x"}}],"parallel_tool_calls":false           | parallel_tool_calls
        "messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://e"}}]}] | messages[0].content[0].image_url
        "messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}]             | messages[0].content[0].file
        """)
    void whatItCannotExpressIsRefusedByName(String field, String path) {
        String messages = field.contains("messages") ? "" : "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],";
        String body = "{" + messages + "\"model\":\"m\"," + field + "}";

        assertThatThrownBy(() -> exchanged.request(body, PLAIN)).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.refusal().status()).isEqualTo(400);
            assertThat(e.refusal().param()).isEqualTo(path);
        });
        assertThat(exchanged.request(body, new Target("m", -1, "", false, true)).propertyNames())
                .isSubsetOf("model", "messages", "tools", "stream");
    }

    @Test
    void noToolIsOfferedWhereNoneMayBeCalled() {
        assertThat(exchanged.request("""
            {"model":"m","tool_choice":"none","tools":[{"type":"function","function":{"name":"x"}}],
             "messages":[{"role":"user","content":"hi"}]}""").has("tools")).isFalse();
    }

    @Test
    void anAnswerComesBack() {
        JsonNode answer = exchanged.answer("""
            {"model":"qwen3","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"Hi",
              "thinking":"hm","tool_calls":[{"function":{"name":"look","arguments":{"at":1}}}]},
             "done":true,"done_reason":"stop","prompt_eval_count":11,"eval_count":18}""");

        assertThat(answer.at("/choices/0/message")).isEqualTo(json("""
            {"role":"assistant","content":"Hi","refusal":null,"reasoning_content":"hm","tool_calls":[
              {"id":"call_01JT0000000000000000000000_0","type":"function",
               "function":{"name":"look","arguments":"{\\"at\\":1}"}}]}"""));
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("tool_calls");
        assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(29);
    }

    @Test
    void aStreamComesLineByLine() {
        String lines = """
            {"message":{"role":"assistant","content":"","thinking":"hm"},"done":false}
            {"message":{"role":"assistant","content":"Gün"},"done":false}
            {"message":{"role":"assistant","content":"","tool_calls":[{"id":"c1","function":{"name":"look","arguments":{}}}]},"done":false}
            {"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":1,"eval_count":2}
            """;

        String[] chunks = exchanged.stream(lines, Usage.of(1, 2), false).strip().split("\n\n", -1);

        assertThat(json(chunks[1].substring(6))
                        .at("/choices/0/delta/reasoning_content")
                        .asString())
                .isEqualTo("hm");
        assertThat(json(chunks[2].substring(6)).at("/choices/0/delta/content").asString())
                .isEqualTo("Gün");
        assertThat(json(chunks[3].substring(6))
                        .at("/choices/0/delta/tool_calls/0/id")
                        .asString())
                .isEqualTo("c1");
        assertThat(json(chunks[4].substring(6))
                        .at("/choices/0/delta/tool_calls/0/function/arguments")
                        .asString())
                .isEqualTo("{}");
        assertThat(json(chunks[5].substring(6)).at("/choices/0/finish_reason").asString())
                .isEqualTo("tool_calls");
        assertThat(chunks[6]).isEqualTo("data: [DONE]");
    }

    @Test
    void errorsKeepTheirMessage() {
        assertThat(exchanged
                        .error(404, "{\"error\":\"model 'x' not found\"}")
                        .at("/error/message")
                        .asString())
                .isEqualTo("model 'x' not found");
        assertThat(exchanged.stream("{\"error\":\"out of memory\"}", Usage.NONE, false))
                .startsWith("data: {\"error\":{\"message\":\"out of memory\",\"type\":\"server_error\"")
                .doesNotContain("[DONE]");
    }
}
