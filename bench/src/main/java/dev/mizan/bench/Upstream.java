package dev.mizan.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The provider of a load run, in a process of its own: answers every POST with the same chat completion of about 1 KB,
 * or with an event stream of about 12 KB in {@value #EVENTS} chunks where the body has {@code "stream":true}. Does as
 * little as it can, so that the machine's processors are left to what is measured: answers are made once and written as
 * they are.
 */
public final class Upstream {
    static final int EVENTS = 50;

    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};
    private static final byte[] STREAM = "\"stream\":true".getBytes(StandardCharsets.US_ASCII);

    private Upstream() {}

    /** Starts one; its log goes to {@code scratch}. */
    static Process start(int port, Path scratch) throws IOException {
        Process upstream = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dlogback.configurationFile=bench-logback.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Upstream.class.getName(),
                        Integer.toString(port)))
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("upstream.log").toFile())
                .start();
        Ports.await(port, upstream);
        return upstream;
    }

    /**
     * Listens on 127.0.0.1 until the process is ended.
     *
     * @param args the port
     */
    public static void main(String[] args) throws InterruptedException {
        int port = Integer.parseInt(args[0]);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new Requests());
                    }
                })
                .bind("127.0.0.1", port)
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    /** A chat completion of about 1 KB, with its head. */
    static byte[] plain() {
        String body = plainBody();
        return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                        + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** A chat completion of about 1 KB. */
    public static String plainBody() {
        String text = "The scales weigh what was used and what it cost, and write it down once. ".repeat(8);
        return """
                {"id":"chatcmpl-CYgmAeVrVX0fGjPbTCzjfPBFmNcuG","object":"chat.completion","created":1762430400,\
                "model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":"%s",\
                "refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":57,\
                "completion_tokens":136,"total_tokens":193,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},\
                "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,\
                "rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"fp_44709d6fcb"}""".formatted(text);
    }

    /** The parts of a stream of about 12 KB, its head in the first: what is written at once each. */
    static List<byte[]> stream() {
        List<String> events = eventList();
        StringBuilder first = new StringBuilder("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
                        + "Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n")
                .append(chunk(events.getFirst()));
        StringBuilder middle = new StringBuilder();
        events.subList(1, EVENTS - 3).forEach(event -> middle.append(chunk(event)));
        StringBuilder last = new StringBuilder();
        events.subList(EVENTS - 3, EVENTS).forEach(event -> last.append(chunk(event)));
        last.append("0\r\n\r\n");
        return Stream.of(first, middle, last)
                .map(part -> part.toString().getBytes(StandardCharsets.US_ASCII))
                .toList();
    }

    /** The events of a stream of about 12 KB, without their framing as chunks. */
    public static String events() {
        return String.join("", eventList());
    }

    private static List<String> eventList() {
        List<String> events = new ArrayList<>();
        events.add(event(choice("{\"role\":\"assistant\",\"content\":\"\"}", "null"), "null"));
        while (events.size() < EVENTS - 3) {
            events.add(event(choice("{\"content\":\" token" + (100 + events.size()) + "\"}", "null"), "null"));
        }
        events.add(event(choice("{}", "\"stop\""), "null"));
        String usage = "{\"prompt_tokens\":57,\"completion_tokens\":47,\"total_tokens\":104,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":0}}";
        events.add(event("", usage));
        events.add("data: [DONE]\n\n");
        return events;
    }

    private static String choice(String delta, String finish) {
        return "{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}";
    }

    private static String event(String choice, String usage) {
        return """
                data: {"id":"chatcmpl-CYgmAeVrVX0fGjPbTCzjfPBFmNcuG","object":"chat.completion.chunk","created":1762430400,\
                "model":"gpt-4o-mini-2024-07-18","choices":[%s],"usage":%s}\n\n""".formatted(choice, usage);
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    /** Finds whole requests and answers each. */
    private static final class Requests extends ByteToMessageDecoder {
        private static final ByteBuf PLAIN = fixed(plain());
        private static final List<ByteBuf> PARTS =
                stream().stream().map(Requests::fixed).toList();
        private static final ByteBuf NEEDLE = fixed(STREAM);
        private static final ByteBuf HEAD_NEEDLE = fixed(HEAD_END);

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            int start = in.readerIndex();
            int headLength = ByteBufUtil.indexOf(HEAD_NEEDLE, in);
            if (headLength < 0) {
                return;
            }
            int headEnd = headLength + HEAD_END.length;
            int length =
                    headEnd - start + contentLength(in.toString(start, headEnd - start, StandardCharsets.US_ASCII));
            if (in.readableBytes() < length) {
                return;
            }
            ByteBuf request = in.readSlice(length);
            if (ByteBufUtil.indexOf(NEEDLE, request) < 0) {
                var _ = context.writeAndFlush(PLAIN.retainedDuplicate(), context.voidPromise());
                return;
            }
            for (ByteBuf part : PARTS) {
                var _ = context.writeAndFlush(part.retainedDuplicate(), context.voidPromise());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // The load generator resets its connections at the end of each turn.
            var _ = context.close();
        }

        private static int contentLength(String head) {
            int at = head.toLowerCase(Locale.ROOT).indexOf("content-length:");
            if (at < 0) {
                return 0;
            }
            return Integer.parseInt(
                    head.substring(at + 15, head.indexOf('\r', at)).strip());
        }

        private static ByteBuf fixed(byte[] bytes) {
            return Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
        }
    }
}
