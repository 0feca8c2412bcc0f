package dev.mizan.upstream;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The upstream's side of one request: writes exactly the bytes it is told to, each call flushed to the socket before
 * it returns. Not safe for use by many threads at once.
 */
public final class Exchange {
    private final Received received;
    private final Socket socket;
    private final OutputStream out;

    Exchange(Received received, Socket socket) throws IOException {
        this.received = received;
        this.socket = socket;
        this.out = socket.getOutputStream();
    }

    public Received received() {
        return received;
    }

    /** Writes a status line and {@code headers}, each {@code "Name: value"}, and the empty line. */
    public Exchange head(int status, String... headers) throws IOException {
        return write(headBytes(status, headers));
    }

    /** A whole answer with a right {@code Content-Length}. */
    public Exchange json(int status, String body, String... headers) throws IOException {
        return whole(status, "application/json", body.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** A whole answer with a right {@code Content-Length}. */
    public Exchange whole(int status, String contentType, byte[] body, String... headers) throws IOException {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type: " + contentType;
        all[1] = "Content-Length: " + body.length;
        System.arraycopy(headers, 0, all, 2, headers.length);
        byte[] start = headBytes(status, all);
        byte[] bytes = new byte[start.length + body.length];
        System.arraycopy(start, 0, bytes, 0, start.length);
        System.arraycopy(body, 0, bytes, start.length, body.length);
        received.markEnded();
        return write(bytes);
    }

    /** The head of an event stream in chunked framing. */
    public Exchange eventStream(String... headers) throws IOException {
        String[] all = new String[headers.length + 3];
        all[0] = "Content-Type: text/event-stream; charset=utf-8";
        all[1] = "Cache-Control: no-cache";
        all[2] = "Transfer-Encoding: chunked";
        System.arraycopy(headers, 0, all, 3, headers.length);
        return head(200, all);
    }

    /** Writes {@code text} as UTF-8, with no framing. */
    public Exchange write(String text) throws IOException {
        return write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes {@code bytes}, with no framing. */
    public Exchange write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Writes {@code text} as one HTTP chunk. */
    public Exchange chunk(String text) throws IOException {
        return chunk(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes {@code bytes} as one HTTP chunk, in one write. */
    public Exchange chunk(byte[] bytes) throws IOException {
        byte[] size = (Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] framed = new byte[size.length + bytes.length + 2];
        System.arraycopy(size, 0, framed, 0, size.length);
        System.arraycopy(bytes, 0, framed, size.length, bytes.length);
        framed[framed.length - 2] = '\r';
        framed[framed.length - 1] = '\n';
        return write(framed);
    }

    /** Writes the last chunk: the answer is whole. */
    public Exchange endChunks() throws IOException {
        received.markEnded();
        return write("0\r\n\r\n");
    }

    /** Waits {@code time}, or until the peer is gone, whichever is first. */
    public Exchange pause(Duration time) throws InterruptedException {
        received.awaitCancelled(time.toMillis());
        return this;
    }

    /** Says and does nothing until the peer is gone (or, as a net, for a minute). */
    public void stall() throws InterruptedException {
        received.awaitCancelled(60_000);
    }

    /** Closes the connection in order (FIN). */
    public void close() throws IOException {
        received.markEnded();
        socket.close();
    }

    /** Resets the connection (RST): what was not read by the peer may be lost. */
    public void reset() throws IOException {
        received.markEnded();
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static byte[] headBytes(int status, String... headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(reason(status))
                .append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 404 -> "Not Found";
            case 429 -> "Too Many Requests";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            default -> "Status";
        };
    }
}
