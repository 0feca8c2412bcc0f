package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.upstream.Answers;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Limits that are set by the API, as callers meet them: over sockets, with the real books, over a restart. */
class ManagementTest {
    /** The three commands of the guide for resellers, as it prints them. */
    private static final String PRINTED = """
            curl -X POST http://localhost:4000/user/new \\
              -H "Authorization: Bearer sk-your-master-key" \\
              -H "Content-Type: application/json" \\
              -d '{
                "user_id": "user_001",
                "user_email": "user@example.com",
                "max_budget": 23.19,
                "budget_duration": "30d"
              }'

            curl -X POST http://localhost:4000/user/update \\
              -H "Authorization: Bearer sk-your-master-key" \\
              -H "Content-Type: application/json" \\
              -d '{
                "user_id": "user_001",
                "tpm_limit": 833,
                "rpm_limit": 2,
                "max_requests_per_day": 100,
                "max_tokens_per_day": 50000
              }'

            curl -X POST http://localhost:4000/user/update \\
              -H "Authorization: Bearer sk-your-master-key" \\
              -H "Content-Type: application/json" \\
              -d '{
                "user_id": "premium_user_001",
                "max_budget": 46.38,
                "tpm_limit": 1666,
                "rpm_limit": 4,
                "max_requests_per_day": 200,
                "max_tokens_per_day": 100000
              }'
            """;

    @TempDir
    Path folder;

