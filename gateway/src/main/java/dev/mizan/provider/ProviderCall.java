package dev.mizan.provider;

import dev.mizan.wire.Slice;
import io.netty.handler.codec.http.HttpResponse;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.streams.ReadStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One call on a provider's connection: a POST, then its answer as a stream of bytes in the order in which they come.
 * Belongs to one event loop.
 */
public final class ProviderCall implements ReadStream<Slice> {
    /** So many bytes wait for a paused reader before the provider has to. */
    private static final int WAITING_BYTES_MAX = 64 * 1024;

    private static final char DELETE = 0x7F;

    /** Room for the headers that differ from call to call. */
    private static final int HEADERS_LENGTH = 256;

    private static final String METHOD = "POST ";
    private static final String CONTENT_LENGTH = "content-length: ";

    private final Connection connection;
    private final StringBuilder head;
    private final String authorization;
    private final Promise<ProviderCall> answered = Promise.promise();
    private @Nullable HttpResponse answer;
    private Handler<Slice> handler = bytes -> {};
    private Handler<Void> endHandler = end -> {};
    private Handler<Throwable> exceptionHandler = cause -> {};

    /** What has not been delivered: bytes, then perhaps {@link End} or a {@link Throwable}. */
    private final ArrayDeque<Object> waiting = new ArrayDeque<>(2);

    private int waitingBytes;
    private boolean isPaused;
    private boolean isDelivering;
    private boolean isHeldBack;
    private boolean isSent;
    private boolean isOver;

    /** The answer's end. */
    private enum End {
        WHOLE
    }

    /**
     * A call of which nothing has been sent.
     *
     * @param path what the request's line names
     * @param start the rest of that line and the first headers, each with its line end
     * @param authorization what it says in {@code Authorization} of its own; empty for nothing
     */
    ProviderCall(Connection connection, String path, String start, String authorization) {
        this.connection = connection;
        this.head = new StringBuilder(METHOD.length() + path.length() + start.length() + HEADERS_LENGTH)
                .append(METHOD)
                .append(path)
                .append(start);
        this.authorization = authorization;
        if (!authorization.isEmpty()) {
            putHeader("authorization", authorization);
        }
    }

    /** Adds a header. A value that can't be in one is left out: nothing a caller sends makes lines of its own. */
    public ProviderCall putHeader(CharSequence name, String value) {
        if (isValue(value)) {
            head.append(name).append(": ").append(value).append("\r\n");
        }
        return this;
    }

    /** Whether {@code value} can be that of a header: no control characters but tabs (RFC 9110, section 5.5). */
    static boolean isValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == DELETE || c > 0xFF) {
                return false;
            }
        }
        return true;
    }

    /** Whether {@code name} can be that of a header (RFC 9110, section 5.6.2). */
    static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean isToken = (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
            if (!isToken) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** Sends the request; what is returned completes with this when the head of the answer has come. */
    public Future<ProviderCall> send(Slice body) {
        isSent = true;
        head.append(CONTENT_LENGTH).append(body.length()).append("\r\n\r\n");
        connection.send(this, head.toString().getBytes(StandardCharsets.ISO_8859_1), body);
        return answered.future();
    }

    /** What the request said in {@code Authorization} of its own; empty if nothing. */
    String authorization() {
        return authorization;
    }

    /** The answer's status, once its head has come. */
    public int status() {
        return head().status().code();
    }

    /** The answer's first header of this name, once its head has come; null if it has none. */
    public @Nullable String header(CharSequence name) {
        return head().headers().get(name);
    }

    /** Ends it: closes the connection that it is on if anything was sent. Nothing more is told of it. */
    public void reset() {
        if (!isOver) {
            isOver = true;
            waiting.clear();
            if (isSent) {
                connection.close(this);
            } else {
                connection.release();
            }
        }
    }

    @Override
    public ProviderCall handler(@Nullable Handler<Slice> bytes) {
        handler = bytes == null ? ignored -> {} : bytes;
        return this;
    }

    @Override
    public ProviderCall endHandler(@Nullable Handler<Void> end) {
        endHandler = end == null ? ignored -> {} : end;
        return this;
    }

    @Override
    public ProviderCall exceptionHandler(@Nullable Handler<Throwable> cause) {
        exceptionHandler = cause == null ? ignored -> {} : cause;
        return this;
    }

    @Override
    public ProviderCall pause() {
        isPaused = true;
        return this;
    }

    @Override
    public ProviderCall resume() {
        isPaused = false;
        deliver();
        return this;
    }

    @Override
    public ProviderCall fetch(long amount) {
        return resume();
    }

    void begin(HttpResponse head) {
        answer = head;
        answered.complete(this);
    }

    void add(Slice bytes) {
        if (!isOver) {
            waiting.add(bytes);
            waitingBytes += bytes.length();
            deliver();
            if (waitingBytes > WAITING_BYTES_MAX && !isOver && !isHeldBack) {
                isHeldBack = true;
                connection.receive(false);
            }
        }
    }

    void end() {
        isHeldBack = false;
        finish(End.WHOLE);
    }

    void fail(Throwable cause) {
        isHeldBack = false;
        if (answer == null) {
            isOver = true;
            answered.tryFail(cause);
        } else {
            finish(cause);
        }
    }

    private void finish(Object last) {
        if (!isOver) {
            waiting.add(last);
            deliver();
        }
    }

    /** Hands on what waits, unless that is being done, for as long as the reader takes it. */
    private void deliver() {
        if (isDelivering) {
            return;
        }
        isDelivering = true;
        try {
            while (!isPaused && !waiting.isEmpty()) {
                deliver(waiting.remove());
            }
        } finally {
            isDelivering = false;
        }
        if (isHeldBack && waiting.isEmpty() && !isOver) {
            isHeldBack = false;
            connection.receive(true);
        }
    }

    private void deliver(Object next) {
        switch (next) {
            case Slice bytes -> {
                waitingBytes -= bytes.length();
                handler.handle(bytes);
            }
            case Throwable cause -> {
                isOver = true;
                exceptionHandler.handle(cause);
            }
            default -> {
                isOver = true;
                endHandler.handle(null);
            }
        }
    }

    private HttpResponse head() {
        HttpResponse known = answer;
        if (known == null) {
            throw new IllegalStateException("answer: none has come");
        }
        return known;
    }
}
