package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.usage.UsageSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} under load, again and again, on the same data folder: every answer that a caller got whole is in the
 * ledger exactly once, calls that were in flight end as unresolved lines, and the rollups are the sums of the lines.
 */
class KillTest {
    private static final int CALLERS = 16;

    @TempDir
    Path folder;

    @Test
    void killedThreeTimes() throws Exception {
        killAgainAndAgain(3, System.nanoTime());
    }

    @Test
    @Tag("long")
    void killedTwoHundredTimes() throws Exception {
        killAgainAndAgain(200, System.nanoTime());
    }

    private void killAgainAndAgain(int times, long seed) throws Exception {
        System.out.println("KillTest seed " + seed);
        Random random = new Random(seed);
        try (FakeUpstream upstream = FakeUpstream.start().forget()) {
            upstream.otherwise(new ChatAnswer()
                    .usage(ChatAnswer.usage(100, 10))
                    .firstByteAfter(Duration.ofMillis(3))
                    .gap(Duration.ofMillis(1)));
            Gateway.write(folder, Gateway.models(upstream) + Gateway.PRICES, "");
            Traffic traffic = new Traffic();
            for (int i = 0; i < times; i++) {
                try (GatewayChild gateway = GatewayChild.start(folder)) {
                    traffic.start(gateway.port(), random.nextLong());
                    traffic.awaitAnswers(random.nextInt(1, 60));
                    traffic.letRunFor(random.nextInt(200));
                    gateway.kill();
                    traffic.stop();
                }
            }
            // A last start replays what the last kill left; the stop in order drains it.
            GatewayChild.start(folder).close();
            audit(traffic, upstream.requests(), "seed " + seed);
        }
    }

    private void audit(Traffic traffic, int requestsUpstream, String seed) {
        try (Books books = Books.open(folder.resolve("data"))) {
            Map<String, Line> calls = new HashMap<>();
            Set<String> ids = new HashSet<>();
            int unresolved = 0;
            for (Line line : books.all()) {
                assertThat(ids.add(line.id()))
                        .as(seed + ": line " + line.id() + " is there once")
                        .isTrue();
                assertThat(calls.put(line.requestId(), line))
                        .as(seed + ": call " + line.requestId() + " has one line")
                        .isNull();
                if (line.outcome().status() == Status.UNRESOLVED) {
                    unresolved++;
                    assertThat(line.usageSource()).isEqualTo(UsageSource.ASSUMED);
                    assertThat(line.cost().charged().nanos()).isPositive();
                }
            }
            for (String requestId : traffic.whole()) {
                Line line = Optional.ofNullable(calls.get(requestId))
                        .orElseThrow(() -> new AssertionError(seed + ": the answer " + requestId + " is not booked"));
                assertThat(line.outcome().status()).as(seed + ": " + requestId).isEqualTo(Status.OK);
                assertThat(line.usage().totalTokens()).isEqualTo(110);
            }
            assertThat(traffic.whole()).as(seed).isNotEmpty();
            assertThat(unresolved).as(seed + ": calls were in flight").isPositive();
            assertThat(calls.size())
                    .as(seed + ": lines and requests that reached the provider")
                    .isGreaterThanOrEqualTo(requestsUpstream);
            books.assertRollupsAreSums();
        }
    }

    /** Callers that call without a break and remember which answers they got whole. */
    private static final class Traffic {
        private final Set<String> whole = ConcurrentHashMap.newKeySet();
        private final Set<String> doubled = ConcurrentHashMap.newKeySet();
        private List<Thread> callers = List.of();
        private AtomicBoolean running = new AtomicBoolean();
        private CountDownLatch answers = new CountDownLatch(0);

        void start(int port, long seed) {
            running = new AtomicBoolean(true);
            answers = new CountDownLatch(1_000_000);
            List<Thread> started = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                Random random = new Random(seed + i);
                AtomicBoolean mine = running;
                started.add(Thread.ofVirtual().start(() -> callOn(port, random, mine)));
            }
            callers = started;
        }

        void awaitAnswers(int count) {
            long before = answers.getCount();
            Await.until(count + " answers", () -> before - answers.getCount() >= count);
        }

        void letRunFor(int millis) throws InterruptedException {
            // Nobody counts this down: it is the time until the kill.
            var _ = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        }

        void stop() throws InterruptedException {
            running.set(false);
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(doubled).isEmpty();
        }

        Set<String> whole() {
            return whole;
        }

        private void callOn(int port, Random random, AtomicBoolean mine) {
            while (mine.get()) {
                try (Caller caller = new Caller(port, Gateway.MASTER_KEY)) {
                    while (mine.get()) {
                        String body = random.nextBoolean() ? Calls.chat("once") : Calls.streamWithUsage("once");
                        Reply reply = caller.post("/v1/chat/completions", body).reply();
                        if (!reply.whole()) {
                            break;
                        }
                        answers.countDown();
                        if (reply.status() == 200 && !whole.add(reply.requestId())) {
                            doubled.add(reply.requestId());
                        }
                    }
                } catch (IOException e) {
                    // The gateway was killed under this call.
                    return;
                }
            }
        }
    }
}
