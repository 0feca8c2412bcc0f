package dev.mizan.translation.model;

import dev.mizan.dialect.Refusal;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** Writes one stream in a caller's format. Not safe for use by many threads. */
public abstract class EventWriter implements AnswerSink {
    private static final String END = "\n\n";

    private List<Slice> out = new ArrayList<>(0);
    private boolean failed;

    /** What is told from now on is added to {@code to}. */
    public final void into(List<Slice> to) {
        out = to;
    }

    /** Whether a failure was written. */
    public final boolean hasFailed() {
        return failed;
    }

    /** Writes what ends the stream. */
    public abstract void end(Usage usage, String costUsd, boolean usageAsked);

    /** Writes the error. */
    protected abstract void error(Problem problem);

    /** Writes Mizan's own error. */
    protected abstract void error(Refusal refusal);

    @Override
    public final void failure(Problem problem) {
        if (!failed) {
            failed = true;
            error(problem);
        }
    }

    /** Mizan itself ends the stream with an error. */
    public final void broken(Refusal refusal) {
        if (!failed) {
            failed = true;
            error(refusal);
        }
    }

    /** Adds one server-sent event: {@code head}, e.g. {@code data: }, and what {@code json} writes. */
    protected final void event(String head, Consumer<JsonGenerator> json) {
        out.add(Slice.of(Json.bytes(head, json, END)));
    }

    /** Adds {@code head}, what {@code json} writes, and {@code tail}. */
    protected final void event(String head, Consumer<JsonGenerator> json, String tail) {
        out.add(Slice.of(Json.bytes(head, json, tail)));
    }

    /** Adds {@code bytes} as they are. */
    protected final void raw(byte[] bytes) {
        out.add(Slice.of(bytes));
    }

    /** Adds {@code text} as it is. */
    protected final void raw(String text) {
        out.add(Slice.of(Json.raw(text)));
    }
}
