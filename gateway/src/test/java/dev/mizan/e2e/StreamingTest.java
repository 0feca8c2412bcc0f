package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.Steps;
import dev.mizan.usage.UsageSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams flow event by event, and end rightly whoever ends them. */
class StreamingTest {
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

    @Test
    void eachEventIsWithTheCallerBeforeTheNextIsSent() throws Exception {
        Steps steps = new Steps();
        upstream.enqueue(steps);
        try (Caller caller = gateway.caller()) {
            caller.post("/v1/chat/completions", Calls.stream("once"));
            steps.open().delta("one");
            caller.head();

            assertThat(caller.event()).contains("\"one\"");
            for (int i = 0; i < 20; i++) {
                steps.delta("word " + i);
                assertThat(caller.event()).contains("\"word " + i + "\"");
            }

            steps.usage(100, 21).end();
            assertThat(caller.event()).isEqualTo("data: [DONE]");
            assertThat(gateway.books()
                            .call(caller.header("x-mizan-request-id"))
                            .usage()
                            .outputTokens())
                    .isEqualTo(21);
        }
    }

    @Test
    void anEventInTwoPiecesWaitsOnlyForItself() throws Exception {
        Steps steps = new Steps();
        upstream.enqueue(steps);
        try (Caller caller = gateway.caller()) {
            caller.post("/v1/chat/completions", Calls.stream("once"));
            steps.open().raw("data: {\"choices\":[{\"delta\":{\"content\":\"ha").raw("lf\"}}]}\n\ndata: {\"cho");
            caller.head();

            assertThat(caller.event()).endsWith("\"half\"}}]}");
            steps.raw("ices\":[{\"delta\":{\"content\":\"rest\"}}]}\n").raw("\n");
            assertThat(caller.event()).endsWith("\"rest\"}}]}");
            steps.end();
        }
    }

