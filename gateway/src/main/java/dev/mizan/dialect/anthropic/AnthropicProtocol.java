package dev.mizan.dialect.anthropic;

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

/** Anthropic's messages (<a href="https://docs.anthropic.com/en/api/messages">API reference</a>). */
public final class AnthropicProtocol implements Protocol {
    private static final ContextEdits EDITS = new AnthropicEdits();
    private static final BodyText TEXT = new BodyText(
            Set.of("content", "text", "system", "name", "role", "description", "thinking", "data"),
            Set.of("text", "thinking", "partial_json", "name"));

    @Override
    public WireFormat format() {
        return WireFormat.ANTHROPIC_MESSAGES;
    }

    @Override
    public CallRequest read(Route route, Slice body, String model) {
        return AnthropicRequest.read(route, body);
    }

    @Override
    public int firstMark(String text, int from, int to) {
        return AnthropicEvent.firstMark(text, from, to);
    }

    @Override
    public StreamEvent event(Slice event) {
        return AnthropicEvent.read(event);
    }

    @Override
    public boolean isError(Slice answer) {
        return AnthropicEvent.read(answer, answer).kind() == StreamEvent.Kind.ERROR;
    }

    @Override
    public byte[] error(Refusal refusal, String requestId) {
        return AnthropicErrors.body(refusal, requestId);
    }

    @Override
    public byte[] errorEvent(Refusal refusal, String requestId) {
        return AnthropicErrors.event(refusal, requestId);
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
