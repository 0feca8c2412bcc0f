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

/** Callers of chat completions, and one of Anthropic's messages, with Gemini behind them. */
final class OpenAiToGeminiTest {
    private final Exchanged exchanged = new Exchanged(WireFormat.OPENAI_CHAT, WireFormat.GEMINI);

    @Test
    void aConversationWithToolsAndPicturesIsCarried() {
        JsonNode sent = exchanged.request("""
            {"model":"smart","max_tokens":500,"temperature":0.7,"top_p":0.9,"seed":7,"n":2,"stop":["A"],"user":"u",
             "frequency_penalty":0.5,"presence_penalty":0.25,"logprobs":true,"top_logprobs":3,"stream":true,
             "tool_choice":{"type":"function","function":{"name":"look"}},
             "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}},
             "messages":[
              {"role":"system","content":"Be short."},
              {"role":"user","content":[
                {"type":"text","text":"What is this?"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}},
                {"type":"image_url","image_url":{"url":"https://example.com/a.jpg?size=2"}},
                {"type":"input_audio","input_audio":{"data":"UklG","format":"mp3"}},
                {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}}]},
              {"role":"assistant","content":null,"tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"look","arguments":"{\\"at\\":1}"},
                 "extra_content":{"google":{"thought_signature":"c2ln"}}},
                {"id":"call_2","type":"function","function":{"name":"rest","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"call_1","content":"a cat"},
              {"role":"tool","tool_call_id":"call_2","content":"{\\"ok\\":true}"}],
             "tools":[{"type":"function","function":{"name":"look","description":"Looks.",
               "parameters":{"type":"object","properties":{"at":{"type":"number"}}}}},
              {"type":"function","function":{"name":"rest"}}]}""");

        assertThat(sent).isEqualTo(json("""
            {"systemInstruction":{"parts":[{"text":"Be short."}]},
             "contents":[
              {"role":"user","parts":[
                {"text":"What is this?"},
                {"inlineData":{"mimeType":"image/png","data":"iVBO"}},
                {"fileData":{"mimeType":"image/jpeg","fileUri":"https://example.com/a.jpg?size=2"}},
                {"inlineData":{"mimeType":"audio/mpeg","data":"UklG"}},
                {"inlineData":{"mimeType":"application/pdf","data":"JVBE"}}]},
              {"role":"model","parts":[
                {"functionCall":{"id":"call_1","name":"look","args":{"at":1}},"thoughtSignature":"c2ln"},
                {"functionCall":{"id":"call_2","name":"rest","args":{}}}]},
              {"role":"user","parts":[
                {"functionResponse":{"id":"call_1","name":"look","response":{"output":"a cat"}}},
                {"functionResponse":{"id":"call_2","name":"rest","response":{"output":"{\\"ok\\":true}"}}}]}],
             "tools":[{"functionDeclarations":[
              {"name":"look","description":"Looks.",
               "parametersJsonSchema":{"type":"object","properties":{"at":{"type":"number"}}}},
              {"name":"rest"}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["look"]}},
             "generationConfig":{"temperature":0.7,"topP":0.9,"seed":7,"candidateCount":2,"frequencyPenalty":0.5,
              "presencePenalty":0.25,"responseLogprobs":true,"logprobs":3,"maxOutputTokens":500,"stopSequences":["A"],
              "responseMimeType":"application/json","responseJsonSchema":{"type":"object"}}}"""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        gemini-2.5-flash | none    | {"thinkingBudget":0}
        gemini-2.5-flash | low     | {"thinkingBudget":1024}
        gemini-2.5-pro   | high    | {"thinkingBudget":24576}
        gemini-3-pro     | none    | {"thinkingLevel":"minimal"}
        gemini-3-pro     | medium  | {"thinkingLevel":"medium"}
        gemini-3-pro     | xhigh   | {"thinkingLevel":"high"}
        """)
    void effortBecomesWhatTheModelTakes(String model, String effort, String config) {
        JsonNode sent = exchanged.request(
                "{\"model\":\"m\",\"reasoning_effort\":\"" + effort
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                new Target(model, -1, "", false, false));

        assertThat(sent.at("/generationConfig/thinkingConfig")).isEqualTo(json(config));
    }

    @Test
    void strictToolsAreValidatedAndForeignCallsAreExcusedTheirSignature() {
        JsonNode sent = exchanged.request("""
            {"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[
              {"id":"a","type":"function","function":{"name":"look","arguments":"{}"}},
              {"id":"b","type":"function","function":{"name":"look","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"a","content":"x"},{"role":"tool","tool_call_id":"b","content":"x"}],
             "tools":[{"type":"function","function":{"name":"look","strict":true}}]}""", new Target("gemini-3-pro-preview", -1, "", false, false));

        assertThat(sent.at("/toolConfig/functionCallingConfig/mode").asString()).isEqualTo("VALIDATED");
        assertThat(sent.at("/contents/1/parts/0/thoughtSignature").asString())
                .isEqualTo("skip_thought_signature_validator");
        assertThat(sent.at("/contents/1/parts/1").has("thoughtSignature")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "parallel_tool_calls":false,"tools":[{"type":"function","function":{"name":"x"}}] | parallel_tool_calls
        "logit_bias":{"1":2}                                                              | logit_bias
        "messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}]   | messages[0].content[0].file
        """)
    void whatItCannotExpressIsRefusedByName(String field, String path) {
        String messages = field.contains("messages") ? "" : "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],";
        assertThatThrownBy(() -> exchanged.request("{" + messages + "\"model\":\"m\"," + field + "}"))
                .isInstanceOfSatisfying(RefusedException.class, e -> {
                    assertThat(e.refusal().status()).isEqualTo(400);
                    assertThat(e.refusal().param()).isEqualTo(path);
                });
    }

    @Test
    void anAnswerWithThoughtsAndParallelCallsComesBack() {
        JsonNode answer = exchanged.answer("""
            {"candidates":[{"index":0,"finishReason":"STOP","content":{"role":"model","parts":[
              {"text":"h","thought":true},{"text":"m","thought":true},
              {"text":"Gün"},{"text":"aydın"},
              {"functionCall":{"name":"look","args":{"at":1}},"thoughtSignature":"c2ln"},
              {"functionCall":{"id":"x1","name":"rest"}}]},
              "logprobsResult":{"chosenCandidates":[{"token":"G","logProbability":-0.5}],
               "topCandidates":[{"candidates":[{"token":"G","logProbability":-0.5},{"token":"H","logProbability":-2}]}]}}],
             "usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":40,"candidatesTokenCount":20,
              "thoughtsTokenCount":7,"totalTokenCount":127},"modelVersion":"gemini-2.5-flash"}""");

        JsonNode message = answer.at("/choices/0/message");
        assertThat(message.path("reasoning_content").asString()).isEqualTo("hm");
        assertThat(message.path("content").asString()).isEqualTo("Günaydın");
        assertThat(message.path("tool_calls")).isEqualTo(json("""
            [{"id":"call_01JT0000000000000000000000_0","type":"function",
              "function":{"name":"look","arguments":"{\\"at\\":1}"},
              "extra_content":{"google":{"thought_signature":"c2ln"}}},
             {"id":"x1","type":"function","function":{"name":"rest","arguments":"{}"}}]"""));
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("tool_calls");
        assertThat(answer.at("/choices/0/logprobs/content")).isEqualTo(json("""
            [{"token":"G","logprob":-0.5,"bytes":[71],"top_logprobs":[
              {"token":"G","logprob":-0.5,"bytes":[71]},{"token":"H","logprob":-2.0,"bytes":[72]}]}]"""));
        assertThat(answer.path("usage")).isEqualTo(json("""
            {"prompt_tokens":100,"completion_tokens":27,"total_tokens":127,
             "prompt_tokens_details":{"cached_tokens":40,"audio_tokens":0},
             "completion_tokens_details":{"reasoning_tokens":7,"audio_tokens":0}}"""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"candidates":[{"finishReason":"SAFETY"}]}                            | content_filter
        {"candidates":[{"finishReason":"MAX_TOKENS","content":{}}]}           | length
        {"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}]}           | stop
        {"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{}}        | content_filter
        """)
    void anEmptyAnswerHasItsReason(String body, String finish) {
        assertThat(exchanged.answer(body).at("/choices/0/finish_reason").asString())
                .isEqualTo(finish);
    }

    @Test
    void aStreamComesEventByEvent() {
        String events = """
            {"candidates":[{"index":0,"content":{"parts":[{"text":"hm","thought":true}],"role":"model"}}]}
            {"candidates":[{"index":0,"content":{"parts":[{"text":"Gün"}],"role":"model"}}],"usageMetadata":{}}
            {"candidates":[{"index":0,"content":{"parts":[{"functionCall":{"name":"look","args":{"at":1}}},{"functionCall":{"name":"rest","args":{}}}],"role":"model"}}]}
            {"candidates":[{"index":0,"content":{"parts":[{"text":"","thoughtSignature":"x"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1}}
            """;

        String[] chunks =
                exchanged.stream(events, Usage.of(1, 2), false).strip().split("\n\n", -1);

        String[] deltas = {
            "{'role':'assistant','content':''}",
            "{'reasoning_content':'hm'}",
            "{'content':'Gün'}",
            "{'tool_calls':[{'index':0,'id':'call_01JT0000000000000000000000_0','type':'function','function':{'name':'look','arguments':''}}]}",
            "{'tool_calls':[{'index':0,'function':{'arguments':'{\\\"at\\\":1}'}}]}",
            "{'tool_calls':[{'index':1,'id':'call_01JT0000000000000000000000_1','type':'function','function':{'name':'rest','arguments':''}}]}",
            "{'tool_calls':[{'index':1,'function':{'arguments':'{}'}}]}",
            "{}"
        };
        for (int i = 0; i < deltas.length; i++) {
            assertThat(json(chunks[i].substring(6)).at("/choices/0/delta"))
                    .isEqualTo(json(deltas[i].replace('\'', '"')));
        }
        assertThat(chunks[deltas.length - 1]).contains("\"finish_reason\":\"tool_calls\"");
        assertThat(chunks[deltas.length]).isEqualTo("data: [DONE]");
    }

    @Test
    void anErrorInTheMiddleEndsTheStream() {
        String text = exchanged.stream(
                "{\"error\":{\"code\":429,\"message\":\"Quota\",\"status\":\"RESOURCE_EXHAUSTED\"}}", Usage.NONE, true);

        assertThat(text).isEqualTo("""
            data: {"error":{"message":"Quota","type":"rate_limit_error","param":null,"code":"429"}}

            """);
    }

    @Test
    void anthropicCallersGetAndSendBackTheSignaturesOfCalls() {
        Exchanged anthropic = new Exchanged(WireFormat.ANTHROPIC_MESSAGES, WireFormat.GEMINI);

        JsonNode answer = anthropic.answer("""
            {"candidates":[{"finishReason":"STOP","content":{"parts":[
              {"functionCall":{"id":"c1","name":"look","args":{}},"thoughtSignature":"c2ln"}]}}]}""");
        JsonNode sent = anthropic.request("{\"model\":\"m\",\"max_tokens\":5,\"messages\":["
                + "{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":"
                + answer.path("content") + "}]}");

        assertThat(answer.path("content")).isEqualTo(json("""
            [{"type":"thinking","thinking":"","signature":"call:c2ln"},
             {"type":"tool_use","id":"c1","name":"look","input":{}}]"""));
        assertThat(answer.path("stop_reason").asString()).isEqualTo("tool_use");
        assertThat(sent.at("/contents/1/parts")).isEqualTo(json("""
            [{"functionCall":{"id":"c1","name":"look","args":{}},"thoughtSignature":"c2ln"}]"""));
    }

    @Test
    void anthropicCallersReadUsageWithCaches() {
        Exchanged anthropic = new Exchanged(WireFormat.ANTHROPIC_MESSAGES, WireFormat.GEMINI);
        Usage usage = Usage.builder()
                .set(Unit.INPUT, 60)
                .set(Unit.CACHE_READ, 40)
                .set(Unit.OUTPUT, 20)
                .set(Unit.REASONING, 7)
                .build();

        assertThat(anthropic.stream("{\"candidates\":[{\"finishReason\":\"MAX_TOKENS\"}]}", usage, false))
                .contains("\"stop_reason\":\"max_tokens\"")
                .contains("\"input_tokens\":60,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":40,"
                        + "\"output_tokens\":27,\"output_tokens_details\":{\"thinking_tokens\":7}");
    }
}
