package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis or PostgreSQL is silent or gone: every call is answered within its bound, and all is well afterwards. */
class SharedOutageTest {
    /** Redis' timeout of two seconds, two for the books, and a busy machine. */
    private static final Duration BOUND = Duration.ofSeconds(8);

    private static final String LIMITS = """
            limits:
              - {subject: "user:limited", meter: cost, per: month, cap: 100}
              - {subject: "user:new", meter: cost, per: month, cap: 100}
              - {subject: "user:rated", meter: tokens, per: minute, cap: 1000000}
            """;

    @TempDir
    static Path folder;

    private static FakeUpstream upstream = FakeUpstream.start().otherwise(new ChatAnswer());
    private static Fleet fleet;

    @BeforeAll
    static void start() throws IOException {
        fleet = Fleet.start(folder, 1, upstream, LIMITS);
    }

    @AfterAll
    static void stop() {
        fleet.close();
        upstream.close();
    }

    @Test
    void whileRedisIsSilentOrGoneNoCallWaitsLongerThanItsBound() throws Exception {
        String limited = key("limited");
        String rated = key("rated");
        assertThat(call(limited).status()).isEqualTo(200);
        assertThat(call(rated).status()).isEqualTo(200);

        fleet.redis().freeze();
        for (int i = 0; i < 5; i++) {
            assertThat(call(limited).errorCode()).isEqualTo("limit_store_unavailable");
            assertThat(call(rated).status()).isEqualTo(200);
        }
        fleet.redis().thaw();
        Await.until("calls are admitted again", () -> status(limited) == 200);

        fleet.redis().kill();
        for (int i = 0; i < 5; i++) {
            assertThat(call(limited).status()).isEqualTo(503);
            assertThat(call(rated).status()).isEqualTo(200);
        }
        fleet.redis().resume();
        Await.until("calls are admitted again", () -> status(limited) == 200);
    }

    @Test
    void whileTheBooksAreAwayCountersThatAreThereGoOnAndOthersAreRefusedInTime() throws Exception {
        String limited = key("limited");
        String fresh = key("new");
        assertThat(call(limited).status()).isEqualTo(200);

        fleet.postgres().crash();
        for (int i = 0; i < 5; i++) {
            assertThat(call(limited).status()).isEqualTo(200);
        }
        assertThat(call(fresh).errorCode()).isEqualTo("limit_store_unavailable");
        fleet.postgres().resume();

        Await.until("calls are admitted again", () -> status(fresh) == 200);
    }

    private static String key(String user) throws IOException {
        return Calls.generateKey(fleet.port(0), Gateway.MASTER_KEY, "{\"user_id\":\"" + user + "\"}");
    }

    private static int status(String key) {
        try {
            return call(key).status();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Reply call(String key) throws IOException {
        long began = System.nanoTime();
        try (Caller caller = new Caller(fleet.port(0), key)) {
            Reply reply = caller.post(
                            "/v1/chat/completions",
                            "{\"model\":\"once\",\"max_tokens\":10,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}")
                    .reply();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BOUND);
            return reply;
        }
    }
}
