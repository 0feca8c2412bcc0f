package dev.mizan.dialect.openai;

import dev.mizan.dialect.BodyText;
import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.ContextEdits;
import dev.mizan.dialect.Protocol;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.StreamEvent;
import dev.mizan.dialect.WireFormat;
import dev.mizan.wire.EventContent;
import dev.mizan.wire.EventScanner;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import dev.mizan.wire.StreamScanner;
import java.util.Set;

/** OpenAI's responses (<a href="https://platform.openai.com/docs/api-reference/responses">API reference</a>). */
public final class ResponsesProtocol implements Protocol {
    private static final ContextEdits EDITS = new ResponsesEdits();
    private static final BodyText TEXT = new BodyText(
            Set.of("input", "text", "content", "instructions", "name", "arguments", "output", "role", "description"),
            Set.of("text", "arguments", "name"),
            // The events that end an item repeat it.
            Set.of("delta"));

    /** The last event repeats instructions, tools and the whole answer. */
    private static final int EVENT_BYTES_MAX = 2 << 20;

    @Override
    public WireFormat format() {
        return WireFormat.OPENAI_RESPONSES;
    }

    @Override
    public CallRequest read(Route route, Slice body, String model) {
        return ResponsesRequest.read(route, body);
    }

    @Override
    public StreamScanner scanner(StreamScanner.Marks marks) {
        return new EventScanner(marks, EVENT_BYTES_MAX);
    }

    @Override
    public int firstMark(String text, int from, int to) {
        return ResponsesEvent.firstMark(text, from, to);
    }

    @Override
    public StreamEvent event(Slice event) {
        return ResponsesEvent.read(event);
    }

    @Override
    public boolean isError(Slice answer) {
        return ResponsesEvent.isError(answer);
    }

    @Override
    public byte[] error(Refusal refusal, String requestId) {
        return OpenAiErrors.body(refusal);
    }

    @Override
    public byte[] errorEvent(Refusal refusal, String requestId) {
        return EventContent.event("error", Json.bytes(json -> json.writeStartObject()
                .writeStringProperty("type", "error")
                .writeStringProperty("code", refusal.code().code())
                .writeStringProperty("message", refusal.message())
                .writeNullProperty("param")
                .writeEndObject()));
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
