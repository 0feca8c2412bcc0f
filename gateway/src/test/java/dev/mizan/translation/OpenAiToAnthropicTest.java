package dev.mizan.translation;

import static dev.mizan.translation.Exchanged.PLAIN;
import static dev.mizan.translation.Exchanged.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.Translation.Target;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Callers of chat completions with Claude behind them. Bodies follow the two providers' references. */
final class OpenAiToAnthropicTest {
    private final Exchanged exchanged = new Exchanged(WireFormat.OPENAI_CHAT, WireFormat.ANTHROPIC_MESSAGES);

    @Test
    void aConversationWithToolsAndPicturesIsCarried() {
        JsonNode sent = exchanged.request("""
            {"model":"smart","max_completion_tokens":500,"temperature":0.7,"top_p":0.9,"stop":"END","user":"u-1",
             "parallel_tool_calls":false,"tool_choice":"auto","stream":true,"stream_options":{"include_usage":true},
             "messages":[
              {"role":"system","content":"Be short."},
              {"role":"developer","content":"In Turkish."},
              {"role":"user","content":[
                {"type":"text","text":"What is this?"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO","detail":"auto"}},
                {"type":"image_url","image_url":{"url":"https://example.com/a.jpg"}},
                {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}}]},
              {"role":"assistant","content":"Let me look.","tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"look","arguments":"{\\"at\\":1.50}"}},
                {"id":"call.2:0","type":"function","function":{"name":"look","arguments":""}}]},
              {"role":"tool","tool_call_id":"call_1","content":"a cat"},
              {"role":"tool","tool_call_id":"call.2:0","content":[{"type":"text","text":"a dog"}]},
              {"role":"user","content":"Go on."}],
             "tools":[{"type":"function","function":{"name":"look","description":"Looks.","strict":true,
               "parameters":{"type":"object","properties":{"at":{"type":"number"}}}}},
              {"type":"function","function":{"name":"rest"}}]}""", new Target("claude", -1, "", true, false));

        assertThat(sent).isEqualTo(json("""
            {"model":"claude","max_tokens":500,
             "system":[{"type":"text","text":"Be short."},{"type":"text","text":"In Turkish."}],
             "messages":[
              {"role":"user","content":[
                {"type":"text","text":"What is this?"},
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}},
                {"type":"image","source":{"type":"url","url":"https://example.com/a.jpg"}},
                {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"},
                 "title":"a.pdf"}]},
              {"role":"assistant","content":[
                {"type":"text","text":"Let me look."},
                {"type":"tool_use","id":"call_1","name":"look","input":{"at":1.50}},
                {"type":"tool_use","id":"call_2_0","name":"look","input":{}}]},
              {"role":"user","content":[
                {"type":"tool_result","tool_use_id":"call_1","content":"a cat"},
                {"type":"tool_result","tool_use_id":"call_2_0","content":"a dog"},
                {"type":"text","text":"Go on."}]}],
             "temperature":0.7,"top_p":0.9,"stop_sequences":["END"],
             "tools":[{"name":"look","description":"Looks.","strict":true,
               "input_schema":{"type":"object","properties":{"at":{"type":"number"}}}},
              {"name":"rest","input_schema":{"type":"object","properties":{}}}],
             "tool_choice":{"type":"auto","disable_parallel_tool_use":true},
             "metadata":{"user_id":"u-1"},"stream":true}"""));
    }

    @Test
    void outputIsLimitedByTheGatewaysWordThenTheCallersThenTheDefault() {
        String said = "{'model':'m','max_tokens':70,'messages':[{'role':'user','content':'hi'}]}".replace('\'', '"');
        String unsaid = said.replace("\"max_tokens\":70,", "");

        assertThat(exchanged
                        .request(said, new Target("c", 50, "", false, false))
                        .path("max_tokens")
                        .asInt())
                .isEqualTo(50);
        assertThat(exchanged.request(said).path("max_tokens").asInt()).isEqualTo(70);
        assertThat(exchanged.request(unsaid).path("max_tokens").asInt()).isEqualTo(4096);
    }

    @Test
    void thoughtsComeBackWithTheirSignaturesAndUnsignedOnesAreLeftOut() {
        JsonNode sent = exchanged.request("""
            {"model":"m","messages":[{"role":"user","content":"hi"},
             {"role":"assistant","content":"a","reasoning_content":"hm","thinking_blocks":[
               {"type":"thinking","thinking":"hm","signature":"sig"},{"type":"redacted_thinking","data":"xx"}]},
             {"role":"user","content":"hi"},
             {"role":"assistant","content":"b","reasoning_content":"unsigned"},
             {"role":"user","content":"hi"}]}""");

        assertThat(sent.at("/messages/1/content")).isEqualTo(json("""
            [{"type":"thinking","thinking":"hm","signature":"sig"},{"type":"redacted_thinking","data":"xx"},
             {"type":"text","text":"a"}]"""));
        assertThat(sent.at("/messages/3/content")).isEqualTo(json("[{'type':'text','text':'b'}]".replace('\'', '"')));
    }

