package dev.mizan.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.provider.ProviderSettings.Timeouts;
import dev.mizan.routing.Alias;
import dev.mizan.routing.DeploymentHealth;
import dev.mizan.upstream.Answer;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.ChatAnswer.Cut;
import dev.mizan.upstream.Steps;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a broken deployment means to calls, over sockets, on a breakers' clock that the test moves. */
class BreakerTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String HELLO = "{\"model\":\"safe\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final String STREAM = HELLO.replace("\"messages\"", "\"stream\":true,\"messages\"");

    private RelayHarness gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RelayHarness(timeouts -> timeouts, OnDisconnect.CANCEL, 0);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    @Test
    void aBrokenDeploymentIsPassedOverThenProbedThenTrusted() throws Exception {
        breakSafe(Answers.failure(503, "down", "server_error", ""));
        int before = gateway.upstream.requests();

        gateway.upstream.enqueue(Answers.completion("Hi", 10, 10));
        HttpResponse<String> passedOver = gateway.post(CHAT, HELLO);
        assertThat(passedOver.headers().firstValue("x-mizan-model")).contains("gpt-4o-mini");
        assertThat(passedOver.headers().firstValue("x-mizan-attempts")).contains("1");
        assertThat(gateway.upstream.requests()).isEqualTo(before + 1);
        assertThat(state()).isEqualTo("open");

        ahead(31);
        for (int probe = 0; probe < 3; probe++) {
            gateway.upstream.enqueue(Answers.completion("Hi", 10, 10));
            assertThat(gateway.post(CHAT, HELLO).headers().firstValue("x-mizan-model"))
                    .contains("gpt-4o");
        }
        assertThat(state()).isEqualTo("closed");
    }

    @Test
    void aProbeThatFailsCostsTheCallNothingButItsFallback() throws Exception {
        breakSafe(Answers.failure(500, "down", "server_error", ""));
        ahead(31);

        for (int probe = 0; probe < 3; probe++) {
            gateway.upstream.enqueue(
                    Answers.failure(500, "down", "server_error", ""), Answers.completion("Hi", 10, 10));
            HttpResponse<String> answer = gateway.post(CHAT, HELLO);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-mizan-attempts")).contains("2");
        }

        assertThat(state()).isEqualTo("open");
    }

    @Test
    void resetsAndBrokenStreamsBreakIt() throws Exception {
        for (Answer fault :
                List.of(Answers.reset(), Answers.hangUp(), Answers.notHttp(), Answers.resetAfterHeaders())) {
            gateway.upstream.enqueue(fault, Answers.completion("Hi", 10, 10));
            gateway.post(CHAT, HELLO);
        }
        for (int i = 0; i < 6; i++) {
            gateway.upstream.enqueue(new ChatAnswer().cut(2, Cut.RESET));
            assertThat(gateway.post(CHAT, STREAM).body()).contains("upstream_error");
        }

        assertThat(safe().failures()).isEqualTo(10);
        assertThat(state()).isEqualTo("open");
    }

    @Test
    void providersThatCanNotBeReachedAreBroken() throws Exception {
        gateway.upstream.close();

        for (int i = 0; i < 10; i++) {
            assertThat(gateway.post(CHAT, HELLO).statusCode()).isEqualTo(502);
        }

        assertThat(state()).isEqualTo("open");
        assertThat(gateway.post(CHAT, HELLO).statusCode()).isEqualTo(502);
        assertThat(safe().calls()).isEqualTo(11);
    }

    @Test
    void silentProvidersAreBroken() throws Exception {
        gateway.close();
        gateway = new RelayHarness(
                timeouts -> new Timeouts(timeouts.connect(), Duration.ofMillis(50), timeouts.idle(), timeouts.total()),
                OnDisconnect.CANCEL,
                0);
        gateway.upstream.otherwise(Answers.silence());

        for (int i = 0; i < 10; i++) {
            assertThat(gateway.post(CHAT, HELLO).statusCode()).isEqualTo(504);
        }

        assertThat(safe().failures()).isEqualTo(10);
        assertThat(state()).isEqualTo("open");
    }

    @Test
    void aProbeWhoseCallerLeavesIsGivenBack() throws Exception {
        breakSafe(Answers.failure(503, "down", "server_error", ""));
        ahead(31);
        gateway.journal.clear();

        for (int i = 0; i < 5; i++) {
            Steps steps = new Steps();
            gateway.upstream.enqueue(steps);
            try (Socket caller = open(HELLO)) {
                assertThat(steps.request().text()).contains("\"gpt-4o\"");
                assertThat(safe().inFlight()).isEqualTo(1);
                caller.shutdownInput();
            }
            assertThat(steps.awaitCancelled(10_000)).isTrue();
            assertThat(gateway.line().outcome().status()).isEqualTo(Status.CANCELLED);
        }
        for (int i = 0; i < 3; i++) {
            gateway.upstream.enqueue(Answers.completion("Hi", 10, 10));
            assertThat(gateway.post(CHAT, HELLO).headers().firstValue("x-mizan-model"))
                    .contains("gpt-4o");
        }

        assertThat(state()).isEqualTo("closed");
        assertThat(safe().inFlight()).isZero();
    }

    @Test
    void slowStreamsBreakItThoughTheyAreAnswered() throws Exception {
        for (int i = 0; i < 10; i++) {
            Steps steps = new Steps();
            gateway.upstream.enqueue(steps);
            CompletableFuture<HttpResponse<String>> answer = gateway.client()
                    .sendAsync(gateway.request(CHAT, STREAM).build(), HttpResponse.BodyHandlers.ofString());
            gateway.upstream.take();
            ahead(61);
            steps.open().delta("late").usage(1, 1).end();
            assertThat(answer.join().body()).contains("late");
            gateway.line();
            aheadBack(61);
        }
        gateway.upstream.enqueue(Answers.completion("Hi", 10, 10));

        assertThat(state()).isEqualTo("open");
        assertThat(safe().failures()).isZero();
        assertThat(gateway.post(CHAT, HELLO).headers().firstValue("x-mizan-model"))
                .contains("gpt-4o-mini");
    }

    @Test
    void whereAllAreBrokenACallIsTriedAllTheSameAndChargedOnce() throws Exception {
        for (int i = 0; i < 10; i++) {
            gateway.upstream.enqueue(Answers.reset(), Answers.reset());
            assertThat(gateway.post(CHAT, HELLO).statusCode()).isEqualTo(502);
        }
        assertThat(gateway.aliases.health()).extracting(DeploymentHealth::state).contains("open");
        gateway.journal.clear();
        gateway.upstream.forget();

        gateway.upstream.enqueue(Answers.reset(), Answers.completion("Hi", 1_000, 200));
        HttpResponse<String> answer = gateway.post(CHAT, HELLO);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-mizan-attempts")).contains("2");
        Line lost = gateway.line();
        Line call = gateway.line();
        assertThat(lost.kind()).isEqualTo(Line.Kind.ATTEMPT);
        assertThat(lost.cost().charged().nanos()).isZero();
        assertThat(call.kind()).isEqualTo(Line.Kind.CALL);
        assertThat(call.target().upstreamModel()).isEqualTo("gpt-4o-mini");
        assertThat(call.cost().charged().nanos()).isEqualTo(270_000);
    }

    @Test
    void callersMistakesAndRateLimitsDoNotBreakIt() throws Exception {
        for (int i = 0; i < 20; i++) {
            gateway.upstream.enqueue(
                    i % 2 == 0
                            ? Answers.failure(400, "wrong", "invalid_request_error", "")
                            : Answers.rateLimited("Retry-After: 60"),
                    Answers.completion("Hi", 10, 10));
            gateway.post(CHAT, HELLO);
            gateway.upstream.forget();
        }

        assertThat(state()).isEqualTo("closed");
        assertThat(safe().failures()).isZero();
    }

    private void breakSafe(Answer failure) throws Exception {
        for (int i = 0; i < 10; i++) {
            gateway.upstream.enqueue(failure, Answers.completion("Hi", 10, 10));
            HttpResponse<String> answer = gateway.post(CHAT, HELLO);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-mizan-attempts")).contains("2");
        }
        assertThat(safe().calls()).isEqualTo(10);
        assertThat(gateway.aliases.health()).allMatch(health -> health.inFlight() == 0);
    }

    private Socket open(String body) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.base.getPort());
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        socket.getOutputStream()
                .write(("POST " + CHAT + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RelayHarness.KEY
                                + "\r\nContent-Length: " + bytes.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().write(bytes);
        return socket;
    }

    private String state() {
        return safe().state();
    }

    private DeploymentHealth safe() {
        Alias alias = gateway.aliases.find("safe").orElseThrow();
        return gateway.aliases.health().stream()
                .filter(health -> health.deployment().equals(alias.deployments().getFirst()))
                .findFirst()
                .orElseThrow();
    }

    private void ahead(int seconds) {
        gateway.aheadNanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    /** Keeps the breaker's window in place, which would forget a call every minute. */
    private void aheadBack(int seconds) {
        ahead(-seconds);
    }
}
