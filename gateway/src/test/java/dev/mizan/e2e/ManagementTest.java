package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Limits that are set by the API, as callers meet them: over sockets, with the real books, over a restart. */
class ManagementTest {
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
        try (Caller caller = new Caller(gateway.port(), text(key))) {
            return caller.post("/v1/chat/completions", body).reply();
        }
    }

    private static String text(JsonNode key) {
        return key.path("key").stringValue();
    }
}
