package dev.mizan.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * An open-loop load generator: calls are due at fixed, evenly spread moments, whether or not earlier ones have been
 * answered, and a call's latency counts from the moment it was due. (h2load's {@code --rps} lets all its connections
 * send at the same moment, so that a call waits for its neighbours, and counts from the moment it was sent.)
 */
public final class OpenLoop {
    private final int connections;

    /** A generator with so many connections; a connection carries one call at a time. */
    public OpenLoop(int connections) {
        this.connections = connections;
    }

    /**
     * Latencies of one run, in microseconds.
     *
     * @param calls answered with 200
     * @param failures other answers and broken connections
     */
    public record Latency(long calls, long failures, double p50, double p99, double p999) {}

    /** Sends {@code rate} calls a second for {@code time}. */
    public Latency run(Target target, Shape shape, int rate, Duration time)
            throws InterruptedException, ExecutionException {
        byte[] request = request(target, shape);
        long gapNanos = 1_000_000_000L / rate;
        int perConnection = (int) (time.toSeconds() * rate / connections);
        long start = System.nanoTime() + 200_000_000L;
        List<Callable<long[]>> callers = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            long first = start + i * gapNanos;
            callers.add(() -> call(target, request, first, gapNanos * connections, perConnection));
        }
        long[] latencies = {};
        try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
            for (Future<long[]> caller : threads.invokeAll(callers)) {
                long[] some = caller.get();
                int length = latencies.length;
                latencies = Arrays.copyOf(latencies, length + some.length);
                System.arraycopy(some, 0, latencies, length, some.length);
            }
        }
        long failures = Arrays.stream(latencies).filter(nanos -> nanos < 0).count();
        long[] sorted =
                Arrays.stream(latencies).filter(nanos -> nanos >= 0).sorted().toArray();
        return new Latency(sorted.length, failures, micros(sorted, 0.50), micros(sorted, 0.99), micros(sorted, 0.999));
    }

    /**
     * The time below which {@code share} of the {@code sorted} nanoseconds lie, in microseconds; 0 if there are none.
     */
    static double micros(long[] sorted, double share) {
        return sorted.length == 0
                ? 0
                : sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * share))] / 1e3;
    }

    /** One connection's calls: their latencies in nanoseconds, -1 for one that failed. */
    private static long[] call(Target target, byte[] request, long firstNanos, long gapNanos, int count)
            throws IOException {
        long[] latencies = new long[count];
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), target.origin().getPort())) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 32 * 1024);
            for (int i = 0; i < count; i++) {
                long due = firstNanos + i * gapNanos;
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                socket.getOutputStream().write(request);
                boolean answered = readAnswer(in);
                latencies[i] = answered ? System.nanoTime() - due : -1;
            }
        }
        return latencies;
    }

    /** Reads one answer to its end; whether it was a 200. */
    static boolean readAnswer(InputStream in) throws IOException {
        boolean ok = readLine(in).contains(" 200");
        int length = 0;
        boolean chunked = false;
        for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
            chunked |= lower.startsWith("transfer-encoding:");
        }
        if (!chunked) {
            in.skipNBytes(length);
            return ok;
        }
        for (int size = Integer.parseInt(readLine(in), 16); size > 0; size = Integer.parseInt(readLine(in), 16)) {
            in.skipNBytes(size + 2L);
        }
        String trailer = readLine(in);
        while (!trailer.isEmpty()) {
            trailer = readLine(in);
        }
        return ok;
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(48);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection was closed in the middle of an answer");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    private static byte[] request(Target target, Shape shape) {
        byte[] body = shape.body().getBytes(StandardCharsets.UTF_8);
        String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:"
                + target.origin().getPort()
                + "\r\nContent-Type: application/json\r\nAuthorization: Bearer " + target.credential()
                + "\r\nContent-Length: " + body.length + "\r\n\r\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] request = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        return request;
    }
}
