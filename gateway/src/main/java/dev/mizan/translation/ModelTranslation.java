package dev.mizan.translation;

import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.model.CallerFormat;
import dev.mizan.translation.model.EventReader;
import dev.mizan.translation.model.EventWriter;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Losses;
import dev.mizan.translation.model.ModelCall;
import dev.mizan.translation.model.Problem;
import dev.mizan.translation.model.ProviderFormat;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Slice;
import java.util.List;
import tools.jackson.core.JacksonException;

/** A translation through the call model. */
record ModelTranslation(CallerFormat caller, ProviderFormat provider) implements Translation {
    @Override
    public Slice request(Slice body, Target target) {
        ModelCall call = caller.readCall(body);
        Losses losses = new Losses(provider.format(), caller::nameOf, target.dropUnsupported());
        call.others().forEach(losses::cannot);
        if (call.messages().isEmpty()) {
            String field = caller.format() == WireFormat.GEMINI ? "contents" : "messages";
            throw Refusal.field(field, "The call has no message with content (expected: at least one).")
                    .thrown();
        }
        return provider.writeCall(call, target, losses);
    }

    @Override
    public Slice answer(Slice upstream, Call call) {
        return caller.writeAnswer(provider.readAnswer(upstream), call);
    }

    @Override
    public Slice error(int status, Slice upstream) {
        return caller.writeProblem(Problem.read(status, upstream));
    }

    @Override
    public StreamTranslator stream(Call call) {
        return new ModelStream(provider.eventReader(), caller.eventWriter(call));
    }

    /** One stream through the call model. */
    private record ModelStream(EventReader reader, EventWriter writer) implements StreamTranslator {
        /** What ends a stream in OpenAI's format; no JSON. */
        private static final String DONE = "[DONE]";

        @Override
        public void event(Slice data, List<Slice> out) {
            if (writer.hasFailed()) {
                return;
            }
            writer.into(out);
            try {
                reader.read(JsonTree.read(data), writer);
            } catch (JacksonException e) {
                String text = data.latin1().strip();
                if (!text.isEmpty() && !text.equals(DONE)) {
                    writer.failure(Problem.unreadable("an event"));
                }
            }
        }

        @Override
        public void end(Usage usage, String costUsd, boolean usageAsked, List<Slice> out) {
            if (!writer.hasFailed()) {
                writer.into(out);
                writer.end(usage, costUsd, usageAsked);
            }
        }

        @Override
        public void broken(Refusal refusal, List<Slice> out) {
            writer.into(out);
            writer.broken(refusal);
        }

        @Override
        public boolean hasFailed() {
            return writer.hasFailed();
        }
    }
}
