package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.money.NanoUsd;
import dev.mizan.upstream.Answer;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code examples/cost-tracking.yaml} runs, and does what its document says, with the document's own numbers. */
class CostTrackingExampleTest {
    /** Some 600 characters: more than the 500 tokens that the upstream says it read. */
    private static final String FIELD = "The wheat field in the north. ".repeat(20);

    @TempDir
    Path folder;

    private FakeUpstream upstream;

    @BeforeEach
    void start() {
        // 500 tokens in and 1,000 out: $0.035 with gpt-4-turbo-preview, by the document's prices.
        upstream = FakeUpstream.start().otherwise(answer("Water it.", 500, 1_000));
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    @Test
    void cheaperModelsAndThenRulesAnswerAsTheDayIsUsedUp() throws IOException {
        try (Gateway gateway = example("1.00")) {
            String key = key(gateway, "tenant_123");
            Reply first = post(gateway, key, "/agent/chat", message(FIELD));
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.json().path("answer").asString()).isEqualTo("Water it.");
            assertThat(first.json().path("cost_usd").decimalValue()).isEqualByComparingTo("0.035");
            assertThat(first.json().path("usage").path("total").asLong()).isEqualTo(1_500);
            Line line = gateway.books().call(first.requestId());
            assertThat(line.call().endpoint()).isEqualTo("/agent/chat");
            assertThat(line.call().operation()).isEqualTo("chat");
            assertThat(line.cost().overrun()).isEqualTo(NanoUsd.ZERO);

            for (int i = 1; i < 21; i++) {
                assertThat(post(gateway, key, "/agent/chat", message(FIELD)).header("x-mizan-degraded"))
                        .isEmpty();
            }
            assertThat(status(gateway).path("daily_cost").decimalValue()).isEqualByComparingTo("0.735");
            assertThat(status(gateway).path("status").asString()).isEqualTo("ok");

            post(gateway, key, "/agent/analyze", "{\"field\":\"north\",\"observations\":\"" + FIELD + "\"}");
            Reply cheaper = post(gateway, key, "/agent/chat", message(FIELD));
            assertThat(cheaper.header("x-mizan-degraded")).isEqualTo("claude-3-haiku-20240307");
            assertThat(gateway.books().call(cheaper.requestId()).cost().provider())
                    .isEqualTo(NanoUsd.ofNanos(1_375_000));
            JsonNode warned = status(gateway);
            assertThat(warned.path("status").asString()).isEqualTo("warning");
            assertThat(warned.path("daily_percentage").decimalValue()).isEqualByComparingTo("77.14");
        }
    }

    @Test
    void fromNinetyPercentOnRulesAnswerForNothing() throws IOException {
        try (Gateway gateway = example("0.038")) {
            String key = key(gateway, "tenant_123");
            assertThat(post(gateway, key, "/agent/chat", message(FIELD)).status())
                    .isEqualTo(200);

            Reply canned = post(gateway, key, "/agent/chat", message("When is irrigation due?"));

            assertThat(canned.header("x-mizan-degraded")).isEqualTo("rules");
            assertThat(canned.json().path("answer").asString()).startsWith("Water early");
            assertThat(canned.json().path("cost_usd").decimalValue()).isEqualByComparingTo("0");
            assertThat(status(gateway).path("status").asString()).isEqualTo("critical");
            Reply off = post(gateway, key, "/v1/embeddings", "{\"model\":\"text-embedding-ada-002\",\"input\":\"x\"}");
            assertThat(off.status()).isEqualTo(503);
            assertThat(off.errorCode()).isEqualTo("endpoint_disabled");
            assertThat(upstream.requests()).isEqualTo(1);
        }
    }

