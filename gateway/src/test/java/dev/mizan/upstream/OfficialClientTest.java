package dev.mizan.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The double is a provider as far as OpenAI's own client can tell. */
class OfficialClientTest {
    private final FakeUpstream upstream = FakeUpstream.start();
    private final OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(upstream.v1().toString())
            .apiKey("sk-test")
            .maxRetries(0)
            .build();

    @AfterEach
    void close() {
        client.close();
        upstream.close();
    }

    @Test
    void readsAnAnswer() {
        ChatCompletion completion = client.chat().completions().create(params().build());

        assertThat(completion.choices().getFirst().message().content()).contains("Hello there!");
        assertThat(completion.usage().orElseThrow().promptTokens()).isEqualTo(9);
    }

    @Test
    void readsAStreamToItsUsage() {
        ChatCompletionCreateParams params = params().streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            List<ChatCompletionChunk> chunks = stream.stream().toList();

            assertThat(chunks).hasSize(6);
            assertThat(chunks.getLast().usage().orElseThrow().completionTokens())
                    .isEqualTo(3);
        }
    }

    @Test
    void readsEmbeddingsModelsAndErrors() {
        CreateEmbeddingResponse embeddings = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("text-embedding-3-small")
                        .inputOfArrayOfStrings(List.of("a", "b"))
                        .build());
        assertThat(embeddings.data()).hasSize(2);
        assertThat(embeddings.data().getLast().embedding()).hasSize(8);
        assertThat(client.models().list().data().getFirst().id()).isEqualTo("gpt-4o-mini");

        upstream.enqueue(Answers.rateLimited());
        assertThatThrownBy(() -> client.chat().completions().create(params().build()))
                .isInstanceOf(RateLimitException.class);
    }

    private static ChatCompletionCreateParams.Builder params() {
        return ChatCompletionCreateParams.builder().model("gpt-4o-mini").addUserMessage("Hi");
    }
}
