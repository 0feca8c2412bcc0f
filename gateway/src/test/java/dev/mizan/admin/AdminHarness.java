package dev.mizan.admin;

import dev.mizan.admission.MemoryLimits;
import dev.mizan.alert.AlertParts;
import dev.mizan.alert.AlertSettings;
import dev.mizan.alert.Alerts;
import dev.mizan.alert.Backlog;
import dev.mizan.alert.Standings;
import dev.mizan.identity.Holders;
import dev.mizan.identity.Key;
import dev.mizan.identity.KeyHasher;
import dev.mizan.identity.Keys;
import dev.mizan.identity.Plan;
import dev.mizan.identity.StoredDirectory;
import dev.mizan.ledger.Journal;
import dev.mizan.ledger.JournalSettings;
import dev.mizan.ledger.Line;
import dev.mizan.licence.LicenceDirectory;
import dev.mizan.licence.LicencePlans;
import dev.mizan.licence.LicenceSettings;
import dev.mizan.licence.Licences;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.messages.Language;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.PriceCatalog;
import dev.mizan.report.CostSettings;
import dev.mizan.report.CurrencySettings;
import dev.mizan.report.ListLedger;
import dev.mizan.report.ManualClock;
import dev.mizan.routing.DeploymentHealth;
import dev.mizan.store.Adjustments;
import dev.mizan.store.Database;
import dev.mizan.store.JdbcAlerts;
import dev.mizan.store.JdbcAudit;
import dev.mizan.store.JdbcBalances;
import dev.mizan.store.JdbcHolders;
import dev.mizan.store.JdbcKeys;
import dev.mizan.store.JdbcLedgerReader;
import dev.mizan.store.JdbcRevocations;
import dev.mizan.store.LedgerWriter;
import dev.mizan.telemetry.MetricsSettings;
import dev.mizan.telemetry.Telemetry;
import dev.mizan.usage.TokenCounter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The control plane on a random port: keys in a real SQLite, a ledger in memory, and a clock that stands still. */
final class AdminHarness implements AutoCloseable {
    static final String MASTER = "sk-mizan-master-0123456789";
    static final ZoneId ISTANBUL = ZoneId.of("Europe/Istanbul");

    final ManualClock clock = new ManualClock("2026-11-22T10:00:00Z");
    final ListLedger ledger = new ListLedger();
    final Telemetry telemetry = new Telemetry();
    final Keys keys;
    final Licences licences;
    final Holders holders;
    final StoredDirectory directory;
    final MemoryLimits limits;
    volatile Map<String, Plan> configuredPlans = Map.of();
    volatile CurrencySettings currency = CurrencySettings.DEFAULT;
    final URI base;
    final AdminApi api;
    volatile AdminSettings settings =
            new AdminSettings(ISTANBUL, Language.ENGLISH, CostSettings.DEFAULT, MetricsSettings.DEFAULT);
    volatile AlertSettings alertSettings = AlertSettings.DEFAULT;
    volatile List<DeploymentHealth> deployments = List.of();
    volatile List<Health.Check> checks = List.of(new Health.Check("journal", true, "/data/journal"));

    private final Vertx vertx = Vertx.vertx();
    final Alerts alerts;
    private final Database database;
    private final HttpServer server;
    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    /** Over a ledger in memory. */
    AdminHarness(Path folder) {
        this(folder, false);
    }

