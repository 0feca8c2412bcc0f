package dev.mizan.translation.gemini;

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
 * Google's generateContent (<a href="https://ai.google.dev/api/generate-content">API reference</a>). The model and
 * whether to stream stand in the path and not in the body. Streams are server-sent events.
 */
public final class GeminiFormat implements CallerFormat, ProviderFormat {
    /** Settings that are one field of {@code generationConfig} with one value. */
    static final Map<Setting, String> SETTINGS = settings();

    private static Map<Setting, String> settings() {
        Map<Setting, String> names = new EnumMap<>(Setting.class);
        names.put(Setting.TEMPERATURE, "temperature");
        names.put(Setting.TOP_P, "topP");
        names.put(Setting.TOP_K, "topK");
        names.put(Setting.SEED, "seed");
        names.put(Setting.PRESENCE_PENALTY, "presencePenalty");
        names.put(Setting.FREQUENCY_PENALTY, "frequencyPenalty");
        names.put(Setting.LOGPROBS, "responseLogprobs");
        names.put(Setting.TOP_LOGPROBS, "logprobs");
        names.put(Setting.CHOICES, "candidateCount");
        return names;
    }

    @Override
    public WireFormat format() {
        return WireFormat.GEMINI;
    }

    @Override
    public ModelCall readCall(Slice body) {
        return new GeminiCallReader(body).read();
    }

    @Override
    public String nameOf(Setting setting) {
        return switch (setting) {
            case STOP -> "generationConfig.stopSequences";
            case RESPONSE_FORMAT -> "generationConfig.responseMimeType";
            case TOOL_CHOICE, PARALLEL_TOOL_CALLS -> "toolConfig.functionCallingConfig";
            case REASONING -> "generationConfig.thinkingConfig";
            default -> "generationConfig." + SETTINGS.getOrDefault(setting, "");
        };
    }

    @Override
    public Slice writeCall(ModelCall call, Translation.Target target, Losses losses) {
        return new GeminiCallWriter(call, target, losses).write();
    }

    @Override
    public Answer readAnswer(Slice body) {
        return GeminiAnswerReader.read(body);
    }

    @Override
    public Slice writeAnswer(Answer answer, Translation.Call call) {
        return GeminiAnswerWriter.write(answer, call);
    }

    @Override
    public Slice writeProblem(Problem problem) {
        return Slice.of(GeminiAnswerWriter.problem(problem.status(), problem.message()));
    }

    @Override
    public EventReader eventReader() {
        return new GeminiEventReader();
    }

    @Override
    public EventWriter eventWriter(Translation.Call call) {
        return new GeminiEventWriter(call);
    }
}
