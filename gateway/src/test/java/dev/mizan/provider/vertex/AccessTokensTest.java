package dev.mizan.provider.vertex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.report.ManualClock;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.GoogleTokens;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccessTokensTest {
    private final ManualClock clock = new ManualClock("2026-11-26T12:00:00Z");
    private final GoogleTokens google = new GoogleTokens(3_600);
    private final FakeUpstream endpoint = FakeUpstream.start().otherwise(google);
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final AccessTokens tokens =
            new AccessTokens(vertx, ServiceAccount.read(google.keyFile(endpoint.origin())), clock);

    @AfterEach
    void stop() {
        endpoint.close();
        vertx.close().await();
    }

    @Test
    void manyCallsAtOnceAskForOneToken() throws Exception {
        List<Future<String>> asked = new ArrayList<>();
        onLoop(() -> {
            for (int i = 0; i < 100; i++) {
                asked.add(tokens.token());
            }
            return Future.all(asked).map("");
        });

        assertThat(asked).allMatch(token -> token.result().equals("ya29.c.test-1"));
        assertThat(google.count()).isEqualTo(1);
    }

    @Test
    void aTokenIsUsedWhileItHoldsAndRenewedBesideTheCallsBeforeItEnds() throws Exception {
        assertThat(token()).isEqualTo("ya29.c.test-1");
        clock.advance(Duration.ofMinutes(54));
        assertThat(token()).isEqualTo("ya29.c.test-1");
        assertThat(google.count()).isEqualTo(1);

        clock.advance(Duration.ofMinutes(2));
        assertThat(token()).isEqualTo("ya29.c.test-1");
        endpoint.take();
        endpoint.take().awaitFinished(10_000);
        String renewed = token();
        while (renewed.equals("ya29.c.test-1")) {
            renewed = token();
        }

        assertThat(renewed).isEqualTo("ya29.c.test-2");
        assertThat(google.count()).isEqualTo(2);
    }

    @Test
    void aTokenThatEndedIsNotUsed() throws Exception {
        token();
        clock.advance(Duration.ofMinutes(60).minusSeconds(29));

        assertThat(token()).isEqualTo("ya29.c.test-2");
    }

    @Test
    void aTokenThatHoldsOutlivesAFailedRenewal() throws Exception {
        token();
        clock.advance(Duration.ofMinutes(56));
        endpoint.otherwise(Answers.status(503, "{}"));

        assertThat(token()).isEqualTo("ya29.c.test-1");
        assertThat(token()).isEqualTo("ya29.c.test-1");
    }

    @Test
    void afterAFailureTheNextRequestWaitsAndCallsFailAtOnce() throws Exception {
        endpoint.otherwise(Answers.status(400, "{\"error\":\"invalid_grant\",\"secret\":\"s\"}"));

        assertThatThrownBy(this::token).hasRootCauseMessage("status 400, invalid_grant");
        assertThatThrownBy(this::token).hasRootCauseMessage("the last request for a token failed; the next waits");
        assertThat(endpoint.requests()).isEqualTo(1);

        clock.advance(AccessTokens.PAUSE);
        endpoint.otherwise(google);
        assertThat(token()).isEqualTo("ya29.c.test-1");
    }

    @Test
    void whatIsNoTokenIsAFailure() {
        for (var answer : List.of(
                Answers.status(200, "{\"token_type\":\"Bearer\"}"),
                Answers.garbage(),
                Answers.reset(),
                Answers.status(200, "{\"access_token\":\"" + "x".repeat(70_000) + "\"}"))) {
            endpoint.otherwise(answer);

            assertThatThrownBy(this::token).isInstanceOf(ExecutionException.class);
            assertThat(tokens.current()).isEmpty();
            clock.advance(Duration.ofMinutes(1));
        }
    }

    @Test
    void aRefusedTokenIsForgottenUnlessItIsNew() throws Exception {
        String first = token();
        onLoop(() -> {
            tokens.forget(first);
            return Future.succeededFuture("");
        });
        assertThat(token()).isEqualTo(first);

        clock.advance(Duration.ofMinutes(1));
        onLoop(() -> {
            tokens.forget(first);
            return Future.succeededFuture("");
        });

        assertThat(token()).isEqualTo("ya29.c.test-2");
    }

    @Test
    void whatIsNoKeyFileIsRefusedWithoutQuotingIt() {
        String right = google.keyFile(endpoint.origin());

        assertThatThrownBy(() -> ServiceAccount.read("{")).hasMessageContaining("no JSON");
        assertThatThrownBy(() -> ServiceAccount.read(right.replace("service_account", "authorized_user")))
                .hasMessageContaining("authorized_user");
        assertThatThrownBy(() -> ServiceAccount.read(right.replace("client_email", "x")))
                .hasMessageContaining("client_email");
        assertThatThrownBy(
                        () -> ServiceAccount.read(right.replace("BEGIN PRIVATE KEY-----", "BEGIN PRIVATE KEY-----AB!")))
                .hasMessageContaining("private_key")
                .hasMessageNotContaining("AB!");
        assertThatThrownBy(() ->
                        ServiceAccount.read(right.replace(endpoint.origin().toString(), "nowhere")))
                .hasMessageContaining("token_uri");
        assertThat(ServiceAccount.read(right).toString())
                .isEqualTo("ServiceAccount[mizan@acme-prod.iam.gserviceaccount.com]");
    }

    private String token() throws Exception {
        return onLoop(() -> tokens.token());
    }

    private <T> T onLoop(Supplier<Future<T>> work) throws Exception {
        return Future.<T>future(promise -> loop.runOnContext(start -> work.get().onComplete(promise)))
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }
}
