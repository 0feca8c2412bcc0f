package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ClientException;
import com.google.genai.types.Content;
import com.google.genai.types.CountTokensConfig;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.GetModelConfig;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.ListModelsConfig;
import com.google.genai.types.Part;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.GeminiAnswer;
import dev.mizan.upstream.Received;
import dev.mizan.usage.Unit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official Gemini client through a gateway: to providers of its own kind, and to others. */
class GeminiClientTest {
    @TempDir
    Path folder;

    private FakeUpstream gemini;
    private FakeUpstream openai;
    private Gateway gateway;
    private Client client;

    @BeforeEach
    void start() {
        gemini = FakeUpstream.start()
                .otherwise(GeminiAnswer.of("Hello", " there!").usage(109, 100, 30, 0));
        openai = FakeUpstream.start()
                .otherwise(ChatAnswer.of("Hello", " there!").usage(ChatAnswer.usage(109, 30, 100, 0)));
        gateway = Gateway.start(
                folder, """
                providers:
                  google:
                    kind: gemini
                    base_url: "%s"
                    api_key: %s
                    timeouts: {connect: 1s, first_byte: 1500ms, idle: 1500ms, total: 30s}
                  up: {kind: openai-compatible, base_url: "%s", api_key: %s}
                models:
                  flash: {retries: 0, deployments: [google/gemini-2.0-flash]}
                  gpt: {retries: 0, deployments: [up/gpt-4o-mini]}
                prices:
                  - {provider: google, model: "*", input: 2, output: 8, cache_read: 0.5}
                  - {provider: up, model: "*", input: 2, output: 8, cache_read: 0.5}
                limits: [{subject: "key:*", meter: cost, per: day, cap: 0.1}]
                """.formatted(gemini.origin(), Gateway.UPSTREAM_KEY, openai.v1(), Gateway.UPSTREAM_KEY));
        client = client(gateway.key());
    }

    @AfterEach
    void stop() {
        client.close();
        gateway.close();
        gemini.close();
        openai.close();
    }

    @Test
    void contentIsGeneratedAndBooked() throws InterruptedException {
        GenerateContentResponse response = client.models.generateContent("flash", question(), configuration(100));

        assertThat(response.text()).isEqualTo("Hello there!");
        Line line = gateway.books().onlyCall();
        assertThat(line.call().dialect()).isEqualTo("gemini");
        assertThat(line.call().endpoint()).isEqualTo("/v1beta/models:generateContent");
        assertThat(line.usage().get(Unit.CACHE_READ)).isEqualTo(100);
        // 9 × 2 + 100 × 0.5 + 30 × 8 = 308 millionths
        assertThat(line.cost().charged().nanos()).isEqualTo(308_000);
        Received received = gemini.take();
        assertThat(received.target()).isEqualTo("/v1beta/models/gemini-2.0-flash:generateContent");
        assertThat(received.header("x-goog-api-key")).contains(Gateway.UPSTREAM_KEY);
        assertThat(received.toString()).doesNotContain(gateway.key());
    }

    @Test
    void aStreamIsRelayedAndCostsTheSame() {
        gemini.otherwise(GeminiAnswer.of("Hello", " there", "!")
                .usage(109, 100, 30, 0)
                .call("get_weather", "{\"city\":\"İzmir\"}"));
        List<GenerateContentResponse> responses = new ArrayList<>();
        try (ResponseStream<GenerateContentResponse> stream =
                client.models.generateContentStream("flash", question(), configuration(100))) {
            stream.forEach(responses::add);
        }

        assertThat(responses).hasSize(4);
        assertThat(responses.getLast().functionCalls().getFirst().name()).contains("get_weather");
        Line line = gateway.books().onlyCall();
        assertThat(line.call().streaming()).isTrue();
        assertThat(line.cost().charged().nanos()).isEqualTo(308_000);
    }