    @Test
    void cachePointsAreCarried() {
        JsonNode sent = exchanged.request("""
            {"model":"m","messages":[
             {"role":"system","content":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"1h"}}]},
             {"role":"user","content":[{"type":"text","text":"u","cache_control":{"type":"ephemeral"}}]}]}""");

        assertThat(sent.at("/system/0/cache_control")).isEqualTo(json("{\"type\":\"ephemeral\",\"ttl\":\"1h\"}"));
        assertThat(sent.at("/messages/0/content/0/cache_control")).isEqualTo(json("{\"type\":\"ephemeral\"}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        claude-haiku-4-5-20251001 | low     | {"type":"enabled","budget_tokens":1024} |
        claude-sonnet-4-5         | high    | {"type":"enabled","budget_tokens":4000} |
        claude-opus-4-20250514    | medium  | {"type":"enabled","budget_tokens":4000} |
        claude-3-7-sonnet-latest  | minimal | {"type":"enabled","budget_tokens":1024} |
        claude-opus-4-8           | high    | {"type":"adaptive"}                     | high
        claude-sonnet-5           | minimal | {"type":"adaptive"}                     | low
        """)
    void effortBecomesWhatTheModelTakes(String model, String effort, String thinking, String carried) {
        String body = "{\"model\":\"m\",\"reasoning_effort\":\"" + effort
                + "\",\"max_tokens\":8000,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

        JsonNode sent = exchanged.request(body, new Target(model, -1, "", false, false));

        assertThat(sent.path("thinking")).isEqualTo(json(thinking));
        assertThat(sent.at("/output_config/effort").asString("")).isEqualTo(carried == null ? "" : carried);
    }

    @Test
    void aSchemaBecomesTheOutputFormat() {
        JsonNode sent = exchanged.request("""
            {"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema",
             "json_schema":{"name":"n","strict":true,"schema":{"type":"object"}}}}""");

        assertThat(sent.path("output_config"))
                .isEqualTo(json("{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "seed":1                                                           | seed
        "n":2                                                              | n
        "frequency_penalty":0.5                                            | frequency_penalty
        "presence_penalty":0.5                                             | presence_penalty
        "logprobs":true                                                    | logprobs
        "temperature":1.5                                                  | temperature
        "response_format":{"type":"json_object"}                           | response_format
        "logit_bias":{"1":2}                                               | logit_bias
        "made_up":1                                                        | made_up
        "tools":[{"type":"custom","custom":{"name":"x"}}]                  | tools[0]
        "tool_choice":{"type":"allowed_tools","mode":"auto"}               | tool_choice
        "modalities":["text","audio"]                                      | modalities
        "reasoning_effort":"low","max_tokens":100                          | thinking-or-effort
        """)
    void whatItCannotExpressIsRefusedByNameOrDropped(String field, String path) {
        String body = "{\"model\":\"m\"," + field + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        Target budgeted = new Target("claude-sonnet-4-5", -1, "", false, false);
        String named = path.equals("thinking-or-effort") ? "reasoning_effort" : path;

        assertThatThrownBy(() -> exchanged.request(body, budgeted))
                .isInstanceOfSatisfying(RefusedException.class, e -> {
                    assertThat(e.refusal().status()).isEqualTo(400);
                    assertThat(e.refusal().param()).isEqualTo(named);
                    assertThat(e.refusal().message()).contains("'" + named + "'", "anthropic-messages");
                });
        JsonNode sent = exchanged.request(body, new Target("claude-sonnet-4-5", -1, "", false, true));
        assertThat(sent.propertyNames()).isSubsetOf("model", "max_tokens", "messages", "temperature");
        assertThat(sent.path("temperature").asDouble(1)).isEqualTo(1);
    }

    @Test
    void partsThatItCannotExpressAreRefusedByTheirPlace() {
        String body = """
            {"model":"m","messages":[{"role":"user","content":"hi"},{"role":"user","content":[{"type":"text","text":"a"},
              {"type":"input_audio","input_audio":{"data":"AA","format":"wav"}}]}]}""";

        assertThatThrownBy(() -> exchanged.request(body))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().param()).isEqualTo("messages[1].content[1].input_audio"));
        JsonNode sent = exchanged.request(body, new Target("c", -1, "", false, true));
        assertThat(sent.at("/messages/0/content").size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"model":"m","messages":[{"role":"user","content":5}]}              | messages[0].content
        {"model":"m","messages":[{"content":"x"}]}                          | messages[0].role
        {"model":"m","messages":[{"role":"robot","content":"x"}]}           | messages[0].role
        {"model":"m","messages":["x"]}                                      | messages[0]
        {"model":"m","messages":{}}                                         | messages
        {"model":"m"}                                                       | messages
        {"model":"m","messages":[]}                                         | messages
        {"messages":[]}                                                     | model
        {"model":"m","messages":[{"role":"tool","content":"x"}]}            | messages[0].tool_call_id
        {"model":"m","temperature":"hot","messages":[]}                     | temperature
        {"model":"m","max_tokens":-1,"messages":[]}                         | max_tokens
        {"model":"m","stop":[1],"messages":[]}                              | stop[0]
        """)
    void whatIsMalformedIsRefusedByName(String body, String path) {
        assertThatThrownBy(() -> exchanged.request(body, new Target("c", -1, "", false, true)))
                .isInstanceOfSatisfying(RefusedException.class, e -> {
                    assertThat(e.refusal().status()).isEqualTo(400);
                    assertThat(e.refusal().param()).isEqualTo(path);
                });
    }

    @Test
    void bodiesThatAreNoJsonOrTooDeepAreRefused() {
        for (String body : new String[] {"", "{", "[]", "{\"model\":\"m\"} x", "{\"a\":" + "[".repeat(300)}) {
            assertThatThrownBy(() -> exchanged.request(body, PLAIN))
                    .as(body)
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> assertThat(e.refusal().status()).isEqualTo(400));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud83d", "\\ude00", "\\ud83d\\ud83d", "a\\ud83d b"})
    void halfCharactersStayWhatTheyAre(String half) {
        JsonNode sent =
                exchanged.request("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + half + "\"}]}");
        JsonNode answer = exchanged.answer("{\"content\":[{\"type\":\"text\",\"text\":\"" + half + "\"}]}");
        String stream = exchanged.stream(
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + half
                        + "\"}}",
                Usage.NONE,
                true);

        JsonNode same = json("\"" + half + "\"");
        assertThat(sent.at("/messages/0/content/0/text")).isEqualTo(same);
        assertThat(answer.at("/choices/0/message/content")).isEqualTo(same);
        assertThat(exchanged.error(500, "{\"message\":\"" + half + "\"}").at("/error/message"))
                .isEqualTo(same);
        assertThat(stream.toLowerCase(Locale.ROOT))
                .contains("\"content\":\"" + half + "\"")
                .endsWith("[done]\n\n");
    }

    @Test
    void anAnswerWithThoughtsAndParallelCallsComesBack() {
        JsonNode answer = exchanged.answer("""
            {"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[
              {"type":"thinking","thinking":"hm","signature":"sig"},
              {"type":"redacted_thinking","data":"xx"},
              {"type":"text","text":"Merhaba"},
              {"type":"tool_use","id":"toolu_1","name":"look","input":{"at":1.50}},
              {"type":"tool_use","id":"toolu_2","name":"rest","input":{}}],
             "stop_reason":"tool_use","stop_sequence":null,
             "usage":{"input_tokens":10,"cache_read_input_tokens":100,"cache_creation_input_tokens":30,
              "output_tokens":25,"output_tokens_details":{"thinking_tokens":5}}}""");

        assertThat(answer).isEqualTo(json("""
            {"id":"chatcmpl-01JT0000000000000000000000","object":"chat.completion","created":1750000000,"model":"smart",
             "choices":[{"index":0,"message":{"role":"assistant","content":"Merhaba","refusal":null,
               "reasoning_content":"hm","thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"sig"},
                {"type":"redacted_thinking","data":"xx"}],
               "tool_calls":[
                {"id":"toolu_1","type":"function","function":{"name":"look","arguments":"{\\"at\\":1.50}"}},
                {"id":"toolu_2","type":"function","function":{"name":"rest","arguments":"{}"}}]},
              "logprobs":null,"finish_reason":"tool_calls"}],
             "usage":{"prompt_tokens":140,"completion_tokens":25,"total_tokens":165,
              "prompt_tokens_details":{"cached_tokens":100,"cache_write_tokens":30,"audio_tokens":0},
              "completion_tokens_details":{"reasoning_tokens":5,"audio_tokens":0}}}"""));
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn, stop",
        "stop_sequence, stop",
        "max_tokens, length",
        "tool_use, tool_calls",
        "refusal, content_filter",
        "pause_turn, stop",
        "model_context_window_exceeded, length",
    })
    void anEmptyAnswerHasItsReason(String stop, String finish) {
        JsonNode answer = exchanged.answer("{\"content\":[],\"stop_reason\":\"" + stop + "\",\"usage\":{}}");

        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo(finish);
        assertThat(answer.at("/choices/0/message/content").asString()).isEmpty();
    }

    @Test
    void aStreamComesEventByEvent() {
        String events = """
            {"type":"message_start","message":{"id":"msg_1","role":"assistant","content":[],"usage":{"input_tokens":9}}}
            {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}
            {"type":"ping"}
            {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}
            {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}
            {"type":"content_block_stop","index":0}
            {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}
            {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Gün"}}
            {"type":"content_block_stop","index":1}
            {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"look","input":{}}}
            {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}
            {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\\"at\\":"}}
            {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"1}"}}
            {"type":"content_block_stop","index":2}
            {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"t2","name":"rest","input":{}}}
            {"type":"content_block_stop","index":3}
            {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":8}}
            {"type":"message_stop"}
            """;
        Usage usage = Usage.builder()
                .set(Unit.INPUT, 9)
                .set(Unit.OUTPUT, 8)
                .set(Unit.CACHE_READ, 4)
                .build();

        String[] chunks = exchanged.stream(events, usage, true).strip().split("\n\n", -1);

        assertThat(chunks).allMatch(chunk -> chunk.startsWith("data: "));
        assertThat(json(chunks[0].substring(6))).isEqualTo(json("""
            {"id":"chatcmpl-01JT0000000000000000000000","object":"chat.completion.chunk","created":1750000000,
             "model":"smart","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,
             "finish_reason":null}]}"""));
        String[] deltas = {
            "{'role':'assistant','content':''}",
            "{'reasoning_content':'hm'}",
            "{'thinking_blocks':[{'type':'thinking','signature':'sig'}]}",
            "{'content':'Gün'}",
            "{'tool_calls':[{'index':0,'id':'t1','type':'function','function':{'name':'look','arguments':''}}]}",
            "{'tool_calls':[{'index':0,'function':{'arguments':'{\\\"at\\\":'}}]}",
            "{'tool_calls':[{'index':0,'function':{'arguments':'1}'}}]}",
            "{'tool_calls':[{'index':1,'id':'t2','type':'function','function':{'name':'rest','arguments':''}}]}",
            "{'tool_calls':[{'index':1,'function':{'arguments':'{}'}}]}",
            "{}"
        };
        for (int i = 0; i < deltas.length; i++) {
            JsonNode chunk = json(chunks[i].substring(6));
            assertThat(chunk.at("/choices/0/delta")).isEqualTo(json(deltas[i].replace('\'', '"')));
            assertThat(chunk.at("/choices/0/finish_reason").asString(""))
                    .isEqualTo(i == deltas.length - 1 ? "tool_calls" : "");
        }
        JsonNode last = json(chunks[deltas.length].substring(6));
        assertThat(last.path("choices").isEmpty()).isTrue();
        assertThat(last.path("usage")).isEqualTo(json("""
            {"prompt_tokens":13,"completion_tokens":8,"total_tokens":21,
             "prompt_tokens_details":{"cached_tokens":4,"audio_tokens":0},
             "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0},"cost":0.000125}"""));
        assertThat(chunks[deltas.length + 1]).isEqualTo("data: [DONE]");
        assertThat(chunks).hasSize(deltas.length + 2);
    }

    @Test
    void usageIsToldOnlyWhereItWasAskedFor() {
        assertThat(exchanged.stream("{\"type\":\"message_start\"}", Usage.of(1, 2), false))
                .doesNotContain("usage")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void anErrorInTheMiddleEndsTheStream() {
        String events = """
            {"type":"message_start","message":{}}
            {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}
            {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"late"}}
            """;

        String text = exchanged.stream(events, Usage.of(1, 2), true);

        assertThat(text).endsWith("""
            data: {"error":{"message":"Overloaded","type":"server_error","param":null,"code":"overloaded_error"}}

            """);
        assertThat(text).doesNotContain("late").doesNotContain("[DONE]");
    }

    @Test
    void errorsKeepTheirMessage() {
        JsonNode error = exchanged.error(
                429, "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Slow down\"}}");

        assertThat(error).isEqualTo(json("""
            {"error":{"message":"Slow down","type":"rate_limit_error","param":null,"code":"rate_limit_error"}}"""));
        assertThat(exchanged
                        .error(502, "<html>bad gateway</html>")
                        .at("/error/message")
                        .asString())
                .isEqualTo("<html>bad gateway</html>");
        assertThat(exchanged.error(500, "").at("/error/message").asString()).isNotEmpty();
    }

    @Test
    void whatIsNoAnswerIsTheProvidersFault() {
        for (String body : new String[] {"", "<html>", "{}", "{\"error\":{\"message\":\"no\"}}"}) {
            assertThatThrownBy(() -> exchanged.answer(body))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> assertThat(e.refusal().status()).isEqualTo(502));
        }
    }
}
