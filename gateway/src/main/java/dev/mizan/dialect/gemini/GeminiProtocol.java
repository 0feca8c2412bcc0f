package dev.mizan.dialect.gemini;

import dev.mizan.dialect.BodyText;
import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.ContextEdits;
import dev.mizan.dialect.Protocol;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.StreamEvent;
import dev.mizan.dialect.WireFormat;
import dev.mizan.wire.Slice;
import java.util.Set;

/** Gemini's generateContent (<a href="https://ai.google.dev/api/generate-content">API reference</a>). */
public final class GeminiProtocol implements Protocol {
    private static final ContextEdits EDITS = new GeminiEdits();
    private static final BodyText TEXT =
            new BodyText(Set.of("text", "name", "description", "role"), Set.of("text", "name"));

    @Override
    public WireFormat format() {
        return WireFormat.GEMINI;
    }

    @Override
    public CallRequest read(Route route, Slice body, String model) {
        return GeminiRequest.read(route, body, model);
    }

    @Override
    public int firstMark(String text, int from, int to) {
        return GeminiEvent.firstMark(text, from, to);
    }

    @Override
    public StreamEvent event(Slice event) {
        return GeminiEvent.read(event);
    }

    @Override
    public boolean isError(Slice answer) {
        return GeminiEvent.read(answer, answer).kind() == StreamEvent.Kind.ERROR;
    }

    @Override
    public byte[] error(Refusal refusal, String requestId) {
        return GeminiErrors.body(refusal);
    }

    @Override
    public byte[] errorEvent(Refusal refusal, String requestId) {
        return GeminiErrors.event(refusal);
    }

    @Override
    public BodyText text() {
        return TEXT;
    }

    @Override
    public ContextEdits edits() {
        return EDITS;
    }
}
