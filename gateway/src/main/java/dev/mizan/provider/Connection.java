package dev.mizan.provider;

import dev.mizan.wire.Slice;
import dev.mizan.wire.SliceJoiner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to a provider, which carries one call at a time (RFC 9112). What one read of it brought of a
 * body goes on as one run of bytes, whatever the number of its chunks. Belongs to one event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    /** A body up to this size goes out in one buffer with its head; a larger one is not copied. */
    private static final int JOINED_BYTES_MAX = 16 * 1024;

    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final String CLOSED = "The provider closed the connection.";

    private final ContextInternal context;
    private final ConnectionPool pool;
    private final Channel channel;
    private final long madeNanos;
    private final SliceJoiner body = new SliceJoiner();

    // Kept, as they are called for every message.
    private final Handler<Object> reading = this::read;
    private final Handler<Void> passing = ignored -> pass();

    private @Nullable ProviderCall call;
    private @Nullable ChannelFuture writing;
    private boolean isInterim;
    private boolean isKept;
    private long keptNanos = TimeUnit.SECONDS.toNanos(ConnectionPool.IDLE_SECONDS_MAX);
    private long idleSinceNanos;

    /** @param madeNanos when it was opened, of the pool's nanosecond source */
    Connection(ContextInternal context, ConnectionPool pool, Channel channel, long madeNanos) {
        this.context = context;
        this.pool = pool;
        this.channel = channel;
        this.madeNanos = madeNanos;
    }

    /** Whether another call may be made on it now. */
    boolean isUsable(long nowNanos) {
        return channel.isActive()
                && nowNanos - idleSinceNanos < keptNanos
                && nowNanos - madeNanos < ConnectionPool.LIFETIME_NANOS;
    }

    /** Nothing is under way on it from {@code nowNanos} on. */
    void idle(long nowNanos) {
        idleSinceNanos = nowNanos;
    }

    /** Sends a request, of which {@code head} is everything before the body. The answer is {@code sent}'s. */
    void send(ProviderCall sent, byte[] head, Slice content) {
        if (!channel.isActive()) {
            sent.fail(new IOException(CLOSED));
            return;
        }
        call = sent;
        isKept = false;
        boolean isJoined = content.length() <= JOINED_BYTES_MAX;
        ByteBuf first = channel.alloc().directBuffer(head.length + (isJoined ? content.length() : 0));
        first.writeBytes(head);
        if (isJoined) {
            writing = channel.writeAndFlush(first.writeBytes(content.array(), content.from(), content.length()));
        } else {
            var _ = channel.write(first);
            writing = channel.writeAndFlush(Unpooled.wrappedBuffer(content.array(), content.from(), content.length()));
        }
    }

    /** Lets bytes come, or not. */
    void receive(boolean on) {
        channel.config().setAutoRead(on);
    }

    /** Gives it back; no call was made. */
    void release() {
        pool.release(this);
    }

    /** Closes it if {@code ended} is still the call on it. */
    void close(ProviderCall ended) {
        if (call == ended) {
            close();
        }
    }

    /** Closes it; nothing more is told to the call on it. */
    void close() {
        call = null;
        var _ = channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        context.dispatch(message, reading);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ignored) {
        if (body.length() > 0) {
            context.dispatch(null, passing);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ignored) {
        context.dispatch(null, gone -> {
            broken(new IOException(CLOSED));
            pool.gone(this);
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ignored, Throwable cause) {
        context.dispatch(null, caught -> broken(cause));
    }

    private void read(Object message) {
        try {
            if (!(message instanceof HttpObject part) || call == null) {
                // Nobody has asked.
                close();
            } else if (part.decoderResult().isFailure()) {
                broken(part.decoderResult().cause());
            } else {
                if (part instanceof HttpResponse head) {
                    begin(head);
                }
                if (part instanceof HttpContent content && !isInterim) {
                    body.add(content.content());
                    if (content instanceof LastHttpContent) {
                        end();
                    }
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpResponse head) {
        isInterim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (head.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
            broken(new IOException("The provider wants to speak another protocol."));
        } else if (!isInterim && call != null) {
            isKept = HttpUtil.isKeepAlive(head);
            keptNanos = TimeUnit.SECONDS.toNanos(keptSeconds(head.headers().get(KEEP_ALIVE)));
            call.begin(head);
        }
    }

    /** For how long an idle connection is kept: as the provider says it will, and not for long. */
    static long keptSeconds(@Nullable String told) {
        int at = told == null ? -1 : told.indexOf("timeout=");
        long seconds = 0;
        boolean isNumber = false;
        if (told != null && at >= 0) {
            for (int i = at + "timeout=".length(); i < told.length() && Character.isDigit(told.charAt(i)); i++) {
                seconds = Math.min(ConnectionPool.IDLE_SECONDS_MAX, seconds * 10 + Character.digit(told.charAt(i), 10));
                isNumber = true;
            }
        }
        // A second less: a call that is under way when the provider closes is lost.
        return isNumber
                ? Math.max(0, Math.min(ConnectionPool.IDLE_SECONDS_MAX, seconds - 1))
                : ConnectionPool.IDLE_SECONDS_MAX;
    }

    /** Hands on what has come of the body. */
    private void pass() {
        Slice bytes = body.take();
        ProviderCall current = call;
        if (current != null && bytes.length() > 0) {
            current.add(bytes);
        }
    }

    private void end() {
        pass();
        ProviderCall ended = call;
        call = null;
        ChannelFuture written = writing;
        if (isKept && written != null && written.isSuccess() && channel.isActive()) {
            receive(true);
            pool.release(this);
        } else {
            close();
        }
        if (ended != null) {
            ended.end();
        }
    }

    private void broken(Throwable cause) {
        pass();
        ProviderCall current = call;
        close();
        if (current != null) {
            current.fail(cause);
        }
    }
}
