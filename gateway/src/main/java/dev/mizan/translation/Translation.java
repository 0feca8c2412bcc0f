package dev.mizan.translation;

import dev.mizan.dialect.Route;
import dev.mizan.wire.Slice;

/** How calls of one format are made in another, and answers brought back. Immutable, safe for use by many threads. */
public interface Translation {
    /**
     * The body to send upstream.
     *
     * @throws dev.mizan.dialect.RefusedException (400, names the field) if the body is malformed, or for what the
     *     target can't express unless {@link Target#dropUnsupported}
     */
    Slice request(Slice body, Target target);

    /**
     * A whole answer in the caller's format.
     *
     * @throws dev.mizan.dialect.RefusedException (502) if the provider's body is no answer
     */
    Slice answer(Slice upstream, Call call);

    /** A provider's error body in the caller's format; the status stays. Whatever the body is, there is an answer. */
    Slice error(int status, Slice upstream);

    /** Translates one stream. */
    StreamTranslator stream(Call call);

    /**
     * What the provider is sent beside the caller's words.
     *
     * @param upstreamModel the provider's name of the model
     * @param outputTokens the limit of output tokens; -1 as the caller said
     * @param outputField the provider's own field for it where formats have several, e.g. {@code max_tokens}
     * @param streaming whether a stream is asked for
     * @param dropUnsupported whether what the target can't express is left out instead of refused
     * @param callIds whether calls of tools and their results have ids where the format can do without
     */
    record Target(
            String upstreamModel,
            long outputTokens,
            String outputField,
            boolean streaming,
            boolean dropUnsupported,
            boolean callIds) {
        /** With ids. */
        public Target(
                String upstreamModel,
                long outputTokens,
                String outputField,
                boolean streaming,
                boolean dropUnsupported) {
            this(upstreamModel, outputTokens, outputField, streaming, dropUnsupported, true);
        }
    }

    /**
     * What an answer needs to know of its call.
     *
     * @param requestId a ULID, for the ids in the answer
     * @param model the model that the caller named
     * @param createdSeconds Unix time
     * @param route the one that the caller called
     */
    record Call(String requestId, String model, long createdSeconds, Route route) {}
}