    @Test
    void aTrialTenantIsToldInTheDocumentsWordsThatItsDayIsOver() throws IOException {
        try (Gateway gateway = example("100.0")) {
            String trial = key(gateway, "tenant_trial");
            upstream.enqueue(answer("Long.", 500, 83_000), answer("Long.", 500, 82_900));
            for (int i = 0; i < 2; i++) {
                assertThat(post(gateway, trial, "/v1/chat/completions", chat(83_000))
                                .status())
                        .isEqualTo(200);
            }

            Reply refused = post(gateway, trial, "/agent/chat", message(FIELD));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("x-should-retry")).isEqualTo("false");
            assertThat(refused.text()).isEqualTo("""
                    {"error":"cost_limit_exceeded",\
                    "message":"🔴 Daily LLM cost limit reached: $4.99/$5.00. Limit will reset tomorrow.",\
                    "details":{"daily_cost":"$4.99","daily_limit":"$5.00"}}""");
            // Another tenant has the default of $100, whatever trial has used.
            assertThat(post(gateway, key(gateway, "tenant_123"), "/agent/chat", message(FIELD))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void theBudgetsAreChangedWhileRunningAndKeptOverARestart() throws IOException {
        try (Gateway gateway = example("0.01")) {
            String key = key(gateway, "tenant_123");
            assertThat(post(gateway, key, "/agent/chat", message(FIELD)).status())
                    .isEqualTo(429);
            assertThat(post(gateway, key, "/api/v2/cost/limits/update?daily_limit=1", "{}")
                            .status())
                    .isEqualTo(403);

            Reply updated = manage(gateway, "/api/v2/cost/limits/update?daily_limit=150.0&monthly_limit=3000.0");

            assertThat(updated.text()).isEqualTo("{\"daily_limit\":150.0,\"monthly_limit\":3000.0}");
            assertThat(post(gateway, key, "/agent/chat", message(FIELD)).status())
                    .isEqualTo(200);
            for (String wrong : new String[] {"daily_limit=0", "daily_limit=ten", "dayly_limit=1", ""}) {
                assertThat(manage(gateway, "/api/v2/cost/limits/update?" + wrong)
                                .status())
                        .isEqualTo(400);
            }
        }
        try (Gateway gateway = example("0.01")) {
            assertThat(status(gateway).path("daily_limit").decimalValue()).isEqualByComparingTo("150");
        }
        // The configuration says something else now: that counts.
        try (Gateway gateway = example("0.02")) {
            assertThat(status(gateway).path("daily_limit").decimalValue()).isEqualByComparingTo("0.02");
        }
    }

    @Test
    void aDayThatIsResetBeginsAnewAndTheLedgerStaysWhatItIs() throws IOException {
        try (Gateway gateway = example("0.04")) {
            String key = key(gateway, "tenant_123");
            post(gateway, key, "/agent/chat", message(FIELD));
            assertThat(post(gateway, key, "/agent/chat", message("Hello")).header("x-mizan-degraded"))
                    .isEqualTo("claude-3-haiku-20240307");
            assertThat(status(gateway).path("daily_cost").decimalValue()).isEqualByComparingTo("0.036375");

            Reply reset = manage(gateway, "/api/v2/cost/reset/daily");

            assertThat(reset.json().path("reset_cost").decimalValue()).isEqualByComparingTo("0.036375");
            assertThat(status(gateway).path("daily_cost").decimalValue()).isEqualByComparingTo("0");
            assertThat(post(gateway, key, "/agent/chat", message(FIELD)).header("x-mizan-degraded"))
                    .isEmpty();
            assertThat(status(gateway).path("daily_cost").decimalValue()).isEqualByComparingTo("0.035");
        }
        // The reset is in the books: a restart does not bring back what it took away.
        try (Gateway gateway = example("0.04")) {
            assertThat(status(gateway).path("daily_cost").decimalValue()).isEqualByComparingTo("0.035");
            assertThat(post(gateway, key(gateway, "tenant_123"), "/agent/chat", message("Hello"))
                            .header("x-mizan-degraded"))
                    .isEqualTo("claude-3-haiku-20240307");
        }
    }

    @Test
    void aTenantMayCallTenTimesAMinute() throws IOException {
        try (Gateway gateway = example("100.0", "10")) {
            String key = key(gateway, "tenant_123");
            for (int i = 0; i < 10; i++) {
                assertThat(post(gateway, key, "/agent/chat", message("Hello")).status())
                        .isEqualTo(200);
            }

            Reply refused = post(gateway, key, "/agent/chat", message("Hello"));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.errorCode()).isEqualTo("rate_limit_exceeded");
        }
    }

    @Test
    void anAnswerThatIsNoneIsBookedAllTheSame() throws IOException {
        try (Gateway gateway = example("100.0")) {
            upstream.enqueue(Answers.status(200, "<html>"));

            Reply reply = post(gateway, key(gateway, "tenant_123"), "/agent/chat", message(FIELD));

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json().path("answer").asString()).isEmpty();
            assertThat(gateway.books().call(reply.requestId()).usage().inputTokens())
                    .isPositive();
        }
    }