    private FakeUpstream upstream;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start();
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    @Test
    void aKeysRateIsKeptAndNamed() throws Exception {
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            JsonNode key = manage(gateway, "/key/generate", "{\"rpm_limit\":2}");

            assertThat(call(gateway, key, Calls.chat("once")).status()).isEqualTo(200);
            assertThat(call(gateway, key, Calls.chat("once")).status()).isEqualTo(200);
            Reply refused = call(gateway, key, Calls.chat("once"));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.errorCode()).isEqualTo("rate_limit_exceeded");
            assertThat(refused.text())
                    .contains(
                            "Key " + key.path("token").stringValue() + " has reached its limit of requests per minute");
            manage(gateway, "/key/update", "{\"key\":\"" + text(key) + "\",\"rpm_limit\":null}");
            assertThat(call(gateway, key, Calls.chat("once")).status()).isEqualTo(200);
        }
    }

    @Test
    void aLimitOnOneModelHoldsWhereAFallbackLeadsToIt() throws Exception {
        upstream.otherwise(exchange -> {
            boolean isFallback =
                    exchange.received().json().path("model").asString("").equals("gpt-4o-mini");
            (isFallback ? ChatAnswer.of("Hello") : Answers.status(500, "{}")).to(exchange);
        });
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            JsonNode key = manage(gateway, "/key/generate", "{\"model_rpm_limit\":{\"once\":1}}");

            // safe has failed and falls back to once.
            assertThat(call(gateway, key, Calls.chat("safe")).status()).isEqualTo(200);
            Reply full = call(gateway, key, Calls.chat("safe"));

            assertThat(full.status()).isNotEqualTo(200);
            assertThat(upstream.requests()).isEqualTo(3);
        }
    }

    @Test
    void aKeysBudgetHoldsOverARestartAndIsShownAndReset() throws Exception {
        JsonNode key;
        String spent;
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            key = manage(gateway, "/key/generate", "{\"max_budget\":0.001,\"budget_duration\":\"30d\"}");
            Reply reply = call(gateway, key, bounded(20));
            while (reply.status() == 200) {
                reply = call(gateway, key, bounded(20));
            }
            assertThat(reply.errorCode()).isEqualTo("cost_limit_exceeded");
            assertThat(reply.text()).containsPattern("Current cost: [0-9.]+, Max budget: 0.001");
            spent = info(gateway, key).path("spend").toString();
        }
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            assertThat(call(gateway, key, bounded(20)).errorCode()).isEqualTo("cost_limit_exceeded");
            JsonNode info = info(gateway, key);
            assertThat(info.path("spend").toString()).isEqualTo(spent);
            assertThat(info.path("max_budget").decimalValue()).isEqualByComparingTo("0.001");
            assertThat(info.path("budget_reset_at").asString("")).startsWith("20");

            manage(gateway, "/key/update", "{\"key\":\"" + text(key) + "\",\"spend\":0}");

            assertThat(info(gateway, key).path("spend").decimalValue()).isEqualByComparingTo("0");
            assertThat(call(gateway, key, bounded(20)).status()).isEqualTo(200);
        }
    }

    @Test
    void aModelsShareOfAKeyIsItsOwn() throws Exception {
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            JsonNode key = manage(gateway, "/key/generate", "{\"model_rpm_limit\":{\"once\":1}}");

            assertThat(call(gateway, key, Calls.chat("once")).status()).isEqualTo(200);
            assertThat(call(gateway, key, Calls.chat("once")).errorCode()).isEqualTo("rate_limit_exceeded");
            assertThat(call(gateway, key, Calls.chat("gpt-4o-mini")).status()).isEqualTo(200);
        }
    }

    @Test
    void aKeyIsKeptToItsRoutesAndNetworks() throws Exception {
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            JsonNode routed = manage(gateway, "/key/generate", "{\"allowed_routes\":[\"/embeddings\"]}");
            JsonNode far = manage(gateway, "/key/generate", "{\"allowed_networks\":[\"10.0.0.0/8\"]}");
            JsonNode near = manage(gateway, "/key/generate", "{\"allowed_networks\":[\"127.0.0.0/8\"]}");

            assertThat(call(gateway, routed, Calls.chat("once")).errorCode()).isEqualTo("permission_denied");
            assertThat(call(gateway, far, Calls.chat("once")).text()).contains("may not be used from 127.0.0.1");
            assertThat(call(gateway, near, Calls.chat("once")).status()).isEqualTo(200);
            assertThat(upstream.requests()).isEqualTo(1);
        }
    }

    @Test
    void theCallsOfTheResellersGuideWorkAsPrinted() throws Exception {
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            List<Reply> replies = new ArrayList<>();
            for (String command : PRINTED.split("\n\n", -1)) {
                replies.add(run(gateway, command));
            }

            assertThat(replies).extracting(Reply::status).containsExactly(200, 200, 200);
            JsonNode made = replies.getFirst().json();
            assertThat(made.path("user_id").stringValue()).isEqualTo("user_001");
            assertThat(replies.getLast().json().at("/data/max_requests_per_day").intValue())
                    .isEqualTo(200);
            assertThat(call(gateway, made, bounded(20)).status()).isEqualTo(200);
            assertThat(call(gateway, made, bounded(20)).status()).isEqualTo(200);
            Reply refused = call(gateway, made, bounded(20));
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.text()).contains("User user_001 has reached its limit of requests per minute");
        }
    }

    @Test
    void aUsersDayCountsOverAllItsKeysAndARestart() throws Exception {
        String second;
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            JsonNode user = manage(gateway, "/user/new", "{\"user_id\":\"can\",\"max_requests_per_day\":2}");
            second = text(manage(gateway, "/key/generate", "{\"user_id\":\"can\"}"));
            assertThat(call(gateway, user, Calls.chat("once")).status()).isEqualTo(200);
            assertThat(call(gateway, second, Calls.chat("once")).status()).isEqualTo(200);
            assertThat(call(gateway, user, Calls.chat("once")).errorCode()).isEqualTo("daily_limit_exceeded");
        }
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            Reply refused = call(gateway, second, Calls.chat("once"));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.errorCode()).isEqualTo("daily_limit_exceeded");
            assertThat(refused.text()).contains("User can has reached its limit of requests per day");
        }
    }

    @Test
    void aTeamsBudgetHoldsOverARestart() throws Exception {
        String key;
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            manage(gateway, "/team/new", "{\"team_id\":\"shop\",\"max_budget\":0.001}");
            key = text(manage(gateway, "/key/generate", "{\"team_id\":\"shop\"}"));
            assertThat(spendAll(gateway, key, bounded(20)).text())
                    .contains("Team shop has reached its limit of cost")
                    .containsPattern("Current cost: [0-9.]+, Max budget: 0.001");
        }
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            assertThat(call(gateway, key, bounded(20)).errorCode()).isEqualTo("cost_limit_exceeded");
            manage(gateway, "/team/update", "{\"team_id\":\"shop\",\"max_budget\":1}");
            assertThat(call(gateway, key, bounded(20)).status()).isEqualTo(200);
        }
    }

    @Test
    void aCustomersBudgetIsItsOwnAndATagsIsAllItsCallers() throws Exception {
        String bob = bounded(20).replace("{\"max_tokens\"", "{\"user\":\"bob\",\"max_tokens\"");
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            manage(gateway, "/customer/new", "{\"user_id\":\"bob\",\"max_budget\":0.001,\"budget_duration\":\"day\"}");
            manage(gateway, "/tag/new", "{\"name\":\"nightly\",\"max_budget\":0.001}");

            assertThat(spendAll(gateway, gateway.key(), bob).text())
                    .contains("End-user default / bob has reached its limit of cost");
            String eve = bob.replace("bob", "eve");
            assertThat(call(gateway, gateway.key(), eve).status()).isEqualTo(200);
            String tagged = text(manage(gateway, "/key/generate", "{\"tags\":[\"nightly\"]}"));
            assertThat(spendAll(gateway, tagged, eve).text()).contains("Tag nightly has reached its limit of cost");
            assertThat(call(gateway, gateway.key(), eve).status()).isEqualTo(200);
        }
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            assertThat(call(gateway, gateway.key(), bob).errorCode()).isEqualTo("cost_limit_exceeded");
        }
    }

    @Test
    void whoIsBlockedIsNamed() throws Exception {
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            manage(gateway, "/user/update", "{\"user_id\":\"ayse\",\"blocked\":true}");
            Reply refused = call(gateway, gateway.key(), Calls.chat("once"));
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.errorCode()).isEqualTo("key_blocked");
            assertThat(refused.text()).contains("user ayse is blocked");

            manage(gateway, "/user/update", "{\"user_id\":\"ayse\",\"blocked\":false}");
            assertThat(call(gateway, gateway.key(), Calls.chat("once")).status())
                    .isEqualTo(200);
            manage(gateway, "/team/new", "{\"team_id\":\"tests\",\"models\":[\"twice\"]}");
            assertThat(call(gateway, gateway.key(), Calls.chat("once")).errorCode())
                    .isEqualTo("model_not_allowed");
            assertThat(upstream.requests()).isEqualTo(1);
        }
    }

    @Test
    void aPlanThatIsMadeByTheApiLimitsWhoeverHoldsIt() throws Exception {
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            manage(gateway, "/api/v1/plans", "{\"name\":\"standard\",\"rpm_limit\":1}");
            manage(gateway, "/user/update", "{\"user_id\":\"ayse\",\"plan\":\"standard\"}");

            Reply reply = call(gateway, gateway.key(), Calls.chat("once"));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(call(gateway, gateway.key(), Calls.chat("once")).errorCode())
                    .isEqualTo("rate_limit_exceeded");
            assertThat(gateway.books().call(reply.requestId()).principal().plan())
                    .isEqualTo("standard");
        }
    }

    /** Runs a printed command against {@code gateway}, with its address and master key instead of the printed ones. */
    private static Reply run(Gateway gateway, String command) throws IOException {
        Matcher url =
                Pattern.compile("curl -X POST http://localhost:4000(/\\S+) ").matcher(command);
        Matcher body = Pattern.compile("-d '(.*)'\\s*$", Pattern.DOTALL).matcher(command);
        assertThat(url.find() && body.find()).as(command).isTrue();
        List<String> headers = new ArrayList<>();
        Matcher header = Pattern.compile("-H \"([^\"]+)\"").matcher(command);
        while (header.find()) {
            headers.add(header.group(1).replace("sk-your-master-key", Gateway.MASTER_KEY));
        }
        byte[] bytes = body.group(1).getBytes(StandardCharsets.UTF_8);
        headers.add("Content-Length: " + bytes.length);
        String head = "POST " + url.group(1) + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers);
        try (Caller curl = new Caller(gateway.port(), "")) {
            return curl.raw((head + "\r\n\r\n" + body.group(1)).getBytes(StandardCharsets.UTF_8))
                    .reply();
        }
    }

    private static Reply spendAll(Gateway gateway, String key, String body) throws IOException {
        Reply reply = call(gateway, key, body);
        while (reply.status() == 200) {
            reply = call(gateway, key, body);
        }
        assertThat(reply.errorCode()).isEqualTo("cost_limit_exceeded");
        return reply;
    }

    private static String bounded(int maxTokens) {
        return Calls.chat("once").replace("{\"model\"", "{\"max_tokens\":" + maxTokens + ",\"model\"");
    }

    private static JsonNode info(Gateway gateway, JsonNode key) throws IOException {
        try (Caller operator = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
            return operator.send("GET", "/key/info?key=" + key.path("token").stringValue(), new byte[0])
                    .reply()
                    .json()
                    .path("info");
        }
    }

    private static JsonNode manage(Gateway gateway, String path, String body) throws IOException {
        try (Caller operator = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
            Reply reply = operator.post(path, body).reply();
            assertThat(reply.status()).as(path + ": " + reply.text()).isEqualTo(200);
            return reply.json();
        }
    }

    private static Reply call(Gateway gateway, JsonNode key, String body) throws IOException {
        return call(gateway, text(key), body);
    }

    private static Reply call(Gateway gateway, String key, String body) throws IOException {
        try (Caller caller = new Caller(gateway.port(), key)) {
            return caller.post("/v1/chat/completions", body).reply();
        }
    }

    private static String text(JsonNode key) {
        return key.path("key").stringValue();
    }
}
