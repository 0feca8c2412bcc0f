package dev.mizan.translation;

import static dev.mizan.translation.Exchanged.PLAIN;
import static dev.mizan.translation.Exchanged.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.openai.core.ObjectMappers;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.ResponseStreamEvent;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.Translation.Target;
import dev.mizan.translation.model.Answer;
import dev.mizan.translation.openai.OpenAiFormat;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Callers of OpenAI's responses with chat completions behind them. */
final class ResponsesCallerTest {
    private final Exchanged exchanged = new Exchanged(WireFormat.OPENAI_RESPONSES, WireFormat.OPENAI_CHAT);

    @Test
    void aConversationWithToolsAndPicturesIsCarried() {
        JsonNode sent = exchanged.request("""
            {"model":"smart","instructions":"Be short.","max_output_tokens":500,"temperature":0.7,"top_p":0.9,
             "parallel_tool_calls":false,"store":true,"metadata":{"a":"b"},"truncation":"disabled","background":false,
             "stream":true,"user":"u-1","reasoning":{"effort":"low","summary":"auto"},"top_logprobs":2,
             "include":["reasoning.encrypted_content","message.output_text.logprobs"],
             "text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true}},
             "input":[
              {"role":"developer","content":"In Turkish."},
              {"type":"message","role":"user","content":[{"type":"input_text","text":"What?"},
                {"type":"input_image","image_url":"data:image/png;base64,iVBO","detail":"low"},
                {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}]},
              {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"gAAA"},
              {"type":"message","id":"msg_1","status":"completed","role":"assistant",
                "content":[{"type":"output_text","text":"A cat.","annotations":[]}]},
              {"type":"function_call","id":"fc_1","call_id":"call_1","name":"look","arguments":"{}","status":"completed"},
              {"type":"function_call","call_id":"call_2","name":"look","arguments":"{\\"a\\":1}"},
              {"type":"function_call_output","call_id":"call_1","output":"x"},
              {"type":"function_call_output","call_id":"call_2","output":[{"type":"input_text","text":"y"}]}],
             "tools":[{"type":"function","name":"look","description":"Looks.","parameters":{"type":"object"},"strict":true}],
             "tool_choice":{"type":"function","name":"look"}}""", new Target("gpt", -1, "max_completion_tokens", true, false));

        assertThat(sent).isEqualTo(json("""
            {"model":"gpt","messages":[
              {"role":"system","content":[{"type":"text","text":"Be short."},{"type":"text","text":"In Turkish."}]},
              {"role":"user","content":[{"type":"text","text":"What?"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO","detail":"low"}},
                {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}}]},
              {"role":"assistant","content":"A cat.","tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"look","arguments":"{}"}},
                {"id":"call_2","type":"function","function":{"name":"look","arguments":"{\\"a\\":1}"}}]},
              {"role":"tool","tool_call_id":"call_1","content":"x"},
              {"role":"tool","tool_call_id":"call_2","content":"y"}],
             "max_completion_tokens":500,"temperature":0.7,"top_p":0.9,"logprobs":true,"top_logprobs":2,
             "tools":[{"type":"function","function":{"name":"look","description":"Looks.",
               "parameters":{"type":"object"},"strict":true}}],
             "tool_choice":{"type":"function","function":{"name":"look"}},"parallel_tool_calls":false,
             "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,
               "schema":{"type":"object"}}},
             "reasoning_effort":"low","user":"u-1","stream":true,"stream_options":{"include_usage":true}}"""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "previous_response_id":"resp_1"                         | previous_response_id
        "conversation":"conv_1"                                 | conversation
        "background":true                                       | background
        "truncation":"auto"                                     | truncation
        "tools":[{"type":"web_search"}]                         | tools[0]
        "include":["file_search_call.results"]                  | include
        "input":[{"type":"item_reference","id":"x"}]            | input[0]
        "max_tool_calls":3                                      | max_tool_calls
        """)
    void whatItCannotExpressIsRefusedByName(String field, String path) {
        String input = field.contains("input") ? "" : "\"input\":\"hi\",";
        assertRefused("{" + input + "\"model\":\"m\"," + field + "}", path);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"model":"m"}                                                                | input
        {"input":"hi"}                                                               | model
        {"model":"m","input":""}                                                     | messages
        {"model":"m","input":[{"type":"function_call","name":"x"}]}                  | input[0].call_id
        {"model":"m","input":[{"role":"user","content":[{"type":"video"}]}]}         | input[0].content[0].type
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
    void anAnswerComesBack() {
        JsonNode answer = exchanged.answer("""
            {"choices":[{"index":0,"message":{"role":"assistant","reasoning_content":"hm","content":"Merhaba","tool_calls":[
               {"id":"call_1","type":"function","function":{"name":"look","arguments":"{}"}}]},
              "finish_reason":"tool_calls"}],
             "usage":{"prompt_tokens":140,"completion_tokens":25,"prompt_tokens_details":{"cached_tokens":100},
              "completion_tokens_details":{"reasoning_tokens":5}}}""");

        assertThat(answer.path("id").asString()).isEqualTo("resp_01JT0000000000000000000000");
        assertThat(answer.path("status").asString()).isEqualTo("completed");
        assertThat(answer.path("output")).isEqualTo(json("""
            [{"id":"rs_01JT0000000000000000000000_0","type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},
             {"id":"msg_01JT0000000000000000000000_1","type":"message","status":"completed","role":"assistant",
              "content":[{"type":"output_text","text":"Merhaba","annotations":[],"logprobs":[]}]},
             {"id":"fc_01JT0000000000000000000000_2","type":"function_call","status":"completed","call_id":"call_1",
              "name":"look","arguments":"{}"}]"""));
        assertThat(answer.path("usage")).isEqualTo(json("""
            {"input_tokens":140,"input_tokens_details":{"cached_tokens":100,"cache_write_tokens":0},"output_tokens":25,
             "output_tokens_details":{"reasoning_tokens":5},"total_tokens":165}"""));
    }

    @ParameterizedTest
    @CsvSource({
        "stop, completed, ''",
        "length, incomplete, max_output_tokens",
        "content_filter, incomplete, content_filter"
    })
    void anEmptyAnswerHasItsStatus(String finish, String status, String reason) {
        JsonNode answer =
                exchanged.answer("{\"choices\":[{\"index\":0,\"message\":{},\"finish_reason\":\"" + finish + "\"}]}");

        assertThat(answer.path("status").asString()).isEqualTo(status);
        assertThat(answer.at("/incomplete_details/reason").asString("")).isEqualTo(reason);
        assertThat(answer.path("output").isEmpty()).isTrue();
    }

    @Test
    void signaturesOfOtherProvidersGoToCallersAndBack() {
        Exchanged anthropic = new Exchanged(WireFormat.OPENAI_RESPONSES, WireFormat.ANTHROPIC_MESSAGES);

        JsonNode answer = anthropic.answer("""
            {"content":[{"type":"thinking","thinking":"hm","signature":"sig"},{"type":"redacted_thinking","data":"xx"},
              {"type":"tool_use","id":"t1","name":"look","input":{}}],"stop_reason":"tool_use"}""");
        JsonNode sent = anthropic.request("{\"model\":\"m\",\"input\":" + answer.path("output") + "}");

        assertThat(sent.at("/messages/0/content")).isEqualTo(json("""
            [{"type":"thinking","thinking":"hm","signature":"sig"},{"type":"redacted_thinking","data":"xx"},
             {"type":"tool_use","id":"t1","name":"look","input":{}}]"""));
    }

    @Test
    void aStreamHasTheEventsOfItsItems() {
        String events = """
            {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}
            {"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}
            {"choices":[{"index":0,"delta":{"content":"Gün"}}]}
            {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"look","arguments":"{}"}}]}}]}
            {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}
            """;

        String stream = exchanged.stream(events, Usage.of(9, 8), true);

        assertThat(stream.lines().filter(line -> line.startsWith("event: ")).map(line -> line.substring(7)))
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.reasoning_summary_part.added",
                        "response.reasoning_summary_text.delta",
                        "response.reasoning_summary_text.done",
                        "response.reasoning_summary_part.done",
                        "response.output_item.done",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.output_item.added",
                        "response.function_call_arguments.delta",
                        "response.function_call_arguments.done",
                        "response.output_item.done",
                        "response.completed");
        assertThat(stream)
                .contains("{\"type\":\"response.output_text.delta\",\"sequence_number\":10,"
                        + "\"item_id\":\"msg_01JT0000000000000000000000_1\",\"output_index\":1,\"content_index\":0,"
                        + "\"delta\":\"Gün\",\"logprobs\":[]}")
                .contains("\"total_tokens\":17,\"cost\":0.000125");
    }

    @Property(tries = 100)
    void theOfficialClientPutsAStreamTogetherToTheWholeAnswer(@ForAll long seed) throws JsonProcessingException {
        Translation translation = exchanged.translation();
        OpenAiFormat chat = new OpenAiFormat();
        GeneratedAnswers generated = new GeneratedAnswers(seed);
        Answer answer = generated.answer();
        JsonNode whole = json(
                Exchanged.text(List.of(translation.answer(chat.writeAnswer(answer, Exchanged.CALL), Exchanged.CALL))));

        List<Slice> out = new ArrayList<>();
        StreamTranslator stream = translation.stream(Exchanged.CALL);
        String upstream = Exchanged.text(generated.stream(answer, chat.eventWriter(Exchanged.CALL)));
        upstream.lines()
                .filter(line -> line.startsWith("data: "))
                .forEach(line -> stream.event(Exchanged.slice(line.substring(6)), out));
        stream.end(answer.usage(), "", true, out);

        ResponseAccumulator accumulator = ResponseAccumulator.create();
        List<String> events = Exchanged.text(out)
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
        for (String event : events) {
            accumulator.accumulate(ObjectMappers.jsonMapper().readValue(event, ResponseStreamEvent.class));
        }
        accumulator.response().validate();
        assertThat(json(events.getLast()).path("response")).isEqualTo(whole);
    }

    @Test
    void errorsEndTheStream() {
        StreamTranslator stream = exchanged.translation().stream(Exchanged.CALL);
        List<Slice> out = new ArrayList<>();
        stream.broken(Refusal.of(ErrorCode.UPSTREAM_ERROR, "Gone."), out);
        stream.end(Usage.NONE, "", false, out);

        assertThat(Exchanged.text(out)).isEqualTo("""
            event: error
            data: {"type":"error","sequence_number":0,"code":"upstream_error","message":"Gone.","param":null}

            """);
        assertThat(exchanged.stream("{\"error\":{\"message\":\"Boom\",\"code\":\"x\"}}", Usage.NONE, false))
                .contains("\"message\":\"Boom\"")
                .doesNotContain("response.completed");
    }
}
