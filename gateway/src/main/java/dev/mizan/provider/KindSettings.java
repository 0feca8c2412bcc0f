package dev.mizan.provider;

import dev.mizan.provider.bedrock.AwsCredentials;

/** What only providers of one kind are told. */
public sealed interface KindSettings {
    /** Nothing beyond what all have. */
    KindSettings NONE = new None();

    /** Nothing. */
    record None() implements KindSettings {}

    /**
     * Of a provider that speaks OpenAI's dialect.
     *
     * @param hasResponses whether it has OpenAI's responses, which are then passed through to it
     */
    record OpenAi(boolean hasResponses) implements KindSettings {}

    /**
     * Of a provider of kind {@code ollama}.
     *
     * @param isNative whether chats of other dialects are made at {@code /api/chat} instead of {@code /v1}
     */
    record Ollama(boolean isNative) implements KindSettings {}

    /**
     * Of a provider of kind {@code bedrock}.
     *
     * @param region e.g. {@code eu-central-1}; part of every signature
     * @param credentials none where an API key of Bedrock's is sent
     */
    record Aws(String region, AwsCredentials credentials) implements KindSettings {}
}
