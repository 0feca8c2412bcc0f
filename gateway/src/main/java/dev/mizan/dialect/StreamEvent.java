package dev.mizan.dialect;

import dev.mizan.wire.Slice;
import java.util.Optional;

/** What matters of one event of a provider's stream. */
public interface StreamEvent {
    /** What an event is. */
    enum Kind {
        /** Part of the answer, to be forwarded at once; may carry usage beside it. */
        CONTENT,
        /** Comes with the end, once the call is booked: the usage, and why the answer ends. */
        HELD,
        /** The end marker. */
        DONE,
        /** An error in a stream that had begun well. */
        ERROR
    }

    Kind kind();

    /** Its JSON. */
    Slice data();

    /** Whether it says something of the usage. */
    boolean hasUsage();

    /** Whether the usage that it says is that of the whole answer, not of its beginning. */
    boolean hasWholeUsage();

    /**
     * Of a held event, what reaches the caller.
     *
     * @param costUsd what the call is charged, a decimal
     * @param usageAsked whether the caller asked for usage
     */
    Optional<Slice> released(String costUsd, boolean usageAsked);
}
