package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.OllamaAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code examples/local-models.yaml} runs, and does what its document says. */
class LocalModelsExampleTest {
    @TempDir
    Path folder;

    private FakeUpstream ollama;
    private FakeUpstream server;

    @BeforeEach
    void start() {
        ollama = FakeUpstream.start()
                .otherwise(OllamaAnswer.of("Merhaba", " dünya").usage(1_000, 500));
        server = FakeUpstream.start().otherwise(ChatAnswer.of("Merhaba").usage(ChatAnswer.usage(1_000, 500)));
    }

    @AfterEach
    void stop() {
        ollama.close();
        server.close();
    }

    @Test
    void everyCallOfAChatIsMeasuredPricedAndExported() throws IOException {
        try (Gateway gateway = example("1")) {
            chat(gateway, "llama3.2", "chat-1", true);
            chat(gateway, "qwen3", "chat-1", false);
            chat(gateway, "llama3.2", "chat-2", true);
            gateway.books().awaitCount(Line.Kind.CALL, 3);

            long tokens = 0;
            BigDecimal cost = BigDecimal.ZERO;
            for (JsonNode line :
                    get(gateway, "/api/v1/ledger?format=json").json().path("data")) {
                boolean streamed = line.path("streaming").asBoolean();
                assertThat(line.path("duration_ms").isNumber()).isTrue();
                assertThat(line.path("first_token_ms").isNumber()).isEqualTo(streamed);
                assertThat(line.path("provider").asString()).isEqualTo(streamed ? "ollama" : "server");
                if (line.path("chat_id").asString().equals("chat-1")) {
                    tokens += line.path("total_tokens").asLong();
                    cost = cost.add(new BigDecimal(line.path("charged_cost_usd").asString()));
                }
            }
            // 1,000 × $0.05 + 500 × $0.20, and 1,000 × $0.15 + 500 × $0.60, per million
            assertThat(tokens).isEqualTo(3_000);
            assertThat(cost).isEqualByComparingTo("0.0006");
            String csv = get(gateway, "/api/v1/ledger?format=csv").text();
            assertThat(csv.lines().findFirst().orElseThrow())
                    .contains("chat_id", "duration_ms", "first_token_ms", "tokens_per_second");
            assertThat(csv.lines()).hasSize(4);
        }
    }

    @Test
    void aUserIsToldOfAtEightyPercentAndServedAllTheSame() throws IOException {
        try (Gateway gateway = example("0.00056")) {
            chat(gateway, "qwen3", "chat-1", false);

            Await.until("the alert", () -> alerts(gateway).contains("\"percent\":80"));
            chat(gateway, "qwen3", "chat-1", false);
            assertThat(alerts(gateway)).contains("user:ayse");
        }
    }

    private static String alerts(Gateway gateway) {
        try {
            return get(gateway, "/api/v1/alerts").text();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reply get(Gateway gateway, String path) throws IOException {
        try (Caller caller = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
            return caller.send("GET", path, new byte[0]).reply();
        }
    }

    private static void chat(Gateway gateway, String model, String chat, boolean stream) throws IOException {
        Reply reply = gateway.post(
                "/v1/chat/completions",
                stream ? Calls.streamWithUsage(model) : Calls.chat(model),
                "x-mizan-chat-id: " + chat);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private Gateway example(String dailyBudget) {
        return Gateway.example(
                folder,
                "local-models.yaml",
                Map.of(
                        "OLLAMA_URL",
                        ollama.origin().toString(),
                        "SERVER_URL",
                        server.v1().toString(),
                        "USER_DAILY_BUDGET",
                        dailyBudget));
    }
}
