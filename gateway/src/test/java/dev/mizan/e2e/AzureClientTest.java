package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.azure.AzureOpenAIServiceVersion;
import com.openai.azure.AzureUrlPathMode;
import com.openai.azure.credential.AzureApiKeyCredential;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.mizan.ledger.Line;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.Received;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's official client as it calls Azure, by both of Azure's kinds of address. */
class AzureClientTest {
    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private Gateway gateway;
    private final List<OpenAIClient> clients = new ArrayList<>();

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start();
        gateway = Gateway.over(upstream, folder);
    }

    @AfterEach
    void stop() {
        clients.forEach(OpenAIClient::close);
        gateway.close();
        upstream.close();
    }

    @Test
    void aDeploymentIsTheModelThatThePathNames() throws InterruptedException {
        OpenAIClient client = client(gateway.key(), AzureUrlPathMode.LEGACY);

        ChatCompletion answer = client.chat().completions().create(chat("once").build());

        assertThat(answer.choices().getFirst().message().content()).isPresent();
        Received received = upstream.take();
        assertThat(received.target()).isEqualTo("/v1/chat/completions");
        assertThat(received.json().path("model").asString()).isEqualTo("gpt-4o-mini");
        assertThat(received.everything()).doesNotContain(gateway.key());
        Line line = gateway.books().onlyCall();
        assertThat(line.call().alias()).isEqualTo("once");
        assertThat(line.call().endpoint()).isEqualTo("/v1/chat/completions");
        assertThat(line.cost().charged().nanos()).isPositive();
    }

    @Test
    void streamsAndEmbeddingsAreServedByBothKindsOfAddress() {
        for (AzureUrlPathMode mode : new AzureUrlPathMode[] {AzureUrlPathMode.LEGACY, AzureUrlPathMode.UNIFIED}) {
            OpenAIClient client = client(gateway.key(), mode);
            try (StreamResponse<ChatCompletionChunk> stream =
                    client.chat().completions().createStreaming(chat("once").build())) {
                assertThat(stream.stream()).hasSizeGreaterThan(2);
            }
            assertThat(client.embeddings()
                            .create(EmbeddingCreateParams.builder()
                                    .model("text-embedding-3-small")
                                    .input("scales")
                                    .build())
                            .data())
                    .hasSize(1);
        }
        gateway.books().awaitCount(Line.Kind.CALL, 4);
    }

    @Test
    void theBodyNeedsNoModelAndOneThatIsAnotherDoesNotCount() throws Exception {
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        for (String body :
                new String[] {"{" + messages, "{\"model\":\"gpt-99\"," + messages, "{\"model\":\"once\"," + messages}) {
            Reply reply = gateway.post("/openai/deployments/once/chat/completions?api-version=2024-10-21", body);

            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            assertThat(upstream.take().text()).isEqualTo("{\"model\":\"gpt-4o-mini\"," + messages);
        }
        assertThat(gateway.post("/openai/deployments/once/chat/completions", "{}")
                        .json()
                        .at("/error/param")
                        .asString())
                .isEqualTo("messages");
        assertThat(gateway.post("/openai/deployments/nobody/chat/completions", "{" + messages)
                        .errorCode())
                .isEqualTo("model_not_found");
    }

    @Test
    void aWrongKeyIsRefused() {
        OpenAIClient stranger = client("sk-nobody-0123456789abc", AzureUrlPathMode.LEGACY);

        assertThatThrownBy(
                        () -> stranger.chat().completions().create(chat("once").build()))
                .isInstanceOf(UnauthorizedException.class);
        assertThat(upstream.requests()).isZero();
    }

    private OpenAIClient client(String key, AzureUrlPathMode mode) {
        OpenAIOkHttpClient.Builder builder = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.address() + (mode == AzureUrlPathMode.UNIFIED ? "/openai/v1" : ""))
                .azureUrlPathMode(mode)
                .credential(AzureApiKeyCredential.create(key))
                .maxRetries(0);
        if (mode == AzureUrlPathMode.LEGACY) {
            builder.azureServiceVersion(AzureOpenAIServiceVersion.latestStableVersion());
        }
        OpenAIClient client = builder.build();
        clients.add(client);
        return client;
    }

    private static ChatCompletionCreateParams.Builder chat(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage("Say hello to the scales");
    }
}
