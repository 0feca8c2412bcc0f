package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.Received;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not Mizan's business goes through untouched, in both directions. */
class PassThroughTest {
    /** Numbers that no parser keeps, names that no schema has, blanks and escapes that nobody would write so. */
    private static final String ODD = "\"x_price\":1.10,\"x_big\":1e400,\"x_id\":12345678901234567890,\"x_neg\":-0.0,"
            + "\"x_nested\":{\"b\":[1.500,{\"a\":null}],\"a\":\"\\u00e7\\/\"}";

    @TempDir
    static Path folder;

    private static FakeUpstream upstream;
    private static Gateway gateway;

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

    @Test
    void aBodyThatNeedsNoChangeArrivesByteForByte() throws Exception {
        String body = "{ \"zeta\" :1.10,\n\t" + ODD
                + ",\"model\":\"gpt-4o-mini\" , \"messages\":[{\"role\":\"user\",\"content\":\"ç\\u0131 😀\"}] }\r\n";

        assertThat(gateway.chat(body).status()).isEqualTo(200);

        assertThat(upstream.take().text()).isEqualTo(body);
    }

    @Test
    void onlyTheModelsNameIsReplaced() throws Exception {
        String before = "{" + ODD + ",\"model\"  :  ";
        String after = " ,\"messages\":[{\"role\":\"user\",\"content\":\"model: once\"}],\"last\":1e-7}";

        gateway.chat(before + "\"onc\\u0065\"" + after);

        assertThat(upstream.take().text()).isEqualTo(before + "\"gpt-4o-mini\"" + after);
    }

    @Test
    void aStreamAsksForUsageAndChangesNothingElse() throws Exception {
        String rest = "\"model\":\"gpt-4o-mini\"," + ODD + ",\"stream\": true,\"messages\":[{\"role\":\"user\","
                + "\"content\":\"x\"}]}";

        gateway.chat("{" + rest);

        assertThat(upstream.take().text()).isEqualTo("{\"stream_options\":{\"include_usage\":true}," + rest);
    }

    @Test
    void unknownFieldsOfAnAnswerReachTheCallerByteForByte() throws Exception {
        ChatAnswer answer = new ChatAnswer().extra(ODD);
        upstream.enqueue(answer);

        Reply reply = gateway.chat(Calls.chat("once"));

        Received received = upstream.take();
        assertThat(reply.text()).isEqualTo(answer.body(received.json()));
    }

    @Test
    void unknownFieldsOfAStreamReachTheCallerByteForByte() throws Exception {
        ChatAnswer answer = new ChatAnswer().extra(ODD);
        upstream.enqueue(answer);

        Reply reply = gateway.chat(Calls.stream("once"));

        Received received = upstream.take();
        StringBuilder expected = new StringBuilder();
        for (String event : answer.events(received.json())) {
            if (!event.contains("\"choices\":[]")) {
                expected.append("data: ").append(event).append("\n\n");
            }
        }
        assertThat(reply.text()).isEqualTo(expected.append("data: [DONE]\n\n").toString());
    }

    @Test
    void everyFramingOfEventsPassesThroughAndIsMetered() throws Exception {
        assertFramingKept(new ChatAnswer().crlf());
        assertFramingKept(new ChatAnswer().comments());
        assertFramingKept(new ChatAnswer().eventLines());
        assertFramingKept(new ChatAnswer().multiLine());
        assertFramingKept(new ChatAnswer().together());
        assertFramingKept(new ChatAnswer().together().crlf().comments().eventLines());
    }

    private static void assertFramingKept(ChatAnswer answer) throws Exception {
        upstream.enqueue(answer.usage(ChatAnswer.usage(1_000, 500)));

        Reply reply = gateway.chat(Calls.stream("once"));

        upstream.take();
        assertThat(reply.whole()).isTrue();
        assertThat(reply.text()).contains("there", "[DONE]").doesNotContain("prompt_tokens");
        Line line = gateway.books().call(reply.requestId());
        assertThat(line.usage().inputTokens()).isEqualTo(1_000);
        assertThat(line.usage().outputTokens()).isEqualTo(500);
    }

    @Test
    void serversWithWaysOfTheirOwnAreMeteredAlike() throws Exception {
        for (ChatAnswer.Flavour flavour : ChatAnswer.Flavour.values()) {
            for (String body : new String[] {Calls.chat("once"), Calls.stream("once"), Calls.streamWithUsage("once")}) {
                upstream.enqueue(new ChatAnswer().flavour(flavour).usage(ChatAnswer.usage(70, 30)));

                Reply reply = gateway.chat(body);

                upstream.take();
                Line line = gateway.books().call(reply.requestId());
                assertThat(line.usage().totalTokens()).as(flavour + " " + body).isEqualTo(100);
            }
        }
    }

