package dev.mizan.translation.model;

import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.Translation;
import dev.mizan.wire.Slice;

/** A wire format in its part as the callers'. Stateless, safe for use by many threads. */
public interface CallerFormat {
    WireFormat format();

    /** Reads a call's body. @throws dev.mizan.dialect.RefusedException (400) if it is malformed */
    ModelCall readCall(Slice body);

    /** This format's name for {@code setting}. */
    String nameOf(Setting setting);

    Slice writeAnswer(Answer answer, Translation.Call call);

    Slice writeProblem(Problem problem);

    EventWriter eventWriter(Translation.Call call);
}
