package dev.mizan.provider;

import dev.mizan.wire.Slice;

/** Makes of an answer's bytes, piece by piece, what they mean. Belongs to one answer. */
public interface AnswerDecoder {
    /** What the next {@code bytes} mean, as far as that is known yet; throws {@link RuntimeException} if nothing. */
    Slice decode(Slice bytes);

    /** Whether what comes behind what was decoded last means nothing. */
    default boolean hasFailed() {
        return false;
    }

    /** Whether what has come so far is whole: an answer that ends elsewhere was cut off. */
    boolean isWhole();

    /** Frees what it holds. */
    void close();
}