    @Test
    void theCallersKeyNeverGoesUpstreamWhicheverHeaderItCameIn() throws Exception {
        String[] ways = {
            "Authorization: Bearer " + gateway.key(),
            "x-api-key: " + gateway.key(),
            "x-goog-api-key: " + gateway.key(),
            "X-License-Key: " + gateway.key()
        };
        for (String header : ways) {
            try (Caller caller = new Caller(gateway.port(), "")) {
                Reply reply = caller.post(
                                "/v1/chat/completions", Calls.chat("once"), header, "Cookie: a=" + gateway.key())
                        .reply();
                assertThat(reply.status()).as(header).isEqualTo(200);
            }
            Received received = upstream.take();
            assertThat(received.everything()).doesNotContain(gateway.key());
            assertThat(received.header("authorization")).contains("Bearer " + Gateway.UPSTREAM_KEY);
        }
    }

    @Test
    void usageIsHiddenFromCallersWhoDidNotAskAndShownToThoseWhoDid() throws Exception {
        Reply hidden = gateway.chat(Calls.stream("once"));
        Reply shown = gateway.chat(Calls.streamWithUsage("once"));
        Reply declined = gateway.chat(
                Calls.streamWithUsage("once").replace(":{\"include_usage\":true}", ":{\"include_usage\":false}"));

        for (int i = 0; i < 3; i++) {
            assertThat(upstream.take()
                            .json()
                            .at("/stream_options/include_usage")
                            .asBoolean(false))
                    .isTrue();
        }
        assertThat(hidden.text()).doesNotContain("\"choices\":[]");
        assertThat(declined.text()).doesNotContain("\"choices\":[]");
        assertThat(shown.events().get(shown.events().size() - 2))
                .contains("\"choices\":[]", "\"prompt_tokens\":9", "\"cost\":");
        assertThat(hidden.streamedText()).isEqualTo("Hello there!").isEqualTo(shown.streamedText());
    }

    @Test
    void anAnswerThatIsCompressedUnaskedIsReadAllTheSame() throws Exception {
        upstream.enqueue(new ChatAnswer().gzip().usage(ChatAnswer.usage(12, 34)));

        Reply reply = gateway.chat(Calls.chat("once"));

        upstream.take();
        assertThat(reply.json().at("/choices/0/message/content").asString("")).isEqualTo("Hello there!");
        assertThat(gateway.books().call(reply.requestId()).usage().outputTokens())
                .isEqualTo(34);
    }

    @Test
    void embeddingsAndCompletionsPassThrough() throws Exception {
        Reply embeddings =
                gateway.post("/v1/embeddings", "{\"model\":\"text-embedding-3-small\",\"input\":[\"bir\",\"iki\"]}");
        Reply completion = gateway.post("/v1/completions", "{\"model\":\"once\",\"prompt\":\"Once\"}");

        assertThat(upstream.take().path()).isEqualTo("/v1/embeddings");
        assertThat(upstream.take().path()).isEqualTo("/v1/completions");
        assertThat(embeddings.json().path("data").size()).isEqualTo(2);
        Line line = gateway.books().call(embeddings.requestId());
        assertThat(line.usage().inputTokens()).isEqualTo(8);
        assertThat(line.usage().outputTokens()).isZero();
        assertThat(gateway.books().call(completion.requestId()).usage().totalTokens())
                .isEqualTo(7);
    }

    @Test
    void pathsAreServedWithoutTheirVersionToo() throws Exception {
        upstream.enqueue(new ChatAnswer(), Answers.embeddings(4));

        assertThat(gateway.post("/chat/completions", Calls.chat("once")).status())
                .isEqualTo(200);
        assertThat(gateway.post("/embeddings", "{\"model\":\"text-embedding-3-small\",\"input\":\"x\"}")
                        .status())
                .isEqualTo(200);
        upstream.take();
        upstream.take();
    }

    @Test
    void anAnswersBytesAreNotChangedByItsEncoding() throws Exception {
        byte[] latin = "{\"id\":\"\u00fc\",\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}"
                .getBytes(StandardCharsets.ISO_8859_1);
        upstream.enqueue(exchange -> exchange.whole(200, "application/json", latin));

        Reply reply = gateway.chat(Calls.chat("once"));

        upstream.take();
        assertThat(reply.body()).isEqualTo(latin);
    }
}
