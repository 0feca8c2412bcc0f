package dev.mizan.translation.anthropic;

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
import java.util.Map;

/** Anthropic's messages (<a href="https://platform.claude.com/docs/en/api/messages">API reference</a>). */
public final class AnthropicFormat implements CallerFormat, ProviderFormat {
    /** Settings that are one field with one value. */
    static final Map<Setting, String> SETTINGS =
            Map.of(Setting.TEMPERATURE, "temperature", Setting.TOP_P, "top_p", Setting.TOP_K, "top_k");

    @Override
    public WireFormat format() {
        return WireFormat.ANTHROPIC_MESSAGES;
    }

    @Override
    public ModelCall readCall(Slice body) {
        return new AnthropicCallReader(body).read();
    }

    @Override
    public String nameOf(Setting setting) {
        return switch (setting) {
            case STOP -> "stop_sequences";
            case RESPONSE_FORMAT -> "output_config.format";
            case TOOL_CHOICE -> "tool_choice";
            case PARALLEL_TOOL_CALLS -> "tool_choice.disable_parallel_tool_use";
            case REASONING -> "thinking";
            default -> SETTINGS.getOrDefault(setting, "");
        };
    }

    @Override
    public Slice writeCall(ModelCall call, Translation.Target target, Losses losses) {
        return new AnthropicCallWriter(call, target, losses).write();
    }

    @Override
    public Answer readAnswer(Slice body) {
        return AnthropicAnswerReader.read(body);
    }

    @Override
    public Slice writeAnswer(Answer answer, Translation.Call call) {
        return AnthropicAnswerWriter.write(answer, call);
    }

    @Override
    public Slice writeProblem(Problem problem) {
        return Slice.of(AnthropicAnswerWriter.problem(problem.status(), problem.message()));
    }

    @Override
    public EventReader eventReader() {
        return new AnthropicEventReader();
    }

    @Override
    public EventWriter eventWriter(Translation.Call call) {
        return new AnthropicEventWriter(call);
    }
}
