package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.usage.Unit;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tool calls are counted when their results come back, whatever the caller speaks, and can be limited. */
class ToolCallsTest {
    private static final String LIMITS = "limits: [{subject: \"user:*\", meter: tool_calls, per: month, cap: 5}]\n";

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/v1/chat/completions | {\"model\":\"once\",$\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"x\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},{\"id\":\"y\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"x\",\"content\":\"1\"},{\"role\":\"tool\",\"tool_call_id\":\"y\",\"content\":\"2\"}]}",
                "/v1/messages | {\"model\":\"once\",$\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"x\",\"name\":\"f\",\"input\":{}},{\"type\":\"tool_use\",\"id\":\"y\",\"name\":\"f\",\"input\":{}}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"x\",\"content\":\"1\"},{\"type\":\"tool_result\",\"tool_use_id\":\"y\",\"content\":\"2\"}]}]}",
                "/v1/responses | {\"model\":\"once\",$\"store\":false,\"input\":[{\"role\":\"user\",\"content\":\"a\"},{\"type\":\"function_call\",\"call_id\":\"x\",\"name\":\"f\",\"arguments\":\"{}\"},{\"type\":\"function_call\",\"call_id\":\"y\",\"name\":\"f\",\"arguments\":\"{}\"},{\"type\":\"function_call_output\",\"call_id\":\"x\",\"output\":\"1\"},{\"type\":\"function_call_output\",\"call_id\":\"y\",\"output\":\"2\"}]}",
                "/v1beta/models/once:generateContent | {\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]},{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{}}},{\"functionCall\":{\"name\":\"g\",\"args\":{}}}]},{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":{}}},{\"functionResponse\":{\"name\":\"g\",\"response\":{}}}]}]}"
            })
    void everyDialectCountsTheSameStreamedAndNot(String path, String body) throws Exception {
        boolean gemini = path.contains("v1beta");
        try (Gateway gateway = gateway("")) {
            Reply whole = gateway.post(path, body.replace("$", ""));
            Reply streamed = gateway.post(
                    gemini ? path.replace("generateContent", "streamGenerateContent?alt=sse") : path,
                    body.replace("$", "\"stream\":true,"));

            assertThat(whole.status()).as(whole.text()).isEqualTo(200);
            assertThat(streamed.status()).as(streamed.text()).isEqualTo(200);
            assertThat(counted(gateway, whole)).isEqualTo(2);
            assertThat(counted(gateway, streamed)).isEqualTo(2);
            assertThat(gateway.books().call(streamed.requestId()).cost().unpricedReason())
                    .isEmpty();
        }
    }

    @Test
    void aLimitHoldsToTheLastOneAndOverARestart() throws Exception {
        try (Gateway gateway = gateway(LIMITS)) {
            assertThat(gateway.chat(withResults(2)).status()).isEqualTo(200);
            assertThat(gateway.chat(withResults(2)).status()).isEqualTo(200);
            Reply refused = gateway.chat(withResults(2));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.errorCode()).isEqualTo("quota_exceeded");
            assertThat(refused.text())
                    .contains("limit of tool calls per month: used 4, reserved 0, this call needs 2, cap 5");
            assertThat(gateway.chat(Calls.chat("once")).status()).isEqualTo(200);
            gateway.books().awaitCount(Line.Kind.CALL, 3);
        }
        try (Gateway gateway = gateway(LIMITS)) {
            assertThat(gateway.chat(withResults(2)).errorCode()).isEqualTo("quota_exceeded");
            assertThat(gateway.chat(withResults(1)).status()).isEqualTo(200);
            assertThat(gateway.chat(withResults(1)).errorCode()).isEqualTo("quota_exceeded");
            assertThat(gateway.chat(Calls.chat("once")).status()).isEqualTo(200);
        }
    }

    @Test
    void whatFailedIsGivenBack() throws Exception {
        try (Gateway gateway = gateway(LIMITS)) {
            upstream.enqueue(Answers.failure(400, "No.", "invalid_request_error", ""));
            Reply failed = gateway.chat(withResults(5));

            assertThat(failed.status()).isEqualTo(400);
            assertThat(gateway.chat(withResults(5)).status()).isEqualTo(200);
            assertThat(gateway.chat(withResults(1)).errorCode()).isEqualTo("quota_exceeded");
        }
    }

    @Test
    void theMetricsAndTheRollupsHaveThem() throws Exception {
        try (Gateway gateway = gateway("metrics: {public_read: true}\n")) {
            Reply reply = gateway.chat(withResults(3));
            assertThat(counted(gateway, reply)).isEqualTo(3);

            try (Caller caller = gateway.caller()) {
                assertThat(caller.send("GET", "/metrics", new byte[0]).reply().text())
                        .containsPattern("mizan_tool_calls_total\\{[^}]*\\} 3.0")
                        .doesNotContain("type=\"tool_calls\"");
            }
            try (Caller caller = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
                Reply spend = caller.send("GET", "/api/v1/spend", new byte[0]).reply();
                assertThat(spend.json()
                                .path("data")
                                .path(0)
                                .path("usage")
                                .path("tool_calls")
                                .asInt())
                        .as(spend.text())
                        .isEqualTo(3);
            }
        }
    }

    private static long counted(Gateway gateway, Reply reply) {
        return gateway.books().call(reply.requestId()).usage().get(Unit.TOOL_CALLS);
    }

    private static String withResults(int results) {
        String result = "{\"role\":\"tool\",\"tool_call_id\":\"x\",\"content\":\"1\"}";
        return "{\"model\":\"once\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\"},"
                + (result + ",").repeat(results - 1) + result + "]}";
    }

    private Gateway gateway(String yaml) {
        return Gateway.start(folder, Gateway.models(upstream) + Gateway.PRICES + yaml);
    }
}
