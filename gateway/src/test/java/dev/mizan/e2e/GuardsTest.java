package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.dialect.ContextEdits;
import dev.mizan.upstream.FakeUpstream;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Guards on tools and documents, as the provider and the caller meet them. */
class GuardsTest {
    private static final String TOOLS = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],";

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
    void tooManyToolCallsAreRefusedOrAnsweredWithToolsSwitchedOff() throws Exception {
        try (Gateway gateway = gateway("guards: {max_tool_calls_per_turn: 2}\n")) {
            assertThat(gateway.chat(chat(2)).status()).isEqualTo(200);
            assertThat(gateway.chat(chat(3)).errorCode()).isEqualTo("tool_call_limit_exceeded");
            assertThat(upstream.requests()).isEqualTo(1);
        }
        try (Gateway gateway = gateway("""
                guards: {max_tool_calls_per_turn: 2, on_tool_calls: without_tools}
                metrics: {public_read: true}
                """)) {
            Reply within = gateway.chat(chat(2));
            assertThat(within.header("x-mizan-guarded")).isEmpty();
            assertThat(sent().has("tool_choice")).isFalse();

            Reply beyond = gateway.chat(chat(3));
            assertThat(beyond.status()).isEqualTo(200);
            assertThat(beyond.header("x-mizan-guarded")).isEqualTo("tools_off");
            assertThat(sent().path("tool_choice").asString()).isEqualTo("none");
            assertThat(sent().path("tools")).hasSize(1);
            try (Caller caller = gateway.caller()) {
                assertThat(caller.send("GET", "/metrics", new byte[0]).reply().text())
                        .containsPattern("mizan_guarded_total\\{action=\"tools_off\"\\} 1.0");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/v1/messages | {\"model\":\"once\",\"max_tokens\":9,\"tools\":[{\"name\":\"f\",\"input_schema\":{}}],\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"x\",\"name\":\"f\",\"input\":{}},{\"type\":\"tool_use\",\"id\":\"y\",\"name\":\"f\",\"input\":{}}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"x\",\"content\":\"1\"},{\"type\":\"tool_result\",\"tool_use_id\":\"y\",\"content\":\"2\"}]}]}",
                "/v1/responses | {\"model\":\"once\",\"store\":false,\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{}}],\"input\":[{\"role\":\"user\",\"content\":\"a\"},{\"type\":\"function_call\",\"call_id\":\"x\",\"name\":\"f\",\"arguments\":\"{}\"},{\"type\":\"function_call\",\"call_id\":\"y\",\"name\":\"f\",\"arguments\":\"{}\"},{\"type\":\"function_call_output\",\"call_id\":\"x\",\"output\":\"1\"},{\"type\":\"function_call_output\",\"call_id\":\"y\",\"output\":\"2\"}]}",
                "/v1beta/models/once:generateContent | {\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\"}]}],\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]},{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{}}},{\"functionCall\":{\"name\":\"f\",\"args\":{}}}]},{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":{}}},{\"functionResponse\":{\"name\":\"f\",\"response\":{}}}]}]}"
            })
    void theyHoldForEveryDialectWhateverTheProviderSpeaks(String path, String body) throws Exception {
        String guards = "guards: {max_tool_calls_per_turn: 1, on_tool_calls: without_tools,"
                + " max_context_documents: 1, on_documents: trim}\n";
        try (Gateway gateway = gateway(guards)) {
            Reply reply = gateway.post(path, body);

            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            assertThat(reply.header("x-mizan-guarded")).isEqualTo("tools_off, documents_trimmed");
            assertThat(sent().path("tool_choice").asString()).isEqualTo("none");
            assertThat(sent().path("messages").get(2).toString()).doesNotContain(ContextEdits.NOTE);
            assertThat(sent().path("messages").get(3).toString()).contains(ContextEdits.NOTE);
        }
    }

    @Test
    void tooManyDocumentsAreRefusedTrimmedOrOnlyReported() throws Exception {
        try (Gateway gateway = gateway("guards: {max_context_documents: 2}\n")) {
            assertThat(gateway.chat(chat(2)).status()).isEqualTo(200);
            Reply refused = gateway.chat(chat(3));
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains("3 documents exceed the limit of a request (2).");
        }
        try (Gateway gateway = gateway("guards: {max_context_documents: 2, on_documents: trim}\n")) {
            Reply trimmed = gateway.chat(chat(3));
            assertThat(trimmed.header("x-mizan-guarded")).isEqualTo("documents_trimmed");
            assertThat(sent().path("messages"))
                    .extracting(message -> message.path("content").asString(""))
                    .containsExactly("a", "", "1", "1", ContextEdits.NOTE);
        }
        try (Gateway gateway = gateway("guards: {max_context_documents: 2, on_documents: report}\n")) {
            Reply reported = gateway.chat(chat(3));
            assertThat(reported.header("x-mizan-guarded")).isEqualTo("documents_reported");
            assertThat(sent().path("messages").toString()).doesNotContain(ContextEdits.NOTE);
        }
    }

    private JsonNode sent() {
        return upstream.received().getLast().json();
    }

    private static String chat(int toolCalls) {
        String call = "{\"id\":\"x\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}";
        String result = "{\"role\":\"tool\",\"tool_call_id\":\"x\",\"content\":\"1\"}";
        return "{\"model\":\"once\"," + TOOLS + "\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
                + "{\"role\":\"assistant\",\"tool_calls\":[" + repeat(call, toolCalls) + "]},"
                + repeat(result, toolCalls) + "]}";
    }

    private static String repeat(String text, int times) {
        return (text + ",").repeat(times - 1) + text;
    }

    private Gateway gateway(String yaml) {
        return Gateway.start(folder, Gateway.models(upstream) + Gateway.PRICES + yaml);
    }
}