    @Test
    void eventsFiveMillisecondsApartArriveFiveMillisecondsApart() throws Exception {
        String[] words = new String[40];
        Arrays.fill(words, "x");
        upstream.enqueue(ChatAnswer.of(words).gap(Duration.ofMillis(5)));
        try (Caller caller = gateway.caller()) {
            caller.post("/v1/chat/completions", Calls.stream("once")).head();
            long start = System.nanoTime();
            List<Long> arrivals = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String event = caller.event();
                assertThat(event).startsWith("data: {");
                arrivals.add(System.nanoTime() - start);
            }

            long half = TimeUnit.NANOSECONDS.toMillis(arrivals.get(39) - arrivals.get(19));
            assertThat(half).as("20 events, 5 ms apart, came in ms").isGreaterThan(60);
            assertThat(caller.rest().whole()).isTrue();
        }
    }

    @Test
    void theLineIsInTheBooksBeforeTheLastByteIsOut() throws Exception {
        for (int i = 0; i < 20; i++) {
            Reply reply = gateway.chat(Calls.streamWithUsage("once"));

            assertThat(reply.whole()).isTrue();
            Line line = gateway.books().call(reply.requestId());
            assertThat(line.outcome().status()).isEqualTo(Status.OK);
            assertThat(reply.trailer("x-mizan-cost-usd"))
                    .isEqualTo(line.cost().charged().toDecimal());
            assertThat(reply.text())
                    .contains("\"cost\":" + line.cost().charged().toDecimal() + "}");
        }
    }

    @Test
    void aCallerWhoLeavesEndsTheUpstreamCallAndPaysForWhatCame() throws Exception {
        Steps steps = new Steps();
        upstream.enqueue(steps);
        String requestId;
        try (Caller caller = gateway.caller()) {
            caller.post("/v1/chat/completions", Calls.stream("once"));
            steps.open().delta("Half of the answer is here,").delta(" and then the caller leaves.");
            caller.head();
            requestId = caller.header("x-mizan-request-id");
            assertThat(caller.event()).contains("Half");
            assertThat(caller.event()).contains("leaves");
            caller.vanish();
        }

        assertThat(steps.awaitCancelled(5_000)).isTrue();
        List<Line> lines = gateway.books().lines(requestId);
        assertThat(lines).hasSize(1);
        Line line = lines.getFirst();
        assertThat(line.outcome().status()).isEqualTo(Status.CANCELLED);
        assertThat(line.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(line.usage().outputTokens()).isBetween(8L, 16L);
        assertThat(line.usage().inputTokens()).isBetween(5L, 30L);
        assertThat(line.cost().charged().nanos()).isPositive();
    }

    @Test
    void aCallerWhoLeavesBeforeTheFirstByteEndsTheUpstreamCall() throws Exception {
        Steps steps = new Steps();
        upstream.enqueue(steps);
        try (Caller caller = gateway.caller()) {
            caller.post("/v1/chat/completions", Calls.chat("once"));
            assertThat(steps.request().path()).isEqualTo("/v1/chat/completions");
            caller.vanish();
        }

        assertThat(steps.awaitCancelled(5_000)).isTrue();
        Line line = gateway.books().onlyCall();
        assertThat(line.outcome().status()).isEqualTo(Status.CANCELLED);
        assertThat(line.usage().outputTokens()).isZero();
    }

    @Test
    void aCallerWhoStopsReadingMakesTheUpstreamWait() throws Exception {
        int events = 8_000;
        String words = "scales and books ".repeat(1_000);
        CountDownLatch sent = new CountDownLatch(1);
        upstream.enqueue(exchange -> {
            exchange.eventStream();
            for (int i = 0; i < events; i++) {
                exchange.chunk("data: {\"choices\":[{\"delta\":{\"content\":\"" + words + "\"}}]}\n\n");
            }
            sent.countDown();
            exchange.chunk("data: {\"choices\":[],\"usage\":" + ChatAnswer.usage(1, 2) + "}\n\ndata: [DONE]\n\n")
                    .endChunks();
        });
        try (Caller caller = gateway.caller()) {
            caller.post("/v1/chat/completions", Calls.stream("once")).head();
            assertThat(sent.await(700, TimeUnit.MILLISECONDS))
                    .as("136 MB went into a caller that does not read")
                    .isFalse();
            for (int i = 0; i < events; i++) {
                assertThat(caller.event()).hasSizeGreaterThan(words.length());
            }
            assertThat(caller.event()).isEqualTo("data: [DONE]");
        }
        assertThat(gateway.books().onlyCall().outcome().status()).isEqualTo(Status.OK);
    }

    @Test
    void aCallerWhoNeverReadsIsGivenUp() throws Exception {
        String words = "scales and books ".repeat(1_000);
        upstream.enqueue(exchange -> {
            exchange.eventStream();
            while (!exchange.received().cancelled()) {
                exchange.chunk("data: {\"choices\":[{\"delta\":{\"content\":\"" + words + "\"}}]}\n\n");
            }
        });
        try (Caller caller = gateway.caller()) {
            caller.post("/v1/chat/completions", Calls.stream("once")).head();

            assertThat(upstream.take().awaitCancelled(10_000)).isTrue();
            assertThat(gateway.books().onlyCall().outcome().status()).isEqualTo(Status.CANCELLED);
        }
    }

    @Test
    void twoThousandStreamsAreOpenAtATime() throws Exception {
        int count = 2_000;
        CountDownLatch open = new CountDownLatch(count);
        CountDownLatch go = new CountDownLatch(1);
        upstream.forget().otherwise(exchange -> {
            exchange.eventStream().chunk("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"open\"}}]}\n\n");
            go.await();
            exchange.chunk("data: {\"choices\":[],\"usage\":" + ChatAnswer.usage(10, 2) + "}\n\ndata: [DONE]\n\n")
                    .endChunks();
        });
        Path other = Files.createDirectory(folder.resolve("patient"));
        try (Gateway patient = Gateway.patient(upstream, other);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> ended = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ended.add(callers.submit(() -> {
                    try (Caller caller = patient.caller()) {
                        caller.post("/v1/chat/completions", Calls.stream("once"))
                                .head();
                        boolean opened = caller.event().contains("open");
                        open.countDown();
                        return opened && caller.patience(60_000).event().equals("data: [DONE]");
                    }
                }));
            }
            assertThat(open.await(60, TimeUnit.SECONDS))
                    .as(() -> count - open.getCount() + " are open")
                    .isTrue();
            go.countDown();
            for (Future<Boolean> one : ended) {
                assertThat(one.get(60, TimeUnit.SECONDS)).isTrue();
            }
            patient.books().awaitCount(Line.Kind.CALL, count);
            assertThat(patient.books().all())
                    .hasSize(count)
                    .allMatch(line -> line.usage().totalTokens() == 12);
        }
    }
}
