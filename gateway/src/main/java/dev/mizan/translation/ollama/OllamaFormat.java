package dev.mizan.translation.ollama;

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

/**
 * Ollama's {@code /api/chat} (<a href="https://docs.ollama.com/api/chat">API reference</a>), and for callers
 * {@code /api/generate} (<a href="https://docs.ollama.com/api/generate">API reference</a>). Streams are lines of JSON.
 */
public final class OllamaFormat implements CallerFormat, ProviderFormat {
    @Override
    public WireFormat format() {
        return WireFormat.OLLAMA;
    }

    @Override
    public ModelCall readCall(Slice body) {
        return new OllamaCallReader(body).read();
    }

    @Override
    public String nameOf(Setting setting) {
        return switch (setting) {
            case LOGPROBS -> "logprobs";
            case TOP_LOGPROBS -> "top_logprobs";
            case STOP -> "options.stop";
            case RESPONSE_FORMAT -> "format";
            case TOOL_CHOICE, PARALLEL_TOOL_CALLS -> "tools";
            case REASONING -> "think";
            default -> "options." + OllamaCallWriter.OPTIONS.getOrDefault(setting, "");
        };
    }

    @Override
    public Slice writeCall(ModelCall call, Translation.Target target, Losses losses) {
        return new OllamaCallWriter(call, target, losses).write();
    }

    @Override
    public Answer readAnswer(Slice body) {
        return OllamaAnswers.read(body);
    }

    @Override
    public Slice writeAnswer(Answer answer, Translation.Call call) {
        return OllamaAnswerWriter.write(answer, call);
    }

    @Override
    public Slice writeProblem(Problem problem) {
        return Slice.of(OllamaAnswerWriter.problem(problem.message()));
    }

    @Override
    public EventWriter eventWriter(Translation.Call call) {
        return new OllamaEventWriter(call);
    }

    @Override
    public EventReader eventReader() {
        return new OllamaAnswers.Events();
    }
}
