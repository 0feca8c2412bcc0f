package dev.mizan.e2e;

import dev.mizan.store.PostgresServer;
import dev.mizan.store.redis.RedisServer;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/** Several processes of Mizan with one Redis and one PostgreSQL; each with a folder and a journal of its own. */
final class Fleet implements AutoCloseable {
    private static final String SECRET = "the secret that all processes of a fleet share";

    private final RedisServer redis = RedisServer.start();
    private final PostgresServer postgres = PostgresServer.start();
    private final String databaseUrl = postgres.newDatabase();
    private final List<Path> folders;
    private final AtomicReferenceArray<GatewayChild> children;

    private Fleet(List<Path> folders) {
        this.folders = folders;
        this.children = new AtomicReferenceArray<>(folders.size());
    }

    /** As many processes as {@code size}, over {@code upstream}, with {@code yaml} beside its models and prices. */
    static Fleet start(Path folder, int size, FakeUpstream upstream, String yaml) throws IOException {
        return start(folder, size, upstream, yaml, "");
    }

    /** The same with {@code storage}, which begins with a comma, added to the settings of storage. */
    static Fleet start(Path folder, int size, FakeUpstream upstream, String yaml, String storage) throws IOException {
        Fleet fleet = new Fleet(IntStream.range(0, size)
                .mapToObj(i -> folder.resolve("process-" + i))
                .toList());
        try {
            for (Path one : fleet.folders) {
                fleet.write(one, storage, Gateway.models(upstream) + Gateway.PRICES + yaml);
            }
            // The first makes the tables.
            fleet.start(0);
            CompletableFuture.allOf(IntStream.range(1, size)
                            .mapToObj(i -> CompletableFuture.runAsync(() -> fleet.start(i)))
                            .toArray(CompletableFuture[]::new))
                    .join();
            return fleet;
        } catch (IOException | RuntimeException | Error e) {
            fleet.close();
            throw e;
        }
    }

    int size() {
        return folders.size();
    }

    /** The port of a process; of one that is not running, where it ran last. */
    int port(int process) {
        return children.get(process).port();
    }

    RedisServer redis() {
        return redis;
    }

    PostgresServer postgres() {
        return postgres;
    }

    /** The address of the database, as JDBC has it. */
    String jdbcUrl() {
        return "jdbc:" + databaseUrl.replace("postgres@", "") + "?user=postgres";
    }

    /** Ends a process as {@code kill -9} does. */
    void kill(int process) throws InterruptedException {
        children.get(process).kill();
    }

    /** Makes the clock of a process that runs show {@code ahead} of this machine's. */
    void step(int process, Duration ahead) throws IOException {
        SteppedProcess.step(folders.get(process), ahead);
        Await.until(
                "the clock of process " + process + " steps", () -> SteppedProcess.hasStepped(folders.get(process)));
    }

    /** Starts a process, again, in its folder. */
    void start(int process) {
        try {
            children.set(process, GatewayChild.startStepped(folders.get(process)));
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** Answers of the management of the first process. */
    Reply manage(String path, String body) throws IOException {
        try (Caller caller = new Caller(port(0), Gateway.MASTER_KEY)) {
            return caller.post(path, body).reply();
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < children.length(); i++) {
            if (children.get(i) != null) {
                children.get(i).close();
            }
        }
        postgres.close();
        redis.close();
    }

    private void write(Path folder, String storage, String yaml) throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("secret"), SECRET);
        String head = """
                server: {host: 127.0.0.1, port: 0, max_body: 1MB, max_header: 16kB}
                master_key: %s
                storage: {data: "%s", database_url: "%s", redis_url: "%s", redis_timeout: 2s%s}
                """.formatted(Gateway.MASTER_KEY, data, databaseUrl, redis.url(), storage);
        Files.writeString(folder.resolve("mizan.yaml"), head + yaml);
        SteppedProcess.step(folder, Duration.ZERO);
    }
}
