package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code examples/reseller.yaml} runs, and does what its document says, with the document's own numbers. */
class ResellerExampleTest {
    @TempDir
    Path folder;

    private FakeUpstream upstream;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start().otherwise(ChatAnswer.of("Merhaba").usage(ChatAnswer.usage(100, 50)));
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    @Test
    void aUserOfTheStandardPlanMayCallTwiceAMinute() throws IOException {
        try (Gateway gateway = example("348")) {
            String key = user(
                    gateway, "{\"user_id\":\"user_001\",\"user_email\":\"user@example.com\",\"plan\":\"standard\"}");
            assertThat(chat(gateway, key, "autox").header("x-ratelimit-limit-requests"))
                    .isEqualTo("2");
            assertThat(chat(gateway, key, "autox").status()).isEqualTo(200);

            Reply refused = chat(gateway, key, "autox");

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.errorCode()).isEqualTo("rate_limit_exceeded");
            assertThat(refused.text()).contains("user_001").contains("dakikalık istek limiti aşıldı (2/2)");
            assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(1, 61);
            // Another user has limits of their own.
            assertThat(chat(gateway, user(gateway, "{\"user_id\":\"user_002\",\"plan\":\"standard\"}"), "autox")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aMinutesTokensAreInDebtUntilTheyHaveLeft() throws IOException {
        upstream.otherwise(ChatAnswer.of("Uzun").usage(ChatAnswer.usage(400, 600)));
        try (Gateway gateway = example("348")) {
            String key = user(gateway, "{\"user_id\":\"user_001\",\"plan\":\"standard\"}");

            // 833 tokens a minute admit one call of 1,000 and make the next one wait.
            assertThat(chat(gateway, key, "autox").status()).isEqualTo(200);
            Reply waits = chat(gateway, key, "autox");

            assertThat(waits.status()).isEqualTo(429);
            assertThat(waits.text()).contains("1000/833");
        }
    }

    @Test
    void premiumDoublesIt() throws IOException {
        try (Gateway gateway = example("348")) {
            String key = user(gateway, "{\"user_id\":\"premium_user_001\",\"plan\":\"premium\"}");
            for (int i = 0; i < 4; i++) {
                assertThat(chat(gateway, key, "autox").status()).isEqualTo(200);
            }
            assertThat(chat(gateway, key, "autox").text()).contains("(4/4)");
            JsonNode info = get(gateway, "/user/info?user_id=premium_user_001");
            assertThat(info.toString()).contains("\"plan\":\"premium\"");
        }
    }

    @Test
    void theMixIsFortyThirtyThirty() throws IOException {
        try (Gateway gateway = example("348")) {
            Map<String, Integer> models = new TreeMap<>();
            for (int i = 0; i < 20; i++) {
                Reply reply = chat(gateway, Gateway.MASTER_KEY, "mix");
                assertThat(reply.status()).isEqualTo(200);
                models.merge(reply.header("x-mizan-model"), 1, Integer::sum);
            }
            assertThat(models)
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of("claude-haiku-4-5", 8, "claude-sonnet-4-0", 6, "claude-sonnet-4-5", 6));
        }
    }

    @Test
    void allUsersTogetherNeverSpendMoreThanTheMonthsBudget() throws IOException {
        try (Gateway gateway = example("0.01")) {
            Reply reply = chat(gateway, Gateway.MASTER_KEY, "sonnet-4-5-x");
            int answered = 0;
            for (; reply.status() == 200; answered++) {
                reply = chat(gateway, Gateway.MASTER_KEY, "sonnet-4-5-x");
            }
            assertThat(answered).isPositive();
            assertThat(reply.errorCode()).isEqualTo("cost_limit_exceeded");
            assertThat(reply.text()).contains("aylık");
            gateway.books().awaitCount(Line.Kind.CALL, answered);
            assertThat(gateway.books().all().stream()
                            .mapToLong(line -> line.cost().provider().nanos())
                            .sum())
                    .isLessThanOrEqualTo(10_000_000);
        }
    }

    private Gateway example(String budget) {
        return Gateway.example(
                folder,
                "reseller.yaml",
                Map.of(
                        "PROVIDER",
                        "openai-compatible",
                        "ANTHROPIC_BASE_URL",
                        upstream.v1().toString(),
                        "MONTHLY_BUDGET",
                        budget));
    }

    private static String user(Gateway gateway, String body) throws IOException {
        try (Caller caller = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
            return caller.post("/user/new", body).reply().json().path("key").asString();
        }
    }

    private static JsonNode get(Gateway gateway, String path) throws IOException {
        try (Caller caller = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
            return caller.send("GET", path, new byte[0]).reply().json();
        }
    }

    private static Reply chat(Gateway gateway, String key, String model) throws IOException {
        try (Caller caller = new Caller(gateway.port(), key)) {
            return caller.post(
                            "/v1/chat/completions",
                            "{\"model\":\"" + model
                                    + "\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\""
                                    + "Merhaba, nasılsın? ".repeat(10) + "\"}]}")
                    .reply();
        }
    }
}
