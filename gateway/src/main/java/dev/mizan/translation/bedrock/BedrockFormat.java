package dev.mizan.translation.bedrock;

import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.Translation;
import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.EventReader;
import dev.mizan.translation.model.Losses;
import dev.mizan.translation.model.ModelCall;
import dev.mizan.translation.model.ProviderFormat;
import dev.mizan.wire.Slice;

/**
 * Amazon Bedrock's Converse and ConverseStream
 * (<a href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html">API reference</a>) in
 * their part as the provider's format. The model and whether to stream stand in the path and not in the body.
 */
public final class BedrockFormat implements ProviderFormat {
    @Override
    public WireFormat format() {
        return WireFormat.BEDROCK_CONVERSE;
    }

    @Override
    public Slice writeCall(ModelCall call, Translation.Target target, Losses losses) {
        return new BedrockCallWriter(call, target, losses).write();
    }

    @Override
    public Answer readAnswer(Slice body) {
        return BedrockAnswerReader.read(body);
    }

    @Override
    public EventReader eventReader() {
        return new BedrockEventReader();
    }
}
