package dev.mizan.admin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Requests that a well-behaved client does not make. */
final class RawHttp {
    private RawHttp() {}

    /** The status of the answer to a request without a body, with just these headers. */
    static int status(URI base, String method, String path, String... headers) {
        return exchange(base, out -> {
            StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            out.write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        });
    }

    /** The status of the answer to a body of so many bytes that does not say its length before. */
    static int chunked(URI base, String path, String key, int bytes) {
        return exchange(base, out -> {
            out.write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
                            + "\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write((Integer.toHexString(bytes) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(" ".repeat(bytes).getBytes(StandardCharsets.US_ASCII));
            out.write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        });
    }

    /** The status of the answer to a body of which only the half comes. */
    static int stalled(URI base, String path, String key, int patienceSeconds) {
        return exchange(
                base,
                patienceSeconds,
                out -> out.write(("POST " + path
                                + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
                                + "\r\nContent-Length: 100\r\n\r\n{\"key_alias\":")
                        .getBytes(StandardCharsets.US_ASCII)));
    }

    private interface Writer {
        void write(OutputStream out) throws IOException;
    }

    private static int exchange(URI base, Writer writer) {
        return exchange(base, 10, writer);
    }

    private static int exchange(URI base, int patienceSeconds, Writer writer) {
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(patienceSeconds * 1_000);
            writer.write(socket.getOutputStream());
            socket.getOutputStream().flush();
            String status = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return status == null ? 0 : Integer.parseInt(status.split(" ", -1)[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
