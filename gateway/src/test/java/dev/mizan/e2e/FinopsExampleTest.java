package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/finops.yaml} runs, and does what its document says, with the document's own numbers. */
class FinopsExampleTest {
    /** 30,000 characters, some 7,000 tokens: within the 8,000 of a request. */
    private static final String LONG = "The wheat field in the north. ".repeat(1_000);

    @TempDir
    Path folder;

    private FakeUpstream upstream;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start().otherwise(ChatAnswer.of("Olur.").usage(ChatAnswer.usage(7_000, 2_000)));
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    @Test
    void questionsGoToTheModelOfTheirClassAtTheDocumentsPrices() throws IOException {
        try (Gateway gateway = example("100000", "10000000")) {
            Reply first = chat(gateway, gateway.key(), "smart", "İade politikanız nedir?");
            assertThat(first.header("x-mizan-complexity")).isEqualTo("medium");
            assertThat(first.header("x-mizan-model")).isEqualTo("gpt-4o");
            // 7,000 × $2.50 + 2,000 × $10, per million
            assertThat(first.header("x-mizan-cost-usd")).isEqualTo("0.0375");

            Reply second = chat(
                    gateway,
                    gateway.key(),
                    "smart",
                    "Enterprise ve business planlarımızı karşılaştır, 500 çalışanlı orta ölçekli bir şirket için hangisi daha"
                            + " iyi olur, 3 yıllık ölçeklenebilirlik ve maliyeti göz önünde bulundurarak analiz et");
            assertThat(second.header("x-mizan-complexity")).isEqualTo("complex");
            assertThat(second.header("x-mizan-model")).isEqualTo("gpt-4-turbo");
            // 7,000 × $10 + 2,000 × $30, per million
            assertThat(second.header("x-mizan-cost-usd")).isEqualTo("0.13");

            Reply third = chat(gateway, gateway.key(), "smart", "Nedir bu?");
            assertThat(third.header("x-mizan-model")).isEqualTo("gpt-4o-mini");
            // 7,000 × $0.15 + 2,000 × $0.60, per million
            assertThat(third.header("x-mizan-cost-usd")).isEqualTo("0.00225");
        }
    }

    @Test
    void largeCallsAndStormsOfToolCallsAreRefused() throws IOException {
        try (Gateway gateway = example("100000", "10000000")) {
            assertThat(chat(gateway, gateway.key(), "gpt-4o", LONG + LONG).errorCode())
                    .isEqualTo("input_token_limit_exceeded");
            assertThat(gateway.chat("{\"model\":\"gpt-4o\",\"max_tokens\":2001,\"messages\":["
                                    + "{\"role\":\"user\",\"content\":\"x\"}]}")
                            .errorCode())
                    .isEqualTo("output_token_limit_exceeded");
            String round = ",{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":"
                    + "{\"name\":\"get_reviews\",\"arguments\":\"{}\"}}]},"
                    + "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"r\"}";
            String question = "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}";
            assertThat(gateway.chat(question + round.repeat(6) + "]}").errorCode())
                    .isEqualTo("tool_call_limit_exceeded");
            assertThat(upstream.requests()).isZero();

            assertThat(gateway.chat(question + round.repeat(5) + "]}").status()).isEqualTo(200);
            assertThat(new String(upstream.received().getLast().body(), StandardCharsets.UTF_8))
                    .containsPattern("\"max_(completion_)?tokens\":2000\\b");

            // Fifty chunks of a search: five are passed on.
            String chunk = ",{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"chunk\"}";
            Reply trimmed = gateway.chat(question + chunk.repeat(50) + "]}");
            assertThat(trimmed.header("x-mizan-guarded")).isEqualTo("documents_trimmed");
            assertThat(new String(upstream.received().getLast().body(), StandardCharsets.UTF_8).split("\"chunk\"", -1))
                    .hasSize(6);
        }
    }

    @Test
    void aUsersDayAndATeamsMonthEndAtTheirTokens() throws IOException {
        try (Gateway gateway = example("100000", "117000")) {
            String ayse = key(gateway, "ayse");
            for (int i = 0; i < 10; i++) {
                assertThat(chat(gateway, ayse, "gpt-4o", LONG).status()).isEqualTo(200);
            }
            Reply eleventh = chat(gateway, ayse, "gpt-4o", LONG);
            assertThat(eleventh.status()).isEqualTo(200);

            Reply refused = chat(gateway, ayse, "gpt-4o", LONG);

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("x-should-retry")).isEqualTo("false");
            assertThat(refused.text()).contains("99000/100000");
            // Another user has a day of their own, and the same team's month.
            String can = key(gateway, "can");
            assertThat(chat(gateway, can, "gpt-4o", LONG).status()).isEqualTo(200);
            assertThat(chat(gateway, can, "gpt-4o", LONG).text()).contains("108000/117000");
            Await.until("an alert at 90 %", () -> alerts(gateway).contains("\"percent\":90"));
            assertThat(alerts(gateway)).contains("günlük");
        }
    }

    @Test
    void aDayThatCostsTooMuchIsTold() throws IOException {
        try (Gateway gateway = example("100000", "10000000")) {
            chat(gateway, gateway.key(), "gpt-4-turbo", LONG);

            Await.until("the alarm", () -> alerts(gateway).contains("daily_spend"));
        }
    }

    private static String alerts(Gateway gateway) {
        try (Caller caller = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
            return caller.send("GET", "/api/v1/alerts", new byte[0]).reply().text();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Gateway example(String userTokens, String teamTokens) {
        return Gateway.example(
                folder,
                "finops.yaml",
                Map.of(
                        "PROVIDER",
                        "openai-compatible",
                        "OPENAI_BASE_URL",
                        upstream.v1().toString(),
                        "USER_TOKENS_PER_DAY",
                        userTokens,
                        "TEAM_TOKENS_PER_MONTH",
                        teamTokens,
                        "ALERT_INTERVAL",
                        "1s",
                        "DAILY_COST_ALARM",
                        "0.13"));
    }

    private static String key(Gateway gateway, String user) throws IOException {
        return Calls.generateKey(
                gateway.port(), Gateway.MASTER_KEY, "{\"user_id\":\"" + user + "\",\"team_id\":\"support\"}");
    }

    private static Reply chat(Gateway gateway, String key, String model, String question) throws IOException {
        try (Caller caller = new Caller(gateway.port(), key)) {
            return caller.post(
                            "/v1/chat/completions",
                            "{\"model\":\"" + model
                                    + "\",\"max_tokens\":2000,\"messages\":[{\"role\":\"user\",\"content\":\""
                                    + question + "\"}]}")
                    .reply();
        }
    }
}
