package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.upstream.Answer;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.ChatAnswer.Cut;
import dev.mizan.upstream.ChatAnswer.Reports;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.usage.UsageSource;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever an upstream does to a stream: the caller's outcome and the one call line are right. */
class StreamFaultsTest {
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

    @ParameterizedTest
    @EnumSource(names = {"RESET", "CLOSE", "HALF_EVENT"})
    void aStreamThatBreaksOffEndsWithAnErrorAndIsChargedForWhatCame(Cut cut) throws Exception {
        Reply reply = stream(ChatAnswer.of("one", " two", " three", " four").cut(3, cut));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.streamedText()).startsWith("one two");
        assertThat(reply.streamedErrorCode()).isEqualTo("upstream_error");
        assertThat(reply.text()).doesNotContain("[DONE]");
        Line line = only(reply);
        assertThat(line.outcome().status()).isEqualTo(Status.ERROR);
        assertThat(line.outcome().errorCode()).isEqualTo("upstream_error");
        assertThat(line.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(line.usage().outputTokens()).isBetween(2L, 6L);
        assertThat(line.cost().charged().nanos()).isPositive();
    }

    @Test
    void aStreamThatFallsSilentIsGivenUpAndClosed() throws Exception {
        Reply reply = stream(ChatAnswer.of("one", " two").cut(2, Cut.STALL));

        assertThat(reply.streamedErrorCode()).isEqualTo("upstream_timeout");
        assertThat(reply.text()).doesNotContain("[DONE]");
        Line line = only(reply);
        assertThat(line.outcome().status()).isEqualTo(Status.ERROR);
        assertThat(line.outcome().errorCode()).isEqualTo("upstream_timeout");
        assertThat(line.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(upstream.received().getLast().awaitCancelled(5_000)).isTrue();
    }

    @Test
    void aStreamThatIsNeverBegunIsAnErrorWithAStatus() throws Exception {
        Reply silent = stream(Answers.silence());
        assertThat(silent.status()).isEqualTo(504);
        assertThat(only(silent).outcome().status()).isEqualTo(Status.UNRESOLVED);

        Reply reset = stream(Answers.reset());
        assertThat(reset.status()).isEqualTo(502);
        assertThat(only(reset).usageSource()).isEqualTo(UsageSource.ASSUMED);

        Reply empty = stream(exchange -> exchange.eventStream().endChunks());
        assertThat(empty.status()).isEqualTo(502);
        assertThat(empty.errorCode()).isEqualTo("upstream_error");
        only(empty);
    }

    @Test
    void anErrorEventAfterA200ReachesTheCallerAndTheBooks() throws Exception {
        Reply reply = stream(ChatAnswer.of("one", " two").cut(2, Cut.ERROR_EVENT));

        assertThat(reply.text()).contains("The server had an error");
        Line line = only(reply);
        assertThat(line.outcome().status()).isEqualTo(Status.ERROR);
        assertThat(line.usage().outputTokens()).isLessThan(20);
    }

    @Test
    void halfAnEventBehindARightEndIsForwardedAndCounted() throws Exception {
        Reply reply = stream(ChatAnswer.of("one", " two", " three").cut(3, Cut.HALF_EVENT_END));

        assertThat(reply.whole()).isTrue();
        assertThat(reply.streamedText()).isEqualTo("one two");
        assertThat(only(reply).usageSource()).isEqualTo(UsageSource.COUNTED);
    }

    @ParameterizedTest
    @EnumSource(names = {"GARBAGE", "INVALID_UTF8", "GIANT_EVENT"})
    void whatIsNotUnderstoodPassesThroughAndUsageIsFoundAllTheSame(Cut cut) throws Exception {
        Reply reply = stream(
                ChatAnswer.of("one", " two").usage(ChatAnswer.usage(33, 44)).cut(2, cut));

        assertThat(reply.whole()).isTrue();
        assertThat(reply.text()).contains("[DONE]");
        switch (cut) {
            case GARBAGE -> assertThat(reply.text()).contains("{not json", "\u0000\u0001{{{]]]");
            case INVALID_UTF8 ->
                assertThat(contains(
                                reply.body(), new byte[] {(byte) 0xC3, 0x28, (byte) 0xFF, (byte) 0xF5, (byte) 0x80}))
                        .isTrue();
            default -> assertThat(reply.body().length).isGreaterThan(10 << 20);
        }
        Line line = only(reply);
        assertThat(line.usageSource()).isEqualTo(UsageSource.PROVIDER);
        assertThat(line.usage().inputTokens()).isEqualTo(33);
        assertThat(line.usage().outputTokens()).isEqualTo(44);
    }

    @ParameterizedTest
    @EnumSource(names = {"AS_ASKED", "ALWAYS", "WITH_CHOICES", "TWICE", "EVERY_CHUNK"})
    void usageIsBookedOnceWhereverItStands(Reports reports) throws Exception {
        for (String body : new String[] {Calls.stream("once"), Calls.streamWithUsage("once")}) {
            upstream.enqueue(new ChatAnswer().reports(reports).usage(ChatAnswer.usage(900, 80)));

            Reply reply = gateway.chat(body);

            assertThat(reply.whole()).isTrue();
            Line line = only(reply);
            assertThat(line.usageSource()).isEqualTo(UsageSource.PROVIDER);
            assertThat(line.usage().inputTokens()).isEqualTo(900);
            assertThat(line.usage().outputTokens()).isEqualTo(80);
        }
    }

    @Test
    void aStreamWithoutUsageIsCounted() throws Exception {
        Reply reply =
                stream(ChatAnswer.of("One two", " three four", " five six.").reports(Reports.NEVER));

        Line line = only(reply);
        assertThat(line.outcome().status()).isEqualTo(Status.OK);
        assertThat(line.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(line.usage().outputTokens()).isBetween(6L, 8L);
    }

    @Test
    void theEndMarkerMayComeTwiceOrNotAtAll() throws Exception {
        for (int dones : new int[] {0, 2}) {
            Reply reply = stream(new ChatAnswer().dones(dones).usage(ChatAnswer.usage(5, 6)));

            assertThat(reply.whole()).isTrue();
            assertThat(reply.streamedText()).isEqualTo("Hello there!");
            Line line = only(reply);
            assertThat(line.outcome().status()).isEqualTo(Status.OK);
            assertThat(line.usage().totalTokens()).isEqualTo(11);
        }
    }

    @Test
    void aStreamAnsweredWholeIsRelayedWhole() throws Exception {
        Reply reply = stream(exchange -> exchange.json(
                200,
                new ChatAnswer()
                        .usage(ChatAnswer.usage(7, 8))
                        .body(exchange.received().json())));

        assertThat(reply.header("content-type")).startsWith("application/json");
        assertThat(reply.json().at("/choices/0/message/content").asString("")).isEqualTo("Hello there!");
        assertThat(only(reply).usage().totalTokens()).isEqualTo(15);
    }

    @Test
    void anErrorInsteadOfAStreamKeepsItsStatus() throws Exception {
        Reply reply = stream(Answers.failure(429, "slow down", "requests", "rate_limit_exceeded", "Retry-After: 3"));

        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.header("retry-after")).isEqualTo("3");
        assertThat(reply.json().at("/error/message").asString("")).isEqualTo("slow down");
        assertThat(only(reply).cost().charged().isZero()).isTrue();
    }

    private static Reply stream(Answer answer) throws Exception {
        upstream.enqueue(answer);
        return gateway.chat(Calls.stream("once"));
    }

    private static Line only(Reply reply) {
        List<Line> lines = gateway.books().lines(reply.requestId());
        assertThat(lines).as("lines of the call").hasSize(1);
        assertThat(lines.getFirst().kind()).isEqualTo(Line.Kind.CALL);
        assertThat(lines.getFirst().call().streaming()).isTrue();
        return lines.getFirst();
    }

    private static boolean contains(byte[] all, byte[] part) {
        for (int i = 0; i + part.length <= all.length; i++) {
            if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }
}
