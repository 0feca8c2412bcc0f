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

/** Callers of Gemini's generateContent with OpenAI-compatible providers and Claude behind them. */
final class GeminiCallerTest {
    private static final String CALL = """
        {"system_instruction":{"parts":[{"text":"Be short."}]},
         "contents":[
          {"role":"user","parts":[{"text":"What?"},{"inline_data":{"mime_type":"image/png","data":"iVBO"}},
            {"fileData":{"mimeType":"image/jpeg","fileUri":"https://example.com/a.jpg"}}]},
          {"role":"model","parts":[{"text":"hm","thought":true},{"functionCall":{"name":"look","args":{"at":1}}},
            {"functionCall":{"name":"look","args":{"at":2}}}]},
          {"role":"function","parts":[{"functionResponse":{"name":"look","response":{"output":"a cat"}}},
            {"functionResponse":{"name":"look","response":{"cats":2}}}]}],
         "tools":[{"functionDeclarations":[{"name":"look","description":"Looks.","parameters":{"type":"OBJECT",
           "propertyOrdering":["at","type"],"properties":{"at":{"type":"NUMBER","nullable":true},
            "type":{"type":"ARRAY","minItems":"1","items":{"type":"STRING","enum":["A"]}}}}}]}],
         "toolConfig":{"functionCallingConfig":{"mode":"ANY"}},
         "safetySettings":[{"category":"HARM_CATEGORY_HATE_SPEECH","threshold":"BLOCK_NONE"}],
         "generationConfig":{"temperature":0.5,"topK":40.0,"maxOutputTokens":100,"stopSequences":["X"],
          "responseMimeType":"application/json","responseSchema":{"type":"OBJECT","properties":{"a":{"type":"STRING"}}},
          "thinkingConfig":{"thinkingBudget":2000,"includeThoughts":true}}}""";

    private final Exchanged openai = new Exchanged(WireFormat.GEMINI, WireFormat.OPENAI_CHAT);
    private final Exchanged anthropic = new Exchanged(WireFormat.GEMINI, WireFormat.ANTHROPIC_MESSAGES);

    @Test
    void aConversationIsCarriedToOpenAi() {
        assertThat(openai.request(CALL)).isEqualTo(json("""
            {"model":"upstream-model","messages":[
              {"role":"system","content":"Be short."},
              {"role":"user","content":[{"type":"text","text":"What?"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}},
                {"type":"image_url","image_url":{"url":"https://example.com/a.jpg"}}]},
              {"role":"assistant","content":null,"tool_calls":[
                {"id":"call_0","type":"function","function":{"name":"look","arguments":"{\\"at\\":1}"}},
                {"id":"call_1","type":"function","function":{"name":"look","arguments":"{\\"at\\":2}"}}]},
              {"role":"tool","tool_call_id":"call_0","content":"a cat"},
              {"role":"tool","tool_call_id":"call_1","content":"{\\"cats\\":2}"}],
             "max_tokens":100,"temperature":0.5,"top_k":40,"stop":["X"],
             "tools":[{"type":"function","function":{"name":"look","description":"Looks.","parameters":
               {"type":"object","properties":{"at":{"type":["number","null"]},
                "type":{"type":"array","minItems":1,"items":{"type":"string","enum":["A"]}}}}}}],
             "tool_choice":"required",
             "response_format":{"type":"json_schema","json_schema":{"name":"response","strict":true,
              "schema":{"type":"object","properties":{"a":{"type":"string"}}}}},
             "reasoning_effort":"low"}"""));
    }

