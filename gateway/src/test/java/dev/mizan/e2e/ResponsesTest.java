package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.moderations.ModerationCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.Received;
import dev.mizan.upstream.ResponsesAnswer;
import dev.mizan.usage.Unit;
import dev.mizan.usage.UsageSource;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's responses at providers that have them, where the bytes pass through. */
class ResponsesTest {
    private static final String REST = "\"input\":\"Say hello\",  \"store\":true,\"unheard_of\":1.50}";

    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private Gateway gateway;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start()
                .otherwise(ResponsesAnswer.of("Hello", " there!").usage(109, 100, 30, 10));
        gateway = started("");
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    @Test
    void aWholeAnswerPassesThroughAsItIsInBothDirections() throws Exception {
        Reply reply = gateway.post("/v1/responses", "{\"model\":\"gpt\"," + REST);

        assertThat(reply.text())
                .isEqualTo(ResponsesAnswer.of("Hello", " there!")
                        .usage(109, 100, 30, 10)
                        .whole());
        Received received = upstream.take();
        assertThat(received.target()).isEqualTo("/v1/responses");
        assertThat(received.text()).isEqualTo("{\"model\":\"gpt-4o-mini\"," + REST);
        Line line = gateway.books().call(reply.requestId());
        assertThat(line.usageSource()).isEqualTo(UsageSource.PROVIDER);
        assertThat(line.usage().get(Unit.CACHE_READ)).isEqualTo(100);
        // 9 × 2 + 100 × 0.5 + 30 × 8 = 308 millionths
        assertThat(line.cost().charged().nanos()).isEqualTo(308_000);
        assertThat(line.call().dialect()).isEqualTo("openai-responses");
    }

    @Test
    void aStreamPassesThroughEventByEventAndItsLastOneSaysTheUsage() throws Exception {
        Reply reply = gateway.post("/v1/responses", "{\"model\":\"gpt\",\"stream\":true," + REST);

        assertThat(reply.text())
                .isEqualTo(String.join(
                        "",
                        ResponsesAnswer.of("Hello", " there!")
                                .usage(109, 100, 30, 10)
                                .events()));
        assertThat(reply.header("content-type")).startsWith("text/event-stream");
        assertThat(upstream.take().text()).isEqualTo("{\"model\":\"gpt-4o-mini\",\"stream\":true," + REST);
        Line line = gateway.books().call(reply.requestId());
        assertThat(line.call().streaming()).isTrue();
        assertThat(line.usageSource()).isEqualTo(UsageSource.PROVIDER);
        assertThat(line.cost().charged().nanos()).isEqualTo(308_000);
        assertThat(reply.trailer("x-mizan-cost-usd")).isEqualTo("0.000308");
    }

    @Test
    void aLastEventThatRepeatsLongInstructionsIsStillRead() throws Exception {
        upstream.otherwise(ResponsesAnswer.of("Hello").usage(109, 100, 30, 10).instructions(900_000));

        Reply reply = gateway.post("/v1/responses", "{\"model\":\"gpt\",\"stream\":true," + REST);

        assertThat(reply.body()).hasSizeGreaterThan(2_700_000);
        assertThat(gateway.books().call(reply.requestId()).cost().charged().nanos())
                .isEqualTo(308_000);
    }

