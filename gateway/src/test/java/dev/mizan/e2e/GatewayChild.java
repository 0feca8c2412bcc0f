package dev.mizan.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The product in a process of its own, so that it can be killed. */
final class GatewayChild implements AutoCloseable {
    private final Process process;
    private final int port;

    private GatewayChild(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one with the configuration in {@code folder} (see {@link Gateway#write}) and waits until it is ready. */
    static GatewayChild start(Path folder) throws IOException {
        return startWith(folder);
    }

    /** As {@link #start}, behind a command that ends in running what follows it. */
    static GatewayChild startWith(Path folder, String... before) throws IOException {
        int port = freePort();
        String file = folder.resolve("mizan.yaml").toString();
        List<String> product = List.of("dev.mizan.cli.Main", "serve", "--config", file, "--port", "" + port);
        return start(folder, port, List.of(before), product);
    }

    /** As {@link #start}, with the clock of {@link SteppedProcess}. */
    static GatewayChild startStepped(Path folder) throws IOException {
        int port = freePort();
        return start(folder, port, List.of(), List.of(SteppedProcess.class.getName(), folder.toString(), "" + port));
    }

    private static GatewayChild start(Path folder, int port, List<String> before, List<String> product)
            throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(product);
        Path log = folder.resolve("gateway.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        GatewayChild child = new GatewayChild(process, port);
        try {
            Await.present("a gateway that answers; its log: " + log, () -> child.answers(log));
        } catch (AssertionError | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
        return child;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** Ends it as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends it in order; throws {@link AssertionError} if it does not end within a minute. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the gateway did not stop within a minute");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Boolean> answers(Path log) {
        if (!process.isAlive()) {
            throw new AssertionError("the gateway ended: " + read(log));
        }
        try (Caller caller = new Caller(port, Gateway.MASTER_KEY)) {
            return caller.send("GET", "/health/ready", new byte[0]).reply().status() == 200
                    ? Optional.of(true)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
