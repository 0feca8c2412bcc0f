package dev.mizan.e2e;

import dev.mizan.Configuration;
import dev.mizan.ConfigurationReader;
import dev.mizan.LiveConfiguration;
import dev.mizan.Mizan;
import dev.mizan.SourceTree;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/**
 * The whole product, started in this process with a configuration file and a data folder of its own, on a random port,
 * over real sockets and a real database. Close it.
 */
final class Gateway implements AutoCloseable {
    static final String MASTER_KEY = "sk-master-0123456789abcdef0123456789abcdef";
    static final String UPSTREAM_KEY = "sk-upstream-very-secret-0123456789";

    /** Prices of every model behind {@link #over}: USD per million tokens. */
    static final String PRICES = "prices: [{provider: up, model: \"*\", input: 2, output: 8, cache_read: 0.5}]\n";

    private final Mizan mizan;
    private final Books books;
    private final String key;

    private Gateway(Mizan mizan, Books books) throws IOException {
        this.mizan = mizan;
        this.books = books;
        this.key = Calls.generateKey(mizan.port(), MASTER_KEY, "{\"user_id\":\"ayse\",\"team_id\":\"tests\"}");
    }

    /** One that has {@code yaml} as its configuration, beside server, master key and data folder. */
    static Gateway start(Path folder, String yaml) {
        return start(folder, yaml, "");
    }

    /**
     * One of {@code examples/}, on a free port, with its data in {@code folder}.
     *
     * @param environment its variables
     */
    static Gateway example(Path folder, String name, Map<String, String> environment) {
        ConfigurationReader reader = new ConfigurationReader(variable -> variable.equals("MIZAN_DATA")
                ? Optional.of(folder.resolve("data").toString())
                : Optional.ofNullable(environment.get(variable)));
        Configuration read = reader.file(SourceTree.root().resolve("examples").resolve(name));
        Configuration configuration =
                read.withMasterKey(MASTER_KEY).withServer(read.server().at("127.0.0.1", 0));
        try {
            return new Gateway(
                    Mizan.start(new LiveConfiguration(() -> configuration, Optional.empty(), UnaryOperator.identity())),
                    Books.open(folder.resolve("data")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Gateway start(Path folder, String yaml, String databaseUrl) {
        try {
            Path file = write(folder, yaml, databaseUrl);
            ConfigurationReader reader = new ConfigurationReader(name -> Optional.empty());
            Mizan mizan = Mizan.start(
                    new LiveConfiguration(() -> reader.file(file), Optional.of(file), UnaryOperator.identity()));
            return new Gateway(mizan, Books.open(folder.resolve("data"), databaseUrl));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #over}, with PostgreSQL for the books. */
    static Gateway overPostgres(FakeUpstream upstream, Path folder, String databaseUrl) {
        return start(folder, models(upstream) + PRICES, databaseUrl);
    }

    /** One with the aliases of {@link #models} over {@code upstream}, and nothing else. */
    static Gateway over(FakeUpstream upstream, Path folder) {
        return start(folder, models(upstream) + PRICES);
    }

    /**
     * Providers and aliases over {@code upstream}: {@code once} is never tried again, {@code twice} once more, {@code
     * same} keeps its name upstream, {@code safe} falls back to {@code once}; times are short.
     */
    static String models(FakeUpstream upstream) {
        return """
                providers:
                  up:
                    kind: openai-compatible
                    base_url: "%s"
                    api_key: %s
                    timeouts: {connect: 1s, first_byte: 1500ms, idle: 1500ms, total: 30s}
                models:
                  once: {retries: 0, deployments: [up/gpt-4o-mini]}
                  twice: {retries: 1, deployments: [up/gpt-4o-mini]}
                  gpt-4o-mini: {retries: 0, deployments: [up/gpt-4o-mini]}
                  text-embedding-3-small: {retries: 0, deployments: [up/text-embedding-3-small]}
                  safe: {retries: 0, fallbacks: [once], deployments: [up/gpt-4o]}
                """.formatted(upstream.v1(), UPSTREAM_KEY);
    }

    /** As {@link #over}, with a minute for every wait. */
    static Gateway patient(FakeUpstream upstream, Path folder) {
        return start(folder, models(upstream).replaceAll("1500ms|1s|30s", "60s") + PRICES);
    }

    /** Writes the configuration file that {@link #start} uses. */
    static Path write(Path folder, String yaml, String databaseUrl) throws IOException {
        String head = """
                server: {host: 127.0.0.1, port: 0, max_body: 1MB, max_header: 16kB}
                master_key: %s
                storage: {data: "%s", database_url: "%s"}
                """.formatted(MASTER_KEY, folder.resolve("data"), databaseUrl);
        return Files.writeString(folder.resolve("mizan.yaml"), head + yaml);
    }

    int port() {
        return mizan.port();
    }

    String address() {
        return mizan.address();
    }

    /** A virtual key of user {@code ayse} in team {@code tests}. */
    String key() {
        return key;
    }

    Books books() {
        return books;
    }

    /** A caller with {@link #key}, on a connection of its own. */
    Caller caller() throws IOException {
        return new Caller(mizan.port(), key);
    }

    /** Posts {@code body} and reads the answer to its end. */
    Reply post(String path, String body, String... headers) throws IOException {
        try (Caller caller = caller()) {
            return caller.post(path, body, headers).reply();
        }
    }

    /**
     * Posts {@code body}, whose stream will end with an error event, and reads it until then.
     *
     * @param read counted down once the first text is here
     */
    String brokenStream(String path, String body, CountDownLatch read) throws IOException {
        try (Caller caller = caller()) {
            caller.post(path, body).head();
            StringBuilder events = new StringBuilder();
            while (events.indexOf("\"error\"") < 0) {
                events.append(caller.event()).append('\n');
                if (events.indexOf("one two three") >= 0) {
                    read.countDown();
                }
            }
            return events.toString();
        }
    }

    /** A chat completion. */
    Reply chat(String body) throws IOException {
        return post("/v1/chat/completions", body);
    }

    @Override
    public void close() {
        books.close();
        mizan.close();
    }
}
