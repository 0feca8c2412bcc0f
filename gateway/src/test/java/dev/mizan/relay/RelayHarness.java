package dev.mizan.relay;

import dev.mizan.admission.Guards;
import dev.mizan.admission.LimitRefusals;
import dev.mizan.admission.LimitSets;
import dev.mizan.admission.LimitSettings;
import dev.mizan.admission.LimitStore;
import dev.mizan.admission.UnpricedPolicy;
import dev.mizan.edge.ServerSettings;
import dev.mizan.edge.TlsSettings;
import dev.mizan.identity.Directory;
import dev.mizan.identity.Key;
import dev.mizan.ledger.Entry;
import dev.mizan.ledger.Intent;
import dev.mizan.ledger.JournalAppender;
import dev.mizan.ledger.JournalUnavailableException;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Principal;
import dev.mizan.ledger.Release;
import dev.mizan.messages.Language;
import dev.mizan.messages.Texts;
import dev.mizan.money.ExchangeRates;
import dev.mizan.money.NanoUsd;
import dev.mizan.operation.Operations;
import dev.mizan.price.PriceCatalog;
import dev.mizan.price.PriceOverride;
import dev.mizan.provider.CannedAnswers;
import dev.mizan.provider.ProviderSettings;
import dev.mizan.provider.ProviderSettings.Kind;
import dev.mizan.provider.ProviderSettings.Simulated;
import dev.mizan.provider.ProviderSettings.Timeouts;
import dev.mizan.routing.Aliases;
import dev.mizan.routing.Conditions;
import dev.mizan.routing.ModelSettings;
import dev.mizan.routing.ModelSettings.DeploymentSettings;
import dev.mizan.telemetry.CallMetrics;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.usage.TokenCounter;
import dev.mizan.usage.Unit;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** A data plane on a random port over a scripted upstream, with a journal that is kept in memory to be looked at. */
final class RelayHarness implements AutoCloseable {
    static final String KEY = "sk-test-0123456789abcdefghij";
    static final String UPSTREAM_KEY = "sk-upstream-secret";

    private static final PriceOverride MINI = new PriceOverride("up", "gpt-4o-mini", usd(150_000_000, 600_000_000));
    private static final PriceOverride FOUR = new PriceOverride("up", "gpt-4o", usd(2_500_000_000L, 10_000_000_000L));

    final FakeUpstream upstream = FakeUpstream.start();
    final BlockingQueue<Entry> journal = new LinkedBlockingQueue<>();
    final Aliases aliases;
    final URI base;

    /** By how much the breakers' clock is ahead. */
    final AtomicLong aheadNanos = new AtomicLong();

    volatile boolean journalFull;
    volatile Key key =
            new Key("key_1", new Principal("acme", "", "ayse", "key_1", "", "", ""), false, Long.MAX_VALUE, Set.of());

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final DataPlane plane;

    RelayHarness() throws Exception {
        this(UnaryOperator.identity(), OnDisconnect.CANCEL, 2);
    }

    RelayHarness(UnaryOperator<Timeouts> timeouts, OnDisconnect onDisconnect, int retries) throws Exception {
        ProviderSettings provider = new ProviderSettings(
                "up",
                Kind.OPENAI,
                upstream.v1(),
                UPSTREAM_KEY,
                "",
                Map.of(),
                "openai",
                timeouts.apply(Timeouts.DEFAULT),
                256,
                Simulated.DEFAULT,
                CannedAnswers.NONE);
        Map<String, ModelSettings> models = new LinkedHashMap<>();
        models.put("mini", alias("mini", "gpt-4o-mini", retries, List.of()));
        models.put("gpt-4o-mini", alias("gpt-4o-mini", "gpt-4o-mini", retries, List.of()));
        models.put("embed", alias("embed", "text-embedding-3-small", retries, List.of()));
        models.put("safe", alias("safe", "gpt-4o", 0, List.of("mini")));
        LimitStore limits = new NoLimits();
        aliases = new Aliases(models, new Conditions(() -> System.nanoTime() + aheadNanos.get()));
        Snapshot snapshot = new Snapshot(
                aliases,
                Map.of("up", provider),
                PriceCatalog.empty().with(List.of(MINI, FOUR)),
                new TokenCounter(),
                UnpricedPolicy.DEFAULT,
                onDisconnect,
                "",
                new Snapshot.Rules(
                        new LimitSets(LimitSettings.NONE, limits),
                        Guards.NONE,
                        new Operations(List.of()),
                        ExchangeRates.NONE,
                        Language.ENGLISH,
                        ZoneOffset.UTC));
        plane = new DataPlane(
                vertx,
                new ServerSettings("127.0.0.1", 0, List.of(), 1_000_000, 16_000, TlsSettings.NONE),
                () -> snapshot,
                credential -> credential.equals(KEY) ? Optional.of(key) : Optional.empty(),
                Directory.EMPTY,
                limits,
                new LimitRefusals(new Texts(), Clock.systemUTC()),
                new Memory(),
                CallMetrics.NONE,
                Clock.systemUTC(),
                System::nanoTime,
                request -> request.response().setStatusCode(404).end());
        int port = plane.start(2).toCompletionStage().toCompletableFuture().join();
        base = URI.create("http://127.0.0.1:" + port);
    }

    HttpRequest.Builder request(String path, String body) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path, body).build());
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpClient client() {
        return client;
    }

    DataPlane plane() {
        return plane;
    }

    /** The next line in the journal, past intents and releases. */
    Line line() throws InterruptedException {
        while (true) {
            Entry entry = journal.poll(10, TimeUnit.SECONDS);
            switch (entry) {
                case null -> throw new AssertionError("no line within 10 s");
                case Line line -> {
                    return line;
                }
                case Intent intent -> {}
                case Release release -> {}
            }
        }
    }

    @Override
    public void close() {
        plane.stop(Duration.ofSeconds(1))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        client.close();
        upstream.close();
    }

    private static Map<Unit, NanoUsd> usd(long inputNanos, long outputNanos) {
        return Map.of(Unit.INPUT, NanoUsd.ofNanos(inputNanos), Unit.OUTPUT, NanoUsd.ofNanos(outputNanos));
    }

    private static ModelSettings alias(String name, String model, int retries, List<String> fallbacks) {
        return new ModelSettings(
                name,
                ModelSettings.Strategy.WEIGHTED,
                retries,
                fallbacks,
                List.of(new DeploymentSettings(name + "/up/" + model, "up", model, "", 1)),
                4096);
    }

    private final class Memory implements JournalAppender {
        @Override
        public long append(Entry entry) {
            if (journalFull) {
                throw new JournalUnavailableException("the disk is full");
            }
            journal.add(entry);
            return journal.size();
        }

        @Override
        public void whenDurable(Runnable action) {
            action.run();
        }
    }
}