    @Test
    void theLimitOfOutputIsSentWhereTheCallerNamesNone() throws InterruptedException {
        client.models.generateContent(
                "flash", question(), GenerateContentConfig.builder().build());
        client.models.generateContent(
                "flash",
                question(),
                GenerateContentConfig.builder().temperature(0.5f).build());

        assertThat(gemini.take()
                        .json()
                        .path("generationConfig")
                        .path("maxOutputTokens")
                        .asLong())
                .isEqualTo(4_096);
        assertThat(gemini.take()
                        .json()
                        .path("generationConfig")
                        .path("maxOutputTokens")
                        .asLong())
                .isEqualTo(4_096);
    }

    @Test
    void tokensAreCountedWithoutACall() {
        assertThat(client.models
                        .countTokens(
                                "flash",
                                List.of(question()),
                                CountTokensConfig.builder().build())
                        .totalTokens()
                        .orElseThrow())
                .isBetween(20, 80);
        assertThat(gemini.requests()).isZero();
    }

    @Test
    void errorsAreGooglesOwn() {
        Client stranger = client("sk-nobody-0123456789abc");
        assertThatThrownBy(() -> stranger.models.generateContent("flash", question(), configuration(10)))
                .isInstanceOfSatisfying(ClientException.class, error -> {
                    assertThat(error.code()).isEqualTo(401);
                    assertThat(error.status()).isEqualTo("UNAUTHENTICATED");
                });
        assertThatThrownBy(() -> client.models.generateContent("nobody", question(), configuration(10)))
                .isInstanceOfSatisfying(
                        ClientException.class, error -> assertThat(error.code()).isEqualTo(404));
        assertThatThrownBy(() -> client.models.generateContent("flash", question(), configuration(1_000_000)))
                .isInstanceOfSatisfying(ClientException.class, error -> {
                    assertThat(error.code()).isEqualTo(429);
                    assertThat(error.status()).isEqualTo("RESOURCE_EXHAUSTED");
                });
        gemini.enqueue(GeminiAnswer.error(400, "FAILED_PRECONDITION", "Not available in your country"));
        assertThatThrownBy(() -> client.models.generateContent("flash", question(), configuration(10)))
                .hasMessageContaining("Not available in your country");
        assertThat(gemini.requests()).isEqualTo(1);
    }

    @Test
    void anOpenAiAndAnAnthropicCallReachGemini() throws IOException {
        for (boolean stream : new boolean[] {false, true}) {
            String body = "{\"model\":\"flash\",\"stream\":" + stream
                    + ",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"" + "Hi ".repeat(40) + "\"}]}";
            assertThat(gateway.chat(body).text()).contains("Hello");
            assertThat(gateway.post("/v1/messages", body).text()).contains("Hello");
        }
        gateway.books().awaitCount(Line.Kind.CALL, 4);
        assertThat(gateway.books().all()).allMatch(line -> line.cost().charged().nanos() == 308_000);
    }

    @Test
    void aStreamThatFallsSilentEndsWithAnErrorAndWhatWasReadIsCharged() throws IOException {
        gemini.enqueue(
                GeminiAnswer.of("one two three", "four").usage(40, 0, 500, 0).cut(1));
        try (Caller caller = gateway.caller()) {
            caller.post(
                            "/v1beta/models/flash:streamGenerateContent?alt=sse",
                            "{\"contents\":[{\"parts\":[{\"text\":\"Count\"}]}],\"generationConfig\":{\"maxOutputTokens\":600}}")
                    .head();
            assertThat(caller.event()).contains("one two three");
            assertThat(caller.event())
                    .contains("\"status\":\"DEADLINE_EXCEEDED\"")
                    .contains("fell silent");
        }
        Line line = gateway.books().onlyCall();
        assertThat(line.outcome().status()).isEqualTo(Status.ERROR);
        assertThat(line.usage().get(Unit.INPUT)).isEqualTo(40);
        assertThat(line.usage().get(Unit.OUTPUT)).isBetween(2L, 6L);
    }

