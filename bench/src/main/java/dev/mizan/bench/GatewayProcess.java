package dev.mizan.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The gateway as users run it: {@code ./mizan serve}, with keys, journal, SQLite and metrics on. */
public final class GatewayProcess implements AutoCloseable {
    private static final String MASTER_KEY = "sk-bench-0123456789abcdef0123456789abcdef";
    private static final Pattern BACKLOG = Pattern.compile("(?m)^mizan_journal_backlog\\w*(?:\\{[^}]*})? ([0-9.E+]+)$");
    private static final Pattern KEY = Pattern.compile("\"key\"\\s*:\\s*\"(sk-[^\"]+)\"");
    private static final long DRAIN_NANOS_MAX = TimeUnit.SECONDS.toNanos(120);

    private final Process process;
    private final HttpClient http;
    private final URI origin;
    private final Duration firstAnswer;
    private final String key;

    private GatewayProcess(Process process, HttpClient http, URI origin, Duration firstAnswer, String key) {
        this.process = process;
        this.http = http;
        this.origin = origin;
        this.firstAnswer = firstAnswer;
        this.key = key;
    }

    /**
     * Starts one with an empty data folder, waits for its first answer, and makes a key.
     *
     * @param checkout the folder that {@code ./mizan} is in
     * @param scratch where its configuration, data and log go; must be empty
     */
    public static GatewayProcess start(Path checkout, Path scratch, URI upstream)
            throws IOException, InterruptedException {
        return start(checkout, scratch, upstream, "");
    }

    /** @param more further lines of its configuration; may be empty */
    static GatewayProcess start(Path checkout, Path scratch, URI upstream, String more)
            throws IOException, InterruptedException {
        int port = Ports.free();
        Path config = Files.writeString(
                scratch.resolve("mizan.yaml"), """
                server: {host: 127.0.0.1, port: %d}
                master_key: %s
                storage: {data: %s/data}
                providers:
                  upstream: {kind: openai-compatible, base_url: "%s/v1", api_key: sk-upstream}
                models:
                  bench: {deployments: [{provider: upstream, model: gpt-4o-mini}]}
                prices:
                  - {provider: upstream, model: "*", input: 0.15, output: 0.60, cache_read: 0.075}
                %s""".formatted(port, MASTER_KEY, scratch, upstream, more));
        ProcessBuilder builder = new ProcessBuilder(
                        List.of(checkout.resolve("mizan").toString(), "serve", "--config", config.toString()))
                .directory(checkout.toFile())
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("gateway.log").toFile());
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        URI origin = URI.create("http://127.0.0.1:" + port);
        long start = System.nanoTime();
        Process process = builder.start();
        Ports.await(port, process);
        Target master = new Target("mizan", origin, MASTER_KEY);
        awaitAnswer(http, master);
        Duration firstAnswer = Duration.ofNanos(System.nanoTime() - start);
        return new GatewayProcess(process, http, origin, firstAnswer, generateKey(http, origin));
    }

    /** From the start of the process to the end of its first answer to a call. */
    public Duration firstAnswer() {
        return firstAnswer;
    }

    /** Where to send calls, with a virtual key. */
    public Target target() {
        return new Target("mizan", origin, key);
    }

    public long pid() {
        return process.pid();
    }

    /** Processor time so far. */
    public Processor processor() {
        return Processor.of(List.of(process.pid()));
    }

    /** Waits until every journal line is in the database. */
    public void awaitDrained() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + DRAIN_NANOS_MAX;
        while (backlog() > 0) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the journal did not drain within two minutes: " + backlog());
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    /** Journal entries that are not in the database yet. */
    public long backlog() throws IOException, InterruptedException {
        Matcher backlog = BACKLOG.matcher(get("/metrics"));
        if (!backlog.find()) {
            throw new IllegalStateException("/metrics has no mizan_journal_backlog");
        }
        return (long) Double.parseDouble(backlog.group(1));
    }

    /** Stops it in order. */
    @Override
    public void close() {
        http.close();
        process.destroy();
        process.onExit().join();
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(origin.resolve(path))
                .header("Authorization", "Bearer " + MASTER_KEY)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static void awaitAnswer(HttpClient http, Target target) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(target.chat())
                .header("Authorization", "Bearer " + target.credential())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Shape.PLAIN.body()))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException("the gateway answers " + response.statusCode() + ": " + response.body());
        }
    }

    private static String generateKey(HttpClient http, URI origin) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(origin.resolve("/key/generate"))
                .header("Authorization", "Bearer " + MASTER_KEY)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"user_id\":\"bench\",\"team_id\":\"bench\"}"))
                .build();
        String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        Matcher key = KEY.matcher(answer);
        if (!key.find()) {
            throw new IllegalStateException("/key/generate answers " + answer);
        }
        return key.group(1);
    }
}