    @Test
    void aConversationIsCarriedToAnthropic() {
        JsonNode sent = anthropic.request(CALL, new Target("claude-haiku-4-5", 4000, "", true, false));

        assertThat(sent.at("/messages/1/content")).isEqualTo(json("""
            [{"type":"tool_use","id":"call_0","name":"look","input":{"at":1}},
             {"type":"tool_use","id":"call_1","name":"look","input":{"at":2}}]"""));
        assertThat(sent.at("/messages/2/content")).isEqualTo(json("""
            [{"type":"tool_result","tool_use_id":"call_0","content":"a cat"},
             {"type":"tool_result","tool_use_id":"call_1","content":"{\\"cats\\":2}"}]"""));
        assertThat(sent.path("thinking")).isEqualTo(json("{\"type\":\"enabled\",\"budget_tokens\":2000}"));
        assertThat(sent.path("stream").asBoolean()).isTrue();
        assertThat(sent.path("max_tokens").asInt()).isEqualTo(4000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "tools":[{"googleSearch":{}}]                                               | tools[0].googleSearch
        "cachedContent":"cachedContents/1"                                          | cachedContent
        "safetySettings":[{"category":"X","threshold":"BLOCK_ONLY_HIGH"}]           | safetySettings
        "generationConfig":{"seed":1}                                               | generationConfig.seed
        "generationConfig":{"responseModalities":["IMAGE"]}                         | generationConfig.responseModalities
        "generationConfig":{"responseMimeType":"application/json"}                  | generationConfig.responseMimeType
        """)
    void whatItCannotExpressIsRefusedByName(String field, String path) {
        String body = "{" + field + ",\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}]}";

        assertRefused(body, path);
        assertThat(anthropic.request(body, new Target("c", -1, "", false, true)).propertyNames())
                .containsExactly("model", "max_tokens", "messages");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {}                                                                      | contents
        {"contents":[]}                                                         | contents
        {"contents":[{"role":"robot"}]}                                         | contents[0].role
        {"contents":[{"parts":[{"inlineData":{"data":"x"}}]}]}                  | contents[0].parts[0].inlineData.mimeType
        {"contents":[{"parts":[{"fileData":{"mimeType":"image/png","fileUri":"gs://a/b"}}]}]} | contents[0].parts[0].fileData
        {"contents":[{"parts":[{"executableCode":{}}]}]}                        | contents[0].parts[0].executableCode
        {"contents":[{"parts":[{"functionResponse":{"response":{}}}]}]}         | contents[0].parts[0].functionResponse.name
        """)
    void whatIsMalformedIsRefusedByName(String body, String path) {
        assertRefused(body, path);
    }

    private void assertRefused(String body, String path) {
        assertThatThrownBy(() -> anthropic.request(body, PLAIN)).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.refusal().status()).isEqualTo(400);
            assertThat(e.refusal().param()).isEqualTo(path);
        });
    }

    @Test
    void anAnswerOfAnthropicComesBack() {
        assertThat(anthropic.answer("""
            {"content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"text","text":"Hi"},
              {"type":"tool_use","id":"toolu_1","name":"look","input":{"at":1}}],
             "stop_reason":"tool_use","usage":{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":20,
              "output_tokens_details":{"thinking_tokens":8}}}""")).isEqualTo(json("""
            {"candidates":[{"content":{"parts":[{"text":"hm","thought":true,"thoughtSignature":"c2ln"},{"text":"Hi"},
               {"functionCall":{"id":"toolu_1","name":"look","args":{"at":1}}}],"role":"model"},
              "finishReason":"STOP","index":0}],
             "usageMetadata":{"promptTokenCount":15,"cachedContentTokenCount":5,"candidatesTokenCount":12,
              "thoughtsTokenCount":8,"totalTokenCount":35},
             "modelVersion":"smart","responseId":"01JT0000000000000000000000"}"""));
    }

    @Test
    void aStreamHoldsCallsUntilTheyAreWhole() {
        String events = """
            {"choices":[{"index":0,"delta":{"content":"Gün"}}]}
            {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"look","arguments":"{\\"at\\""}}]}}]}
            {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"c2","function":{"name":"rest","arguments":""}}]}}]}
            {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}}]}
            {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}
            """;
        Usage usage = Usage.builder()
                .set(Unit.INPUT, 9)
                .set(Unit.OUTPUT, 8)
                .set(Unit.REASONING, 3)
                .build();

        assertThat(openai.stream(events, usage, true).replace("\r\n", "\n")).isEqualTo("""
            data: {"candidates":[{"content":{"parts":[{"text":"Gün"}],"role":"model"},"index":0}],"modelVersion":"smart","responseId":"01JT0000000000000000000000"}

            data: {"candidates":[{"content":{"parts":[{"functionCall":{"id":"c1","name":"look","args":{"at":1}}}],"role":"model"},"index":0}],"modelVersion":"smart","responseId":"01JT0000000000000000000000"}

            data: {"candidates":[{"content":{"parts":[{"functionCall":{"id":"c2","name":"rest","args":{}}}],"role":"model"},"index":0}],"modelVersion":"smart","responseId":"01JT0000000000000000000000"}

            data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":8,"thoughtsTokenCount":3,"totalTokenCount":20,"cost":0.000125},"modelVersion":"smart","responseId":"01JT0000000000000000000000"}

            """);
    }

    @Test
    void argumentsAreHeldUpToABound() {
        String most = "x".repeat(1 << 22);

        assertThat(held(most)).isFalse();
        assertThat(held(most + "x")).isTrue();
    }

    private boolean held(String arguments) {
        StreamTranslator stream = openai.translation().stream(Exchanged.CALL);
        stream.event(
                Exchanged.slice("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\","
                        + "\"function\":{\"name\":\"f\",\"arguments\":\"" + arguments + "\"}}]}}]}"),
                new ArrayList<>());
        return stream.hasFailed();
    }

    @Test
    void errorsHaveTheFormOfGoogles() {
        StreamTranslator stream = openai.translation().stream(Exchanged.CALL);
        List<Slice> out = new ArrayList<>();
        stream.broken(Refusal.of(ErrorCode.OVERLOADED, "Too much."), out);

        assertThat(Exchanged.text(out))
                .isEqualTo(
                        "data: {\"error\":{\"code\":503,\"message\":\"Too much.\",\"status\":\"UNAVAILABLE\"}}\r\n\r\n");
        assertThat(openai.error(429, "{\"error\":{\"message\":\"Slow down\"}}")).isEqualTo(json("""
            {"error":{"code":429,"message":"Slow down","status":"RESOURCE_EXHAUSTED"}}"""));
    }
}
