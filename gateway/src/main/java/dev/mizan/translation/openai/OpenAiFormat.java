package dev.mizan.translation.openai;

import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.Translation;
import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.CallerFormat;
import dev.mizan.translation.model.EventReader;
import dev.mizan.translation.model.EventWriter;
import dev.mizan.translation.model.Losses;
import dev.mizan.translation.model.ModelCall;
import dev.mizan.translation.model.Problem;
import dev.mizan.translation.model.ProviderFormat;
import dev.mizan.translation.model.Setting;
import dev.mizan.wire.Slice;
import java.util.EnumMap;
import java.util.Map;

/**
 * OpenAI's chat completions
 * (<a href="https://platform.openai.com/docs/api-reference/chat">API reference</a>), with the fields by which others
 * extend them: {@code reasoning_content}, {@code thinking_blocks}, {@code cache_control},
 * {@code extra_content.google.thought_signature}.
 */
public final class OpenAiFormat implements CallerFormat, ProviderFormat {
    /** Settings that are one field with one value. */
    static final Map<Setting, String> SETTINGS = settings();

    private static Map<Setting, String> settings() {
        Map<Setting, String> names = new EnumMap<>(Setting.class);
        names.put(Setting.TEMPERATURE, "temperature");
        names.put(Setting.TOP_P, "top_p");
        names.put(Setting.TOP_K, "top_k");
        names.put(Setting.SEED, "seed");
        names.put(Setting.PRESENCE_PENALTY, "presence_penalty");
        names.put(Setting.FREQUENCY_PENALTY, "frequency_penalty");
        names.put(Setting.LOGPROBS, "logprobs");
        names.put(Setting.TOP_LOGPROBS, "top_logprobs");
        names.put(Setting.CHOICES, "n");
        return names;
    }

    @Override
    public WireFormat format() {
        return WireFormat.OPENAI_CHAT;
    }

    @Override
    public ModelCall readCall(Slice body) {
        return new OpenAiCallReader(body).read();
    }

    @Override
    public String nameOf(Setting setting) {
        return switch (setting) {
            case STOP -> "stop";
            case RESPONSE_FORMAT -> "response_format";
            case TOOL_CHOICE -> "tool_choice";
            case PARALLEL_TOOL_CALLS -> "parallel_tool_calls";
            case REASONING -> "reasoning_effort";
            default -> SETTINGS.getOrDefault(setting, "");
        };
    }

    @Override
    public Slice writeCall(ModelCall call, Translation.Target target, Losses losses) {
        return new OpenAiCallWriter(call, target, losses).write();
    }

    @Override
    public Answer readAnswer(Slice body) {
        return OpenAiAnswerReader.read(body);
    }

    @Override
    public Slice writeAnswer(Answer answer, Translation.Call call) {
        return OpenAiAnswerWriter.write(answer, call);
    }

    @Override
    public Slice writeProblem(Problem problem) {
        return Slice.of(OpenAiAnswerWriter.problem(problem));
    }

    @Override
    public EventReader eventReader() {
        return new OpenAiEventReader();
    }

    @Override
    public EventWriter eventWriter(Translation.Call call) {
        return new OpenAiEventWriter(call);
    }
}
