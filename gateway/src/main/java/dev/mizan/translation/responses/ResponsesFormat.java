package dev.mizan.translation.responses;

import dev.mizan.dialect.WireFormat;
import dev.mizan.dialect.openai.OpenAiErrors;
import dev.mizan.translation.Translation;
import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.CallerFormat;
import dev.mizan.translation.model.EventWriter;
import dev.mizan.translation.model.ModelCall;
import dev.mizan.translation.model.Problem;
import dev.mizan.translation.model.Setting;
import dev.mizan.translation.openai.OpenAiFormat;
import dev.mizan.wire.Slice;
import java.util.Map;

/**
 * OpenAI's responses (<a href="https://platform.openai.com/docs/api-reference/responses">API reference</a>) in their
 * part as the callers' format. Nothing is stored: each call brings its whole conversation.
 *
 * @see OpenAiErrors for the form of errors, which is chat's
 */
public final class ResponsesFormat implements CallerFormat {
    /** Settings that are one field with one value. */
    static final Map<Setting, String> SETTINGS =
            Map.of(Setting.TEMPERATURE, "temperature", Setting.TOP_P, "top_p", Setting.TOP_LOGPROBS, "top_logprobs");

    private static final OpenAiFormat CHAT = new OpenAiFormat();

    @Override
    public WireFormat format() {
        return WireFormat.OPENAI_RESPONSES;
    }

    @Override
    public ModelCall readCall(Slice body) {
        return new ResponsesCallReader(body).read();
    }

    @Override
    public String nameOf(Setting setting) {
        return switch (setting) {
            case RESPONSE_FORMAT -> "text.format";
            case TOOL_CHOICE -> "tool_choice";
            case PARALLEL_TOOL_CALLS -> "parallel_tool_calls";
            case REASONING -> "reasoning";
            case LOGPROBS -> "include";
            default -> SETTINGS.getOrDefault(setting, "");
        };
    }

    @Override
    public Slice writeAnswer(Answer answer, Translation.Call call) {
        return ResponsesAnswerWriter.write(answer, call);
    }

    @Override
    public Slice writeProblem(Problem problem) {
        return CHAT.writeProblem(problem);
    }

    @Override
    public EventWriter eventWriter(Translation.Call call) {
        return new ResponsesEventWriter(call);
    }
}
