package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that share their counters race for what is left, and hear of each other's blocked keys. */
class SharedRaceTest {
    /** Of a call: 33 tokens in at most, 10 tokens out. */
    private static final int OUTPUT = 10;

    private static final String LIMITS = """
            limits:
              - {subject: "user:poor", meter: cost, per: lifetime, cap: 0.00025}
              - {subject: "user:single", meter: concurrency, per: in_flight, cap: 1}
            """;

    @TempDir
    static Path folder;

    private static FakeUpstream upstream = FakeUpstream.start();
    private static Fleet fleet;

    @BeforeAll
    static void start() throws IOException {
        fleet = Fleet.start(folder, 2, upstream, LIMITS);
    }

    @AfterAll
    static void stop() {
        fleet.close();
        upstream.close();
    }

    @Test
    void twoProcessesRaceForTheLastCent() throws Exception {
        upstream.otherwise(new ChatAnswer().usage(ChatAnswer.usage(25, OUTPUT)));
        String key = key("poor");

        List<Reply> replies = race(key, 40);

        long answered = replies.stream().filter(reply -> reply.status() == 200).count();
        assertThat(replies)
                .allMatch(reply -> reply.status() == 200
                        || (reply.status() == 429 && reply.errorCode().equals("cost_limit_exceeded")));
        long each = 25 * RandomCallers.INPUT_NANOS + OUTPUT * RandomCallers.OUTPUT_NANOS;
        assertThat(answered).isPositive();
        assertThat(answered * each).isLessThanOrEqualTo(250_000);
    }

    @Test
    void twoProcessesRaceForTheLastSlot() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        upstream.otherwise(exchange -> {
            end.await();
            new ChatAnswer().to(exchange);
        });
        String key = key("single");
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            int before = upstream.requests();
            List<Future<Reply>> running = start(callers, key, 40);
            Await.until(
                    "39 of 40 calls are refused",
                    () -> running.stream().filter(Future::isDone).count() == 39);
            Await.until("the other is being answered", () -> upstream.requests() == before + 1);
            end.countDown();

            List<Integer> statuses = new ArrayList<>();
            for (Future<Reply> one : running) {
                statuses.add(one.get().status());
            }
            assertThat(statuses).containsOnlyOnce(200).contains(429);
            assertThat(upstream.requests()).isEqualTo(before + 1);
        }
        // The slot is free again, for either process.
        Await.until("a free slot", () -> status(1, key) == 200);
        Await.until("a free slot", () -> status(0, key) == 200);
    }

    @Test
    void aKeyThatOneProcessBlocksIsRefusedByTheOtherWithinASecond() throws Exception {
        upstream.otherwise(new ChatAnswer());
        String key = key("anybody");
        assertThat(status(1, key)).isEqualTo(200);

        assertThat(fleet.manage("/key/block", "{\"key\":\"" + key + "\"}").status())
                .isEqualTo(200);
        long blocked = System.nanoTime();

        Await.until("the other process refuses it", () -> status(1, key) != 200);
        // A second, and what a busy machine adds.
        assertThat(Duration.ofNanos(System.nanoTime() - blocked)).isLessThan(Duration.ofSeconds(3));
        assertThat(status(0, key)).isEqualTo(status(1, key)).isIn(401, 403);
    }

    private static String key(String user) throws IOException {
        String key = Calls.generateKey(fleet.port(0), Gateway.MASTER_KEY, "{\"user_id\":\"" + user + "\"}");
        Await.until("the other process knows the key", () -> {
            try (Caller caller = new Caller(fleet.port(1), key)) {
                return caller.send("GET", "/v1/models", new byte[0]).reply().status() == 200;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        return key;
    }

    private static int status(int process, String key) {
        try {
            return call(process, key).status();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Reply call(int process, String key) throws IOException {
        try (Caller caller = new Caller(fleet.port(process), key)) {
            return caller.post(
                            "/v1/chat/completions",
                            "{\"model\":\"once\",\"max_tokens\":" + OUTPUT
                                    + ",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello to the scales\"}]}")
                    .reply();
        }
    }

    private static List<Reply> race(String key, int times) throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Reply> replies = new ArrayList<>();
            for (Future<Reply> one : start(callers, key, times)) {
                replies.add(one.get());
            }
            return replies;
        }
    }

    private static List<Future<Reply>> start(ExecutorService callers, String key, int times) {
        List<Future<Reply>> running = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            int process = i % 2;
            Callable<Reply> call = () -> call(process, key);
            running.add(callers.submit(call));
        }
        return running;
    }
}
