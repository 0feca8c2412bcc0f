package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.money.NanoUsd;
import dev.mizan.upstream.Answer;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.ChatAnswer.Cut;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.usage.UsageSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever an upstream does to an answer that comes whole: the caller's outcome and the one call line are right. */
class FaultsTest {
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
    void aGoodAnswerIsBookedAsTheProviderSays() throws Exception {
        Reply reply = answer(new ChatAnswer().usage(ChatAnswer.usage(1_000, 500, 400, 100)));

        Line line = only(reply);
        assertThat(line.outcome().status()).isEqualTo(Status.OK);
        assertThat(line.usageSource()).isEqualTo(UsageSource.PROVIDER);
        // 600 × $2 + 400 × $0.50 + 500 × $8, per million
        assertThat(line.cost().charged()).isEqualTo(NanoUsd.ofNanos(5_400_000));
        assertThat(line.cost().provider()).isEqualTo(line.cost().charged());
        assertThat(reply.header("x-mizan-cost-usd")).isEqualTo("0.0054");
        assertThat(line.principal().user()).isEqualTo("ayse");
        assertThat(line.call().alias()).isEqualTo("once");
        assertThat(line.target().upstreamModel()).isEqualTo("gpt-4o-mini");
    }

    @Test
    void whatABrokenConnectionMayHaveCostIsBookedAsAssumed() throws Exception {
        for (Answer fault : List.of(
                Answers.reset(),
                Answers.hangUp(),
                Answers.notHttp(),
                Answers.resetAfterHeaders(),
                Answers.shortBody(),
                new ChatAnswer().cut(0, Cut.RESET),
                new ChatAnswer().cut(0, Cut.CLOSE))) {
            Reply reply = answer(fault);

            assertThat(reply.status()).isEqualTo(502);
            assertThat(reply.errorCode()).isEqualTo("upstream_error");
            assertAssumed(only(reply), "upstream_error");
        }
    }

    @Test
    void anUpstreamThatFallsSilentIsGivenUpAndClosed() throws Exception {
        for (Answer fault : List.of(Answers.silence(), new ChatAnswer().cut(0, Cut.STALL))) {
            Reply reply = answer(fault);

            assertThat(reply.status()).isEqualTo(504);
            assertThat(reply.errorCode()).isEqualTo("upstream_timeout");
            assertAssumed(only(reply), "upstream_timeout");
            assertThat(upstream.received().getLast().awaitCancelled(5_000)).isTrue();
        }
    }

    @Test
    void aSlowButMovingUpstreamIsWaitedFor() throws Exception {
        Reply reply = answer(new ChatAnswer().firstByteAfter(Duration.ofMillis(900)));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(only(reply).outcome().durationMicros()).isGreaterThan(890_000);
    }

    @Test
    void anUpstreamThatIsNotThereCostsNothing() throws Exception {
        int port;
        try (FakeUpstream gone = FakeUpstream.start()) {
            port = gone.port();
        }
        String yaml = Gateway.models(upstream).replace(":" + upstream.port() + "/", ":" + port + "/") + Gateway.PRICES;
        Path other = Files.createDirectory(folder.resolve("gone"));
        try (Gateway lonely = Gateway.start(other, yaml)) {
            Reply reply = lonely.chat(Calls.chat("once"));

            assertThat(reply.status()).isEqualTo(502);
            assertThat(reply.errorCode()).isEqualTo("upstream_error");
            List<Line> lines = lonely.books().lines(reply.requestId());
            assertThat(lines).hasSize(1);
            assertThat(lines.getFirst().cost().charged()).isEqualTo(NanoUsd.ZERO);
            assertThat(lines.getFirst().outcome().status()).isEqualTo(Status.ERROR);
        }
    }

    @Test
    void errorsOfTheProviderKeepTheirStatusAndBodyAndCostNothing() throws Exception {
        record Case(int status, String code) {}
        for (Case one : List.of(
                new Case(400, "context_length_exceeded"),
                new Case(401, "invalid_api_key"),
                new Case(403, ""),
                new Case(404, "model_not_found"),
                new Case(422, ""),
                new Case(429, "rate_limit_exceeded"),
                new Case(500, ""),
                new Case(503, "overloaded"))) {
            Reply reply = answer(
                    Answers.failure(one.status, "no: " + one.status, "some_error", one.code, "x-request-id: r-7"));

            assertThat(reply.status()).isEqualTo(one.status);
            assertThat(reply.json().at("/error/message").asString("")).isEqualTo("no: " + one.status);
            assertThat(reply.json().at("/error/type").asString("")).isEqualTo("some_error");
            Line line = only(reply);
            assertThat(line.outcome().status()).isEqualTo(Status.ERROR);
            assertThat(line.outcome().httpStatus()).isEqualTo(one.status);
            assertThat(line.cost().charged()).isEqualTo(NanoUsd.ZERO);
            assertThat(line.usageSource()).isEqualTo(UsageSource.NONE);
        }
    }

