package dev.mizan.provider;

import dev.mizan.provider.bedrock.AwsCredentials;
import dev.mizan.provider.vertex.ServiceAccount;

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

    /**
     * Of a provider of kind {@code vertex}.
     *
     * @param project the project that is billed
     * @param location where models run, e.g. {@code europe-west4} or {@code global}
     */
    record Google(String project, String location, ServiceAccount account) implements KindSettings {}
}
