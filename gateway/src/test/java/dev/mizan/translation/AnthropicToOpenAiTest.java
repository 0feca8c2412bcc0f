package dev.mizan.translation;

import static dev.mizan.translation.Exchanged.PLAIN;
import static dev.mizan.translation.Exchanged.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.Translation.Target;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Callers of Anthropic's messages with an OpenAI-compatible provider behind them. */
final class AnthropicToOpenAiTest {
    private final Exchanged exchanged = new Exchanged(WireFormat.ANTHROPIC_MESSAGES, WireFormat.OPENAI_CHAT);

    @Test
    void aConversationWithToolsAndPicturesIsCarried() {
        JsonNode sent = exchanged.request("""
            {"model":"smart","max_tokens":500,"temperature":1,"top_p":0.9,"top_k":5,"stop_sequences":["A","B"],
             "system":[{"type":"text","text":"Be short.","cache_control":{"type":"ephemeral"}},
               {"type":"text","text":"In Turkish."}],
             "metadata":{"user_id":"u-1"},"stream":true,"service_tier":"auto",
             "thinking":{"type":"enabled","budget_tokens":5000},
             "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}},
             "tool_choice":{"type":"tool","name":"look","disable_parallel_tool_use":true},
             "messages":[
              {"role":"user","content":"What is this?"},
              {"role":"user","content":[
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}},
                {"type":"image","source":{"type":"url","url":"https://example.com/a.jpg"}},
                {"type":"document","title":"a.pdf","source":{"type":"base64","media_type":"application/pdf","data":"JV"}},
                {"type":"document","source":{"type":"text","media_type":"text/plain","data":"plain"}}]},
              {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"sig"},
                {"type":"text","text":"Let me look."},
                {"type":"tool_use","id":"toolu_1","name":"look","input":{"at":1.50}},
                {"type":"tool_use","id":"toolu_2","name":"look","input":{}}]},
              {"role":"user","content":[
                {"type":"tool_result","tool_use_id":"toolu_1","content":"a cat"},
                {"type":"tool_result","tool_use_id":"toolu_2","content":[{"type":"text","text":"a dog"}],"is_error":true},
                {"type":"text","text":"Go on."}]}],
             "tools":[{"name":"look","description":"Looks.","input_schema":{"type":"object"}},
               {"type":"custom","name":"rest","input_schema":{"type":"object"}}]}""", new Target("gpt", 300, "max_completion_tokens", true, false));

        assertThat(sent).isEqualTo(json("""
            {"model":"gpt","messages":[
              {"role":"system","content":[{"type":"text","text":"Be short."},{"type":"text","text":"In Turkish."}]},
              {"role":"user","content":[
                {"type":"text","text":"What is this?"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}},
                {"type":"image_url","image_url":{"url":"https://example.com/a.jpg"}},
                {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JV"}},
                {"type":"text","text":"plain"}]},
              {"role":"assistant","content":"Let me look.","tool_calls":[
                {"id":"toolu_1","type":"function","function":{"name":"look","arguments":"{\\"at\\":1.50}"}},
                {"id":"toolu_2","type":"function","function":{"name":"look","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"toolu_1","content":"a cat"},
              {"role":"tool","tool_call_id":"toolu_2","content":"a dog"},
              {"role":"user","content":"Go on."}],
             "max_completion_tokens":300,"temperature":1,"top_p":0.9,"top_k":5,"stop":["A","B"],
             "tools":[
              {"type":"function","function":{"name":"look","description":"Looks.","parameters":{"type":"object"}}},
              {"type":"function","function":{"name":"rest","parameters":{"type":"object"}}}],
             "tool_choice":{"type":"function","function":{"name":"look"}},"parallel_tool_calls":false,
             "response_format":{"type":"json_schema","json_schema":{"name":"response","strict":true,
               "schema":{"type":"object"}}},
             "reasoning_effort":"medium","user":"u-1","stream":true,"stream_options":{"include_usage":true}}"""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "tools":[{"type":"web_search_20250305","name":"web_search"}]                        | tools[0]
        "mcp_servers":[]                                                                    | mcp_servers
        "service_tier":"priority"                                                           | service_tier
        "container":"c"                                                                     | container
        """)
    void whatItCannotExpressIsRefusedByName(String field, String path) {
        String body = "{\"model\":\"m\",\"max_tokens\":9," + field
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

        assertRefused(body, path);
        assertThat(exchanged
                        .request(body, new Target("gpt", -1, "", false, true))
                        .propertyNames())
                .containsExactly("model", "messages", "max_tokens");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"type":"document","source":{"type":"url","url":"https://e.com/a.pdf"}} | messages[0].content[1].source
        {"type":"image","source":{"type":"file","file_id":"file_1"}}            | messages[0].content[1].source
        {"type":"search_result","source":"x","title":"t","content":[]}          | messages[0].content[1]
        {"type":"server_tool_use","id":"s","name":"web_search","input":{}}      | messages[0].content[1]
        {"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":{"type":"url","url":"u"}}]} | messages[0].content[1].content
        """)
    void blocksThatItCannotExpressAreRefusedByTheirPlace(String block, String path) {
        String body = "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":["
                + "{\"type\":\"text\",\"text\":\"hi\"}," + block + "]}]}";

        assertRefused(body, path);
        JsonNode sent = exchanged.request(body, new Target("gpt", -1, "", false, true));
        JsonNode messages = sent.path("messages");
        assertThat(messages.path(messages.size() - 1).path("content").asString())
                .isEqualTo("hi");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"model":"m","messages":[{"role":"user"}]}                                    | messages[0].content
        {"model":"m","messages":[{"role":"system","content":"x"}]}                    | messages[0].role
        {"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]}        | messages[0].content[0].text
        {"model":"m","messages":[{"role":"user","content":[{"type":"image","source":{"type":"x"}}]}]} | messages[0].content[0].source.type
        {"model":"m","messages":[],"tool_choice":{"type":"tool"}}                     | tool_choice.name
        {"model":"m","messages":[],"thinking":{"type":"enabled","budget_tokens":"x"}} | thinking.budget_tokens
        """)
    void whatIsMalformedIsRefusedByName(String body, String path) {
        assertRefused(body, path);
    }

    private void assertRefused(String body, String path) {
        assertThatThrownBy(() -> exchanged.request(body, PLAIN)).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.refusal().status()).isEqualTo(400);
            assertThat(e.refusal().param()).isEqualTo(path);
        });
    }

    @Test
    void anAnswerWithParallelCallsComesBack() {
        JsonNode answer = exchanged.answer("""
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt","choices":[{"index":0,"message":
              {"role":"assistant","content":"Merhaba","reasoning_content":"hm","refusal":null,"tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"look","arguments":"{\\"at\\": 1.50}"}},
                {"id":"call_2","type":"function","function":{"name":"look","arguments":"{broken"}}]},
              "finish_reason":"tool_calls"}],
             "usage":{"prompt_tokens":140,"completion_tokens":25,"total_tokens":165,
              "prompt_tokens_details":{"cached_tokens":100},"completion_tokens_details":{"reasoning_tokens":5}}}""");

        assertThat(answer).isEqualTo(json("""
            {"id":"msg_01JT0000000000000000000000","type":"message","role":"assistant","model":"smart","content":[
              {"type":"thinking","thinking":"hm","signature":""},
              {"type":"text","text":"Merhaba"},
              {"type":"tool_use","id":"call_1","name":"look","input":{"at":1.50}},
              {"type":"tool_use","id":"call_2","name":"look","input":{"INVALID_JSON":"{broken"}}],
             "stop_reason":"tool_use","stop_sequence":null,
             "usage":{"input_tokens":40,"cache_creation_input_tokens":0,"cache_read_input_tokens":100,
              "output_tokens":25,"output_tokens_details":{"thinking_tokens":5}}}"""));
    }

    @ParameterizedTest
    @CsvSource({"stop, end_turn", "length, max_tokens", "content_filter, refusal", "eos, end_turn"})
    void anEmptyAnswerHasItsReason(String finish, String stop) {
        JsonNode answer = exchanged.answer("{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                + "\"content\":null},\"finish_reason\":\"" + finish + "\"}]}");

        assertThat(answer.path("stop_reason").asString()).isEqualTo(stop);
        assertThat(answer.path("content").isEmpty()).isTrue();
    }

    @Test
    void aRefusalIsTextThatEndsWithOne() {
        JsonNode answer = exchanged.answer("{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                + "\"content\":null,\"refusal\":\"No.\"},\"finish_reason\":\"stop\"}]}");

        assertThat(answer.path("stop_reason").asString()).isEqualTo("refusal");
        assertThat(answer.at("/content/0/text").asString()).isEqualTo("No.");
    }

    @Test
    void aStreamComesEventByEvent() {
        String events = """
            {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
            {"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}
            {"choices":[{"index":0,"delta":{"content":"Gün"}}],"usage":null}
            {"choices":[{"index":0,"delta":{"content":"aydın"}}]}
            {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"look","arguments":""}}]}}]}
            {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}}]}
            {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"c2","function":{"name":"rest","arguments":"{\\"a\\""}}]}}]}
            {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":":1}"}}]}}]}
            {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}
            {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":8}}
            [DONE]
            """;
        Usage usage = Usage.builder()
                .set(Unit.INPUT, 9)
                .set(Unit.OUTPUT, 8)
                .set(Unit.CACHE_WRITE_5M, 1)
                .set(Unit.CACHE_WRITE_1H, 2)
                .build();

        assertThat(exchanged.stream(events, usage, false)).isEqualTo("""
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_01JT0000000000000000000000","type":"message","role":"assistant","model":"smart","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: content_block_start
            data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Gün"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"aydın"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":1}

            event: content_block_start
            data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"c1","name":"look","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":2}

            event: content_block_start
            data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"c2","name":"rest","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":":1}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":3}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":9,"cache_creation_input_tokens":3,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":1,"ephemeral_1h_input_tokens":2},"output_tokens":8}}

            event: message_stop
            data: {"type":"message_stop"}

            """);
    }

    @Test
    void anEmptyStreamIsAMessageAllTheSame() {
        assertThat(exchanged.stream("[DONE]", Usage.of(3, 0), false))
                .containsSubsequence("event: message_start", "event: message_delta", "event: message_stop")
                .doesNotContain("content_block");
    }

    @Test
    void anErrorInTheMiddleEndsTheStream() {
        for (String broken : List.of("{\"error\":{\"message\":\"Boom\",\"code\":\"server_error\"}}", "{\"choi")) {
            String text = exchanged.stream(
                    "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n" + broken, Usage.of(1, 2), true);

            assertThat(text)
                    .contains("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"")
                    .doesNotContain("message_stop");
        }
    }

    @Test
    void mizansOwnErrorEndsTheStreamOnce() {
        StreamTranslator stream = exchanged.translation().stream(Exchanged.CALL);
        List<Slice> out = new ArrayList<>();

        stream.broken(Refusal.of(ErrorCode.UPSTREAM_TIMEOUT, "Too slow."), out);
        stream.broken(Refusal.of(ErrorCode.UPSTREAM_TIMEOUT, "Too slow."), out);
        stream.end(Usage.NONE, "", true, out);

        assertThat(stream.hasFailed()).isTrue();
        assertThat(Exchanged.text(out)).isEqualTo("""
            event: error
            data: {"type":"error","error":{"type":"timeout_error","message":"Too slow.","code":"upstream_timeout"},"request_id":"01JT0000000000000000000000"}

            """);
    }

    @Test
    void errorsKeepTheirMessage() {
        assertThat(exchanged.error(404, "{\"error\":{\"message\":\"No such model\",\"code\":\"model_not_found\"}}"))
                .isEqualTo(json("""
                    {"type":"error","error":{"type":"not_found_error","message":"No such model"}}"""));
    }
}
