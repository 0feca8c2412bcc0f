package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.upstream.Answer;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Calls that are too long or forbidden go to aliases of their own, and how deployments are doing can be seen. */
class FallbackListsTest {
    private static final Answer TOO_LONG = Answers.failure(
            400,
            "This model's maximum context length is 8192 tokens.",
            "invalid_request_error",
            "context_length_exceeded");
    private static final Answer FORBIDDEN =
            Answers.failure(400, "Rejected.", "invalid_request_error", "content_policy_violation");

    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private Gateway gateway;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start();
        gateway = Gateway.start(folder, """
                providers:
                  up: {kind: openai-compatible, base_url: "%s", api_key: none}
                routing: {breaker: {calls: 3, open_for: 1h}}
                models:
                  small:
                    retries: 0
                    fallbacks: [other]
                    context_window_fallbacks: [long, longer]
                    content_policy_fallbacks: [open]
                    deployments: [{id: small-1, provider: up, model: small-model}]
                  other: up/other-model
                  long: {retries: 0, deployments: [up/long-model]}
                  longer: {retries: 0, routing: sticky, deployments: [up/longer-model]}
                  open: {retries: 0, breaker: {enabled: false}, deployments: [up/open-model]}
                  plain: {retries: 0, fallbacks: [other], deployments: [up/plain-model]}
                """.formatted(upstream.v1()) + Gateway.PRICES);
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    @Test
    void aCallThatIsTooLongGoesDownItsListAndIsChargedOnce() throws Exception {
        upstream.enqueue(TOO_LONG, TOO_LONG, new ChatAnswer().usage(ChatAnswer.usage(100, 10)));

        Reply reply = gateway.chat(Calls.chat("small"));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("x-mizan-attempts")).isEqualTo("3");
        assertThat(models()).containsExactly("small-model", "long-model", "longer-model");
        List<Line> lines = gateway.books().lines(reply.requestId());
        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst().target().upstreamModel()).isEqualTo("longer-model");
        assertThat(lines.getFirst().call().alias()).isEqualTo("small");
        assertThat(lines.getFirst().cost().charged().nanos()).isEqualTo(280_000);
    }

    @Test
    void aForbiddenCallGoesToAnotherListAndAStreamToo() throws Exception {
        upstream.enqueue(FORBIDDEN, new ChatAnswer());
        assertThat(gateway.chat(Calls.chat("small")).status()).isEqualTo(200);
        upstream.enqueue(TOO_LONG, FORBIDDEN, new ChatAnswer());
        Reply stream = gateway.chat(Calls.stream("small"));

        assertThat(stream.streamedText()).isEqualTo("Hello there!");
        assertThat(models()).containsExactly("small-model", "open-model", "small-model", "long-model", "open-model");
        assertThat(gateway.books().lines(stream.requestId())).hasSize(1);
    }

    @Test
    void whatAnAttemptInTheListMayHaveCostIsALineAndTheCallerPaysOnce() throws Exception {
        upstream.enqueue(TOO_LONG, Answers.reset(), new ChatAnswer().usage(ChatAnswer.usage(100, 10)));

        Reply reply = gateway.chat(Calls.chat("small"));

        List<Line> lines = gateway.books().lines(reply.requestId());
        assertThat(lines).hasSize(2);
        Line attempt = lines.stream()
                .filter(line -> line.kind() == Line.Kind.ATTEMPT)
                .findFirst()
                .orElseThrow();
        assertThat(attempt.target().upstreamModel()).isEqualTo("long-model");
        assertThat(attempt.cost().provider().nanos()).isPositive();
        assertThat(lines.stream()
                        .mapToLong(line -> line.cost().charged().nanos())
                        .sum())
                .isEqualTo(280_000);
    }

    @Test
    void whenTheListIsUsedUpTheLastErrorIsTold() throws Exception {
        upstream.enqueue(TOO_LONG, TOO_LONG, TOO_LONG);

        Reply reply = gateway.chat(Calls.chat("small"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).contains("context_length_exceeded");
        assertThat(models()).containsExactly("small-model", "long-model", "longer-model");
        assertThat(gateway.books()
                        .lines(reply.requestId())
                        .getFirst()
                        .cost()
                        .charged()
                        .nanos())
                .isZero();
    }

    @Test
    void withoutAListTheErrorIsTold() throws Exception {
        upstream.enqueue(TOO_LONG);

        assertThat(gateway.chat(Calls.chat("plain")).status()).isEqualTo(400);
        assertThat(upstream.requests()).isEqualTo(1);
    }

    @Test
    void howDeploymentsAreDoingIsSeen() throws Exception {
        for (int i = 0; i < 3; i++) {
            upstream.enqueue(Answers.failure(503, "down", "server_error", ""), new ChatAnswer());
            gateway.chat(Calls.chat("small"));
        }

        try (Caller master = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
            JsonNode deployments = get(master, "/api/v1/deployments").json().path("deployments");
            assertThat(deployments.size()).isEqualTo(6);
            JsonNode small = deployments.get(0);
            assertThat(small.path("mean_latency_ms").isNumber()).isTrue();
            assertThat(small.toString())
                    .startsWith("{\"id\":\"small-1\",\"alias\":\"small\",\"provider\":\"up\",\"model\":\"small-model\","
                            + "\"state\":\"open\",\"calls\":3,\"failures\":3,")
                    .endsWith("\"in_flight\":0}");
            assertThat(deployments.get(1).path("calls").asInt()).isEqualTo(3);
            assertThat(deployments.get(1).path("mean_latency_ms").asDouble()).isPositive();
            assertThat(deployments.get(4).path("state").asString("")).isEqualTo("disabled");
            assertThat(get(master, "/metrics").text()).contains("mizan_breakers_open 1.0");
        }
        try (Caller other = gateway.caller()) {
            assertThat(get(other, "/api/v1/deployments").status()).isEqualTo(403);
        }
    }

    private static Reply get(Caller caller, String path) throws IOException {
        return caller.send("GET", path, new byte[0]).reply();
    }

    private List<String> models() {
        return upstream.received().stream()
                .map(request -> request.json().path("model").asString(""))
                .toList();
    }
}
