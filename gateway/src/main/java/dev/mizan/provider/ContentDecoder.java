package dev.mizan.provider;

import dev.mizan.wire.Slice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.compression.ZlibWrapper;
import io.vertx.core.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * Undoes the compression of an answer, piece by piece. Providers are asked for none; some compress all the same, and
 * usage must be read. Belongs to one answer.
 */
public final class ContentDecoder implements AnswerDecoder {
    private final EmbeddedChannel channel;

    private ContentDecoder(ZlibWrapper wrapper) {
        this.channel = new EmbeddedChannel(ZlibCodecFactory.newZlibDecoder(wrapper, 0));
    }

    /** The decoder that {@code answer} needs; empty if it needs none. Unknown encodings are passed on as they are. */
    public static Optional<AnswerDecoder> of(ProviderCall answer) {
        String encoding = answer.header(HttpHeaders.CONTENT_ENCODING);
        if (encoding == null) {
            return Optional.empty();
        }
        return switch (encoding.strip()) {
            case "gzip", "x-gzip" -> Optional.of(new ContentDecoder(ZlibWrapper.GZIP));
            case "deflate" -> Optional.of(new ContentDecoder(ZlibWrapper.ZLIB_OR_NONE));
            default -> Optional.empty();
        };
    }

    /**
     * What the next {@code bytes} mean, as far as that is known yet; throws {@link DecompressionException} if nothing.
     */
    @Override
    public Slice decode(Slice bytes) {
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length() * 4);
        channel.writeInbound(Unpooled.wrappedBuffer(bytes.array(), bytes.from(), bytes.length()));
        for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
            byte[] piece = new byte[part.readableBytes()];
            part.readBytes(piece);
            part.release();
            decoded.writeBytes(piece);
        }
        return Slice.of(decoded.toByteArray());
    }

    /** Compressed answers that are cut off mean what came of them. */
    @Override
    public boolean isWhole() {
        return true;
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
