package dev.mizan.provider;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpUtil;
import java.util.List;

/**
 * Netty's decoder of answers, except that the chunks of one read become one content: a stream's many small events are
 * copied once, in a row, instead of each becoming a buffer, a message and a turn of the pipeline. What is not plain
 * (the last chunk, its trailers, extensions, sizes that can't be) is left to Netty. Belongs to one connection.
 *
 * <p>See RFC 9112, section 7.1.
 */
final class ChunkDecoder extends HttpResponseDecoder {
    private static final int CR_LF = 2;

    /** The most hexadecimal digits of a size that is a positive int whatever they are. */
    private static final int DIGITS_MAX = 7;

    /** Whether a chunk comes next, or goes on, and all before it were plain. */
    private boolean isPlain;

    /** How many bytes of the chunk under way are still to come. */
    private int left;

    /** How many bytes of the line end behind its bytes are still to come. */
    private int endLeft;

    ChunkDecoder(HttpDecoderConfig config) {
        super(config);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        if (isPlain && take(buffer, out)) {
            return;
        }
        super.decode(context, buffer, out);
        // An answer whose body comes in chunks is told alone, and before any of them is read.
        isPlain = !out.isEmpty()
                && out.getLast() instanceof HttpMessage head
                && head.decoderResult().isSuccess()
                && HttpUtil.isTransferEncodingChunked(head);
    }

    /** Takes the plain chunks of {@code buffer}; false if there is something in front that is for Netty. */
    private boolean take(ByteBuf buffer, List<Object> out) {
        int length = buffer.readableBytes();
        byte[] bytes = new byte[length];
        buffer.getBytes(buffer.readerIndex(), bytes);
        int from = 0;
        int to = 0;
        while (from < length) {
            if (left > 0) {
                int run = Math.min(left, length - from);
                System.arraycopy(bytes, from, bytes, to, run);
                from += run;
                to += run;
                left -= run;
                endLeft = left == 0 ? CR_LF : 0;
            } else if (endLeft > 0) {
                if (bytes[from] != (endLeft == CR_LF ? '\r' : '\n')) {
                    buffer.skipBytes(length);
                    add(bytes, to, out);
                    throw new CorruptedFrameException("a chunk is not followed by a line end");
                }
                from++;
                endLeft--;
            } else {
                int line = begin(bytes, from);
                if (line <= 0) {
                    isPlain = line == 0;
                    break;
                }
                from += line;
            }
        }
        buffer.skipBytes(from);
        add(bytes, to, out);
        return isPlain || from > 0;
    }

    /** Begins the chunk at {@code from}: the length of its first line; 0 if more of it is to come, -1 if not plain. */
    private int begin(byte[] bytes, int from) {
        int size = 0;
        int at = from;
        while (at < bytes.length && Character.digit(bytes[at], 16) >= 0) {
            size = size << 4 | Character.digit(bytes[at], 16);
            at++;
        }
        if (at - from > DIGITS_MAX) {
            return -1;
        }
        if (at == bytes.length || (at + 1 == bytes.length && bytes[at] == '\r')) {
            return 0;
        }
        if (size == 0 || bytes[at] != '\r' || bytes[at + 1] != '\n') {
            return -1;
        }
        left = size;
        return at + CR_LF - from;
    }

    private static void add(byte[] bytes, int length, List<Object> out) {
        if (length > 0) {
            out.add(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes, 0, length)));
        }
    }
}
