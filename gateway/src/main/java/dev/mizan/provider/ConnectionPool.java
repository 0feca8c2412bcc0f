package dev.mizan.provider;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to one provider. A call takes the one that was used last; where none is idle, one
 * more is opened, up to a number, and then calls wait, up to the same number. Belongs to that event loop.
 */
final class ConnectionPool {
    /** Below the minute after which many servers and proxies close connections that are idle. */
    static final long IDLE_SECONDS_MAX = 55;

    static final long LIFETIME_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final int HEADER_BYTES_MAX = 64 * 1024;
    private static final long SWEEP_MILLIS = 5_000;

    private final Vertx vertx;
    private final ContextInternal context;
    private final NetClient client;
    private final String host;
    private final int port;
    private final int connectionsMax;
    private final long patienceMillis;
    private final LongSupplier nanoTime;

    /** The one that was used last is the last. */
    private final LinkedHashSet<Connection> idle = new LinkedHashSet<>();

    private final Set<Connection> open = new HashSet<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final long sweeping;
    private int connecting;
    private boolean isClosing;
    private boolean isClosed;

    /** A call without a connection yet. */
    private record Waiting(Promise<Connection> promise, long timer) {}

    ConnectionPool(Vertx vertx, String host, int port, boolean tls, ProviderSettings settings, LongSupplier nanoTime) {
        this.vertx = vertx;
        this.context = ((VertxInternal) vertx).getOrCreateContext().unwrap();
        this.host = host;
        this.port = port;
        this.connectionsMax = settings.maxConnections();
        this.patienceMillis = Math.max(1, settings.timeouts().connect().toMillis());
        this.nanoTime = nanoTime;
        this.client = vertx.createNetClient(new NetClientOptions()
                .setSsl(tls)
                .setHostnameVerificationAlgorithm(tls ? "HTTPS" : "")
                .setConnectTimeout((int) Math.min(Integer.MAX_VALUE, patienceMillis)));
        this.sweeping = vertx.setPeriodic(SWEEP_MILLIS, timer -> sweep());
    }

    /**
     * A connection for one call. Fails if there is none to be had within the connect timeout, or if too many calls
     * wait.
     */
    Future<Connection> take() {
        Connection kept = kept();
        if (kept != null) {
            return Future.succeededFuture(kept);
        }
        if (isClosed) {
            return Future.failedFuture(new IllegalStateException("The provider's connections are closed."));
        }
        if (waiting.size() >= connectionsMax + connecting) {
            return Future.failedFuture(new IllegalStateException("connections: " + open.size()
                    + " are open and as many calls wait (max_connections is " + connectionsMax + ")"));
        }
        Promise<Connection> promise = Promise.promise();
        Waiting next = new Waiting(promise, vertx.setTimer(patienceMillis, timer -> expired(timer, promise)));
        waiting.add(next);
        connectIfNeeded();
        return promise.future();
    }

    /** The call on {@code connection} has ended, and another one may come. */
    void release(Connection connection) {
        connection.idle(nanoTime.getAsLong());
        Waiting next = waiting.poll();
        if (next != null) {
            vertx.cancelTimer(next.timer());
            next.promise().complete(connection);
        } else if (isClosing) {
            connection.close();
        } else {
            idle.addLast(connection);
        }
    }

    /** {@code connection} is closed. */
    void gone(Connection connection) {
        open.remove(connection);
        idle.remove(connection);
        connectIfNeeded();
    }

    /**
     * Keeps no connection any more: closes what is idle now, and the rest when the calls on it have ended, or after
     * {@code timeoutSeconds}. Until then calls that wait, or that were on their way here, are still made.
     */
    void close(long timeoutSeconds) {
        isClosing = true;
        vertx.cancelTimer(sweeping);
        List.copyOf(idle).forEach(Connection::close);
        if (timeoutSeconds == 0) {
            closeAll();
        } else {
            vertx.setTimer(TimeUnit.SECONDS.toMillis(timeoutSeconds), timer -> closeAll());
        }
    }

    private @Nullable Connection kept() {
        long now = nanoTime.getAsLong();
        while (!idle.isEmpty()) {
            Connection next = idle.removeLast();
            if (next.isUsable(now)) {
                return next;
            }
            next.close();
        }
        return null;
    }

    private void connectIfNeeded() {
        while (!isClosed && connecting < waiting.size() && open.size() + connecting < connectionsMax) {
            connecting++;
            client.connect(port, host).onComplete(this::connected, this::failed);
        }
    }

    private void connected(NetSocket socket) {
        ChannelPipeline pipeline =
                ((NetSocketInternal) socket).channelHandlerContext().pipeline();
        if (!pipeline.channel().isActive()) {
            failed(new IOException("The provider closed the connection."));
            return;
        }
        connecting--;
        Connection connection = new Connection(context, this, pipeline.channel(), nanoTime.getAsLong());
        pipeline.removeLast();
        pipeline.addLast(new ChunkDecoder(new HttpDecoderConfig().setMaxHeaderSize(HEADER_BYTES_MAX)), connection);
        open.add(connection);
        release(connection);
    }

    private void failed(Throwable cause) {
        connecting--;
        Waiting next = waiting.poll();
        if (next != null) {
            vertx.cancelTimer(next.timer());
            next.promise().fail(cause);
        }
        connectIfNeeded();
    }

    private void expired(long timer, Promise<Connection> promise) {
        waiting.removeIf(next -> next.timer() == timer);
        promise.fail(new TimeoutException("No connection within " + patienceMillis + " ms."));
    }

    /** Closes what has been idle for too long. */
    private void sweep() {
        long now = nanoTime.getAsLong();
        List<Connection> unusable = new ArrayList<>();
        idle.forEach(connection -> {
            if (!connection.isUsable(now)) {
                unusable.add(connection);
            }
        });
        unusable.forEach(connection -> {
            idle.remove(connection);
            connection.close();
        });
    }

    private void closeAll() {
        isClosed = true;
        List.copyOf(open).forEach(Connection::close);
        client.close();
    }
}
