package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.AnthropicAnswer;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.GeminiAnswer;
import dev.mizan.upstream.OllamaAnswer;
import dev.mizan.upstream.Received;
import dev.mizan.usage.UsageSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients of Ollama through a whole gateway: at an Ollama, and at providers of other dialects. */
class OllamaClientTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String MESSAGES =
            "\"messages\":[{\"role\":\"user\",\"content\":\"" + "Every word counts. ".repeat(12) + "\"}]";
    private static final String LIMITED = MESSAGES + ",\"options\":{\"num_predict\":64}}";

    @TempDir
    Path folder;

    private FakeUpstream ollama;
    private FakeUpstream openai;
    private FakeUpstream claude;
    private FakeUpstream gemini;
    private Gateway gateway;

    @BeforeEach
    void start() {
        ollama = FakeUpstream.start()
                .otherwise(OllamaAnswer.of("Hello", " there!").usage(109, 30));
        openai =
                FakeUpstream.start().otherwise(ChatAnswer.of("Hello", " there!").usage(ChatAnswer.usage(109, 30)));
        claude = FakeUpstream.start()
                .otherwise(AnthropicAnswer.of("Hello", " there!").usage(109, 0, 0, 30));
        gemini = FakeUpstream.start()
                .otherwise(GeminiAnswer.of("Hello", " there!").usage(109, 0, 30, 0));
        gateway = Gateway.start(folder, """
                providers:
                  home:
                    kind: ollama
                    base_url: "%s"
                    timeouts: {connect: 1s, first_byte: 1500ms, idle: 1500ms, total: 30s}
                  up: {kind: openai-compatible, base_url: "%s", api_key: %s}
                  claude: {kind: anthropic, base_url: "%s", api_key: %s}
                  google: {kind: gemini, base_url: "%s", api_key: %s}
                models:
                  llama: {retries: 0, deployments: [home/llama3.2]}
                  gpt: {retries: 0, deployments: [up/gpt-4o-mini]}
                  claude: {retries: 0, deployments: [claude/claude-haiku-4-5]}
                  flash: {retries: 0, deployments: [google/gemini-2.0-flash]}
                prices:
                  - {provider: home, model: "*", input: 2, output: 8}
                  - {provider: up, model: "*", input: 2, output: 8}
                  - {provider: claude, model: "*", input: 2, output: 8}
                  - {provider: google, model: "*", input: 2, output: 8}
                limits: [{subject: "key:*", meter: cost, per: day, cap: 1}]
                """.formatted(
                        ollama.origin(),
                        openai.v1(),
                        Gateway.UPSTREAM_KEY,
                        claude.origin(),
                        Gateway.UPSTREAM_KEY,
                        gemini.origin(),
                        Gateway.UPSTREAM_KEY));
    }

    @AfterEach
    void stop() {
        gateway.close();
        for (FakeUpstream upstream : new FakeUpstream[] {ollama, openai, claude, gemini}) {
            upstream.close();
        }
    }

    @Test
    void aChatIsStreamedAsLinesUnlessTheBodySaysNoAndCostsTheSameEverywhere() throws IOException {
        for (String model : List.of("llama", "gpt", "claude", "flash")) {
            Reply streamed = gateway.post("/api/chat", "{\"model\":\"" + model + "\"," + LIMITED);

            assertThat(streamed.status()).as(streamed.text()).isEqualTo(200);
            assertThat(streamed.header("content-type")).isEqualTo("application/x-ndjson");
            assertThat(streamed.text()).endsWith("}\n");
            List<JsonNode> lines = lines(streamed);
            assertThat(lines.size()).isGreaterThan(2);
            StringBuilder text = new StringBuilder();
            lines.forEach(line -> text.append(line.at("/message/content").asString("")));
            assertThat(text.toString()).as(model).isEqualTo("Hello there!");
            JsonNode last = lines.getLast();
            assertThat(last.path("done").asBoolean()).isTrue();
            assertThat(last.path("prompt_eval_count").asLong()).isEqualTo(109);
            assertThat(last.path("eval_count").asLong()).isEqualTo(30);

            Reply whole = gateway.post("/api/chat", "{\"stream\":false,\"model\":\"" + model + "\"," + LIMITED);
            assertThat(whole.header("content-type")).startsWith("application/json");
            assertThat(whole.json().at("/message/content").asString()).isEqualTo("Hello there!");
            assertThat(whole.json().path("eval_count").asLong()).isEqualTo(30);
        }
        gateway.books().awaitCount(Line.Kind.CALL, 8);
        // 109 × 2 + 30 × 8 = 458 millionths
        assertThat(gateway.books().all())
                .allMatch(line -> line.cost().charged().nanos() == 458_000)
                .allMatch(line -> line.usageSource() == UsageSource.PROVIDER)
                .allMatch(line -> line.call().dialect().equals("ollama"))
                .allMatch(line -> line.call().endpoint().equals("/api/chat"));
    }

    @Test
    void anOllamaGetsTheCallersBytesAndItsAnswerIsNotTouched() throws Exception {
        ollama.otherwise(Answers.ollama());
        String rest = "\"prompt\":\"Why?\", \"raw\":true,\"unheard_of\":1.50,\"options\":{ \"num_predict\":64}}";

        Reply reply = gateway.post("/api/generate", "{\"model\":\"llama\"," + rest);

        Received received = ollama.take();
        assertThat(received.target()).isEqualTo("/api/generate");
        assertThat(received.text()).isEqualTo("{\"model\":\"llama3.2\"," + rest);
        assertThat(lines(reply).getLast().path("eval_duration").asLong()).isEqualTo(4_799_921_000L);
        assertThat(lines(reply))
                .extracting(line -> line.path("response").asString(""))
                .containsExactly("Hello", " there", "!", "");
        Line line = gateway.books().call(reply.requestId());
        // 26 × 2 + 3 × 8 = 76 millionths
        assertThat(line.cost().charged().nanos()).isEqualTo(76_000);
        assertThat(line.call().endpoint()).isEqualTo("/api/generate");
    }

    @Test
    void aPromptReachesAnOpenAiModel() throws Exception {
        Reply reply = gateway.post(
                "/api/generate",
                "{\"model\":\"gpt\",\"prompt\":\"Why?\",\"stream\":false,\"options\":{\"num_predict\":64}}");

        assertThat(reply.json().path("response").asString()).isEqualTo("Hello there!");
        assertThat(openai.take().json().at("/messages/0/content").asString()).isEqualTo("Why?");
    }

    @Test
    void theLimitOfOutputIsPutWhereOllamaReadsIt() throws Exception {
        String[][] cases = {
            {"{\"model\":\"llama\"," + MESSAGES + "}", "4096"},
            {"{\"model\":\"llama\",\"options\":{}," + MESSAGES + "}", "4096"},
            {"{\"model\":\"llama\",\"options\":null," + MESSAGES + "}", "4096"},
            {"{\"model\":\"llama\",\"options\":{\"seed\":1}," + MESSAGES + "}", "4096"},
            {"{\"model\":\"llama\",\"options\":{\"num_predict\":-1}," + MESSAGES + "}", "4096"},
            {"{\"model\":\"llama\",\"options\":{\"num_predict\":7,\"seed\":1}," + MESSAGES + "}", "7"},
        };
        for (String[] one : cases) {
            assertThat(gateway.post("/api/chat", one[0]).status()).as(one[0]).isEqualTo(200);
            JsonNode options = ollama.take().json().path("options");
            assertThat(options.path("num_predict").asString()).as(one[0]).isEqualTo(one[1]);
            assertThat(options.has("seed")).as(one[0]).isEqualTo(one[0].contains("seed"));
        }
    }

    @Test
    void aStreamThatBreaksOffEndsWithALineThatSaysSoAndIsCharged() throws IOException {
        ollama.enqueue(OllamaAnswer.of("one two three", "four").usage(40, 500).cut(1, false));
        openai.enqueue(exchange -> exchange.eventStream()
                .chunk("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one two three\"}}]}\n\n")
                .chunk("data: {\"error\":{\"message\":\"Out of memory\"}}\n\n")
                .endChunks());
        for (String model : List.of("llama", "gpt")) {
            Reply reply = gateway.post("/api/chat", "{\"model\":\"" + model + "\"," + LIMITED);

            List<JsonNode> lines = lines(reply);
            assertThat(lines.getFirst().at("/message/content").asString()).isEqualTo("one two three");
            assertThat(lines.getLast().path("error").asString()).containsAnyOf("fell silent", "Out of memory");
            Line line = gateway.books().call(reply.requestId());
            assertThat(line.outcome().status()).isEqualTo(Status.ERROR);
            assertThat(line.cost().charged().nanos()).isPositive();
        }
    }

    @Test
    void aStreamThatBeginsWithAnErrorIsAnError() throws IOException {
        ollama.enqueue(OllamaAnswer.of("never").error(0, "model is broken"));

        Reply reply = gateway.post("/api/chat", "{\"model\":\"llama\"," + LIMITED);

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.text().strip()).isEqualTo("{\"error\":\"model is broken\"}");
        assertThat(gateway.books().call(reply.requestId()).cost().charged().isZero())
                .isTrue();
    }

    @Test
    void modelsAreListedAndShownAsOllamaDoes() throws IOException {
        String key = Calls.generateKey(
                gateway.port(), Gateway.MASTER_KEY, "{\"models\":[\"llama\",\"gpt\"],\"user_id\":\"veli\"}");
        try (Caller caller = new Caller(gateway.port(), key)) {
            JsonNode tags =
                    caller.send("GET", "/api/tags", new byte[0]).reply().json().path("models");
            assertThat(tags.findValuesAsString("name")).containsExactlyInAnyOrder("llama", "gpt");
            assertThat(caller.post("/api/show", "{\"model\":\"gpt\"}")
                            .reply()
                            .json()
                            .path("capabilities")
                            .toString())
                    .contains("completion", "tools");
            Reply forbidden = caller.post("/api/show", "{\"model\":\"claude\"}").reply();
            assertThat(forbidden.status()).isEqualTo(404);
            assertThat(forbidden.json().path("error").asString()).contains("claude");
            assertThat(caller.post("/api/show", "{}").reply().status()).isEqualTo(400);
            assertThat(caller.send("GET", "/api/version", new byte[0])
                            .reply()
                            .json()
                            .path("version")
                            .asString())
                    .matches("\\d+\\.\\d+\\.\\d+");
        }
    }

    private static List<JsonNode> lines(Reply reply) {
        List<JsonNode> lines = new ArrayList<>();
        new String(reply.body(), StandardCharsets.UTF_8).lines().forEach(line -> lines.add(JSON.readTree(line)));
        return lines;
    }
}
