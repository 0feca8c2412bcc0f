package dev.mizan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the user said last, out of every kind of body. */
class QuestionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CHAT_COMPLETIONS|{'messages':[{'role':'system','content':'s'},{'role':'user','content':'İade?'}]}|İade?",
                "CHAT_COMPLETIONS|{'messages':[{'role':'user','content':'a'},{'role':'user','content':'b'},{'role':'assistant','content':'c'}]}|b",
                "CHAT_COMPLETIONS|{'messages':[{'content':'late','role':'user'},{'content':'no','role':'assistant'}]}|late",
                "CHAT_COMPLETIONS|{'messages':[{'role':'user','content':[{'type':'text','text':'a'},{'type':'image_url','image_url':{'url':'u','text':'no'}},{'text':'b','type':'text'}]}]}|a/b",
                "CHAT_COMPLETIONS|{'messages':[{'role':'user','content':'a'},{'role':'tool','content':'no'},{'role':'user','content':null}]}|a",
                "CHAT_COMPLETIONS|{'messages':[{'role':'user','content':'a','name':{'text':'no'}}],'tools':[{'content':'no'}],'model':'m'}|a",
                "CHAT_COMPLETIONS|{'messages':[{'role':{'x':1},'content':'no'}]}|''",
                "CHAT_COMPLETIONS|{'messages':[{'role':'assistant','content':'no'}]}|''",
                "MESSAGES|{'system':'s','messages':[{'role':'user','content':'a'},{'role':'assistant','content':[{'type':'tool_use','input':{'text':'no'}}]},{'role':'user','content':[{'type':'tool_result','content':[{'type':'text','text':'no'}]}]}]}|a",
                "MESSAGES|{'messages':[{'role':'user','content':[{'type':'tool_result','content':'no'},{'type':'text','text':'b'}]}]}|b",
                "MESSAGES|{'messages':[{'role':'user','content':[{'type':'document','text':'no','source':{}},{'type':'text','text':'b'}]}]}|b",
                "GENERATE_CONTENT|{'contents':[{'parts':[{'text':'a'},{'text':'b'}]},{'role':'model','parts':[{'text':'no'}]}]}|a/b",
                "GENERATE_CONTENT|{'contents':{'role':'user','parts':{'text':'a'}},'systemInstruction':{'parts':[{'text':'no'}]}}|a",
                "STREAM_GENERATE_CONTENT|{'contents':[{'role':'user','parts':[{'text':'a'}]},{'role':'user','parts':[{'functionResponse':{'response':{'text':'no'}}}]}]}|a",
                "RESPONSES|{'input':'a','instructions':'no'}|a",
                "RESPONSES|{'input':[{'role':'user','content':'a'},{'type':'message','role':'user','content':[{'type':'input_text','text':'b'},{'type':'input_image'}]},{'type':'function_call_output','output':'no'}]}|b",
                "RESPONSES|{'input':[{'role':'user','content':'a'},{'type':'reasoning','content':[{'type':'text','text':'no'}]}]}|a",
                "OLLAMA_CHAT|{'messages':[{'role':'user','content':'a','images':['no']}]}|a",
                "OLLAMA_GENERATE|{'prompt':'a','system':'no'}|a",
                "COMPLETIONS|{'prompt':'a'}|a",
                "COMPLETIONS|{'prompt':['a','b']}|b",
                "EMBEDDINGS|{'input':[[1,2],[3]]}|''",
                "MODERATIONS|{'model':'m'}|''",
                "MODERATIONS|[]|''"
            })
    void theLastThingThatAUserSays(Route route, String body, String question) {
        assertThat(of(route, body.replace('\'', '"'))).isEqualTo(question.replace('/', '\n'));
    }

    @Test
    void noMoreIsReadThanTheBound() {
        String exact = "é".repeat(Question.LENGTH_MAX);

        assertThat(of(Route.CHAT_COMPLETIONS, body(exact))).isEqualTo(exact);
        assertThat(of(Route.CHAT_COMPLETIONS, body(exact + "x"))).isEqualTo(exact);
        assertThat(of(Route.RESPONSES, "{\"input\":[{\"content\":[\"" + exact + "\",\"more\",\"yet more\"]}]}"))
                .isEqualTo(exact);
    }

    private static String body(String text) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":" + new String(Json.string(text), StandardCharsets.UTF_8)
                + "}]}";
    }

    private static String of(Route route, String body) {
        return Question.of(route, Slice.of(body.getBytes(StandardCharsets.UTF_8)));
    }
}
