package dev.mizan.store.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Redis (or Valkey) server for tests, in a temporary folder, on a free port of the loopback address. */
public final class RedisServer implements AutoCloseable {
    private static final int START_SECONDS_MAX = 20;

    private final Path folder;
    private final int port;
    private final List<String> options;
    private final Optional<Path> file;
    private Optional<Process> process = Optional.empty();

    private RedisServer(Path folder, int port, List<String> options, Optional<Path> file) {
        this.file = file;
        this.folder = folder;
        this.port = port;
        this.options = options;
    }

    /** A new server that keeps nothing over a restart unless {@code options} say so. */
    public static RedisServer start(String... options) {
        try {
            RedisServer server = new RedisServer(
                    Files.createTempDirectory("mizan-redis-"), freePort(), List.of(options), Optional.empty());
            server.resume();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new sentinel that looks after {@code master} under this name, alone, and is quick to lose patience. */
    static RedisServer sentinel(String name, RedisServer master) {
        try {
            Path folder = Files.createTempDirectory("mizan-sentinel-");
            Path file = Files.writeString(folder.resolve("sentinel.conf"), """
                    sentinel monitor %1$s 127.0.0.1 %2$d 1
                    sentinel down-after-milliseconds %1$s 500
                    sentinel failover-timeout %1$s 5000
                    """.formatted(name, master.port()));
            RedisServer server = new RedisServer(folder, freePort(), List.of("--sentinel"), Optional.of(file));
            server.resume();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Starts it, again. */
    public void resume() {
        List<String> command = new ArrayList<>(List.of(binary()));
        file.ifPresent(path -> command.add(path.toString()));
        command.addAll(List.of(
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                folder.toString(),
                "--logfile",
                folder.resolve("log").toString()));
        command.addAll(options);
        try {
            process = Optional.of(new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("out").toFile())
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
        while (!answers()) {
            if (System.nanoTime() > deadline || !process.get().isAlive()) {
                throw new IllegalStateException("Redis does not start; see " + folder);
            }
            Thread.onSpinWait();
        }
    }

    /** Ends it as SIGKILL does. */
    public void kill() {
        process.ifPresent(running -> {
            running.destroyForcibly();
            try {
                running.waitFor(START_SECONDS_MAX, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        process = Optional.empty();
    }

    /** Stops and continues it, as SIGSTOP and SIGCONT do: connections stay, nothing is answered. */
    public void freeze() {
        signal("-STOP");
    }

    public void thaw() {
        signal("-CONT");
    }

    /** Runs one command on a connection of its own: the first line of the answer. */
    public String command(String... words) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                request.append('$')
                        .append(word.getBytes(StandardCharsets.UTF_8).length)
                        .append("\r\n");
                request.append(word).append("\r\n");
            }
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String first = String.valueOf(answer.readLine());
            return first.startsWith("$") ? first + " " + answer.readLine() : first;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #command}; the whole of an answer of many lines. */
    String text(String... words) {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", Integer.toString(port)));
        command.addAll(List.of(words));
        try {
            Process client = new ProcessBuilder(command).start();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A figure of {@code INFO cpu}. */
    double info(String name) {
        String all = command("EVAL", "return string.match(redis.call('INFO', 'cpu'), '" + name + ":([0-9.]+)')", "0");
        return Double.parseDouble(all.substring(all.indexOf(' ') + 1));
    }

    @Override
    public void close() {
        kill();
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        try {
            return command("PING").equals("+PONG");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void signal(String name) {
        long pid = process.orElseThrow().pid();
        try {
            new ProcessBuilder("kill", name, Long.toString(pid)).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String binary() {
        for (String name : List.of("redis-server", "valkey-server")) {
            for (String path : System.getenv().getOrDefault("PATH", "/usr/bin").split(":", -1)) {
                if (Files.isExecutable(Path.of(path, name))) {
                    return Path.of(path, name).toString();
                }
            }
        }
        throw new IllegalStateException("redis-server is not in PATH (expected: a Redis or Valkey server;"
                + " on Debian: apt-get install redis-server)");
    }
}
