package dev.mizan.translation;

import static dev.mizan.translation.Exchanged.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.Translation.Target;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Callers of Anthropic's messages and of chat completions with Bedrock's Converse behind them. */
final class BedrockProviderTest {
    private static final Target CLAUDE = new Target("anthropic.claude-haiku-4-5-20251001-v1:0", -1, "", false, false);
    private static final Target NOVA = new Target("amazon.nova-pro-v1:0", -1, "", false, false);

    private final Exchanged anthropic = new Exchanged(WireFormat.ANTHROPIC_MESSAGES, WireFormat.BEDROCK_CONVERSE);
    private final Exchanged openai = new Exchanged(WireFormat.OPENAI_CHAT, WireFormat.BEDROCK_CONVERSE);

    @Test
    void aConversationOfAnthropicsIsCarried() {
        assertThat(anthropic.request("""
            {"model":"smart","max_tokens":5000,"temperature":1,"top_k":5,"stop_sequences":["A"],
             "system":[{"type":"text","text":"Be short.","cache_control":{"type":"ephemeral"}}],
             "thinking":{"type":"enabled","budget_tokens":2000},
             "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}},
             "messages":[
              {"role":"user","content":[{"type":"text","text":"What?"},
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}},
                {"type":"document","title":"a_b.pdf","source":{"type":"base64","media_type":"application/pdf","data":"JV"}},
                {"type":"document","source":{"type":"text","media_type":"text/plain","data":"plain"},
                 "cache_control":{"type":"ephemeral","ttl":"1h"}}]},
              {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"sig"},
                {"type":"redacted_thinking","data":"xx"},
                {"type":"tool_use","id":"toolu_1","name":"look","input":{"at":1}}]},
              {"role":"user","content":[{"type":"text","text":"Go on."},
                {"type":"tool_result","tool_use_id":"toolu_1","is_error":true,"content":[{"type":"text","text":"no"},
                 {"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"/9j/"}}]}]}],
             "tool_choice":{"type":"tool","name":"look"},
             "tools":[{"name":"look","description":"Looks.","input_schema":{"type":"object"},"strict":true,
               "cache_control":{"type":"ephemeral"}},{"name":"rest","input_schema":{}}]}""", CLAUDE)).isEqualTo(json("""
            {"system":[{"text":"Be short."},{"cachePoint":{"type":"default"}}],
             "messages":[
              {"role":"user","content":[{"text":"What?"},
                {"image":{"format":"png","source":{"bytes":"iVBO"}}},
                {"document":{"format":"pdf","name":"a-b-pdf","source":{"bytes":"JV"}}},
                {"document":{"format":"txt","name":"document-2","source":{"text":"plain"}}},
                {"cachePoint":{"type":"default","ttl":"1h"}}]},
              {"role":"assistant","content":[
                {"reasoningContent":{"reasoningText":{"text":"hm","signature":"sig"}}},
                {"reasoningContent":{"redactedContent":"xx"}},
                {"toolUse":{"toolUseId":"toolu_1","name":"look","input":{"at":1}}}]},
              {"role":"user","content":[
                {"toolResult":{"toolUseId":"toolu_1","content":[{"text":"no"},
                  {"image":{"format":"jpeg","source":{"bytes":"/9j/"}}}],"status":"error"}},
                {"text":"Go on."}]}],
             "inferenceConfig":{"maxTokens":5000,"temperature":1,"stopSequences":["A"]},
             "toolConfig":{"tools":[
               {"toolSpec":{"name":"look","description":"Looks.","inputSchema":{"json":{"type":"object"}},"strict":true}},
               {"cachePoint":{"type":"default"}},
               {"toolSpec":{"name":"rest","inputSchema":{"json":{"type":"object","properties":{}}}}}],
              "toolChoice":{"tool":{"name":"look"}}},
             "outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":
               {"schema":"{\\"type\\":\\"object\\"}"}}}},
             "additionalModelRequestFields":{"top_k":5,"thinking":{"type":"enabled","budget_tokens":2000}}}"""));
    }