    @Test
    void theOperatorsCredentialInAnErrorIsNotShown() throws Exception {
        Reply reply = answer(Answers.failure(401, "Incorrect API key provided: " + Gateway.UPSTREAM_KEY, "e", ""));

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.text()).doesNotContain(Gateway.UPSTREAM_KEY).contains("Incorrect API key provided");
    }

    @Test
    void retryAfterReachesTheCaller() throws Exception {
        Reply reply = answer(Answers.rateLimited("Retry-After: 7", "retry-after-ms: 6500"));

        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.header("retry-after")).isEqualTo("7");
        assertThat(reply.header("retry-after-ms")).isEqualTo("6500");
    }

    @Test
    void anAnswerWithoutUsageIsCounted() throws Exception {
        Reply reply =
                answer(ChatAnswer.of("One two three four five six seven eight.").reports(ChatAnswer.Reports.NEVER));

        Line line = only(reply);
        assertThat(line.outcome().status()).isEqualTo(Status.OK);
        assertThat(line.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(line.usage().outputTokens()).isBetween(8L, 10L);
        assertThat(line.usage().inputTokens()).isBetween(5L, 30L);
        assertThat(line.cost().charged().nanos()).isPositive();
    }

    @Test
    void garbageBehindA200ReachesTheCallerAndIsBookedOnce() throws Exception {
        Reply reply = answer(Answers.garbage());

        assertThat(reply.text()).contains("502 Bad Gateway");
        assertThat(only(reply).usageSource()).isNotEqualTo(UsageSource.PROVIDER);
    }

    @Test
    void anErrorInsideA200IsAnErrorInTheBooks() throws Exception {
        Reply reply = answer(Answers.status(200, Answers.error("The model is overloaded", "server_error", "")));

        assertThat(reply.json().at("/error/message").asString("")).isEqualTo("The model is overloaded");
        Line line = only(reply);
        assertThat(line.outcome().status()).isEqualTo(Status.ERROR);
        assertThat(line.usage().outputTokens()).isZero();
    }

    @Test
    void hugeHeadersOfTheProviderEndTheCallAndNotTheGateway() throws Exception {
        Reply large = answer(Answers.hugeHeaders(30_000));
        Reply tooLarge = answer(Answers.hugeHeaders(300_000));

        assertThat(large.status()).isEqualTo(200);
        assertThat(large.header("x-huge")).isEmpty();
        only(large);
        assertThat(tooLarge.status()).isEqualTo(502);
        assertAssumed(only(tooLarge), "upstream_error");
    }

    @Test
    void anAnswerThatNeverEndsIsCutOffAndBooked() throws Exception {
        Reply reply = answer(exchange -> {
            exchange.head(200, "Content-Type: application/json", "Transfer-Encoding: chunked");
            String mebibyte = "x".repeat(1 << 20);
            while (!exchange.received().cancelled()) {
                exchange.chunk(mebibyte);
            }
        });

        assertThat(reply.status()).isEqualTo(502);
        assertAssumed(only(reply), "upstream_error");
    }

    private static Reply answer(Answer answer) throws Exception {
        upstream.enqueue(answer);
        return gateway.chat(Calls.chat("once"));
    }

    /** The call's only line. */
    private static Line only(Reply reply) {
        List<Line> lines = gateway.books().lines(reply.requestId());
        assertThat(lines).as("lines of the call").hasSize(1);
        Line line = lines.getFirst();
        assertThat(line.kind()).isEqualTo(Line.Kind.CALL);
        assertThat(line.id()).isEqualTo(reply.requestId());
        assertThat(line.outcome().httpStatus()).isEqualTo(reply.status());
        return line;
    }

    private static void assertAssumed(Line line, String code) {
        assertThat(line.outcome().status()).isEqualTo(Status.UNRESOLVED);
        assertThat(line.outcome().errorCode()).isEqualTo(code);
        assertThat(line.usageSource()).isEqualTo(UsageSource.ASSUMED);
        assertThat(line.cost().charged().nanos()).isPositive();
    }
}
