package dev.mizan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies before and after a guard; § stands for the note, an apostrophe for a quotation mark. */
class ContextEditsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "OPENAI_CHAT | {'a':1.50,'tools':[{}]}                         | {'tool_choice':'none','a':1.50,'tools':[{}]}",
                "OPENAI_CHAT | {'tools':[{}], 'tool_choice' : 'auto' ,'b':2}   | {'tools':[{}], 'tool_choice' : 'none' ,'b':2}",
                "OPENAI_CHAT | {'tools':[{}],'tool_choice':{'type':'x'}}       | {'tools':[{}],'tool_choice':'none'}",
                "OPENAI_CHAT | {'tools':[{}],'tool_choice':null}               | {'tools':[{}],'tool_choice':'none'}",
                "OPENAI_CHAT | {'functions':[{}],'function_call':'auto'}       | {'functions':[{}],'function_call':'none'}",
                "OPENAI_CHAT | {'messages':[]}                                 | {'messages':[]}",
                "OPENAI_RESPONSES | {'tools':[{}]}                             | {'tool_choice':'none','tools':[{}]}",
                "ANTHROPIC_MESSAGES | {'tools':[{}],'tool_choice':{'type':'any'}} | {'tools':[{}],'tool_choice':{'type':'none'}}",
                "GEMINI | {'tools':[{}]}           | {'toolConfig':{'functionCallingConfig':{'mode':'NONE'}},'tools':[{}]}",
                "GEMINI | {'tools':[{}],'toolConfig':{}} | {'tools':[{}],'toolConfig':{'functionCallingConfig':{'mode':'NONE'}}}",
                "OLLAMA | {'tools':[{'type':'function'}],'messages':[]} | {'tools':[],'messages':[]}"
            })
    void toolsAreSwitchedOff(String dialect, String before, String after) {
        assertThat(text(edits(dialect).withoutTools(body(before)))).isEqualTo(json(after));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "OPENAI_CHAT | {'messages':[{'role':'user','content':'a'},{'role':'tool','content':'1'},{'content':[{'type':'text','text':'2'}],'role':'tool'}]} | {'messages':[{'role':'user','content':'a'},{'role':'tool','content':'1'},{'content':§,'role':'tool'}]}",
                "OPENAI_CHAT | {'messages':[{'role':'user','content':[{'type':'file','file':{'file_data':'x'}},{'type':'text','text':'t'},{'type':'file','file':{}}]}]} | {'messages':[{'role':'user','content':[{'type':'file','file':{'file_data':'x'}},{'type':'text','text':'t'},{'type':'text','text':§}]}]}",
                "OPENAI_RESPONSES | {'input':[{'type':'function_call_output','call_id':'c','output':'1'},{'type':'function_call_output','output':['2'],'call_id':'d'},{'role':'user','content':[{'type':'input_file'}]}]} | {'input':[{'type':'function_call_output','call_id':'c','output':'1'},{'type':'function_call_output','output':§,'call_id':'d'},{'role':'user','content':[{'type':'input_text','text':§}]}]}",
                "ANTHROPIC_MESSAGES | {'messages':[{'role':'user','content':[{'type':'tool_result','content':[{'type':'document'}]},{'type':'document','source':{}},{'type':'tool_result'}]}]} | {'messages':[{'role':'user','content':[{'type':'tool_result','content':[{'type':'text','text':§}]},{'type':'text','text':§},{'content':§,'type':'tool_result'}]}]}",
                "OLLAMA | {'messages':[{'role':'tool','content':'1'},{'role':'tool','content':'2'}]} | {'messages':[{'role':'tool','content':'1'},{'role':'tool','content':§}]}",
                "GEMINI | {'contents':[{'parts':[{'functionResponse':{'name':'f','response':{'a':1}}},{'functionResponse':{'name':'g','response':{'b':2}}},{'inlineData':{'mimeType':'application/pdf','data':'x'}},{'inlineData':{'mimeType':'image/png','data':'x'}}]}]} | {'contents':[{'parts':[{'functionResponse':{'name':'f','response':{'a':1}}},{'functionResponse':{'name':'g','response':{'result':§}}},{'text':§},{'inlineData':{'mimeType':'image/png','data':'x'}}]}]}"
            })
    void theFirstDocumentStaysAndNotesTakeThePlaceOfTheOthers(String dialect, String before, String after) {
        Slice body = body(before);

        assertThat(text(edits(dialect).firstDocuments(body, 1))).isEqualTo(json(after));
        assertThat(edits(dialect).firstDocuments(body, 9)).isSameAs(body);
    }

    private static ContextEdits edits(String dialect) {
        return Protocols.of(WireFormat.valueOf(dialect)).edits();
    }

    private static Slice body(String text) {
        return Slice.of(json(text).getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Slice body) {
        return new String(body.toBytes(), StandardCharsets.UTF_8);
    }

    private static String json(String text) {
        return text.replace("'", "\"").replace("§", "\"" + ContextEdits.NOTE + "\"");
    }
}