    /** @param written whether the ledger is written to the database, as in a gateway: then {@link #book} is how */
    AdminHarness(Path folder, boolean written) {
        database = Database.open(folder, "", Database.Access.SERVE);
        KeyHasher hasher = new KeyHasher("a secret of this test, 32 bytes.".getBytes(StandardCharsets.UTF_8));
        keys = new Keys(new JdbcKeys(database), hasher, MASTER, clock);
        JdbcAlerts store = new JdbcAlerts(database);
        // Over an empty ledger: the rules have nothing to find.
        alerts = Alerts.start(new AlertParts(
                vertx,
                store,
                new ListLedger(),
                store,
                () -> Standings.NONE,
                new Backlog() {
                    @Override
                    public String instance() {
                        return "test";
                    }

                    @Override
                    public long lines() {
                        return 0;
                    }

                    @Override
                    public Duration lag() {
                        return Duration.ZERO;
                    }
                },
                () -> alertSettings,
                clock,
                new AlertParts.Tuning(16, Duration.ofMillis(50), Duration.ofSeconds(2))));
        licences = new Licences(keys, new JdbcRevocations(database), folder, () -> LicenceSettings.DEFAULT);
        LicencePlans plans = new LicencePlans(() -> settings.timeZone(), () -> currency.rates(), clock);
        holders = new Holders(new JdbcHolders(database), clock);
        directory = new StoredDirectory(
                keys::stored,
                holders,
                name -> Optional.ofNullable(configuredPlans.get(name)).or(() -> plans.find(name)),
                () -> settings.timeZone(),
                clock);
        limits = new MemoryLimits(vertx, clock, new JdbcBalances(database), () -> {}, LimitWatcher.NONE);
        Pricing pricing = new Pricing(
                PriceCatalog.shipped(),
                Map.of("openai", "openai", "claude", "anthropic"),
                Map.of(),
                new TokenCounter());
        api = new AdminApi(
                vertx,
                new AdminParts(
                        keys,
                        written ? new JdbcLedgerReader(database) : ledger,
                        telemetry,
                        alerts,
                        () -> checks,
                        () -> pricing,
                        () -> settings,
                        new LicenceParts(
                                licences,
                                new LicenceDirectory(directory, directory::plan),
                                limit -> Optional.empty(),
                                () -> currency),
                        new ManagementParts(
                                holders,
                                directory,
                                limits,
                                new JdbcBalances(database),
                                new Adjustments(database),
                                new JdbcAudit(database),
                                () -> configuredPlans),
                        this::limitCost,
                        () -> deployments,
                        clock));
        server = vertx.createHttpServer()
                .requestHandler(api)
                .listen(0, "127.0.0.1")
                .await();
        base = URI.create("http://127.0.0.1:" + server.actualPort());
    }

    private CostSettings limitCost(Optional<NanoUsd> daily, Optional<NanoUsd> monthly, String by) {
        CostSettings now = settings.cost();
        cost(
                daily.orElse(now.dailyLimit()).toDecimal(),
                monthly.orElse(now.monthlyLimit()).toDecimal(),
                now.publicRead());
        return settings.cost();
    }

    /** The same settings with another cost section. */
    void cost(String dailyUsd, String monthlyUsd, boolean publicRead) {
        settings = new AdminSettings(
                settings.timeZone(),
                settings.language(),
                new CostSettings(usd(dailyUsd), usd(monthlyUsd), publicRead),
                settings.metrics());
    }

    static NanoUsd usd(String amount) {
        return NanoUsd.of(new BigDecimal(amount), RoundingMode.UNNECESSARY);
    }

    /** Writes lines the way a gateway does: into the journal, and from there into the database. */
    void book(Path folder, List<Line> lines) {
        try (Journal journal = Journal.open(folder.resolve("journal"), JournalSettings.DEFAULT, clock)) {
            for (Line line : lines) {
                journal.append(line);
            }
            try (LedgerWriter writer = LedgerWriter.start(journal, database, System::nanoTime)) {
                if (!writer.drain(Duration.ofSeconds(60))) {
                    throw new IllegalStateException("not drained: " + writer.lastError());
                }
            }
        }
    }

    /** An answer. */
    record Reply(int status, HttpResponse<String> response) {
        JsonNode json() {
            return Json.read(body());
        }

        String body() {
            return response.body();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        String code() {
            return json().at("/error/code").asString("");
        }

        String message() {
            return json().at("/error/message").asString("");
        }

        String param() {
            return json().at("/error/param").asString("");
        }
    }

    Reply get(String path, String key, String... headers) {
        return send("GET", path, key, "", headers);
    }

    Reply post(String path, String key, String body, String... headers) {
        return send("POST", path, key, body, headers);
    }

    Reply send(String method, String path, String key, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("authorization", "Bearer " + key);
        }
        if (!body.isEmpty()) {
            request.header("content-type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return new Reply(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpClient client() {
        return client;
    }

    /** Makes a key by the API; its JSON. */
    JsonNode generate(String fields) {
        Reply reply = post("/key/generate", MASTER, fields);
        if (reply.status() != 200) {
            throw new IllegalStateException(reply.body());
        }
        return reply.json();
    }

    /** The text of a new key. */
    String newKey(String fields) {
        return generate(fields).path("key").stringValue();
    }

    Key keyOf(String text) {
        return keys.authenticate(text).orElseThrow();
    }

    @Override
    public void close() {
        api.close();
        alerts.close();
        limits.close();
        vertx.close().await();
        database.close();
        telemetry.close();
    }
}
