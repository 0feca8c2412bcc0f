package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.edge.CallTable;
import dev.mizan.edge.CallTable.Entry;
import dev.mizan.edge.CallTable.Target;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What goes wrong before a call is made is told in the caller's dialect, on every path. */
class DialectErrorsTest {
    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private Gateway gateway;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start();
        gateway = Gateway.start(folder, """
                providers: {up: {kind: openai-compatible, base_url: "%s", api_key: %s}}
                models: {any: {retries: 0, deployments: [up/gpt-4o-mini]}}
                prices: [{provider: up, model: "*", input: 2, output: 8}]
                """.formatted(upstream.v1(), Gateway.UPSTREAM_KEY));
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    @Test
    void whatIsNotJsonIsRefused() throws IOException {
        for (Map.Entry<String, Route> call : calls("any").entrySet()) {
            assertError(gateway.post(call.getKey(), "{\"model\":"), call, 400, "invalid_request_error", "JSON");
        }
    }

    @Test
    void aModelThatIsMissingOrUnknownIsRefused() throws IOException {
        for (Map.Entry<String, Route> call : calls("gpt-99").entrySet()) {
            Route route = call.getValue();
            boolean isInPath = call.getKey().contains("gpt-99");
            Reply unknown = gateway.post(call.getKey(), body(route, "gpt-99"));
            assertError(unknown, call, 404, "not_found_error", "gpt-99");
            if (!isInPath) {
                Reply missing = gateway.post(call.getKey(), body(route, "").replace("\"model\":\"\",", ""));
                // Of moderations the model is optional.
                int status = route == Route.MODERATIONS ? 404 : 400;
                assertError(
                        missing, call, status, status == 404 ? "not_found_error" : "invalid_request_error", "model");
            }
        }
    }

    @Test
    void aWrongKeyIsRefused() throws IOException {
        for (Map.Entry<String, Route> call : calls("any").entrySet()) {
            try (Caller caller = new Caller(gateway.port(), "sk-stranger-0123456789abcdef")) {
                Reply reply =
                        caller.post(call.getKey(), body(call.getValue(), "any")).reply();
                assertError(reply, call, 401, "authentication_error", "API key");
            }
        }
    }

    @Test
    void aSpentBudgetIsRefused() throws IOException {
        String spent = Calls.generateKey(
                gateway.port(), Gateway.MASTER_KEY, "{\"max_budget\":0.0000001,\"user_id\":\"veli\"}");
        for (Map.Entry<String, Route> call : calls("any").entrySet()) {
            try (Caller caller = new Caller(gateway.port(), spent)) {
                Reply reply =
                        caller.post(call.getKey(), body(call.getValue(), "any")).reply();
                assertError(reply, call, 429, "rate_limit_error", "0.0000001");
            }
        }
        assertThat(upstream.requests()).isZero();
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws IOException {
        for (Map.Entry<String, Route> call : calls("any").entrySet()) {
            try (Caller caller = gateway.caller()) {
                caller.raw(("POST " + call.getKey() + " HTTP/1.1\r\nHost: m\r\nAuthorization: Bearer " + gateway.key()
                                + "\r\nContent-Length: 1000001\r\n\r\n{")
                        .getBytes(StandardCharsets.UTF_8));
                assertError(caller.reply(), call, 413, "request_too_large", "1000000");
            }
        }
    }

    /** Every path that can cost money, by its address. */
    private static Map<String, Route> calls(String model) {
        Map<String, Route> calls = new LinkedHashMap<>();
        for (Entry entry : CallTable.entries()) {
            if (entry.target() instanceof Target.Paid(Route route)) {
                calls.put(entry.path().replace(CallTable.MODEL, model), route);
            }
        }
        return calls;
    }

    private static String body(Route route, String model) {
        String head = "{\"model\":\"" + model + "\",";
        return switch (route) {
            case CHAT_COMPLETIONS, OLLAMA_CHAT -> head + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
            case MESSAGES -> head + "\"max_tokens\":16,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
            case COMPLETIONS, OLLAMA_GENERATE -> head + "\"prompt\":\"Hi\"}";
            case EMBEDDINGS, MODERATIONS, RESPONSES -> head + "\"input\":\"Hi\"}";
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT -> "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}";
        };
    }

    /** @param anthropic the type that Anthropic has for it */
    private static void assertError(
            Reply reply, Map.Entry<String, Route> call, int status, String anthropic, String message) {
        String where = call.getKey() + ": " + reply.text();
        WireFormat format = call.getValue().format();
        JsonNode root = reply.json();
        JsonNode error = root.path("error");
        assertThat(reply.status()).as(where).isEqualTo(status);
        assertThat(reply.header("content-type")).as(where).isEqualTo("application/json");
        assertThat((error.isString() ? error : error.path("message")).asString(""))
                .as(where)
                .contains(message);
        switch (format) {
            case OPENAI_CHAT, OPENAI_RESPONSES -> {
                assertThat(root.propertyNames()).as(where).containsExactly("error");
                assertThat(error.propertyNames()).as(where).containsExactly("message", "type", "param", "code");
            }
            case ANTHROPIC_MESSAGES -> {
                assertThat(root.path("type").asString("")).as(where).isEqualTo("error");
                assertThat(error.path("type").asString("")).as(where).isEqualTo(anthropic);
                assertThat(root.path("request_id").asString("")).as(where).isEqualTo(reply.requestId());
            }
            case GEMINI -> {
                assertThat(error.path("code").asInt(0)).as(where).isEqualTo(status);
                assertThat(error.path("status").asString("")).as(where).matches("[A-Z_]+");
            }
            case OLLAMA -> {
                assertThat(root.propertyNames()).as(where).containsExactly("error");
                assertThat(error.isString()).as(where).isTrue();
            }
            case BEDROCK_CONVERSE -> throw new AssertionError("no caller speaks it");
        }
    }
}
