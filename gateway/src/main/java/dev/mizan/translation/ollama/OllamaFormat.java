package dev.mizan.translation.ollama;

import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.Translation;
import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.EventReader;
import dev.mizan.translation.model.Losses;
import dev.mizan.translation.model.ModelCall;
import dev.mizan.translation.model.ProviderFormat;
import dev.mizan.wire.Slice;

/**
 * Ollama's {@code /api/chat} (<a href="https://docs.ollama.com/api/chat">API reference</a>) in its part as the
 * provider's format.
 */
public final class OllamaFormat implements ProviderFormat {
    @Override
    public WireFormat format() {
        return WireFormat.OLLAMA;
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
    public EventReader eventReader() {
        return new OllamaAnswers.Events();
    }
}
