package dev.mizan.provider;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.VertxConnection;
import io.vertx.core.net.impl.VertxHandler;
import org.jspecify.annotations.Nullable;

/**
 * Joins the HTTP chunks that one read of a connection brought, so that many small events that have arrived together go
 * on together: one call of a handler and one write to the caller instead of one each. Nothing waits for a later read.
 * Belongs to one connection.
 */
final class ChunkJoiner extends ChannelInboundHandlerAdapter {
    private static final int FIRST_BYTES = 1024;
    private static final int EXPECTED_BYTES_MAX = 64 * 1024;

    private @Nullable ByteBuf joined;
    private int expectedBytes = FIRST_BYTES;

    private ChunkJoiner() {}

    /** Puts a joiner before the handler of {@code connection}; does nothing for HTTP/2, which has frames of its own. */
    static void install(HttpConnection connection) {
        if (connection instanceof VertxConnection http1) {
            ChannelPipeline pipeline = http1.channel().pipeline();
            ChannelHandlerContext handler = pipeline.context(VertxHandler.class);
            if (handler != null) {
                pipeline.addBefore(handler.name(), "joiner", new ChunkJoiner());
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpContent content
                && !(message instanceof LastHttpContent)
                && !(message instanceof HttpResponse)) {
            join(content);
            return;
        }
        pass(context);
        context.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        pass(context);
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        pass(context);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        pass(context);
        context.fireExceptionCaught(cause);
    }

    private void join(HttpContent content) {
        ByteBuf bytes = content.content();
        ByteBuf target = joined;
        if (target == null) {
            target = Unpooled.buffer(Math.max(expectedBytes, bytes.readableBytes()));
            joined = target;
        }
        target.writeBytes(bytes);
        content.release();
    }

    /** A connection's next read is likely about as large as this one: room for it saves growing, which copies. */
    private static int expected(int bytes) {
        return Math.clamp(bytes + (long) bytes / 8, FIRST_BYTES, EXPECTED_BYTES_MAX);
    }

    private void pass(ChannelHandlerContext context) {
        ByteBuf bytes = joined;
        if (bytes != null) {
            joined = null;
            expectedBytes = expected(bytes.readableBytes());
            context.fireChannelRead(new DefaultHttpContent(bytes));
        }
    }
}
