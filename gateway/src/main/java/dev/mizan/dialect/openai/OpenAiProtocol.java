package dev.mizan.dialect.openai;

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

/** Chat completions, completions and embeddings. */
public final class OpenAiProtocol implements Protocol {
    private static final ContextEdits EDITS = new ChatEdits();
    private static final BodyText TEXT = new BodyText(
            Set.of("content", "text", "prompt", "input", "name", "arguments", "role", "description"),
            Set.of("content", "text", "refusal", "reasoning_content", "reasoning", "arguments", "name", "thinking"));

    @Override
    public WireFormat format() {
        return WireFormat.OPENAI_CHAT;
    }

    @Override
    public CallRequest read(Route route, Slice body, String model) {
        return OpenAiRequest.read(route, body, model);
    }

    @Override
    public int firstMark(String text, int from, int to) {
        return OpenAiChunk.firstMark(text, from, to);
    }

    @Override
    public StreamEvent event(Slice event) {
        return OpenAiChunk.read(event);
    }

    @Override
    public boolean isError(Slice answer) {
        return OpenAiChunk.isError(answer);
    }

    @Override
    public byte[] error(Refusal refusal, String requestId) {
        return OpenAiErrors.body(refusal);
    }

    @Override
    public byte[] errorEvent(Refusal refusal, String requestId) {
        return OpenAiErrors.event(refusal);
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
