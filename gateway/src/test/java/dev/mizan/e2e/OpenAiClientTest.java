package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.Received;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own client, pointed at the gateway by its base URL and nothing else. */
class OpenAiClientTest {
    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private Gateway gateway;
    private OpenAIClient client;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start();
        gateway = Gateway.over(upstream, folder);
        client = client(gateway.key(), 0);
    }

    @AfterEach
    void stop() {
        client.close();
        gateway.close();
        upstream.close();
    }

    @Test
    void chats() {
        try (HttpResponseFor<ChatCompletion> response = client.chat()
                .completions()
                .withRawResponse()
                .create(params("once").build())) {
            ChatCompletion completion = response.parse();

            assertThat(completion.choices().getFirst().message().content()).contains("Hello there!");
            assertThat(completion.usage().orElseThrow().totalTokens()).isEqualTo(12);
            Line line = gateway.books()
                    .call(response.headers().values("x-mizan-request-id").getFirst());
            assertThat(line.usage().totalTokens()).isEqualTo(12);
            assertThat(response.headers().values("x-mizan-cost-usd"))
                    .containsExactly(line.cost().charged().toDecimal());
        }
    }

    @Test
    void streamsAChatWithoutUsage() {
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params("once").build())) {
            List<ChatCompletionChunk> chunks = stream.stream().toList();

            assertThat(text(chunks)).isEqualTo("Hello there!");
            assertThat(chunks)
                    .allMatch(
                            chunk -> chunk.usage().isEmpty() && !chunk.choices().isEmpty());
        }
        assertThat(gateway.books().onlyCall().usage().outputTokens()).isEqualTo(3);
    }

    @Test
    void embeds() {
        CreateEmbeddingResponse embeddings = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("text-embedding-3-small")
                        .inputOfArrayOfStrings(List.of("bir", "iki", "üç"))
                        .build());

        assertThat(embeddings.data()).hasSize(3);
        assertThat(embeddings.data().getFirst().embedding()).hasSize(8);
        assertThat(gateway.books().onlyCall().usage().inputTokens()).isEqualTo(12);
    }

    @Test
    void listsModelsAndShowsOne() {
        assertThat(client.models().list().data().stream().map(Model::id)).contains("once", "safe", "gpt-4o-mini");
        assertThat(client.models().retrieve("once").id()).isEqualTo("once");
        assertThatThrownBy(() -> client.models().retrieve("gpt-99")).isInstanceOf(NotFoundException.class);
        assertThat(upstream.requests()).isZero();
    }

    @Test
    void isToldThatItsKeyIsWrong() {
        OpenAIClient stranger = client("sk-wrong", 0);

        assertThatThrownBy(() ->
                        stranger.chat().completions().create(params("once").build()))
                .isInstanceOf(UnauthorizedException.class);
        assertThatThrownBy(() -> stranger.models().list()).isInstanceOf(UnauthorizedException.class);

        stranger.close();
        assertThat(upstream.requests()).isZero();
    }

    @Test
    void isToldThatTheModelIsUnknown() {
        assertThatThrownBy(() ->
                        client.chat().completions().create(params("gpt-99").build()))
                .isInstanceOfSatisfying(NotFoundException.class, e -> {
                    assertThat(e.code()).contains("model_not_found");
                    assertThat(e.param()).contains("model");
                    assertThat(e.getMessage()).contains("gpt-99");
                });
    }

    @Test
    void isToldThatAStreamBrokeOff() {
        upstream.enqueue(new ChatAnswer().cut(2, ChatAnswer.Cut.RESET));
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params("once").build())) {
            assertThatThrownBy(() -> stream.stream().toList()).isInstanceOf(OpenAIException.class);
        }
    }

    @Test
    void givesUpAfterItsOwnTimeoutAndTheUpstreamCallIsClosed() throws Exception {
        upstream.enqueue(Answers.silence());
        OpenAIClient hasty = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.address() + "/v1")
                .apiKey(gateway.key())
                .maxRetries(0)
                .timeout(Duration.ofMillis(400))
                .build();

        assertThatThrownBy(
                        () -> hasty.chat().completions().create(params("once").build()))
                .isInstanceOf(OpenAIIoException.class);

        hasty.close();
        Received received = upstream.take();
        assertThat(received.awaitCancelled(5_000)).isTrue();
        assertThat(gateway.books().onlyCall().outcome().status()).isEqualTo(Status.CANCELLED);
    }

    @Test
    void getsAGatewayTimeoutWhenTheProviderIsSilent() {
        upstream.enqueue(Answers.silence());

        assertThatThrownBy(
                        () -> client.chat().completions().create(params("once").build()))
                .hasMessageContaining("504")
                .hasMessageContaining("in time");
    }

    private OpenAIClient client(String key, int retries) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(gateway.address() + "/v1")
                .apiKey(key)
                .maxRetries(retries)
                .build();
    }

    private static ChatCompletionCreateParams.Builder params(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage("Say hello");
    }

    private static String text(List<ChatCompletionChunk> chunks) {
        StringBuilder text = new StringBuilder();
        chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .forEach(choice -> choice.delta().content().ifPresent(text::append));
        return text.toString();
    }
}
