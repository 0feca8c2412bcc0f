package dev.mizan.e2e;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A caller on one connection of its own: says exactly what it is told to, shows exactly what comes back, and can leave
 * at any moment. Reads give up after fifteen seconds. Not safe for use by many threads at once.
 */
final class Caller implements AutoCloseable {
    private static final int READ_TIMEOUT_MILLIS = 15_000;

    private final Socket socket;
    private final InputStream in;
    private final String credential;
    private int status;
    private Map<String, String> headers = Map.of();
    private int chunkLeft;

    /** What was read and not yet looked at: a stream's own buffer would take a lock for each byte. */
    private final byte[] buffer = new byte[64 * 1024];

    private int at;
    private int limit;

    Caller(int port, String credential) throws IOException {
        this.credential = credential;
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        in = socket.getInputStream();
    }

    /** Sends a request; an empty body has no length either. */
    Caller send(String method, String target, byte[] body, String... more) throws IOException {
        StringBuilder head =
                new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: mizan\r\n");
        if (!credential.isEmpty()) {
            head.append("Authorization: Bearer ").append(credential).append("\r\n");
        }
        if (body.length > 0) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(body.length)
                    .append("\r\n");
        }
        for (String header : more) {
            head.append(header).append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream request = new ByteArrayOutputStream(start.length + body.length);
        request.writeBytes(start);
        request.writeBytes(body);
        return raw(request.toByteArray());
    }

    /** Sends {@code body} to {@code target} with POST. */
    Caller post(String target, String body, String... more) throws IOException {
        return send("POST", target, body.getBytes(StandardCharsets.UTF_8), more);
    }

    /** From now on, reads give up after {@code millis}. */
    Caller patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
        return this;
    }

    /** Sends bytes as they are. */
    Caller raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Reads status and headers. */
    Caller head() throws IOException {
        status = Integer.parseInt(line().split(" ", 3)[1]);
        headers = headerLines();
        chunkLeft = 0;
        return this;
    }

    int status() {
        return status;
    }

    /** The header's value, after {@link #head}; empty if it is not there. */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /**
     * Reads up to the end of the next event of a stream, after {@link #head}: its lines, without the empty one.
     *
     * @throws EOFException if the stream has ended, or breaks off
     */
    String event() throws IOException {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        int last = 0;
        while (true) {
            int b = streamByte();
            if (b == '\n' && last == '\n') {
                return event.toString(StandardCharsets.UTF_8).strip();
            }
            if (b != '\r') {
                event.write(b);
                last = b;
            }
        }
    }

    /** Reads an answer to its end, or to where it breaks off. */
    Reply reply() throws IOException {
        head();
        return rest();
    }

    /** Reads what is left of an answer, after {@link #head}. */
    Reply rest() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Map<String, String> trailers = Map.of();
        boolean whole = true;
        try {
            if (header("transfer-encoding").equalsIgnoreCase("chunked")) {
                while (nextChunk()) {
                    for (; chunkLeft > 0; chunkLeft--) {
                        body.write(oneByte());
                    }
                    line();
                }
                trailers = headerLines();
            } else {
                int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
                for (int i = 0; i < length; i++) {
                    body.write(oneByte());
                }
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // The connection broke: what came is the answer.
            whole = false;
        }
        return new Reply(status, headers, body.toByteArray(), trailers, whole);
    }

    /** Leaves without a word (RST), as a process that is killed does. */
    void vanish() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Leaves in order (FIN). */
    @Override
    public void close() throws IOException {
        socket.close();
    }

    private int streamByte() throws IOException {
        if (chunkLeft == 0 && !nextChunk()) {
            throw new EOFException("the stream has ended");
        }
        int b = oneByte();
        chunkLeft--;
        if (chunkLeft == 0) {
            line();
        }
        return b;
    }

    private boolean nextChunk() throws IOException {
        chunkLeft = Integer.parseInt(line(), 16);
        return chunkLeft > 0;
    }

    private Map<String, String> headerLines() throws IOException {
        Map<String, String> lines = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            lines.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return lines;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = oneByte(); b != '\n'; b = oneByte()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private int oneByte() throws IOException {
        if (at == limit) {
            at = 0;
            limit = in.read(buffer);
            if (limit < 0) {
                limit = 0;
                throw new EOFException("the connection was closed");
            }
        }
        return buffer[at++] & 0xFF;
    }
}