    @Test
    void wrongCallsOfAnOperationAreRefusedByField() throws IOException {
        try (Gateway gateway = example("100.0")) {
            String key = key(gateway, "tenant_123");
            assertThat(post(gateway, key, "/agent/chat", "{}").text()).contains("'message' is missing");
            assertThat(post(gateway, key, "/agent/chat", "{\"messages\":1}").text())
                    .contains("'messages' is unknown here (expected: message)");
            assertThat(post(gateway, key, "/agent/chat", "[").status()).isEqualTo(400);
            assertThat(post(gateway, "sk-nobody-0123456789", "/agent/chat", "{}")
                            .status())
                    .isEqualTo(401);
            assertThat(post(gateway, key, "/agent/chat?message=Hello", "{}").status())
                    .isEqualTo(200);
            assertThat(upstream.requests()).isEqualTo(1);
        }
    }

    private Gateway example(String daily) {
        return example(daily, "1000");
    }

    private Gateway example(String daily, String callsPerMinute) {
        return Gateway.example(
                folder,
                "cost-tracking.yaml",
                Map.of(
                        "PROVIDER",
                        "openai-compatible",
                        "OPENAI_BASE_URL",
                        upstream.v1().toString(),
                        "ANTHROPIC_BASE_URL",
                        upstream.v1().toString(),
                        "MAX_DAILY_LLM_COST",
                        daily,
                        "TENANT_REQUESTS_PER_MINUTE",
                        callsPerMinute));
    }

    private static Answer answer(String text, long prompt, long completion) {
        return ChatAnswer.of(text).usage(ChatAnswer.usage(prompt, completion));
    }

    private static String key(Gateway gateway, String tenant) throws IOException {
        return Calls.generateKey(gateway.port(), Gateway.MASTER_KEY, "{\"tenant\":\"" + tenant + "\"}");
    }

    private static Reply post(Gateway gateway, String key, String path, String body) throws IOException {
        try (Caller caller = new Caller(gateway.port(), key)) {
            return caller.post(path, body).reply();
        }
    }

    private static Reply manage(Gateway gateway, String path) throws IOException {
        try (Caller caller = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
            return caller.send("POST", path, new byte[0]).reply();
        }
    }

    /** What the cost API says once it knows of as many calls as the upstream does. */
    private JsonNode status(Gateway gateway) throws IOException {
        gateway.books().awaitCount(Line.Kind.CALL, upstream.requests());
        try (Caller caller = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
            return caller.send("GET", "/api/v2/cost/status", new byte[0])
                    .reply()
                    .json();
        }
    }

    private static String message(String text) {
        return "{\"message\":\"" + text + "\"}";
    }

    private static String chat(int maxTokens) {
        return "{\"model\":\"gpt-4-turbo-preview\",\"max_tokens\":" + maxTokens
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + FIELD + "\"}]}";
    }
}
