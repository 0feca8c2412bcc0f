package dev.mizan.dialect.bedrock;

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

/**
 * Amazon Bedrock's Converse (<a
 * href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html">API reference</a>), which
 * providers speak and callers do not. Its frames are looked at as server-sent events.
 */
public final class BedrockProtocol implements Protocol {
    private static final BodyText TEXT =
            new BodyText(Set.of("text", "name", "description", "role"), Set.of("text", "input", "name"));

    @Override
    public WireFormat format() {
        return WireFormat.BEDROCK_CONVERSE;
    }

    @Override
    public CallRequest read(Route route, Slice body, String model) {
        throw new IllegalArgumentException("route: " + route + " (expected: one that callers speak)");
    }

    /** Every event is looked at, as each is translated. */
    @Override
    public int firstMark(String text, int from, int to) {
        return from;
    }

    @Override
    public StreamEvent event(Slice event) {
        return BedrockEvent.read(event);
    }

    @Override
    public boolean isError(Slice answer) {
        return BedrockEvent.read(answer, answer).kind() == StreamEvent.Kind.ERROR;
    }

    @Override
    public byte[] error(Refusal refusal, String requestId) {
        throw new IllegalStateException("No caller speaks " + format().label());
    }

    @Override
    public byte[] errorEvent(Refusal refusal, String requestId) {
        throw new IllegalStateException("No caller speaks " + format().label());
    }

    @Override
    public BodyText text() {
        return TEXT;
    }

    @Override
    public ContextEdits edits() {
        throw new IllegalStateException("No caller speaks " + format().label());
    }
}