    @Test
    void theOfficialClientGoesOnWithWhatTheProviderKeeps() throws Exception {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.address() + "/v1")
                .apiKey(gateway.key())
                .maxRetries(0)
                .build();
        try {
            ResponseCreateParams params = ResponseCreateParams.builder()
                    .model("gpt")
                    .input("And again")
                    .previousResponseId("resp_7")
                    .build();
            Response response = client.responses().create(params);
            assertThat(response.id()).isEqualTo("resp_7");
            assertThat(upstream.take().json().path("previous_response_id").asString())
                    .isEqualTo("resp_7");
            try (StreamResponse<ResponseStreamEvent> stream = client.responses().createStreaming(params)) {
                assertThat(stream.stream().filter(ResponseStreamEvent::isCompleted))
                        .hasSize(1);
            }
        } finally {
            client.close();
        }
        gateway.books().awaitCount(Line.Kind.CALL, 2);
    }

    @Test
    void whatTheProviderKeepsIsUnboundedWhereALimitMustHold() throws Exception {
        restart("limits: [{subject: \"key:*\", meter: cost, per: day, cap: 1}]\n");

        Reply reply = gateway.post("/v1/responses", "{\"model\":\"gpt\",\"previous_response_id\":\"resp_7\"," + REST);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().at("/error/param").asString()).isEqualTo("previous_response_id");
        assertThat(upstream.requests()).isZero();
    }

    @Test
    void whereThatIsAllowedTheWholeContextWindowIsSetAside() throws Exception {
        restart("unbounded: allow\nlimits: [{subject: \"key:*\", meter: cost, per: day, cap: 0.02}]\n");
        String bounded = "\"max_output_tokens\":100," + REST;

        // 128,000 tokens at 0.15 are 0.0192, and the text alone next to nothing.
        assertThat(gateway.post("/v1/responses", "{\"model\":\"listed\",\"previous_response_id\":\"resp_7\"," + bounded)
                        .status())
                .isEqualTo(200);
        assertThat(gateway.post("/v1/responses", "{\"model\":\"listed\"," + bounded.replace("100", "10000"))
                        .status())
                .isEqualTo(200);
        Reply refused = gateway.post(
                "/v1/responses",
                "{\"model\":\"listed\",\"previous_response_id\":\"resp_7\"," + bounded.replace("100", "10000"));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.errorCode()).isEqualTo("cost_limit_exceeded");
    }

    @Test
    void theLimitOfOutputIsSentInTheFormatsOwnField() throws Exception {
        restart(
                "limits: [{subject: \"key:*\", meter: cost, per: day, cap: 1}]\nguards: {max_output_tokens_per_request: 50, on_output: clamp}\n");

        assertThat(gateway.post("/v1/responses", "{\"model\":\"gpt\"," + REST).status())
                .isEqualTo(200);
        assertThat(upstream.take().json().path("max_output_tokens").asLong()).isEqualTo(50);
        assertThat(gateway.post("/v1/responses", "{\"max_output_tokens\":900,\"model\":\"gpt\"," + REST)
                        .status())
                .isEqualTo(200);
        assertThat(upstream.take().text()).isEqualTo("{\"max_output_tokens\":50,\"model\":\"gpt-4o-mini\"," + REST);
    }

    @Test
    void whatIsAnsweredLaterIsRefusedAndSoIsWhatATranslatedCallCantHave() throws Exception {
        Reply later = gateway.post("/v1/responses", "{\"model\":\"gpt\",\"background\":true," + REST);
        assertThat(later.status()).isEqualTo(400);
        assertThat(later.json().at("/error/param").asString()).isEqualTo("background");
        Reply translated = gateway.post(
                "/v1/responses", "{\"model\":\"chat\",\"input\":\"Hi\",\"previous_response_id\":\"resp_7\"}");
        assertThat(translated.status()).isEqualTo(400);
        assertThat(translated.json().at("/error/param").asString()).isEqualTo("previous_response_id");
        assertThat(upstream.requests()).isZero();
    }

    @Test
    void azureIsCalledWhereItHasThem() throws Exception {
        assertThat(gateway.post("/openai/responses?api-version=preview", "{\"model\":\"azure\"," + REST)
                        .status())
                .isEqualTo(200);
        Received received = upstream.take();
        assertThat(received.target()).isEqualTo("/openai/v1/responses");
        assertThat(received.json().path("model").asString()).isEqualTo("my-deployment");
    }

    @Test
    void aStreamThatFallsSilentIsChargedOnceForWhatItSaid() throws Exception {
        upstream.enqueue(ResponsesAnswer.of("one two three four five six seven eight nine ten")
                .usage(40, 0, 500, 0)
                .cut(6));
        Reply reply = gateway.post("/v1/responses", "{\"model\":\"gpt\",\"stream\":true," + REST);

        assertThat(reply.text()).contains("output_item.done").endsWith("\n\n");
        assertThat(reply.events().getLast()).contains("\"type\":\"error\"").contains("fell silent");
        Line line = gateway.books().call(reply.requestId());
        assertThat(line.outcome().status()).isEqualTo(Status.ERROR);
        assertThat(line.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(line.usage().get(Unit.OUTPUT)).isBetween(8L, 14L);
    }

    @Test
    void aResponseThatFailsIsAnErrorOnTheLedger() throws Exception {
        String failed =
                "{\"id\":\"resp_7\",\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"No\"},"
                        + "\"usage\":null}";
        upstream.enqueue(Answers.status(200, failed));
        Reply whole = gateway.post("/v1/responses", "{\"model\":\"gpt\"," + REST);
        assertThat(whole.status()).isEqualTo(502);
        assertThat(whole.text()).isEqualTo(failed);

        upstream.enqueue(exchange -> exchange.eventStream()
                .chunk("event: response.failed\ndata: {\"type\":\"response.failed\",\"response\":" + failed + "}\n\n")
                .endChunks());
        Reply streamed = gateway.post("/v1/responses", "{\"model\":\"gpt\",\"stream\":true," + REST);
        assertThat(streamed.text()).contains("response.failed");
        for (Reply reply : new Reply[] {whole, streamed}) {
            assertThat(gateway.books().call(reply.requestId()).outcome().status())
                    .isEqualTo(Status.ERROR);
        }
    }

    @Test
    void moderationsPassThroughAndAreFreeWhereTheCatalogueSaysSo() throws Exception {
        restart("limits: [{subject: \"key:*\", meter: cost, per: day, cap: 1}]\n");
        upstream.otherwise(Answers.moderation());

        Reply reply = gateway.post("/v1/moderations", "{\"input\":[\"Hello\",\"there\"]}");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.json().at("/results/0/flagged").asBoolean(true)).isFalse();
        assertThat(upstream.take().text())
                .isEqualTo("{\"model\":\"omni-moderation-latest\",\"input\":[\"Hello\",\"there\"]}");
        Line line = gateway.books().call(reply.requestId());
        assertThat(line.call().operation()).isEqualTo("moderation");
        assertThat(line.cost().charged().isZero()).isTrue();
        assertThat(line.cost().unpricedReason()).isEmpty();
        assertThat(refusedParam("{\"model\":\"gpt\",\"stream\":true,\"input\":\"Hi\"}"))
                .isEqualTo("stream");
        assertThat(refusedParam("{\"model\":\"gpt\"}")).isEqualTo("input");
        assertThat(refusedParam("{\"model\":\"azure\",\"input\":\"Hi\"}")).isEqualTo("model");
        assertThat(refusedParam("{\"model\":\"gpt\",\"input\":[{\"type\":\"image_url\",\"image_url\":"
                        + "{\"url\":\"https://example.com/a.png\"}}]}"))
                .isEqualTo("image_url");
        assertThat(upstream.requests()).isEqualTo(1);
    }

    @Test
    void theOfficialClientModerates() {
        upstream.otherwise(Answers.moderation());
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.address() + "/v1")
                .apiKey(gateway.key())
                .maxRetries(0)
                .build();
        try {
            assertThat(client.moderations()
                            .create(ModerationCreateParams.builder()
                                    .input("Hello")
                                    .build())
                            .results()
                            .getFirst()
                            .flagged())
                    .isFalse();
        } finally {
            client.close();
        }
    }

    private String refusedParam(String body) throws IOException {
        Reply reply = gateway.post("/v1/moderations", body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        return reply.json().at("/error/param").asString();
    }

    /** With {@code more} in its configuration. */
    private void restart(String more) {
        gateway.close();
        gateway = started(more);
    }

    private Gateway started(String more) {
        return Gateway.start(
                folder,
                """
                providers:
                  up:
                    kind: openai
                    base_url: "%s"
                    api_key: %s
                    timeouts: {connect: 1s, first_byte: 1500ms, idle: 1500ms, total: 30s}
                  listed: {kind: openai-compatible, responses: true, base_url: "%s", api_key: %s, catalogue: openai}
                  azure: {kind: azure-openai, base_url: "%s", api_key: %s}
                  chats: {kind: openai-compatible, base_url: "%s", api_key: %s}
                models:
                  gpt: {retries: 0, deployments: [up/gpt-4o-mini]}
                  listed: {retries: 0, deployments: [listed/gpt-4o-mini]}
                  omni-moderation-latest: {retries: 0, deployments: [listed/omni-moderation-latest]}
                  azure: {retries: 0, deployments: [azure/my-deployment]}
                  chat: {retries: 0, deployments: [chats/gpt-4o-mini]}
                prices:
                  - {provider: up, model: "*", input: 2, output: 8, cache_read: 0.5}
                  - {provider: azure, model: "*", input: 2, output: 8}
                  - {provider: chats, model: "*", input: 2, output: 8}
                """.formatted(
                                        upstream.v1(),
                                        Gateway.UPSTREAM_KEY,
                                        upstream.v1(),
                                        Gateway.UPSTREAM_KEY,
                                        upstream.origin(),
                                        Gateway.UPSTREAM_KEY,
                                        upstream.v1(),
                                        Gateway.UPSTREAM_KEY)
                        + more);
    }
}
