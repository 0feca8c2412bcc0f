package dev.mizan.dialect;

import dev.mizan.wire.EventScanner;
import dev.mizan.wire.Slice;
import dev.mizan.wire.StreamScanner;

/**
 * What Mizan must know of a wire format to serve calls in it and to relay, meter and refuse them. Immutable; safe for
 * use by many threads.
 */
public interface Protocol {
    WireFormat format();

    /**
     * Reads what is needed of a call's body.
     *
     * @param model the model that the path names; empty where the body does
     * @throws RefusedException if it is not JSON, or a field that is needed is missing or wrong
     */
    CallRequest read(Route route, Slice body, String model);

    /** Splits its streams into events, of which it singles out those with {@code marks}. */
    default StreamScanner scanner(StreamScanner.Marks marks) {
        return new EventScanner(marks);
    }

    /** The media type of its streams. */
    default String streamType() {
        return "text/event-stream";
    }

    /** Where the first event of a stream that may be more than plain content shows itself; -1 if none does. */
    int firstMark(String text, int from, int to);

    /** Reads one whole event of a stream. What is not understood is content: it is forwarded as it is. */
    StreamEvent event(Slice event);

    /** Whether a whole answer is an error in spite of its status. */
    boolean isError(Slice answer);

    /** The body of {@code refusal}, in UTF-8. */
    byte[] error(Refusal refusal, String requestId);

    /** {@code refusal} as an event of a stream that has already begun. */
    byte[] errorEvent(Refusal refusal, String requestId);

    /** The text in its calls and answers. */
    BodyText text();

    /** How its calls are changed to keep to a guard. */
    ContextEdits edits();
}
