package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.upstream.Answer;
import dev.mizan.upstream.AnthropicAnswer;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.GeminiAnswer;
import dev.mizan.upstream.GoogleTokens;
import dev.mizan.upstream.Received;
import dev.mizan.upstream.VertexAnswer;
import dev.mizan.usage.Unit;
import dev.mizan.usage.UsageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers of every dialect at Vertex AI, which takes only tokens that a service account's signature was given for. */
class VertexCallTest {
    @TempDir
    Path folder;

    private final GoogleTokens google = new GoogleTokens(3_600);
    private final GoogleTokens stranger = new GoogleTokens(3_600);
    private final FakeUpstream tokens = FakeUpstream.start().otherwise(google);
    private final FakeUpstream vertex = FakeUpstream.start().otherwise(answer());
    private Gateway gateway;

    @BeforeEach
    void start() throws IOException {
        Path right = Files.writeString(folder.resolve("right.json"), google.keyFile(tokens.origin()));
        Path wrong = Files.writeString(folder.resolve("wrong.json"), stranger.keyFile(tokens.origin()));
        gateway = Gateway.start(
                folder, """
                providers:
                  gcp:
                    kind: vertex
                    base_url: "%s"
                    location: europe-west4
                    credentials: "%s"
                    timeouts: {connect: 60s, first_byte: 60s, idle: 60s, total: 120s}
                  hasty:
                    kind: vertex
                    base_url: "%s"
                    location: europe-west4
                    credentials: "%s"
                    timeouts: {connect: 60s, first_byte: 60s, idle: 3s, total: 120s}
                  wrong: {kind: vertex, base_url: "%s", location: europe-west4, credentials: "%s"}
                models:
                  gemini: {retries: 0, deployments: ["gcp/gemini-2.0-flash"]}
                  twice: {retries: 1, deployments: ["gcp/gemini-2.0-flash"]}
                  stalls: {retries: 1, deployments: ["hasty/gemini-2.0-flash"]}
                  claude: {retries: 0, deployments: ["gcp/claude-haiku-4-5@20251001"]}
                  claude-twice: {retries: 1, deployments: ["gcp/claude-haiku-4-5@20251001"]}
                  denied: {retries: 0, deployments: ["wrong/claude-haiku-4-5@20251001"]}
                prices:
                  - {provider: hasty, model: "*", input: 2, output: 8}
                  - {provider: gcp, model: "*", input: 2, output: 8, cache_read: 0.5, cache_write_5m: 2.5}
                """.formatted(vertex.origin(), right, vertex.origin(), right, vertex.origin(), wrong));
    }

    @AfterEach
    void stop() {
        gateway.close();
        vertex.close();
        tokens.close();
    }

    @Test
    void everyDialectGetsItsOwnAnswerAndTheSameCostStreamedAndNot() throws IOException {
        for (String model : List.of("gemini", "claude")) {
            for (boolean stream : new boolean[] {false, true}) {
                for (Asked asked : Asked.inEveryDialect(model, stream)) {
                    Reply reply = gateway.post(asked.path(), asked.body());

                    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
                    assertThat(reply.text()).contains("there!");
                    assertThat(reply.header("content-type"))
                            .startsWith(stream ? "text/event-stream" : "application/json");
                }
            }
        }
        gateway.books().awaitCount(Line.Kind.CALL, 16);
        // 9 × 2 + 100 × 0.5 + 30 × 8 = 308 millionths
        assertThat(gateway.books().all())
                .allMatch(line -> line.cost().charged().nanos() == 308_000)
                .allMatch(line -> line.usageSource() == UsageSource.PROVIDER)
                .allMatch(line -> line.usage().get(Unit.CACHE_READ) == 100);
        // One for each event loop at most.
        assertThat(google.count()).isBetween(1, Runtime.getRuntime().availableProcessors());
    }

