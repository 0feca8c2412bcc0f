package dev.mizan.translation.model;

import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.Translation;
import dev.mizan.wire.Slice;

/** A wire format in its part as the providers'. Stateless, safe for use by many threads. */
public interface ProviderFormat {
    WireFormat format();

    /** A call's body. @throws dev.mizan.dialect.RefusedException for what {@code losses} does not let pass */
    Slice writeCall(ModelCall call, Translation.Target target, Losses losses);

    /** Reads an answer. @throws dev.mizan.dialect.RefusedException (502) if it is none */
    Answer readAnswer(Slice body);

    /** Reads one stream. */
    EventReader eventReader();
}
