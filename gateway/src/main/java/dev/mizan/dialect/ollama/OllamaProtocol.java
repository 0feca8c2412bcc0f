package dev.mizan.dialect.ollama;

import dev.mizan.dialect.BodyText;
import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.ContextEdits;
import dev.mizan.dialect.Protocol;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.StreamEvent;
import dev.mizan.dialect.WireFormat;
import dev.mizan.wire.LineScanner;
import dev.mizan.wire.Slice;
import dev.mizan.wire.StreamScanner;
import java.util.Set;

/**
 * Ollama's native chat (<a href="https://docs.ollama.com/api/chat">API reference</a>) and generate: streams are lines of
 * JSON.
 */
public final class OllamaProtocol implements Protocol {
    private static final ContextEdits EDITS = new OllamaEdits();
    private static final BodyText TEXT = new BodyText(
            Set.of("content", "role", "name", "description", "thinking", "prompt", "system"),
            Set.of("content", "thinking", "response", "name"));

    @Override
    public WireFormat format() {
        return WireFormat.OLLAMA;
    }

    @Override
    public CallRequest read(Route route, Slice body, String model) {
        return OllamaRequest.read(route, body);
    }

    @Override
    public StreamScanner scanner(StreamScanner.Marks marks) {
        return new LineScanner(marks);
    }

    @Override
    public String streamType() {
        return "application/x-ndjson";
    }

    @Override
    public int firstMark(String text, int from, int to) {
        return OllamaEvent.firstMark(text, from, to);
    }

    @Override
    public StreamEvent event(Slice event) {
        return OllamaEvent.read(event);
    }

    @Override
    public boolean isError(Slice answer) {
        return OllamaEvent.read(answer).kind() == StreamEvent.Kind.ERROR;
    }

    @Override
    public byte[] error(Refusal refusal, String requestId) {
        return OllamaErrors.body(refusal);
    }

    @Override
    public byte[] errorEvent(Refusal refusal, String requestId) {
        return OllamaErrors.line(refusal);
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