    @Test
    void anthropicsBodiesPassThrough() throws IOException, InterruptedException {
        gateway.post(
                "/v1/messages",
                "{\"model\":\"claude\",\"max_tokens\":64,\"x_unknown\":{\"a\" : 1},\"stream\":false,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
                "anthropic-beta: context-1m-2025-08-07");

        Received sent = vertex.take();
        assertThat(sent.target())
                .isEqualTo("/v1/projects/acme-prod/locations/europe-west4/publishers/anthropic/models/"
                        + "claude-haiku-4-5@20251001:rawPredict");
        assertThat(sent.text())
                .isEqualTo("{\"anthropic_version\":\"vertex-2023-10-16\",\"max_tokens\":64,\"x_unknown\":{\"a\" : 1},"
                        + "\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        assertThat(sent.header("anthropic-beta")).contains("context-1m-2025-08-07");
        assertThat(sent.everything()).doesNotContain(gateway.key(), "PRIVATE KEY");
    }

    @Test
    void whatAToolSaidGoesToEitherPublisher() throws IOException {
        for (String model : List.of("gemini", "claude")) {
            Reply reply = gateway.chat("""
                    {"model":"%s","max_tokens":64,"messages":[{"role":"user","content":"Weather?"},
                     {"role":"assistant","tool_calls":[{"id":"call_1","type":"function",
                      "function":{"name":"get_weather","arguments":"{}"}}]},
                     {"role":"tool","tool_call_id":"call_1","content":"Rain"}],
                     "tools":[{"type":"function","function":{"name":"get_weather"}}]}""".formatted(model));

            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        }
        assertThat(vertex.received().getFirst().text()).contains("\"functionResponse\":{\"name\":\"get_weather\"");
    }

    @Test
    void aKeyThatGoogleDoesNotKnowEndsCallsInTheirDialectWithoutCost() throws IOException {
        Reply openai = gateway.chat(Calls.chat("denied"));
        Reply anthropic = gateway.post("/v1/messages", messages("denied", true));

        assertThat(openai.status()).isEqualTo(502);
        assertThat(openai.errorCode()).isEqualTo("upstream_error");
        assertThat(anthropic.json().path("type").asString()).isEqualTo("error");
        gateway.books().awaitCount(Line.Kind.CALL, 2);
        assertThat(gateway.books().all())
                .allMatch(line -> line.cost().charged().isZero())
                .allMatch(line -> line.outcome().status() == Status.ERROR);
        assertThat(vertex.requests()).isZero();
        assertThat(tokens.requests()).isBetween(1, 2);
    }

    @Test
    void aTokenThatWasTakenBackIsAnErrorOfTheCallersDialect() throws IOException {
        vertex.otherwise(stranger.guarded(answer()));

        Reply anthropic = gateway.post("/v1/messages", messages("claude", false));

        assertThat(anthropic.status()).isEqualTo(401);
        assertThat(anthropic.json().path("error").path("type").asString()).isEqualTo("authentication_error");
        assertThat(anthropic.text()).doesNotContain("ya29");
    }

    @Test
    void throttlingIsTriedAgain() throws IOException {
        for (String model : List.of("twice", "claude-twice")) {
            vertex.enqueue(GeminiAnswer.error(429, "RESOURCE_EXHAUSTED", "Quota exceeded"));

            Reply reply = gateway.post("/v1/messages", messages(model, true));

            assertThat(reply.text()).contains("there!", "message_stop");
        }
        gateway.books().awaitCount(Line.Kind.CALL, 2);
        assertThat(gateway.books().all())
                .hasSize(2)
                .allMatch(line -> line.outcome().attempts() == 2)
                .allMatch(line -> line.cost().charged().nanos() == 308_000);
    }

    @Test
    void errorsKeepTheirStatusAndMessageInTheCallersDialect() throws IOException {
        for (String path : List.of("/v1/chat/completions", "/v1/messages")) {
            vertex.enqueue(GeminiAnswer.error(403, "PERMISSION_DENIED", "Vertex AI API has not been used"));

            Reply reply = gateway.post(path, messages("claude", true));

            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.json().path("error").path("message").asString())
                    .isEqualTo("Vertex AI API has not been used");
            assertThat(reply.json().has("type")).isEqualTo(path.equals("/v1/messages"));
        }
    }

    @Test
    void aStreamThatStallsOrEndsTooEarlyIsChargedOnceByWhatCame() throws IOException {
        vertex.enqueue(google.guarded(GeminiAnswer.of("one two three", " four").cut(1)), google.guarded(exchange -> {
            exchange.eventStream();
            exchange.chunk("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"one two three\"}],"
                    + "\"role\":\"model\"},\"index\":0}]}\r\n\r\n");
            exchange.endChunks();
        }));

        assertThat(gateway.brokenStream("/v1/chat/completions", Calls.stream("stalls"), new CountDownLatch(1)))
                .contains("one two three")
                .doesNotContain("[DONE]");
        Reply cutOff = gateway.chat(Calls.stream("twice"));

        assertThat(cutOff.text()).contains("one two three");
        gateway.books().awaitCount(Line.Kind.CALL, 2);
        assertThat(gateway.books().all())
                .hasSize(2)
                .allMatch(line -> line.outcome().attempts() == 1)
                .allMatch(line -> line.usage().get(Unit.OUTPUT) >= 2);
    }

    private Answer answer() {
        return google.guarded(new VertexAnswer(
                GeminiAnswer.of("Hello", " there!").usage(109, 100, 30, 0),
                AnthropicAnswer.of("Hello", " there!").usage(9, 100, 0, 30)));
    }

    private static String messages(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    }
}