    @Test
    void aConversationOfOpenAisIsCarried() {
        JsonNode sent = openai.request("""
            {"model":"m","max_tokens":9,"tool_choice":"required","messages":[{"role":"user","content":[
              {"type":"text","text":"hi"},{"type":"input_audio","input_audio":{"data":"AA","format":"wav"}}]}],
             "tools":[{"type":"function","function":{"name":"x"}}]}""", NOVA);

        assertThat(sent.at("/messages/0/content/1")).isEqualTo(json("""
            {"audio":{"format":"wav","source":{"bytes":"AA"}}}"""));
        assertThat(sent.at("/toolConfig/toolChoice")).isEqualTo(json("{\"any\":{}}"));
        assertThat(sent.at("/inferenceConfig/maxTokens").asInt()).isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "seed":1                                                                                    | seed
        "top_k":1                                                                                   | top_k
        "reasoning_effort":"low"                                                                    | reasoning_effort
        "logprobs":true                                                                             | logprobs
        "response_format":{"type":"json_object"}                                                    | response_format
        "tools":[{"type":"function","function":{"name":"x"}}],"parallel_tool_calls":false           | parallel_tool_calls
        "messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://e"}}]}] | messages[0].content[0].image_url
        "messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/tiff;base64,AA"}}]}] | messages[0].content[0].image_url
        """)
    void whatItCannotExpressIsRefusedByName(String field, String path) {
        String messages = field.contains("messages") ? "" : "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],";
        assertThatThrownBy(() -> openai.request("{" + messages + "\"model\":\"m\"," + field + "}", NOVA))
                .isInstanceOfSatisfying(RefusedException.class, e -> {
                    assertThat(e.refusal().status()).isEqualTo(400);
                    assertThat(e.refusal().param()).isEqualTo(path);
                });
    }

    @Test
    void callingNoToolMeansOfferingNoneUnlessSomeWereCalled() {
        String start = """
            {"model":"m","tool_choice":"none","tools":[{"type":"function","function":{"name":"x"}}],
             "messages":[{"role":"user","content":"hi"}""";

        assertThat(openai.request(start + "]}", NOVA).has("toolConfig")).isFalse();
        assertThatThrownBy(() -> openai.request(start + """
            ,{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"x"}}]},
             {"role":"tool","tool_call_id":"a","content":"y"}]}""", NOVA))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().param()).isEqualTo("tool_choice"));
    }

    @Test
    void anAnswerComesBack() {
        assertThat(anthropic.answer("""
            {"output":{"message":{"role":"assistant","content":[
              {"reasoningContent":{"reasoningText":{"text":"hm","signature":"sig"}}},
              {"reasoningContent":{"redactedContent":"xx"}},{"text":"Hi"},
              {"toolUse":{"toolUseId":"t1","name":"look","input":{"at":1}}}]}},
             "stopReason":"tool_use","usage":{"inputTokens":10,"outputTokens":20,"totalTokens":65,
              "cacheReadInputTokens":30,"cacheWriteInputTokens":5}}""")).isEqualTo(json("""
            {"id":"msg_01JT0000000000000000000000","type":"message","role":"assistant","model":"smart","content":[
              {"type":"thinking","thinking":"hm","signature":"sig"},{"type":"redacted_thinking","data":"xx"},
              {"type":"text","text":"Hi"},{"type":"tool_use","id":"t1","name":"look","input":{"at":1}}],
             "stop_reason":"tool_use","stop_sequence":null,
             "usage":{"input_tokens":10,"cache_creation_input_tokens":5,"cache_read_input_tokens":30,
              "output_tokens":20}}"""));
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn, stop",
        "max_tokens, length",
        "stop_sequence, stop",
        "guardrail_intervened, content_filter",
        "content_filtered, content_filter",
        "model_context_window_exceeded, length"
    })
    void anEmptyAnswerHasItsReason(String stop, String finish) {
        JsonNode answer = openai.answer("{\"output\":{},\"stopReason\":\"" + stop + "\"}");

        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo(finish);
    }

    @Test
    void aStreamComesFrameByFrameWithOrWithoutItsEventsNames() {
        String frames = """
            {"role":"assistant","p":"abc"}
            {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}}}
            {"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"sig"}}}
            {"contentBlockIndex":0}
            {"contentBlockDelta":{"contentBlockIndex":1,"delta":{"text":"Gün"}}}
            {"contentBlockStop":{"contentBlockIndex":1}}
            {"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"t1","name":"look"}}}
            {"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\\"at\\""}}}
            {"contentBlockIndex":2,"delta":{"toolUse":{"input":":1}"}}}
            {"contentBlockIndex":2}
            {"contentBlockIndex":3,"start":{"toolUse":{"toolUseId":"t2","name":"rest"}}}
            {"contentBlockIndex":3}
            {"stopReason":"tool_use"}
            {"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":5}}
            """;
        Usage usage = Usage.builder().set(Unit.INPUT, 1).set(Unit.OUTPUT, 2).build();

        String stream = anthropic.stream(frames, usage, false);

        assertThat(stream.lines()
                        .filter(line -> line.startsWith("data: "))
                        .map(line -> json(line.substring(6)))
                        .filter(event -> event.has("delta") || event.has("content_block"))
                        .map(event -> event.has("delta") ? event.path("delta") : event.path("content_block"))
                        .map(JsonNode::toString))
                .containsExactly(
                        "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}",
                        "{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}",
                        "{\"type\":\"signature_delta\",\"signature\":\"sig\"}",
                        "{\"type\":\"text\",\"text\":\"\"}",
                        "{\"type\":\"text_delta\",\"text\":\"Gün\"}",
                        "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"look\",\"input\":{}}",
                        "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"at\\\"\"}",
                        "{\"type\":\"input_json_delta\",\"partial_json\":\":1}\"}",
                        "{\"type\":\"tool_use\",\"id\":\"t2\",\"name\":\"rest\",\"input\":{}}",
                        "{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}",
                        "{\"stop_reason\":\"tool_use\",\"stop_sequence\":null}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"throttlingException":{"message":"Slow down"}} | rate_limit_error | Slow down
        {"message":"Model stopped"}                     | server_error     | Model stopped
        """)
    void anErrorInTheMiddleEndsTheStream(String frame, String type, String message) {
        assertThat(openai.stream(frame, Usage.NONE, true))
                .startsWith("data: {\"error\":{\"message\":\"" + message + "\",\"type\":\"" + type + "\"")
                .doesNotContain("[DONE]");
    }

    @Test
    void errorsKeepTheirMessage() {
        assertThat(openai.error(400, "{\"message\":\"The model is gone.\"}")
                        .at("/error/message")
                        .asString())
                .isEqualTo("The model is gone.");
    }
}
