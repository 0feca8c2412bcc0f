package dev.mizan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Whatever comes, and in whatever pieces: what is understood of it is what Netty's own decoder understands. */
class ChunkDecoderTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    @Property(tries = 3_000)
    void understandsWhatNettyUnderstands(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] sent = answers(random);
        for (int broken = random.nextInt(3); broken > 0; broken--) {
            sent[random.nextInt(sent.length)] = (byte) "\r\n0;5 aFg\0".charAt(random.nextInt(9));
        }
        long pieces = random.nextLong();

        assertThat(understood(new ChunkDecoder(new HttpDecoderConfig()), sent, new Random(pieces)))
                .isEqualTo(understood(new HttpResponseDecoder(new HttpDecoderConfig()), sent, new Random(pieces)));
    }

    @Property(tries = 500)
    void understandsWholeAnswers(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] sent = answers(random);

        String understood = understood(new ChunkDecoder(new HttpDecoderConfig()), sent, random);

        assertThat(understood).doesNotContain("failed").endsWith("end\n");
    }

    @Test
    void makesOneContentOfTheChunksOfOneRead() {
        EmbeddedChannel channel = new EmbeddedChannel(new ChunkDecoder(new HttpDecoderConfig()));

        channel.writeInbound(buffer((HEAD + "3\r\nabc\r\n1\r\nd\r\n5\r\nef").getBytes(StandardCharsets.US_ASCII)));

        assertThat(channel.<Object>readInbound()).isInstanceOf(HttpResponse.class);
        HttpContent content = channel.readInbound();
        assertThat(content.content().toString(StandardCharsets.US_ASCII)).isEqualTo("abcdef");
        assertThat(channel.<Object>readInbound()).isNull();
        content.release();
        channel.finishAndReleaseAll();
    }

    /** Some answers, one behind the other, in chunks for the most part. */
    private static byte[] answers(Random random) {
        StringBuilder sent = new StringBuilder();
        for (int answers = 1 + random.nextInt(3); answers > 0; answers--) {
            if (random.nextInt(5) == 0) {
                sent.append("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole");
                continue;
            }
            sent.append(HEAD);
            for (int chunks = random.nextInt(6); chunks > 0; chunks--) {
                String data = "data: {}\r\n".repeat(1 + random.nextInt(random.nextInt(10) == 0 ? 900 : 4));
                sent.append(random.nextBoolean() ? "" : "00")
                        .append(Integer.toHexString(data.length()))
                        .append(random.nextInt(10) == 0 ? ";name=value" : "")
                        .append("\r\n")
                        .append(data)
                        .append("\r\n");
            }
            sent.append("0\r\n")
                    .append(random.nextInt(4) == 0 ? "x-cost: 1\r\n" : "")
                    .append("\r\n");
        }
        return sent.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** What {@code decoder} makes of {@code sent} in pieces: heads, bytes, trailers, ends, and that it failed. */
    private static String understood(ChannelHandler decoder, byte[] sent, Random pieces) {
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        StringBuilder understood = new StringBuilder();
        boolean failed = false;
        try {
            for (int at = 0; at < sent.length; ) {
                int length = Math.min(sent.length - at, 1 + pieces.nextInt(pieces.nextBoolean() ? 12 : 5_000));
                channel.writeInbound(buffer(Arrays.copyOfRange(sent, at, at + length)));
                at += length;
                failed |= read(channel, understood);
                if (failed) {
                    break;
                }
            }
            channel.finish();
        } catch (RuntimeException e) {
            failed = true;
        }
        failed |= read(channel, understood);
        return understood + (failed ? "failed\n" : "");
    }

    /** Writes down what came out; whether it says that it could not be understood. */
    private static boolean read(EmbeddedChannel channel, StringBuilder understood) {
        boolean failed = false;
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof DecoderResultProvider provider
                    && provider.decoderResult().isFailure()) {
                failed = true;
            } else {
                write(message, understood);
            }
            ReferenceCountUtil.release(message);
        }
        return failed;
    }

    private static void write(Object message, StringBuilder understood) {
        if (message instanceof HttpResponse head) {
            understood.append("head ").append(head.status()).append('\n');
        }
        if (message instanceof HttpContent content) {
            understood.append(content.content().toString(StandardCharsets.ISO_8859_1));
        }
        if (message instanceof LastHttpContent last) {
            understood.append(last.trailingHeaders().entries()).append("end\n");
        }
    }

    /** Like what a socket's bytes are read into. */
    private static ByteBuf buffer(byte[] bytes) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
    }
}
