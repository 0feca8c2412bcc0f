package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.OllamaAnswer;
import dev.mizan.upstream.Received;
import dev.mizan.usage.Unit;
import dev.mizan.usage.UsageSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers of every dialect at an Ollama, through a whole gateway. */
class OllamaCallTest {
    @TempDir
    Path folder;

    private FakeUpstream ollama;
    private Gateway gateway;

    @BeforeEach
    void start() {
        ollama = FakeUpstream.start()
                .otherwise(OllamaAnswer.of("Hello", " there!").usage(109, 30));
        gateway = Gateway.start(folder, """
                providers:
                  home:
                    kind: ollama
                    api: native
                    base_url: "%s"
                    timeouts: {connect: 60s, first_byte: 60s, idle: 60s, total: 120s}
                  hasty:
                    kind: ollama
                    api: native
                    base_url: "%s"
                    timeouts: {connect: 60s, first_byte: 60s, idle: 3s, total: 120s}
                  plain: {kind: ollama, base_url: "%s"}
                models:
                  llama: {retries: 0, deployments: [home/llama3.2]}
                  twice: {retries: 1, deployments: [home/llama3.2]}
                  stalls: {retries: 1, deployments: [hasty/llama3.2]}
                  openai: {retries: 0, deployments: [plain/llama3.2]}
                prices:
                  - {provider: home, model: "*", input: 2, output: 8}
                  - {provider: hasty, model: "*", input: 2, output: 8}
                  - {provider: plain, model: "*", input: 2, output: 8}
                limits: [{subject: "key:*", meter: cost, per: day, cap: 1}]
                """.formatted(ollama.origin(), ollama.origin(), ollama.v1()));
    }

    @AfterEach
    void stop() {
        gateway.close();
        ollama.close();
    }

    @Test
    void everyDialectGetsItsOwnAnswerAndTheSameCostStreamedAndNot() throws IOException {
        for (boolean stream : new boolean[] {false, true}) {
            for (Asked asked : Asked.inEveryDialect("llama", stream)) {
                Reply reply = gateway.post(asked.path(), asked.body());

                assertThat(reply.status()).as(reply.text()).isEqualTo(200);
                assertThat(reply.text()).contains("there!").doesNotContain("eval_count");
                assertThat(reply.header("content-type")).startsWith(stream ? "text/event-stream" : "application/json");
            }
        }
        gateway.books().awaitCount(Line.Kind.CALL, 8);
        // 109 × 2 + 30 × 8 = 458 millionths
        assertThat(gateway.books().all())
                .allMatch(line -> line.cost().charged().nanos() == 458_000)
                .allMatch(line -> line.usageSource() == UsageSource.PROVIDER);
        assertThat(ollama.received())
                .allMatch(received -> received.path().equals("/api/chat"))
                .allMatch(received ->
                        received.json().path("options").path("num_predict").asLong() == 64);
    }

    @Test
    void aToolIsCalledInAStream() throws IOException {
        ollama.otherwise(OllamaAnswer.of("Let me see.").call("get_weather", "{\"city\":\"İzmir\"}"));

        Reply reply = gateway.chat("""
                {"model":"llama","stream":true,"max_tokens":64,"messages":[{"role":"user","content":"Weather?"}],
                 "tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object"}}}]}""");

        assertThat(reply.text()).contains("get_weather").contains("İzmir").contains("\"tool_calls\"");
    }

    @Test
    void withoutASettingItsOpenAiSideIsCalledWhateverTheAddress() throws IOException, InterruptedException {
        ollama.otherwise(Answers.byPath());

        assertThat(gateway.chat("{\"model\":\"openai\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
                        .status())
                .isEqualTo(200);
        Received chat = ollama.take();
        assertThat(gateway.post("/v1/embeddings", "{\"model\":\"llama\",\"input\":\"Hi\"}")
                        .status())
                .isEqualTo(200);

        assertThat(chat.path()).isEqualTo("/v1/chat/completions");
        assertThat(ollama.take().path()).isEqualTo("/v1/embeddings");
    }

    @Test
    void anErrorBeforeTheFirstTokenIsTriedAgain() throws IOException {
        ollama.enqueue(OllamaAnswer.of("x").error(0, "model runner has unexpectedly stopped"));

        Reply reply = gateway.chat(stream("twice"));

        assertThat(reply.text()).contains("there!").contains("[DONE]");
        Line line = gateway.books().onlyCall();
        assertThat(line.outcome().attempts()).isEqualTo(2);
        assertThat(line.cost().charged().nanos()).isEqualTo(458_000);
    }

    @Test
    void anErrorBeforeTheFirstTokenIsAnErrorOfTheCallersDialectAndCostsNothing() throws IOException {
        ollama.enqueue(OllamaAnswer.of("x").error(0, "model runner has unexpectedly stopped"));

        Reply reply = gateway.chat(stream("llama"));

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.header("content-type")).startsWith("application/json");
        assertThat(reply.text()).contains("\"error\"").contains("unexpectedly stopped");
        assertThat(gateway.books().onlyCall().cost().charged().isZero()).isTrue();
    }

    @Test
    void anErrorInMidStreamEndsItAndIsChargedByWhatCame() throws IOException {
        ollama.enqueue(OllamaAnswer.of("one two three", " four").error(1, "out of memory"));

        Reply reply = gateway.chat(stream("twice"));

        assertThat(reply.text())
                .contains("one two three")
                .contains("out of memory")
                .doesNotContain("[DONE]");
        Line line = gateway.books().onlyCall();
        assertThat(line.outcome().status()).isEqualTo(Status.ERROR);
        assertThat(line.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(line.usage().get(Unit.OUTPUT)).isBetween(2L, 6L);
        assertThat(ollama.requests()).isEqualTo(1);
    }

    @Test
    void aStreamThatIsResetOrStallsEndsWithAnErrorAndIsChargedOnce() throws IOException {
        for (boolean byReset : List.of(true, false)) {
            CountDownLatch read = new CountDownLatch(1);
            ollama.enqueue(
                    OllamaAnswer.of("one two three", " four").cut(1, byReset).once(read));

            assertThat(gateway.brokenStream("/v1/chat/completions", stream("stalls"), read))
                    .contains("one two three", "\"error\"")
                    .doesNotContain("[DONE]");
        }
        gateway.books().awaitCount(Line.Kind.CALL, 2);
        assertThat(gateway.books().all())
                .hasSize(2)
                .allMatch(line -> line.outcome().status() == Status.ERROR)
                .allMatch(line -> line.usage().get(Unit.OUTPUT) >= 2);
    }

    @Test
    void errorsKeepTheirStatusAndMessage() throws IOException {
        ollama.enqueue(
                exchange -> exchange.json(404, "{\"error\":\"model 'llama3.2' not found\"}"),
                exchange -> exchange.json(404, "{\"error\":\"model 'llama3.2' not found\"}"));

        Reply openai = gateway.chat(stream("llama"));
        Reply anthropic = gateway.post("/v1/messages", stream("llama"));

        assertThat(openai.status()).isEqualTo(404);
        assertThat(openai.text()).contains("\"message\":\"model 'llama3.2' not found\"");
        assertThat(anthropic.text()).contains("\"type\":\"error\"").contains("not found");
    }

    private static String stream(String model) {
        return "{\"model\":\"" + model
                + "\",\"stream\":true,\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    }
}
