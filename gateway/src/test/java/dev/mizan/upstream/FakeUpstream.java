package dev.mizan.upstream;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A provider that tests script: a real HTTP/1.1 server on a random port of the loopback address.
 *
 * <p>Requests take the scripted answers ({@link #enqueue}) in their order of arrival; once those are used up, all take
 * {@link #otherwise}, by default {@link Answers#byPath()}. Every request is kept as it came over the wire. A thread
 * of its own reads each connection all the time, so that a peer that leaves is noticed while its answer is being sent.
 * Safe for use by many threads.
 */
public final class FakeUpstream implements AutoCloseable {
    private static final int HEAD_BYTES_MAX = 1 << 20;

    private final ServerSocket listener;
    private final ConcurrentLinkedQueue<Answer> script = new ConcurrentLinkedQueue<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Received> arrivals = new LinkedBlockingQueue<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean keeping = true;
    private volatile Answer otherwise = Answers.byPath();

    private FakeUpstream(ServerSocket listener) {
        this.listener = listener;
    }

    /** Starts one; it serves until it is closed. */
    public static FakeUpstream start() {
        try {
            ServerSocket listener = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
            FakeUpstream upstream = new FakeUpstream(listener);
            Thread.ofVirtual().name("fake-upstream").start(upstream::accept);
            return upstream;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code http://127.0.0.1:PORT}. */
    public URI origin() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** {@code http://127.0.0.1:PORT/v1}, what OpenAI's clients call the base URL. */
    public URI v1() {
        return URI.create(origin() + "/v1");
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** The next requests take these answers, one each, in this order. */
    public FakeUpstream enqueue(Answer... answers) {
        script.addAll(List.of(answers));
        return this;
    }

    /** Requests that find no scripted answer take this one. */
    public FakeUpstream otherwise(Answer answer) {
        otherwise = answer;
        return this;
    }

    /** Stops keeping requests, for tests that send very many; {@link #requests} goes on counting. */
    public FakeUpstream forget() {
        keeping = false;
        return this;
    }

    /** All requests so far, in their order of arrival. */
    public List<Received> received() {
        return List.copyOf(received);
    }

    /** How many requests have come, kept or not. */
    public int requests() {
        return requests.get();
    }

    /** How many connections were ever opened. */
    public int connections() {
        return connections.get();
    }

    /** The next request that was not taken yet; waits for it. Throws {@link AssertionError} after ten seconds. */
    public Received take() throws InterruptedException {
        return poll(10_000).orElseThrow(() -> new AssertionError("no request reached the upstream within 10 s"));
    }

    /** The next request that was not taken yet, if one comes in time. */
    public Optional<Received> poll(long timeoutMillis) throws InterruptedException {
        return Optional.ofNullable(arrivals.poll(timeoutMillis, TimeUnit.MILLISECONDS));
    }

    /** Closes the listener and every connection. */
    @Override
    public void close() {
        closeQuietly(listener);
        open.forEach(FakeUpstream::closeQuietly);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                int number = connections.incrementAndGet();
                Thread.ofVirtual().name("fake-upstream-" + number).start(() -> serve(socket, number));
            } catch (IOException e) {
                closeQuietly(listener);
            }
        }
    }

    private void serve(Socket socket, int number) {
        Optional<Received> current = Optional.empty();
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
            Optional<Thread> answering = Optional.empty();
            while (true) {
                in.mark(1);
                if (in.read() < 0) {
                    current.ifPresent(Received::markPeerClosed);
                    return;
                }
                in.reset();
                Received request = readRequest(in, number);
                if (answering.isPresent()) {
                    answering.get().join();
                }
                current = Optional.of(request);
                keep(request);
                Exchange exchange = new Exchange(request, socket);
                Answer answer = Optional.ofNullable(script.poll()).orElse(otherwise);
                answering = Optional.of(Thread.ofVirtual().start(() -> answer(answer, exchange)));
            }
        } catch (IOException | InterruptedException e) {
            // The peer reset the connection or sent half a request, or the script reset it (which does not count).
            current.ifPresent(Received::markPeerClosed);
        } finally {
            open.remove(socket);
        }
    }

    private void keep(Received request) {
        requests.incrementAndGet();
        if (keeping) {
            received.add(request);
            arrivals.add(request);
        }
    }

    private static void answer(Answer answer, Exchange exchange) {
        try {
            answer.to(exchange);
        } catch (IOException | InterruptedException e) {
            exchange.received().markPeerClosed();
        } finally {
            exchange.received().markFinished();
        }
    }

    private static Received readRequest(InputStream in, int connection) throws IOException {
        String[] start = readLine(in).split(" ", 3);
        List<Received.Header> headers = new ArrayList<>();
        int length = 0;
        boolean chunked = false;
        for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
            int colon = line.indexOf(':');
            String name = line.substring(0, colon);
            String value = line.substring(colon + 1).strip();
            headers.add(new Received.Header(name, value));
            if (name.equalsIgnoreCase("content-length")) {
                length = Integer.parseInt(value);
            }
            chunked |= name.equalsIgnoreCase("transfer-encoding") && value.equalsIgnoreCase("chunked");
        }
        byte[] body = chunked ? readChunks(in) : readExactly(in, length);
        return new Received(start[0], start[1], headers, body, connection);
    }

    private static byte[] readChunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(readLine(in), 16);
            body.writeBytes(readExactly(in, size));
            readLine(in);
            if (size == 0) {
                return body.toByteArray();
            }
        }
    }

    private static byte[] readExactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("body of " + length + " bytes ended after " + bytes.length);
        }
        return bytes;
    }

    private static String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.size() > HEAD_BYTES_MAX) {
                throw new EOFException("half a line");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException("close failed", e);
        }
    }
}
