package dev.mizan.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A real PostgreSQL server for tests, in a temporary folder, on a free port of the loopback address. One runs per test
 * process, from its first use on, and ends with it. A test that stops it makes its own with {@link #start}.
 *
 * <p>As root it runs as the user {@code postgres}, because PostgreSQL refuses root.
 */
public final class PostgresServer implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final int COMMAND_SECONDS_MAX = 60;

    private final Path binaries;
    private final Path folder;
    private final int port;
    private final AtomicInteger databases = new AtomicInteger();

    private PostgresServer(Path binaries, Path folder, int port) {
        this.binaries = binaries;
        this.folder = folder;
        this.port = port;
    }

    private static final class Shared {
        private static final PostgresServer SERVER = start();

        private Shared() {}
    }

    /** The one of this test process. Do not stop it. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** A new server. */
    public static PostgresServer start() {
        try {
            Path folder = Files.createTempDirectory("mizan-postgres-");
            PostgresServer server = new PostgresServer(binaries(), folder, freePort());
            if (isRoot()) {
                server.run(List.of("chown", "postgres", folder.toString()), false);
            }
            server.run(
                    List.of(
                            server.binary("initdb"),
                            "--no-sync",
                            "--auth=trust",
                            "--username=postgres",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--pgdata=" + folder.resolve("data")),
                    true);
            server.resume();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Address of a new, empty database, as in {@code DATABASE_URL}. */
    public String newDatabase() {
        String name = "test_" + databases.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return "postgresql://postgres@127.0.0.1:" + port + "/" + name;
    }

    /** Ends the server at once, as a crash would: connections break, nothing is written any more. */
    public void crash() {
        run(List.of(binary("pg_ctl"), "--pgdata=" + folder.resolve("data"), "--mode=immediate", "stop"), true);
    }

    /** Starts the server again. */
    public void resume() {
        String options = "-p " + port + " -k " + folder + " -c listen_addresses=127.0.0.1 -c max_connections=50";
        run(
                List.of(
                        binary("pg_ctl"),
                        "--pgdata=" + folder.resolve("data"),
                        "--log=" + folder.resolve("log"),
                        "--options=" + options,
                        "--wait",
                        "start"),
                true);
    }

    @Override
    public void close() {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            if (Files.exists(folder.resolve("data/postmaster.pid"))) {
                crash();
            }
            delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String binary(String name) {
        return binaries.resolve(name).toString();
    }

    private void run(List<String> command, boolean asPostgres) {
        List<String> full = new ArrayList<>();
        if (asPostgres && isRoot()) {
            full.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        full.addAll(command);
        try {
            Path output = Files.createTempFile("mizan-postgres-", ".log");
            Process process = new ProcessBuilder(full)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS);
            String said = Files.readString(output);
            Files.delete(output);
            if (!ended || process.exitValue() != 0) {
                throw new IllegalStateException(full + " failed: " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Path binaries() throws IOException {
        if (Files.isDirectory(INSTALLED)) {
            try (Stream<Path> versions = Files.list(INSTALLED)) {
                Path found = versions.map(version -> version.resolve("bin"))
                        .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                        .max(Comparator.comparingInt(PostgresServer::version))
                        .orElse(null);
                if (found != null) {
                    return found;
                }
            }
        }
        for (String path : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(path, "initdb"))) {
                return Path.of(path);
            }
        }
        throw new IllegalStateException("PostgreSQL's initdb is neither in " + INSTALLED
                + "/*/bin nor in PATH (expected: a PostgreSQL server; on Debian: apt-get install postgresql)");
    }

    private static int version(Path bin) {
        String name = bin.getName(bin.getNameCount() - 2).toString();
        return name.matches("[0-9]+") ? Integer.parseInt(name) : 0;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