    @Test
    void aStreamIsOneArrayUnlessEventsAreAskedFor() throws IOException {
        gemini.otherwise(GeminiAnswer.of("Hello", " there", "!").usage(109, 100, 30, 0));
        for (String model : List.of("flash", "gpt")) {
            Reply reply = gateway.post(
                    "/v1beta/models/" + model + ":streamGenerateContent",
                    "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}],\"generationConfig\":{\"maxOutputTokens\":60}}");

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("content-type")).isEqualTo("application/json");
            StringBuilder text = new StringBuilder();
            reply.json()
                    .forEach(part -> text.append(
                            part.at("/candidates/0/content/parts/0/text").asString("")));
            assertThat(text.toString()).startsWith("Hello there").endsWith("!");
            assertThat(reply.json()
                            .get(reply.json().size() - 1)
                            .at("/usageMetadata/promptTokenCount")
                            .asLong())
                    .isEqualTo(109);
            assertThat(gateway.books().call(reply.requestId()).cost().charged().nanos())
                    .isEqualTo(308_000);
        }
    }

    @Test
    void anAnswerThatComesWholeIsAnArrayOfOne() throws IOException {
        String body = "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}";
        String whole = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hello\"}]},\"finishReason\":\"STOP\"}],"
                + "\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":1,\"totalTokenCount\":4}}";
        gemini.enqueue(Answers.status(200, whole));

        assertThat(gateway.post("/v1beta/models/flash:streamGenerateContent", body)
                        .text())
                .isEqualTo("[" + whole + "]");
    }

    @Test
    void anArrayThatBreaksOffEndsWithTheErrorAndIsWhole() throws IOException {
        gemini.enqueue(
                GeminiAnswer.of("one two three", "four").usage(40, 0, 500, 0).cut(1));

        Reply reply = gateway.post(
                "/v1beta/models/flash:streamGenerateContent?alt=json",
                "{\"contents\":[{\"parts\":[{\"text\":\"Count\"}]}],\"generationConfig\":{\"maxOutputTokens\":600}}");

        assertThat(reply.json()).hasSize(2);
        assertThat(reply.json().get(0).toString()).contains("one two three");
        assertThat(reply.json().get(1).at("/error/status").asString()).isEqualTo("DEADLINE_EXCEEDED");
    }

    @Test
    void theModelsOfAKeyAreListedAsGoogleDoes() throws IOException {
        String key =
                Calls.generateKey(gateway.port(), Gateway.MASTER_KEY, "{\"models\":[\"flash\"],\"user_id\":\"veli\"}");
        try (Client limited = client(key)) {
            assertThat(limited.models.list(ListModelsConfig.builder().build()))
                    .extracting(model -> model.name().orElseThrow())
                    .containsExactly("models/flash");
            assertThat(limited.models
                            .get("flash", GetModelConfig.builder().build())
                            .supportedActions()
                            .orElseThrow())
                    .contains("generateContent", "countTokens");
            assertThatThrownBy(() ->
                            limited.models.get("gpt", GetModelConfig.builder().build()))
                    .isInstanceOfSatisfying(ClientException.class, error -> assertThat(error.status())
                            .isEqualTo("NOT_FOUND"));
        }
        assertThat(gateway.post("/v1beta/models", "{}").status()).isEqualTo(405);
        assertThat(gemini.requests()).isZero();
    }

    /** One that never tries again: what a gateway answers first is what is tested. */
    static Client client(String address, String key) {
        return Client.builder()
                .apiKey(key)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(address)
                        .retryOptions(HttpRetryOptions.builder()
                                .attempts(1)
                                .initialDelay(0.0)
                                .maxDelay(0.0)
                                .jitter(0.0)
                                .build())
                        .build())
                .build();
    }

    private Client client(String key) {
        return client(gateway.address(), key);
    }

    private static Content question() {
        return Content.fromParts(Part.fromText("Say hello to the scales. " + "Every word counts. ".repeat(8)));
    }

    private static GenerateContentConfig configuration(int maxOutputTokens) {
        return GenerateContentConfig.builder().maxOutputTokens(maxOutputTokens).build();
    }
}
