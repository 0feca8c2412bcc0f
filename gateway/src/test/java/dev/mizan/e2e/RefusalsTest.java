package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A request that can't be served is refused clearly, nothing reaches the provider, and nothing is booked. */
class RefusalsTest {
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";

    @TempDir
    static Path folder;

    private static FakeUpstream upstream;
    private static Gateway gateway;

    private int linesBefore;

    @BeforeAll
    static void start() {
        upstream = FakeUpstream.start();
        gateway = Gateway.over(upstream, folder);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @BeforeEach
    void count() {
        linesBefore = gateway.books().all().size();
    }

    /** A good call after the refused one is the only one in the books and at the provider. */
    @AfterEach
    void nothingButTheNextCallIsBooked() throws Exception {
        int requests = upstream.requests();
        Reply good = gateway.chat(Calls.chat("once"));

        assertThat(good.status()).isEqualTo(200);
        assertThat(gateway.books().call(good.requestId()).requestId()).isEqualTo(good.requestId());
        assertThat(gateway.books().all()).hasSize(linesBefore + 1);
        assertThat(upstream.requests()).isEqualTo(requests + 1);
        assertThat(upstream.received().getLast().path()).isEqualTo("/v1/chat/completions");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"model\":\"once\",MESSAGES                         | | not valid JSON",
                "{\"model\":\"once\",MESSAGES}}                       | | not valid JSON",
                "{\"model\":\"once\",MESSAGES,\"x\":01}               | | not valid JSON",
                "[]                                                   | | object",
                "\"text\"                                             | | object",
                "{MESSAGES}                                           | model | model",
                "{\"model\":\"\",MESSAGES}                            | model | model",
                "{\"model\":7,MESSAGES}                               | model | string",
                "{\"model\":null,MESSAGES}                            | model | string",
                "{\"model\":\"once\"}                                 | messages | missing",
                "{\"model\":\"once\",\"messages\":[]}                 | messages | empty",
                "{\"model\":\"once\",\"messages\":\"hello\"}          | messages | array",
                "{\"model\":\"once\",MESSAGES,\"stream\":\"yes\"}     | stream | true or false",
                "{\"model\":\"once\",MESSAGES,\"max_tokens\":\"7\"}   | max_tokens | whole number",
                "{\"model\":\"once\",MESSAGES,\"max_tokens\":-1}      | max_tokens | whole number",
                "{\"model\":\"once\",MESSAGES,\"max_tokens\":1.5}     | max_tokens | whole number",
                "{\"model\":\"once\",MESSAGES,\"max_tokens\":1e9}     | max_tokens | whole number",
                "{\"model\":\"once\",MESSAGES,\"n\":0}                | n | whole number",
                "{\"model\":\"once\",MESSAGES,\"n\":1000000}          | n | whole number",
                "{\"model\":\"once\",MESSAGES,\"user\":{}}            | user | string",
                "{\"model\":\"once\",\"stream\":true,MESSAGES,\"stream_options\":7} | stream_options | object",
                "{\"model\":\"once\",\"model\":\"safe\",MESSAGES}     | model | twice"
            })
    void aWrongBodyIsRefusedAndTheFieldNamed(String body, String param, String message) throws Exception {
        Reply reply = gateway.chat(body.strip().replace("MESSAGES", MESSAGES));

        assertRefused(reply, 400, "invalid_request", message);
        assertThat(reply.json().at("/error/type").asString("")).isEqualTo("invalid_request_error");
        assertThat(reply.json().at("/error/param").asString("")).isEqualTo(param == null ? "" : param);
    }

    @Test
    void aCallerWhoResetsBeforeItsBodyIsWholeIsCountedAsGone() throws Exception {
        double gone = metric("mizan_refusals_total{code=\"caller_gone\"}");
        double failed = metric("mizan_refusals_total{code=\"internal_error\"}");
        String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + gateway.key()
                + "\r\nContent-Length: 1000\r\n\r\n{\"model\":";
        try (Caller caller = new Caller(gateway.port(), gateway.key())) {
            caller.raw(head.getBytes(StandardCharsets.US_ASCII));
            Await.until("its first bytes are read", () -> metric("mizan_in_flight") == 1);
            caller.vanish();
        }

        Await.until("its call has ended", () -> metric("mizan_in_flight") == 0);
        assertThat(metric("mizan_refusals_total{code=\"caller_gone\"}")).isEqualTo(gone + 1);
        assertThat(metric("mizan_refusals_total{code=\"internal_error\"}")).isEqualTo(failed);
    }

