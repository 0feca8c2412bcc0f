package dev.mizan.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Ports of the loopback address. */
final class Ports {
    private static final long WAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

    private Ports() {}

    /** A port that nobody listens on at this moment. */
    static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * Waits until somebody listens on {@code port}. Throws {@link IllegalStateException} if {@code process} ends first.
     */
    static void await(int port, Process process) {
        long deadline = System.nanoTime() + WAIT_NANOS_MAX;
        while (!listening(port)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("nothing listens on port " + port + ": "
                        + process.info().commandLine().orElse("the process has ended"));
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    private static boolean listening(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
