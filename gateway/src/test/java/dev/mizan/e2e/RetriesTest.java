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
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Further attempts are made when they may help, and each that may have cost something is in the books. */
class RetriesTest {
    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private Gateway gateway;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start();
        gateway = Gateway.over(upstream, folder);
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 409, 425, 429, 500, 502, 503, 504, 529})
    void aFailureThatMayPassIsTriedAgainAndCostsNothing(int status) throws Exception {
        Reply reply = call("twice", Answers.status(status, "{}"), new ChatAnswer());

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("x-mizan-attempts")).isEqualTo("2");
        assertThat(upstream.requests()).isEqualTo(2);
        List<Line> lines = gateway.books().lines(reply.requestId());
        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst().outcome().attempts()).isEqualTo(2);
        assertThat(lines.getFirst().outcome().status()).isEqualTo(Status.OK);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 413, 422})
    void aFailureThatWillNotPassIsNotTriedAgain(int status) throws Exception {
        Reply reply = call("twice", Answers.status(status, "{}"));

        assertThat(reply.status()).isEqualTo(status);
        assertThat(upstream.requests()).isEqualTo(1);
    }

    @Test
    void anAttemptOfUnknownOutcomeIsALineOfItsOwn() throws Exception {
        for (Answer fault : List.of(Answers.reset(), Answers.silence(), new ChatAnswer().cut(0, Cut.CLOSE))) {
            Reply reply = call("twice", fault, new ChatAnswer().usage(ChatAnswer.usage(100, 10)));

            assertThat(reply.status()).isEqualTo(200);
            List<Line> lines = gateway.books().lines(reply.requestId());
            assertThat(lines).hasSize(2);
            Line attempt = kind(lines, Line.Kind.ATTEMPT);
            Line call = kind(lines, Line.Kind.CALL);
            assertThat(attempt.outcome().status()).isEqualTo(Status.UNRESOLVED);
            assertThat(attempt.usageSource()).isEqualTo(UsageSource.ASSUMED);
            assertThat(attempt.cost().provider().nanos()).isPositive();
            assertThat(attempt.cost().charged()).isEqualTo(NanoUsd.ZERO);
            assertThat(call.usage().totalTokens()).isEqualTo(110);
            assertThat(call.cost().charged().nanos()).isEqualTo(280_000);
        }
    }

    @Test
    void whenAllAttemptsFailTheCallerGetsTheLastAnswer() throws Exception {
        Reply reply = call("twice", Answers.failure(500, "first", "e", ""), Answers.failure(503, "second", "e", ""));

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.text()).contains("second");
        assertThat(reply.header("x-mizan-attempts")).isEqualTo("2");
        assertThat(gateway.books().lines(reply.requestId())).hasSize(1);
    }

    @Test
    void whatTheProviderAsksToWaitIsWaited() throws Exception {
        long start = System.nanoTime();

        Reply reply = call("twice", Answers.rateLimited("retry-after-ms: 600", "Retry-After: 9"), new ChatAnswer());

        assertThat(reply.status()).isEqualTo(200);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(590L, 5_000L);
    }

    @Test
    void aProviderThatAsksToWaitForLongIsPassedOver() throws Exception {
        Reply reply = call("safe", Answers.rateLimited("Retry-After: 3600"), new ChatAnswer());

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("x-mizan-model")).isEqualTo("gpt-4o-mini");
    }

    @Test
    void aFallbackAnswersAndIsPricedAsWhatAnswered() throws Exception {
        Reply reply = call("safe", Answers.reset(), new ChatAnswer());

        assertThat(reply.status()).isEqualTo(200);
        List<Line> lines = gateway.books().lines(reply.requestId());
        assertThat(kind(lines, Line.Kind.ATTEMPT).target().upstreamModel()).isEqualTo("gpt-4o");
        Line call = kind(lines, Line.Kind.CALL);
        assertThat(call.target().upstreamModel()).isEqualTo("gpt-4o-mini");
        assertThat(call.call().alias()).isEqualTo("safe");
        assertThat(upstream.received().stream()
                        .map(request -> request.json().path("model").asString("")))
                .containsExactly("gpt-4o", "gpt-4o-mini");
    }

    @Test
    void aStreamThatHasBegunIsNotTriedAgain() throws Exception {
        upstream.enqueue(new ChatAnswer().cut(2, Cut.RESET));

        Reply reply = gateway.chat(Calls.stream("twice"));

        assertThat(reply.text()).contains("upstream_error");
        assertThat(upstream.requests()).isEqualTo(1);
        assertThat(gateway.books().lines(reply.requestId())).hasSize(1);
    }

    @Test
    void aStreamThatHasNotBegunIsTriedAgain() throws Exception {
        upstream.enqueue(Answers.reset(), new ChatAnswer());

        Reply reply = gateway.chat(Calls.stream("twice"));

        assertThat(reply.streamedText()).isEqualTo("Hello there!");
        assertThat(gateway.books().lines(reply.requestId())).hasSize(2);
    }

    private Reply call(String model, Answer... answers) throws Exception {
        upstream.enqueue(answers);
        return gateway.chat(Calls.chat(model));
    }

    private static Line kind(List<Line> lines, Line.Kind kind) {
        List<Line> found = lines.stream().filter(line -> line.kind() == kind).toList();
        assertThat(found).as(kind + " lines").hasSize(1);
        return found.getFirst();
    }
}
