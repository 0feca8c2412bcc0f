package dev.mizan.translation;

import dev.mizan.dialect.Refusal;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Slice;
import java.util.List;

/**
 * Translates one stream. What it adds to {@code out} is framed for the caller, and each addition is whole events. Not
 * safe for use by many threads.
 */
public interface StreamTranslator {
    /**
     * Takes one upstream event's JSON: server-sent data without {@code data:}, or one frame of Bedrock's or Ollama's.
     * Never adds the final usage, the stop event or the end marker. An error that the provider tells of is added as an
     * error of the caller's format, and so is an event that is not JSON; after it nothing is added any more.
     */
    void event(Slice data, List<Slice> out);

    /**
     * Adds what ends the stream for the caller: what is still open, finish reason, usage, end marker.
     *
     * @param usage what is charged for
     * @param costUsd stands in the usage if it was asked for; empty for none
     * @param usageAsked whether the caller asked for usage; formats that always tell it ignore this
     */
    void end(Usage usage, String costUsd, boolean usageAsked, List<Slice> out);

    /** Adds an error event in the caller's format, after which nothing comes. */
    void broken(Refusal refusal, List<Slice> out);

    /** Whether an error was passed on or told of: the stream is over, and not well. */
    boolean hasFailed();
}
