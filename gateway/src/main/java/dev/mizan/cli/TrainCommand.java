package dev.mizan.cli;

import dev.mizan.Configuration;
import dev.mizan.ConfigurationReader;
import dev.mizan.LiveConfiguration;
import dev.mizan.Mizan;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code mizan train}: starts a gateway in a temporary folder, makes calls on it and stops. Run once by the start
 * script while the JVM records what is loaded and compiled (JEP 483, 515), so that later starts are fast.
 */
@Command(
        name = "train",
        description = "Exercise a gateway in a temporary folder; for the start script.",
        hidden = true,
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    private static final String SETTINGS = """
            server: {port: 0}
            master_key: sk-train
            providers: {simulated: {kind: simulated, first_token: 0ms, tokens_per_second: 1000000}}
            models: {simulated: simulated/simulated}
            prices: [{provider: simulated, model: "*", input: 0.15, output: 0.60}]
            """;

    private static final List<String> PAGES = List.of(
            "/v1/models",
            "/health/live",
            "/health/ready",
            "/health",
            "/metrics",
            "/ui/",
            "/key/list",
            "/api/v1/ledger",
            "/api/v1/spend?group_by=model&bucket=day",
            "/api/v2/cost/status",
            "/api/v2/cost/summary/daily");

    @Option(names = "--rounds", description = "How many calls of each kind (default: ${DEFAULT-VALUE}).")
    private int rounds = 200;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("mizan-train");
        try {
            Path file = Files.writeString(folder.resolve("mizan.yaml"), SETTINGS);
            ConfigurationReader reader = new ConfigurationReader(name -> Optional.empty());
            LiveConfiguration live = new LiveConfiguration(
                    () -> reader.file(file),
                    Optional.of(file),
                    (Configuration read) -> read.withFolder(folder.resolve("data")));
            try (Mizan mizan = Mizan.start(live);
                    HttpClient client = HttpClient.newHttpClient()) {
                exercise(mizan.address(), client);
            }
        } finally {
            delete(folder);
        }
        return ExitCode.OK;
    }

    private void exercise(String address, HttpClient client) throws IOException, InterruptedException {
        for (int i = 0; i < rounds; i++) {
            post(client, address + "/v1/chat/completions", chat(false));
            post(client, address + "/v1/chat/completions", chat(true));
        }
        post(client, address + "/v1/embeddings", "{\"model\":\"simulated\",\"input\":\"a\"}");
        post(client, address + "/v1/chat/completions", "{\"model\":\"none\",\"messages\":[]}");
        post(client, address + "/key/generate", "{\"user_id\":\"train\"}");
        for (String page : PAGES) {
            send(client, HttpRequest.newBuilder(URI.create(address + page)).GET());
        }
    }

    private static String chat(boolean streamed) {
        return "{\"model\":\"simulated\",\"stream\":" + streamed
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Say something.\"}]}";
    }

    private static void post(HttpClient client, String address, String body) throws IOException, InterruptedException {
        send(
                client,
                HttpRequest.newBuilder(URI.create(address))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Whatever is answered will do: this is exercise, not a test. */
    private static void send(HttpClient client, HttpRequest.Builder request) throws IOException, InterruptedException {
        client.send(request.header("Authorization", "Bearer sk-train").build(), HttpResponse.BodyHandlers.discarding());
    }

    private static void delete(Path folder) throws IOException {
        List<Path> inner;
        try (Stream<Path> files = Files.walk(folder)) {
            inner = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : inner) {
            Files.delete(file);
        }
    }
}
