package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.Tool;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.InternalServerException;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import dev.mizan.ledger.Line;
import dev.mizan.upstream.AnthropicAnswer;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.usage.Unit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Official clients of one dialect at providers of another, through a whole gateway. */
class TranslatedCallTest {
    @TempDir
    Path folder;

    private FakeUpstream anthropic;
    private FakeUpstream openai;
    private Gateway gateway;
    private OpenAIClient openaiClient;
    private AnthropicClient anthropicClient;

    @BeforeEach
    void start() {
        anthropic = FakeUpstream.start()
                .otherwise(AnthropicAnswer.of("Hello", " there!").usage(9, 100, 0, 30));
        openai = FakeUpstream.start()
                .otherwise(ChatAnswer.of("Hello", " there!").usage(ChatAnswer.usage(109, 30, 100, 0)));
        gateway = Gateway.start(
                folder, """
                providers:
                  claude:
                    kind: anthropic
                    base_url: "%s"
                    api_key: %s
                    timeouts: {connect: 1s, first_byte: 1500ms, idle: 1500ms, total: 30s}
                  up: {kind: openai-compatible, base_url: "%s", api_key: %s}
                models:
                  claude: {retries: 0, deployments: [claude/claude-haiku-4-5]}
                  lenient: {retries: 0, drop_unsupported: true, deployments: [claude/claude-haiku-4-5]}
                  gpt: {retries: 0, deployments: [up/gpt-4o-mini]}
                prices:
                  - {provider: claude, model: "*", input: 2, output: 8, cache_read: 0.5, cache_write_5m: 2.5}
                  - {provider: up, model: "*", input: 2, output: 8, cache_read: 0.5}
                limits: [{subject: "key:*", meter: cost, per: day, cap: 1}]
                """.formatted(anthropic.origin(), Gateway.UPSTREAM_KEY, openai.v1(), Gateway.UPSTREAM_KEY));
        openaiClient = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.address() + "/v1")
                .apiKey(gateway.key())
                .maxRetries(0)
                .build();
        anthropicClient = AnthropicOkHttpClient.builder()
                .baseUrl(gateway.address())
                .apiKey(gateway.key())
                .maxRetries(0)
                .build();
    }

    @AfterEach
    void stop() {
        openaiClient.close();
        anthropicClient.close();
        gateway.close();
        anthropic.close();
        openai.close();
    }

    @Test
    void anOpenAiClientCallsClaude() throws InterruptedException {
        ChatCompletion answer =
                openaiClient.chat().completions().create(chat("claude").build());

        assertThat(answer.choices().getFirst().message().content()).contains("Hello there!");
        assertThat(answer.model()).isEqualTo("claude");
        assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(109);
        assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(30);
        JsonNode sent = anthropic.take().json();
        assertThat(sent.path("model").asString()).isEqualTo("claude-haiku-4-5");
        assertThat(sent.path("system").toString()).contains("Be brief.");
        assertThat(sent.path("max_tokens").asLong()).isEqualTo(64);
        Line line = gateway.books().onlyCall();
        assertThat(line.call().dialect()).isEqualTo("openai-chat");
        assertThat(line.usage().get(Unit.CACHE_READ)).isEqualTo(100);
        // 9 × 2 + 100 × 0.5 + 30 × 8 = 308 millionths
        assertThat(line.cost().charged().nanos()).isEqualTo(308_000);
        assertThat(line.cost().overrun().isZero()).isTrue();
    }

    @Test
    void anOpenAiClientStreamsFromClaudeWithToolsAndUsage() {
        anthropic.otherwise(
                AnthropicAnswer.of("Let me", " see.").usage(9, 100, 0, 30).tool("get_weather", "{\"city\":\"İzmir\"}"));
        StringBuilder text = new StringBuilder();
        StringBuilder arguments = new StringBuilder();
        ChatCompletionCreateParams params = chat("claude")
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        try (StreamResponse<ChatCompletionChunk> stream =
                openaiClient.chat().completions().createStreaming(params)) {
            List<ChatCompletionChunk> chunks = stream.stream().toList();
            for (ChatCompletionChunk chunk : chunks) {
                chunk.choices().forEach(choice -> {
                    choice.delta().content().ifPresent(text::append);
                    choice.delta()
                            .toolCalls()
                            .ifPresent(calls -> calls.forEach(call -> call.function()
                                    .flatMap(function -> function.arguments())
                                    .ifPresent(arguments::append)));
                });
            }
            assertThat(chunks.getLast().usage().orElseThrow().completionTokens())
                    .isEqualTo(30);
        }
        assertThat(text.toString()).isEqualTo("Let me see.");
        assertThat(arguments.toString()).isEqualTo("{\"city\":\"İzmir\"}");
        assertThat(gateway.books().onlyCall().usage().get(Unit.OUTPUT)).isEqualTo(30);
    }

    @Test
    void anAnthropicClientCallsAnOpenAiModelWithATool() throws InterruptedException {
        Message message = anthropicClient.messages().create(messages("gpt").build());

        assertThat(message.content().getFirst().asText().text()).isEqualTo("Hello there!");
        assertThat(message.usage().outputTokens()).isEqualTo(30);
        assertThat(message.usage().cacheReadInputTokens()).contains(100L);
        assertThat(message.usage().inputTokens()).isEqualTo(9);
        JsonNode sent = openai.take().json();
        assertThat(sent.path("messages").get(0).path("role").asString()).isEqualTo("system");
        assertThat(sent.path("tools").get(0).path("function").path("name").asString())
                .isEqualTo("get_weather");
        assertThat(gateway.books().onlyCall().call().dialect()).isEqualTo("anthropic-messages");
    }

    @Test
    void anAnthropicClientStreamsFromAnOpenAiModel() {
        try (com.anthropic.core.http.StreamResponse<RawMessageStreamEvent> stream =
                anthropicClient.messages().createStreaming(messages("gpt").build())) {
            List<RawMessageStreamEvent> events = stream.stream().toList();

            assertThat(events.getFirst().isMessageStart()).isTrue();
            assertThat(events.getLast().isMessageStop()).isTrue();
            StringBuilder text = new StringBuilder();
            events.stream()
                    .filter(RawMessageStreamEvent::isContentBlockDelta)
                    .forEach(event ->
                            event.asContentBlockDelta().delta().text().ifPresent(delta -> text.append(delta.text())));
            assertThat(text.toString()).isEqualTo("Hello there!");
        }
        assertThat(gateway.books().onlyCall().usage().get(Unit.OUTPUT)).isEqualTo(30);
    }

    @Test
    void usageAndCostAreEqualAcrossDialectsStreamedAndNot() throws IOException {
        for (String model : List.of("claude", "gpt")) {
            for (boolean stream : new boolean[] {false, true}) {
                assertThat(gateway.chat("{\"model\":\"" + model + "\",\"stream\":" + stream
                                        + ",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\""
                                        + "Hi ".repeat(40)
                                        + "\"}]}")
                                .status())
                        .isEqualTo(200);
                assertThat(gateway.post(
                                        "/v1/messages",
                                        "{\"model\":\"" + model + "\",\"stream\":" + stream
                                                + ",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\""
                                                + "Hi ".repeat(40)
                                                + "\"}]}")
                                .status())
                        .isEqualTo(200);
            }
        }
        gateway.books().awaitCount(Line.Kind.CALL, 8);
        List<Line> lines = gateway.books().all();
        assertThat(lines).allMatch(line -> line.usage().equals(lines.getFirst().usage()));
        assertThat(lines).allMatch(line -> line.cost().charged().nanos() == 308_000);
    }

    @Test
    void responsesReachEveryKindOfProviderStreamedAndNot() throws IOException {
        for (String model : List.of("claude", "gpt")) {
            ResponseCreateParams params = ResponseCreateParams.builder()
                    .model(model)
                    .maxOutputTokens(64)
                    .instructions("Be brief. " + "Every word counts. ".repeat(8))
                    .input("Say hello to the scales")
                    .build();
            Response response = openaiClient.responses().create(params);
            assertThat(response.output()
                            .getFirst()
                            .asMessage()
                            .content()
                            .getFirst()
                            .asOutputText()
                            .text())
                    .isEqualTo("Hello there!");
            assertThat(response.usage().orElseThrow().totalTokens()).isEqualTo(139);
            StringBuilder text = new StringBuilder();
            try (StreamResponse<ResponseStreamEvent> stream =
                    openaiClient.responses().createStreaming(params)) {
                List<ResponseStreamEvent> events = stream.stream().toList();
                events.forEach(event -> event.outputTextDelta().ifPresent(delta -> text.append(delta.delta())));
                assertThat(events.getLast().completed()).isPresent();
            }
            assertThat(text.toString()).isEqualTo("Hello there!");
        }
        gateway.books().awaitCount(Line.Kind.CALL, 4);
        assertThat(gateway.books().all()).allMatch(line -> line.cost().charged().nanos() == 308_000);
        assertThat(gateway.post(
                                "/v1/responses",
                                "{\"model\":\"gpt\",\"input\":\"x\",\"previous_response_id\":\"resp_1\"}")
                        .text())
                .contains("previous_response_id");
    }

    @Test
    void whatClaudeCantExpressIsRefusedByNameOrDroppedOnRequest() throws IOException {
        String call = "\",\"max_tokens\":8,\"logit_bias\":{\"50256\":-100},"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

        Reply refused = gateway.chat("{\"model\":\"claude" + call);
        Reply dropped = gateway.chat("{\"model\":\"lenient" + call);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("logit_bias");
        assertThat(dropped.status()).isEqualTo(200);
        assertThat(anthropic.requests()).isEqualTo(1);
    }

    @Test
    void errorsComeInTheCallersDialect() {
        anthropic.enqueue(AnthropicAnswer.error(429, "rate_limit_error", "Too many tokens"));
        assertThatThrownBy(() ->
                        openaiClient.chat().completions().create(chat("claude").build()))
                .isInstanceOf(RateLimitException.class)
                .hasMessageContaining("Too many tokens");
        anthropic.enqueue(AnthropicAnswer.error(529, "overloaded_error", "Overloaded"));
        assertThatThrownBy(() ->
                        openaiClient.chat().completions().create(chat("claude").build()))
                .isInstanceOf(InternalServerException.class)
                .hasMessageContaining("Overloaded");
    }

    @Test
    void aTranslatedStreamThatFallsSilentEndsWithAnError() throws IOException {
        anthropic.enqueue(
                AnthropicAnswer.of("one two three").usage(40, 0, 0, 500).cut(4, false));
        try (Caller caller = gateway.caller()) {
            caller.post(
                            "/v1/chat/completions",
                            "{\"model\":\"claude\",\"stream\":true,\"max_tokens\":600,"
                                    + "\"messages\":[{\"role\":\"user\",\"content\":\"Count\"}]}")
                    .head();
            StringBuilder events = new StringBuilder();
            String event = caller.event();
            while (!event.contains("\"error\"")) {
                events.append(event);
                event = caller.event();
            }
            assertThat(events.toString()).contains("one two three");
            assertThat(event).contains("fell silent");
        }
        Line line = gateway.books().onlyCall();
        assertThat(line.usage().get(Unit.INPUT)).isEqualTo(40);
        assertThat(line.usage().get(Unit.OUTPUT)).isBetween(2L, 8L);
    }

    private static ChatCompletionCreateParams.Builder chat(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .maxCompletionTokens(64)
                .addSystemMessage("Be brief. " + "Every word counts. ".repeat(8))
                .addUserMessage("Say hello to the scales");
    }

    private static MessageCreateParams.Builder messages(String model) {
        return MessageCreateParams.builder()
                .model(model)
                .maxTokens(64)
                .system("Be brief. " + "Every word counts. ".repeat(8))
                .addUserMessage("Say hello to the scales")
                .addTool(Tool.builder()
                        .name("get_weather")
                        .description("The weather of a city")
                        .inputSchema(Tool.InputSchema.builder()
                                .properties(Tool.InputSchema.Properties.builder()
                                        .putAdditionalProperty("city", JsonValue.from(Map.of("type", "string")))
                                        .build())
                                .build())
                        .build());
    }
}
