package dev.mizan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.provider.ProviderSettings.Kind;
import dev.mizan.provider.ProviderSettings.Timeouts;
import dev.mizan.wire.Slice;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections to a server that writes bytes as they are, over a socket. */
class ConnectionPoolTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final Slice QUESTION = Slice.of("{}".getBytes(StandardCharsets.US_ASCII));
    private static final long SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private ServerSocket server;

    /** What the server does once it has read a request whole. */
    private interface Reaction {
        void answer(Socket socket, int call) throws IOException, InterruptedException;
    }

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void oneConnectionTakesCallAfterCall() throws Exception {
        serve((socket, call) -> write(socket, OK));
        ConnectionPool pool = pool(2, 5_000);

        assertThat(List.of(call(pool), call(pool), call(pool))).containsOnly("200 ok");
        assertThat(accepted).hasValue(1);
        assertThat(requests.getFirst())
                .isEqualTo("POST /v1/chat HTTP/1.1\r\nhost: here\r\ncontent-length: 2\r\n\r\n{}");
    }

    @Test
    void opensAsManyAsItMayAndLetsAsManyCallsWait() throws Exception {
        CountDownLatch answering = new CountDownLatch(1);
        serve((socket, call) -> {
            answering.await();
            write(socket, OK);
        });
        ConnectionPool pool = pool(2, 60_000);

        List<Future<String>> held = on(() -> List.of(send(pool), send(pool), send(pool), send(pool)));
        await(() -> requests.size() == 2);
        Future<String> fifth = on(() -> send(pool));

        assertThatThrownBy(() -> get(fifth)).hasMessageContaining("max_connections is 2");
        answering.countDown();
        for (Future<String> answer : held) {
            assertThat(get(answer)).isEqualTo("200 ok");
        }
        assertThat(accepted).hasValue(2);
    }

    @Test
    void waitsForAConnectionNoLongerThanToConnect() throws Exception {
        serve((socket, call) -> {
            if (call > 1) {
                write(socket, OK);
            }
        });
        ConnectionPool pool = pool(1, 200);
        ProviderCall first = get(on(() -> pool.take().map(this::made)));
        Future<ProviderCall> unanswered = on(() -> first.send(QUESTION));

        assertThatThrownBy(() -> call(pool)).hasRootCauseInstanceOf(TimeoutException.class);

        on(() -> {
            first.reset();
            return first;
        });
        assertThat(unanswered.isComplete()).isFalse();
        assertThat(call(pool)).isEqualTo("200 ok");
        assertThat(accepted).hasValue(2);
    }

    @Test
    void doesNotKeepWhatTheProviderCloses() throws Exception {
        List<String> heads = List.of(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1, max=100\r\nContent-Length: 2\r\n\r\nok",
                OK);
        serve((socket, call) -> write(socket, heads.get(call - 1)));
        ConnectionPool pool = pool(2, 5_000);

        for (int i = 0; i < heads.size(); i++) {
            assertThat(call(pool)).isEqualTo("200 ok");
        }
        assertThat(accepted).hasValue(4);
    }

    @Test
    void doesNotKeepWhatHasBeenIdleForLong() throws Exception {
        serve((socket, call) -> write(socket, OK));
        ConnectionPool pool = pool(2, 5_000);

        call(pool);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(54));
        call(pool);
        assertThat(accepted).hasValue(1);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(56));
        call(pool);
        assertThat(accepted).hasValue(2);
    }

    @Test
    void closesAConnectionOnWhichNobodyHasAsked() throws Exception {
        serve((socket, call) -> write(socket, call == 1 ? OK + "HTTP/1.1 408 Request Timeout\r\n\r\n" : OK));
        ConnectionPool pool = pool(2, 5_000);

        assertThat(call(pool)).isEqualTo("200 ok");
        await(() -> sockets.getFirst().getInputStream().read() < 0);
        assertThat(call(pool)).isEqualTo("200 ok");
        assertThat(accepted).hasValue(2);
    }

    @Test
    void readsPastWhatIsSaidBeforeTheAnswer() throws Exception {
        serve((socket, call) ->
                write(socket, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK));
        ConnectionPool pool = pool(2, 5_000);

        assertThat(List.of(call(pool), call(pool))).containsOnly("200 ok");
        assertThat(accepted).hasValue(1);
    }

    @Test
    void readsABodyThatEndsWithTheConnection() throws Exception {
        serve((socket, call) -> {
            write(socket, "HTTP/1.1 200 OK\r\n\r\nuntil the end");
            socket.close();
        });

        assertThat(call(pool(2, 5_000))).isEqualTo("200 until the end");
    }

    @Test
    void failsWhereTheProviderBreaksOff() throws Exception {
        serve((socket, call) -> {
            write(socket, call == 1 ? CHUNKED + "5\r\nwhole\r\n5\r\npa" : "HTTP/1.1 20");
            socket.close();
        });
        ConnectionPool pool = pool(2, 5_000);

        assertThat(call(pool)).isEqualTo("200 wholepa failed");
        assertThatThrownBy(() -> call(pool)).isInstanceOf(ExecutionException.class);
    }

    @Test
    void failsWhereTheAnswerIsNotHttp() throws Exception {
        serve((socket, call) -> write(socket, call == 1 ? "garbage\r\n\r\n" : CHUNKED + "5\r\nwhole\r\nnone\r\n"));
        ConnectionPool pool = pool(2, 5_000);

        assertThatThrownBy(() -> call(pool)).isInstanceOf(ExecutionException.class);
        assertThat(call(pool)).isEqualTo("200 whole failed");
        await(() -> sockets.get(1).getInputStream().read() < 0);
    }

    @Test
    void sendsLargeBodiesWholeAndNoLinesOfACallersMaking() throws Exception {
        serve((socket, call) -> write(socket, OK));
        ConnectionPool pool = pool(2, 5_000);
        byte[] large = "x".repeat(3 << 20).getBytes(StandardCharsets.US_ASCII);

        Future<String> answer = on(() -> pool.take()
                .map(this::made)
                .map(made -> made.putHeader("user-agent", "a\r\nx-evil: 1").putHeader("traceparent", "t"))
                .compose(made -> answer(made, Slice.of(large))));

        assertThat(get(answer)).isEqualTo("200 ok");
        assertThat(requests.getFirst())
                .startsWith(
                        "POST /v1/chat HTTP/1.1\r\nhost: here\r\ntraceparent: t\r\ncontent-length: 3145728\r\n\r\nx")
                .doesNotContain("evil")
                .hasSizeGreaterThan(3 << 20);
    }

    @Test
    void aPausedReaderMakesTheProviderWait() throws Exception {
        int bytes = 32 << 20;
        AtomicInteger written = new AtomicInteger();
        serve((socket, call) -> {
            if (call > 1) {
                write(socket, OK);
                return;
            }
            write(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n");
            for (; written.get() < bytes; written.addAndGet(1 << 16)) {
                socket.getOutputStream().write(new byte[1 << 16]);
            }
        });
        ConnectionPool pool = pool(2, 5_000);
        AtomicInteger read = new AtomicInteger();
        Promise<Void> ended = Promise.promise();

        ProviderCall paused = get(on(() -> pool.take().map(this::made).compose(made -> made.send(QUESTION)
                .onSuccess(answer -> answer.handler(part -> read.addAndGet(part.length()))
                        .endHandler(end -> ended.complete())
                        .pause()))));
        // The server has written until nothing took any more of it: the same twice, a while apart.
        AtomicInteger before = new AtomicInteger(-1);
        await(() -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
            return before.getAndSet(written.get()) == written.get();
        });
        assertThat(written.get()).isLessThan(bytes / 2);
        assertThat(read).hasValue(0);

        on(paused::resume);
        get(ended.future());
        assertThat(read).hasValue(bytes);
        assertThat(call(pool)).isEqualTo("200 ok");
        assertThat(accepted).hasValue(1);
    }

    @Test
    void aResetCallIsToldNothingMore() throws Exception {
        serve((socket, call) -> write(socket, call == 1 ? CHUNKED + "5\r\nwhole\r\n" : OK));
        ConnectionPool pool = pool(2, 5_000);
        AtomicInteger told = new AtomicInteger();

        on(() -> pool.take()
                .map(this::made)
                .compose(made -> made.send(QUESTION))
                .onSuccess(answer -> {
                    answer.handler(part -> told.addAndGet(1_000));
                    answer.endHandler(end -> told.incrementAndGet());
                    answer.exceptionHandler(cause -> told.incrementAndGet());
                    answer.reset();
                }));

        await(() -> sockets.size() == 1 && sockets.getFirst().getInputStream().read() < 0);
        assertThat(call(pool)).isEqualTo("200 ok");
        assertThat(told).hasValue(0);
    }

    @Test
    void closingLetsCallsEndAndThoseThatWaitBeMade() throws Exception {
        CountDownLatch answering = new CountDownLatch(1);
        serve((socket, call) -> {
            answering.await();
            write(socket, OK);
        });
        ConnectionPool pool = pool(2, 60_000);
        List<Future<String>> underWay = on(() -> List.of(send(pool), send(pool), send(pool)));
        await(() -> requests.size() == 2);

        close(pool, 60);
        Future<String> onItsWay = on(() -> send(pool));
        answering.countDown();

        for (Future<String> call : underWay) {
            assertThat(get(call)).isEqualTo("200 ok");
        }
        assertThat(get(onItsWay)).isEqualTo("200 ok");
        await(() -> sockets.getFirst().getInputStream().read() < 0);
        close(pool, 0);
        assertThatThrownBy(() -> call(pool)).hasMessageContaining("closed");
    }

    @Test
    void noServerIsAFailureForEachCall() throws Exception {
        server.close();
        ConnectionPool pool = pool(1, 5_000);

        List<Future<String>> calls = on(() -> List.of(send(pool), send(pool)));

        for (Future<String> call : calls) {
            assertThatThrownBy(() -> get(call)).hasRootCauseInstanceOf(IOException.class);
        }
    }

    private ConnectionPool pool(int connectionsMax, int connectMillis) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + server.getLocalPort());
        Timeouts timeouts = new Timeouts(
                Duration.ofMillis(connectMillis), Duration.ofSeconds(9), Duration.ofSeconds(9), Duration.ofSeconds(9));
        ProviderSettings settings = new ProviderSettings(
                "raw",
                Kind.OPENAI_COMPATIBLE,
                address,
                "",
                "",
                Map.of(),
                "",
                timeouts,
                connectionsMax,
                ProviderSettings.Simulated.DEFAULT,
                CannedAnswers.NONE);
        return on(() -> new ConnectionPool(vertx, address.getHost(), address.getPort(), false, settings, nanos::get));
    }

    private void close(ConnectionPool pool, long timeoutSeconds) throws Exception {
        on(() -> {
            pool.close(timeoutSeconds);
            return pool;
        });
    }

    private ProviderCall made(Connection connection) {
        return new ProviderCall(connection, "/v1/chat", " HTTP/1.1\r\nhost: here\r\n", "");
    }

    private String call(ConnectionPool pool) throws Exception {
        return get(on(() -> send(pool)));
    }

    /** Status and body, and whether it broke off. */
    private Future<String> send(ConnectionPool pool) {
        return pool.take().map(this::made).compose(made -> answer(made, QUESTION));
    }

    private static Future<String> answer(ProviderCall made, Slice body) {
        Promise<String> ended = Promise.promise();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return made.send(body).compose(answer -> {
            answer.handler(part -> bytes.write(part.array(), part.from(), part.length()));
            answer.endHandler(end -> ended.complete(answer.status() + " " + bytes));
            answer.exceptionHandler(cause -> ended.complete(answer.status() + " " + bytes + " failed"));
            return ended.future();
        });
    }

    /** Runs {@code task} where the pool belongs. */
    private <T> T on(Callable<T> task) throws Exception {
        Promise<T> done = Promise.promise();
        context.runOnContext(ignored -> {
            try {
                done.complete(task.call());
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return get(done.future());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(until);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private void serve(Reaction reaction) {
        AtomicInteger calls = new AtomicInteger();
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    accepted.incrementAndGet();
                    sockets.add(socket);
                    Thread.ofVirtual().start(() -> serve(socket, reaction, calls));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private void serve(Socket socket, Reaction reaction, AtomicInteger calls) {
        try {
            for (String request = request(socket); !request.isEmpty(); request = request(socket)) {
                requests.add(request);
                reaction.answer(socket, calls.incrementAndGet());
                if (socket.isClosed()) {
                    return;
                }
            }
        } catch (IOException e) {
            // The other side has closed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One request, whole; empty if the connection ended. */
    private static String request(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        int at = head.indexOf("content-length: ") + "content-length: ".length();
        int length = Integer.parseInt(head.substring(at, head.indexOf("\r\n", at)));
        return head + new String(in.readNBytes(length), StandardCharsets.US_ASCII);
    }

    private static void write(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
