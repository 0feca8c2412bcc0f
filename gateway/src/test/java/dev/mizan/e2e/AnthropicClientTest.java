package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.Metadata;
import com.anthropic.models.messages.RawMessageStreamEvent;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.upstream.AnthropicAnswer;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.Received;
import dev.mizan.usage.Unit;
import dev.mizan.usage.UsageSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official Anthropic client through a gateway to a provider of kind {@code anthropic}. */
class AnthropicClientTest {
    private static final String LIMITS = """
            limits:
              - {subject: "key:*", meter: cost, per: day, cap: 0.01}
              - {subject: global, meter: requests, per: minute, cap: 1000}
            """;

    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private Gateway gateway;
    private AnthropicClient client;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start().otherwise(AnthropicAnswer.of("Hello", " there!"));
        gateway = Gateway.start(folder, """
                providers:
                  claude:
                    kind: anthropic
                    base_url: "%s"
                    api_key: %s
                    timeouts: {connect: 1s, first_byte: 1500ms, idle: 1500ms, total: 30s}
                models:
                  claude: {retries: 0, deployments: [claude/claude-haiku-4-5]}
                  claude-haiku-4-5: {retries: 1, deployments: [claude/claude-haiku-4-5]}
                prices:
                  - {provider: claude, model: "*", input: 1, output: 5, cache_read: 0.1, cache_write_5m: 1.25}
                """.formatted(upstream.origin(), Gateway.UPSTREAM_KEY) + LIMITS);
        client = client(gateway.key());
    }

    @AfterEach
    void stop() {
        client.close();
        gateway.close();
        upstream.close();
    }

    @Test
    void aMessageIsAnsweredAndBookedWithItsCaches() throws InterruptedException {
        upstream.enqueue(AnthropicAnswer.of("Hello there!").usage(9, 100, 20, 3));

        Message message = client.messages().create(params("claude", 100));

        assertThat(message.content().getFirst().asText().text()).isEqualTo("Hello there!");
        assertThat(message.usage().cacheReadInputTokens()).contains(100L);
        Line line = gateway.books().onlyCall();
        assertThat(line.call().endpoint()).isEqualTo("/v1/messages");
        assertThat(line.call().dialect()).isEqualTo("anthropic-messages");
        assertThat(line.principal().endUser()).isEqualTo("customer-7");
        assertThat(line.usage().get(Unit.INPUT)).isEqualTo(9);
        assertThat(line.usage().get(Unit.CACHE_READ)).isEqualTo(100);
        assertThat(line.usage().get(Unit.CACHE_WRITE_5M)).isEqualTo(20);
        // 9 × 1 + 100 × 0.1 + 20 × 1.25 + 3 × 5 = 59 millionths
        assertThat(line.cost().charged().nanos()).isEqualTo(59_000);
        Received received = upstream.take();
        assertThat(received.header("x-api-key")).contains(Gateway.UPSTREAM_KEY);
        assertThat(received.header("anthropic-version")).contains("2023-06-01");
        assertThat(received.json().path("model").asString()).isEqualTo("claude-haiku-4-5");
        assertThat(received.toString()).doesNotContain(gateway.key());
    }

    @Test
    void aStreamIsRelayedEventByEventAndBookedBeforeItsEnd() throws IOException {
        upstream.otherwise(AnthropicAnswer.of("Hello", " there!")
                .usage(9, 100, 0, 30)
                .tool("get_weather", "{\"location\":\"İzmir\"}"));
        try (StreamResponse<RawMessageStreamEvent> stream = client.messages().createStreaming(params("claude", 100))) {
            List<RawMessageStreamEvent> events = stream.stream().toList();

            assertThat(events.getFirst().isMessageStart()).isTrue();
            assertThat(events.getLast().isMessageStop()).isTrue();
            assertThat(events.get(events.size() - 2).asMessageDelta().usage().outputTokens())
                    .isEqualTo(30);
        }
        Line line = gateway.books().onlyCall();
        assertThat(line.usage().get(Unit.INPUT)).isEqualTo(9);
        assertThat(line.usage().get(Unit.CACHE_READ)).isEqualTo(100);
        assertThat(line.usage().get(Unit.OUTPUT)).isEqualTo(30);
        assertThat(line.call().streaming()).isTrue();

        try (Caller caller = gateway.caller()) {
            caller.post("/v1/messages", body("claude", true)).head();
            StringBuilder events = new StringBuilder();
            for (String event = caller.event(); ; event = caller.event()) {
                events.append(event).append("\n\n");
                if (event.startsWith("event: message_stop")) {
                    break;
                }
            }
            assertThat(events.toString())
                    .isEqualTo(String.join(
                            "",
                            AnthropicAnswer.of("Hello", " there!")
                                    .usage(9, 100, 0, 30)
                                    .tool("get_weather", "{\"location\":\"İzmir\"}")
                                    .events(upstream.received().getLast().json())));
        }
    }

    @Test
    void tokensAreCountedWithoutACall() {
        long tokens = client.messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model("claude")
                        .addUserMessage("Say hello to the scales, " + "and once more ".repeat(20))
                        .build())
                .inputTokens();

        assertThat(tokens).isBetween(50L, 200L);
        assertThat(upstream.requests()).isZero();
        assertThatThrownBy(() -> client.messages()
                        .countTokens(MessageCountTokensParams.builder()
                                .model("nobody")
                                .addUserMessage("Hello")
                                .build()))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void streamedAndWholeCostTheSame() {
        upstream.otherwise(AnthropicAnswer.of("Hello", " there!").usage(90, 1_000, 7, 30));
        client.messages().create(params("claude", 100));
        try (StreamResponse<RawMessageStreamEvent> stream = client.messages().createStreaming(params("claude", 100))) {
            assertThat(stream.stream().count()).isPositive();
        }
        gateway.books().awaitCount(Line.Kind.CALL, 2);
        List<Line> lines = gateway.books().all();
        assertThat(lines.get(0).usage()).isEqualTo(lines.get(1).usage());
        assertThat(lines.get(0).cost().charged()).isEqualTo(lines.get(1).cost().charged());
    }

    @Test
    void errorsAreAnthropicsOwn() {
        assertThatThrownBy(() -> client("sk-wrong-0123456789abcdef0").messages().create(params("claude", 10)))
                .isInstanceOf(UnauthorizedException.class)
                .hasMessageContaining("authentication_error");
        assertThatThrownBy(() -> client.messages().create(params("nobody", 10)))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("not_found_error");
        assertThatThrownBy(() -> client.messages().create(params("claude", 1_000_000)))
                .isInstanceOf(RateLimitException.class)
                .hasMessageContaining("rate_limit_error")
                .hasMessageContaining("cost_limit_exceeded");
        upstream.enqueue(AnthropicAnswer.error(529, "overloaded_error", "Overloaded"));
        assertThatThrownBy(() -> client.messages().create(params("claude", 10)))
                .isInstanceOfSatisfying(AnthropicServiceException.class, error -> assertThat(error.statusCode())
                        .isEqualTo(529));
        assertThat(upstream.requests()).isEqualTo(1);
    }

    @Test
    void aCallThatItsProviderHasNotIsRefusedByName() throws IOException {
        Reply reply = gateway.post("/v1/embeddings", "{\"model\":\"claude\",\"input\":\"x\"}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).contains("a provider of kind anthropic answers it");
    }

    @Test
    void anOverloadedProviderIsTriedAgain() {
        upstream.enqueue(AnthropicAnswer.error(529, "overloaded_error", "Overloaded"));

        Message message = client.messages().create(params("claude-haiku-4-5", 100));

        assertThat(message.content().getFirst().asText().text()).isEqualTo("Hello there!");
        assertThat(upstream.requests()).isEqualTo(2);
        assertThat(gateway.books().onlyCall().outcome().attempts()).isEqualTo(2);
    }

    @Test
    void whoLeavesIsChargedForWhatWasReadAndWritten() throws Exception {
        upstream.otherwise(AnthropicAnswer.of("one two three four five six seven eight nine ten")
                .usage(40, 0, 0, 500)
                .cut(4, false));
        try (Caller caller = gateway.caller()) {
            caller.post("/v1/messages", body("claude", true)).head();
            for (int i = 0; i < 4; i++) {
                caller.event();
            }
        }
        Line line = gateway.books().onlyCall();

        assertThat(line.outcome().status()).isEqualTo(Status.CANCELLED);
        assertThat(line.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(line.usage().get(Unit.INPUT)).isEqualTo(40);
        assertThat(line.usage().get(Unit.OUTPUT)).isBetween(8L, 20L);
    }

    @Test
    void aStreamThatEndsEarlyOrFallsSilentEndsWithAnError() throws IOException {
        upstream.enqueue(
                AnthropicAnswer.of("one two three").usage(40, 0, 0, 500).cut(4, true));
        try (Caller caller = gateway.caller()) {
            caller.post("/v1/messages", body("claude", true)).head();
            for (int i = 0; i < 4; i++) {
                caller.event();
            }
        }
        assertThat(gateway.books().onlyCall().usage().get(Unit.INPUT)).isEqualTo(40);

        upstream.enqueue(AnthropicAnswer.of("one two three").cut(4, false));
        try (Caller caller = gateway.caller()) {
            caller.post("/v1/messages", body("claude", true)).head();
            for (int i = 0; i < 4; i++) {
                caller.event();
            }
            assertThat(caller.event()).startsWith("event: error").contains("fell silent");
        }
    }

    private AnthropicClient client(String key) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(gateway.address())
                .apiKey(key)
                .maxRetries(0)
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    private static MessageCreateParams params(String model, long maxTokens) {
        return MessageCreateParams.builder()
                .model(model)
                .maxTokens(maxTokens)
                .system("Be brief. " + "Every word counts. ".repeat(10))
                .addUserMessage("Say hello to the scales")
                .metadata(Metadata.builder().userId("customer-7").build())
                .build();
    }

    private static String body(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"max_tokens\":600,\"messages\":[{\"role\":\"user\",\"content\":\"Say hello to the scales\"}]}";
    }
}
