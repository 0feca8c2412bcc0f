package dev.mizan.upstream;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One request as it came over the wire, and what became of it. Safe for use by many threads. */
public final class Received {
    private static final JsonMapper JSON = new JsonMapper();

    private final String method;
    private final String target;
    private final List<Header> headers;
    private final byte[] body;
    private final int connection;
    private final CountDownLatch peerClosed = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean ended;

    Received(String method, String target, List<Header> headers, byte[] body, int connection) {
        this.method = method;
        this.target = target;
        this.headers = List.copyOf(headers);
        this.body = body.clone();
        this.connection = connection;
    }

    /** A header line, name and value as sent. */
    public record Header(String name, String value) {}

    public String method() {
        return method;
    }

    /** Path and query, as sent. */
    public String target() {
        return target;
    }

    /** The target without its query. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** All headers in the order they came. */
    public List<Header> headers() {
        return headers;
    }

    /** The first header of this name, in any case. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst();
    }

    /** The body's bytes, without its framing. */
    public byte[] body() {
        return body.clone();
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The body as JSON; a missing node if it is empty. */
    public JsonNode json() {
        return JSON.readTree(body);
    }

    /** Number of the connection it came on, counted from 1. */
    public int connection() {
        return connection;
    }

    /** Whether the peer closed or reset the connection before it was answered whole. */
    public boolean cancelled() {
        return peerClosed.getCount() == 0;
    }

    /** Waits until the peer closes the connection before the answer is whole; false if it has not in time. */
    public boolean awaitCancelled(long timeoutMillis) throws InterruptedException {
        return peerClosed.await(timeoutMillis, TimeUnit.MILLISECONDS);
    }

    /** Waits until the answer's script has ended, whether or not it was delivered; false if it has not in time. */
    public boolean awaitFinished(long timeoutMillis) throws InterruptedException {
        return finished.await(timeoutMillis, TimeUnit.MILLISECONDS);
    }

    /** Everything that was sent, for searching it for secrets. */
    public String everything() {
        StringBuilder all = new StringBuilder(method).append(' ').append(target).append('\n');
        headers.forEach(header ->
                all.append(header.name()).append(": ").append(header.value()).append('\n'));
        return all.append('\n').append(text()).toString();
    }

    /** Notes that the upstream is about to end its side; a connection that closes afterwards cancels nothing. */
    void markEnded() {
        ended = true;
    }

    void markPeerClosed() {
        if (!ended) {
            peerClosed.countDown();
        }
    }

    void markFinished() {
        finished.countDown();
    }

    @Override
    public String toString() {
        return method + " " + target + " (" + body.length + " bytes)";
    }
}