    /** The value of a metric; 0 if there is none yet. */
    private static double metric(String name) {
        try (Caller caller = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
            return caller.send("GET", "/metrics", new byte[0])
                    .reply()
                    .text()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anEmptyBodyIsRefused() throws Exception {
        try (Caller caller = gateway.caller()) {
            assertRefused(
                    caller.post("/v1/chat/completions", "", "Content-Length: 0").reply(),
                    400,
                    "invalid_request",
                    "JSON");
        }
    }

    @Test
    void anUnknownModelIsNotFound() throws Exception {
        assertRefused(gateway.chat(Calls.chat("gpt-99")), 404, "model_not_found", "gpt-99");
        assertThat(gateway.chat(Calls.chat("gpt-99")).json().at("/error/param").asString(""))
                .isEqualTo("model");
    }

    @Test
    void aMissingOrUnknownKeyIsRefusedWithoutSayingWhichItWas() throws Exception {
        for (String key : new String[] {
            "", "sk-unknown", gateway.key() + "x", gateway.key().substring(1), "ü"
        }) {
            try (Caller caller = new Caller(gateway.port(), key)) {
                Reply reply =
                        caller.post("/v1/chat/completions", Calls.chat("once")).reply();

                assertRefused(reply, 401, "invalid_api_key", "key");
                assertThat(reply.text()).doesNotContain("sk-unknown");
            }
        }
    }

    @Test
    void aBlockedKeyIsRefusedAtOnceAndServedAgainWhenItIsUnblocked() throws Exception {
        String key = Calls.generateKey(gateway.port(), Gateway.MASTER_KEY, "{}");
        manage("/key/block", key);

        try (Caller caller = new Caller(gateway.port(), key)) {
            Reply reply =
                    caller.post("/v1/chat/completions", Calls.chat("once")).reply();
            assertThat(reply.status()).isIn(401, 403);
            assertThat(reply.errorCode()).contains("key");
        }
        manage("/key/delete", key);
    }

    @Test
    void aKeyForOneModelCallsNoOther() throws Exception {
        String key = Calls.generateKey(gateway.port(), Gateway.MASTER_KEY, "{\"models\":[\"twice\"]}");

        try (Caller caller = new Caller(gateway.port(), key)) {
            assertRefused(
                    caller.post("/v1/chat/completions", Calls.chat("once")).reply(), 403, "model_not_allowed", "once");
        }
    }

    @Test
    void aBodyOverTheLimitIsRefusedWithoutReadingIt() throws Exception {
        try (Caller caller = gateway.caller()) {
            caller.raw(("POST /v1/chat/completions HTTP/1.1\r\nHost: m\r\nAuthorization: Bearer " + gateway.key()
                            + "\r\nContent-Length: 1000001\r\n\r\n{")
                    .getBytes(StandardCharsets.UTF_8));

            assertRefused(caller.reply(), 413, "request_too_large", "1000000");
        }
    }

    @Test
    void aChunkedBodyOverTheLimitIsRefusedOnceItIs() throws Exception {
        byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.UTF_8);
        try (Caller caller = gateway.caller()) {
            caller.raw(("POST /v1/chat/completions HTTP/1.1\r\nHost: m\r\nAuthorization: Bearer " + gateway.key()
                            + "\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 16; i++) {
                caller.raw(chunk);
            }

            assertRefused(caller.reply(), 413, "request_too_large", "1000000");
        }
    }

    @Test
    void aBodyAtTheLimitIsServed() throws Exception {
        String start = "{\"model\":\"once\",\"messages\":[{\"role\":\"user\",\"content\":\"";
        String body = start + "x".repeat(1_000_000 - start.length() - 4) + "\"}]}";

        Reply reply = gateway.chat(body);

        assertThat(body).hasSize(1_000_000);
        assertThat(reply.status()).isEqualTo(200);
        gateway.books().call(reply.requestId());
        linesBefore++;
    }

    @Test
    void headersOverTheLimitAreRefused() throws Exception {
        try (Caller caller = gateway.caller()) {
            Reply reply = caller.post("/v1/chat/completions", Calls.chat("once"), "x-long: " + "h".repeat(17_000))
                    .reply();

            assertThat(reply.status()).isEqualTo(431);
            assertThat(reply.json().at("/error/message").asString("")).contains("headers");
        }
    }

    @Test
    void aHeaderOfOursThatIsTooLongIsNamed() throws Exception {
        Reply reply = gateway.post("/v1/chat/completions", Calls.chat("once"), "x-mizan-chat-id: " + "c".repeat(300));

        assertRefused(reply, 400, "invalid_request", "x-mizan-chat-id");
    }

    @Test
    void whatIsNotHttpIsRefused() throws Exception {
        try (Caller caller = gateway.caller()) {
            caller.raw(
                    "POST /v1/chat/completions HTTP/1.1\r\nContent-Length: x\r\n\r\n".getBytes(StandardCharsets.UTF_8));

            assertThat(caller.reply().status()).isEqualTo(400);
        }
    }

    @Test
    void aRequestWithTwoLengthsIsRefused() throws Exception {
        try (Caller caller = gateway.caller()) {
            caller.post("/v1/chat/completions", Calls.chat("once"), "Transfer-Encoding: chunked");

            Reply reply = caller.reply();
            assertThat(reply.status()).isEqualTo(400);
        }
    }

    @Test
    void anotherMethodIsRefused() throws Exception {
        try (Caller caller = gateway.caller()) {
            assertThat(caller.send("GET", "/v1/chat/completions", new byte[0])
                            .reply()
                            .status())
                    .isEqualTo(405);
        }
    }

    @Test
    void anUnknownPathIsNotFound() throws Exception {
        Reply reply = gateway.post("/v1/nothing", "{}");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.json().has("error")).isTrue();
    }

    @Test
    void aCallerWhoSendsHalfABodyAndLeavesCostsNothing() throws Exception {
        try (Caller caller = gateway.caller()) {
            caller.raw(("POST /v1/chat/completions HTTP/1.1\r\nHost: m\r\nAuthorization: Bearer " + gateway.key()
                            + "\r\nContent-Length: 1000\r\n\r\n{\"model\":\"once\",")
                    .getBytes(StandardCharsets.UTF_8));
            caller.vanish();
        }
        assertThat(gateway.chat(Calls.chat("gpt-99")).status()).isEqualTo(404);
    }

    private static void manage(String path, String key) throws IOException {
        String body = path.endsWith("delete") ? "{\"keys\":[\"" + key + "\"]}" : "{\"key\":\"" + key + "\"}";
        try (Caller caller = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
            assertThat(caller.post(path, body).reply().status()).isEqualTo(200);
        }
    }

    private static void assertRefused(Reply reply, int status, String code, String message) {
        JsonNode error = reply.json().path("error");
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(error.path("code").asString("")).isEqualTo(code);
        assertThat(error.path("message").asString("")).contains(message);
        assertThat(error.has("param")).isTrue();
        assertThat(reply.requestId()).hasSize(26);
    }
}
