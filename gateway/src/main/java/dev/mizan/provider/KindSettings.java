package dev.mizan.provider;

/** What only providers of one kind are told. */
public sealed interface KindSettings {
    /** Nothing beyond what all have. */
    KindSettings NONE = new None();

    /** Nothing. */
    record None() implements KindSettings {}

    /**
     * Of a provider of kind {@code ollama}.
     *
     * @param isNative whether chats of other dialects are made at {@code /api/chat} instead of {@code /v1}
     */
    record Ollama(boolean isNative) implements KindSettings {}
}
