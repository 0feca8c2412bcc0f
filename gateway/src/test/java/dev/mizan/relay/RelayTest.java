package dev.mizan.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.identity.Key;
import dev.mizan.ledger.Intent;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.ledger.Release;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.Received;
import dev.mizan.upstream.Steps;
import dev.mizan.usage.UsageSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String HELLO = "{\"model\":\"mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final String STREAM =
            "{\"model\":\"mini\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    private RelayHarness gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RelayHarness();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    @Test
    void plainCallIsRelayedPricedAndBooked() throws Exception {
        gateway.upstream.enqueue(Answers.completion("Hi there", 1000, 200));

        HttpResponse<String> answer = gateway.post(CHAT, HELLO);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("Hi there");
        assertThat(answer.headers().firstValue("x-mizan-cost-usd")).contains("0.00027");
        assertThat(answer.headers().firstValue("x-mizan-model")).contains("gpt-4o-mini");
        assertThat(gateway.journal.poll()).isInstanceOf(Intent.class);
        Line line = gateway.line();
        assertThat(line.id())
                .isEqualTo(answer.headers().firstValue("x-mizan-request-id").orElseThrow());
        assertThat(line.usage().inputTokens()).isEqualTo(1000);
        assertThat(line.usageSource()).isEqualTo(UsageSource.PROVIDER);
        assertThat(line.cost().charged().nanos()).isEqualTo(270_000);
        assertThat(line.outcome().status()).isEqualTo(Status.OK);
        assertThat(line.principal().tenant()).isEqualTo("acme");
    }

    @Test
    void tagsOfTheKeyComeBeforeTheCallers() throws Exception {
        gateway.key =
                new Key("key_1", gateway.key.principal(), false, Long.MAX_VALUE, Set.of(), List.of("team-a", "prod"));
        gateway.upstream.enqueue(Answers.completion("Hi", 1, 1));
        gateway.upstream.enqueue(Answers.completion("Hi", 1, 1));

        gateway.post(CHAT, HELLO);
        gateway.send(gateway.request(CHAT, HELLO)
                .header("x-mizan-tags", "nightly, prod,batch")
                .build());

        assertThat(gateway.line().call().tags()).containsExactly("team-a", "prod");
        assertThat(gateway.line().call().tags()).containsExactly("team-a", "prod", "nightly", "batch");
    }

    @Test
    void callersKeyNeverGoesUpstream() throws Exception {
        gateway.upstream.enqueue(Answers.completion("Hi", 1, 1));

        gateway.post(CHAT, HELLO);

        Received received = gateway.upstream.take();
        assertThat(received.everything()).doesNotContain(RelayHarness.KEY);
        assertThat(received.header("authorization")).contains("Bearer " + RelayHarness.UPSTREAM_KEY);
    }

    @Test
    void bytesPassThroughWhereNothingMustChange() throws Exception {
        String body = "{ \"model\" : \"gpt-4o-mini\",\"future\":{\"a\":1.10,\"b\":12345678901234567890},"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Merhaba ğüş 🟢\"}],\"temperature\":1e0 }";
        gateway.upstream.enqueue(Answers.completion("Hi", 1, 1));

        gateway.post(CHAT, body);

        assertThat(gateway.upstream.take().text()).isEqualTo(body);
    }

    @Test
    void streamIsRelayedWithoutTheUsageThatOnlyWeAskedFor() throws Exception {
        gateway.upstream.enqueue(ChatAnswer.of("Hel", "lo").usage(ChatAnswer.usage(1000, 200)));

        HttpResponse<String> answer = gateway.post(CHAT, STREAM);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("Hel").endsWith("data: [DONE]\n\n").doesNotContain("prompt_tokens");
        assertThat(gateway.upstream.take().text()).contains("\"stream_options\":{\"include_usage\":true}");
        Line line = gateway.line();
        assertThat(line.cost().charged().nanos()).isEqualTo(270_000);
        assertThat(line.call().streaming()).isTrue();
        assertThat(line.outcome().firstTokenMicros()).isPositive();
    }

    @Test
    void streamHasUsageWithItsCostWhereTheCallerAsked() throws Exception {
        gateway.upstream.enqueue(ChatAnswer.of("Hel", "lo").usage(ChatAnswer.usage(1000, 200)));

        HttpResponse<String> answer = gateway.post(
                CHAT, STREAM.replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        assertThat(answer.body()).contains("\"prompt_tokens\":1000").contains("\"cost\":0.00027");
    }

    @Test
    void streamWithoutUsageIsCounted() throws Exception {
        gateway.upstream.enqueue(ChatAnswer.of("one two three", " four").reports(ChatAnswer.Reports.NEVER));

        gateway.post(CHAT, STREAM);

        Line line = gateway.line();
        assertThat(line.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(line.usage().outputTokens()).isEqualTo(4);
        assertThat(line.usage().inputTokens()).isBetween(5L, 12L);
    }

    @Test
    void failureThatMayPassIsTriedAgainAndReleased() throws Exception {
        gateway.upstream.enqueue(Answers.failure(500, "oops", "server_error", "x"), Answers.completion("Hi", 10, 10));

        HttpResponse<String> answer = gateway.post(CHAT, HELLO);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-mizan-attempts")).contains("2");
        assertThat(gateway.journal.poll()).isInstanceOf(Intent.class);
        assertThat(gateway.journal.poll()).isInstanceOf(Release.class);
        assertThat(gateway.journal.poll()).isInstanceOf(Intent.class);
        assertThat(gateway.line().outcome().attempts()).isEqualTo(2);
    }

    @Test
    void resetAfterSendingIsBookedAtTheReservedAmount() throws Exception {
        gateway.upstream.enqueue(Answers.reset(), Answers.completion("Hi", 10, 10));

        gateway.post(CHAT, HELLO);

        Line lost = gateway.line();
        assertThat(lost.kind()).isEqualTo(Line.Kind.ATTEMPT);
        assertThat(lost.usageSource()).isEqualTo(UsageSource.ASSUMED);
        assertThat(lost.cost().provider().nanos()).isPositive();
        assertThat(lost.cost().charged().nanos()).isZero();
        Line call = gateway.line();
        assertThat(call.kind()).isEqualTo(Line.Kind.CALL);
        assertThat(call.requestId()).isEqualTo(lost.requestId());
    }

    @Test
    void providersErrorKeepsStatusAndMessageWithoutTheCredential() throws Exception {
        gateway.upstream.enqueue(
                Answers.failure(401, "Wrong key " + RelayHarness.UPSTREAM_KEY, "auth", "invalid_api_key"));

        HttpResponse<String> answer = gateway.post(CHAT, HELLO);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("Wrong key ***").doesNotContain(RelayHarness.UPSTREAM_KEY);
        assertThat(gateway.line().cost().provider().nanos()).isZero();
    }

    @Test
    void fallbackAnswersWhenTheAliasFails() throws Exception {
        gateway.upstream.enqueue(Answers.failure(503, "down", "server_error", "x"), Answers.completion("Hi", 10, 10));

        HttpResponse<String> answer = gateway.post(CHAT, HELLO.replace("mini", "safe"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-mizan-model")).contains("gpt-4o-mini");
    }

    @Test
    void twoHundredWithAnErrorInsideIsAnError() throws Exception {
        String error = "{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}";
        gateway.upstream.otherwise(Answers.status(200, error));

        HttpResponse<String> answer = gateway.post(CHAT, HELLO);

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).isEqualTo(error);
        Line line = gateway.line();
        assertThat(line.outcome().status()).isEqualTo(Status.ERROR);
        assertThat(line.outcome().attempts()).isEqualTo(3);
        assertThat(line.cost().charged().nanos()).isZero();
    }

    @Test
    void compressedAnswersAreReadAllTheSame() throws Exception {
        gateway.upstream.enqueue(
                ChatAnswer.of("Hi").gzip().usage(ChatAnswer.usage(1000, 200)),
                ChatAnswer.of("Hi").gzip().usage(ChatAnswer.usage(1000, 200)));

        assertThat(gateway.post(CHAT, HELLO).body()).contains("Hi");
        assertThat(gateway.line().cost().charged().nanos()).isEqualTo(270_000);
        assertThat(gateway.post(CHAT, STREAM).body()).endsWith("[DONE]\n\n");
        assertThat(gateway.line().cost().charged().nanos()).isEqualTo(270_000);
    }

    @Test
    void callerWhoLeavesIsChargedForWhatWasRelayedAndTheUpstreamIsCancelled() throws Exception {
        Steps steps = new Steps();
        gateway.upstream.enqueue(steps);

        try (Socket caller = open(STREAM)) {
            steps.open().delta("one two three");
            readUntil(caller, "three");
        }

        assertThat(steps.awaitCancelled(10_000)).isTrue();
        Line line = gateway.line();
        assertThat(line.outcome().status()).isEqualTo(Status.CANCELLED);
        assertThat(line.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(line.usage().outputTokens()).isEqualTo(3);
    }

    @Test
    void callThatReasonsIsReadOnAfterItsCallerHasLeft() throws Exception {
        Steps steps = new Steps();
        gateway.upstream.enqueue(steps);

        try (Socket caller = open(STREAM.replace("\"stream\"", "\"reasoning_effort\":\"low\",\"stream\""))) {
            steps.open().delta("one");
            readUntil(caller, "one");
        }
        steps.delta("two").usage(1000, 200).end();

        Line line = gateway.line();
        assertThat(line.usageSource()).isEqualTo(UsageSource.PROVIDER);
        assertThat(line.cost().charged().nanos()).isEqualTo(270_000);
    }

    @Test
    void chunkIsWithTheCallerBeforeTheNextIsSent() throws Exception {
        Steps steps = new Steps();
        gateway.upstream.enqueue(steps);

        try (Socket caller = open(STREAM)) {
            steps.open();
            for (int i = 0; i < 20; i++) {
                steps.delta("part-" + i + ";");
                readUntil(caller, "part-" + i + ";");
            }
            steps.usage(1, 1).end();
            readUntil(caller, "[DONE]");
        }
        assertThat(gateway.line().outcome().status()).isEqualTo(Status.OK);
    }

    private Socket open(String body) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.base.getPort());
        socket.setSoTimeout(10_000);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        socket.getOutputStream()
                .write(("POST " + CHAT + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RelayHarness.KEY
                                + "\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().write(bytes);
        return socket;
    }

    private static void readUntil(Socket socket, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as("read so far: %s", read).isNotNegative();
            read.append((char) next);
        }
    }

    @Test
    void fullJournalRefusesBeforeAnythingIsSent() throws Exception {
        gateway.journalFull = true;

        HttpResponse<String> answer = gateway.post(CHAT, HELLO);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("journal_unavailable");
        assertThat(gateway.upstream.requests()).isZero();
        gateway.journalFull = false;
        gateway.upstream.enqueue(Answers.completion("Hi", 1, 1));
        assertThat(gateway.post(CHAT, HELLO).statusCode()).isEqualTo(200);
        assertThat(gateway.plane().inFlight()).isZero();
    }

    @Test
    void refusalsNameTheFieldAndBookNothing() throws Exception {
        assertRefused("{\"messages\":[]}", 400, "'model' is missing");
        assertRefused("{\"model\":\"mini\"}", 400, "'messages' is missing");
        assertRefused("{\"model\":7,\"messages\":[1]}", 400, "'model' is 7 (expected: a string)");
        assertRefused("{\"model\":\"mini\",\"stream\":\"yes\",\"messages\":[1]}", 400, "'stream' is yes");
        assertRefused("{\"model\":\"mini\",\"model\":\"mini\",\"messages\":[1]}", 400, "'model' stands twice");
        assertRefused("{\"model\":\"mini\",\"max_tokens\":-1,\"messages\":[1]}", 400, "'max_tokens' is -1");
        assertRefused("{\"model\":\"nope\",\"messages\":[1]}", 404, "'nope' does not exist");
        assertRefused("{\"model\":", 400, "not valid JSON");
        assertRefused("[]", 400, "not a JSON object");
        assertRefused("{} {}", 400, "goes on after");
        assertRefused("\"" + "x".repeat(1_100_000) + "\"", 413, "too large");
        assertThat(gateway.journal).isEmpty();
        assertThat(gateway.upstream.requests()).isZero();
        assertThat(gateway.plane().inFlight()).isZero();
    }

    private void assertRefused(String body, int status, String message) throws Exception {
        HttpResponse<String> answer = gateway.post(CHAT, body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(message);
    }
}
