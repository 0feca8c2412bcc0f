package dev.mizan;

import dev.mizan.admin.AdminApi;
import dev.mizan.admin.AdminParts;
import dev.mizan.admin.AdminSettings;
import dev.mizan.admin.LicenceParts;
import dev.mizan.admin.ManagementParts;
import dev.mizan.admin.Pricing;
import dev.mizan.admission.LimitRefusals;
import dev.mizan.admission.LimitStore;
import dev.mizan.admission.MemoryLimits;
import dev.mizan.alert.AlertParts;
import dev.mizan.alert.Alerts;
import dev.mizan.alert.Standings;
import dev.mizan.batch.BatchApi;
import dev.mizan.batch.BatchParts;
import dev.mizan.identity.Directory;
import dev.mizan.identity.Follower;
import dev.mizan.identity.Holders;
import dev.mizan.identity.KeyHasher;
import dev.mizan.identity.Keys;
import dev.mizan.identity.Plan;
import dev.mizan.identity.ServerSecret;
import dev.mizan.identity.StoredDirectory;
import dev.mizan.ledger.FolderLockedException;
import dev.mizan.ledger.Journal;
import dev.mizan.ledger.JournalUnavailableException;
import dev.mizan.licence.LicenceDirectory;
import dev.mizan.licence.LicencePlans;
import dev.mizan.licence.Licences;
import dev.mizan.limit.BalancesUnavailableException;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.messages.Texts;
import dev.mizan.provider.ProviderSettings;
import dev.mizan.provider.simulated.SimulatedProvider;
import dev.mizan.relay.DataPlane;
import dev.mizan.report.LedgerReader;
import dev.mizan.routing.Conditions;
import dev.mizan.store.Adjustments;
import dev.mizan.store.Database;
import dev.mizan.store.DatabaseUnavailableException;
import dev.mizan.store.JdbcAlerts;
import dev.mizan.store.JdbcAudit;
import dev.mizan.store.JdbcBalances;
import dev.mizan.store.JdbcCostLimits;
import dev.mizan.store.JdbcHolders;
import dev.mizan.store.JdbcKeys;
import dev.mizan.store.JdbcLedgerReader;
import dev.mizan.store.JdbcRevocations;
import dev.mizan.store.JdbcUsageOutbox;
import dev.mizan.store.LedgerWriter;
import dev.mizan.store.StorageSettings;
import dev.mizan.store.redis.Backlog;
import dev.mizan.store.redis.RedisLimits;
import dev.mizan.store.redis.RedisSettings;
import dev.mizan.store.redis.Tenants;
import dev.mizan.telemetry.Telemetry;
import dev.mizan.usage.TokenCounter;
import dev.mizan.usagelog.UsageLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway, and the one place where its long-lived objects are made: data folder and database → journal →
 * ledger writer → keys → metrics → management and reports → data plane. {@link #close} ends them in the other order.
 * Safe for use by many threads.
 */
public final class Mizan implements AutoCloseable {
    /** How long open streams may go on after {@link #close}. */
    public static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Mizan.class);
    private static final long START_SECONDS = 30;

    /** How long the counters of limits wait for the ledger to have what the journal has. */
    private static final Duration LEDGER_PATIENCE = Duration.ofSeconds(4);

    private final Clock clock;
    private final Deque<Part> parts = new ArrayDeque<>();
    private final LiveConfiguration live;
    private final Configuration configuration;
    /** How limits stand, for those who look from the side; nothing until there are counters. */
    private volatile Standings standings = Standings.NONE;

    /** Whether the journal had lines at the start: an orderly end leaves none. */
    private boolean hasReplayed;

    private KeptKey masterKey = new KeptKey("", false);
    private Optional<Demo> demonstration = Optional.empty();
    private int port;

    /** Something to end when the gateway does. */
    private record Part(String name, AutoCloseable closing) {}

    private Mizan(LiveConfiguration live, Clock clock) {
        this.live = live;
        this.clock = clock;
        this.configuration = live.current();
    }

    /**
     * Starts a gateway; it serves when this returns.
     *
     * @param live the configuration; closed with the gateway
     * @throws CannotStartException if it can't, with nothing left running
     */
    public static Mizan start(LiveConfiguration live) {
        return start(live, Clock.systemUTC());
    }

    /** The same with another clock; it may step, as this machine's may. */
    public static Mizan start(LiveConfiguration live, Clock clock) {
        Mizan mizan = new Mizan(live, clock);
        try {
            mizan.open();
            return mizan;
        } catch (RuntimeException e) {
            mizan.close();
            throw explained(e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** Where it is reached from this machine, e.g. {@code http://127.0.0.1:4000}. */
    public String address() {
        String host = configuration.server().host();
        String reached = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        String scheme = configuration.server().tls().isOn() ? "https://" : "http://";
        return scheme + (reached.contains(":") ? "[" + reached + "]" : reached) + ":" + port;
    }

    /** The text of the master key. */
    public String masterKey() {
        return masterKey.text();
    }

    /** Whether the master key was made by this start; it is in the file {@code master-key} of the data folder. */
    public boolean madeMasterKey() {
        return masterKey.made();
    }

    /** Where the configuration came from: a file, or what of the environment was taken. */
    public String origin() {
        return configuration.origin();
    }

    /**
     * Fills the ledger with the demonstration's month of three tenants if it is empty. Blocking.
     *
     * @return the text of a sample key
     */
    public String demonstrate() {
        return demonstration.orElseThrow().fill(configuration.storage().folder(), configuration.timeZone());
    }

    /**
     * Takes no new calls, lets open ones finish for {@link #STOP_PATIENCE}, drains the journal, and ends everything.
     */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.closing.close();
            } catch (Exception e) {
                // What is below must be ended all the same.
                LOG.error("{} did not end well", part.name, e);
            }
        }
    }

    private void open() {
        keep("configuration", live);
        Database database = openDatabase();
        Journal journal = openJournal();
        LedgerReader ledger = new JdbcLedgerReader(database);
        openUsageLog(database, ledger);
        LedgerWriter writer = keep("ledger writer", LedgerWriter.start(journal, database, System::nanoTime));
        Keys keys = openKeys(database);
        Licences licences = openLicences(database, keys);
        Telemetry telemetry = keep("metrics", new Telemetry());
        Gauges.watch(telemetry, writer);
        Vertx vertx = openVertx();
        TokenCounter counter = new TokenCounter();
        Alerts alerts = keep("alerts", openAlerts(vertx, database, ledger, journal, writer));
        LimitStore limits = keep("limits", openLimits(vertx, database, writer, journal, alerts));
        CostLimits costLimits = new CostLimits(new JdbcCostLimits(database), live, clock);
        live.overlay(costLimits::applyTo);
        Snapshots snapshots = openSnapshots(vertx, counter, limits);
        live.follow(snapshots::apply);
        keep("budgets", new Follower("budgets", costLimits::refresh));
        Gauges.watch(telemetry, snapshots);
        LimitStandings limitStandings = new LimitStandings(limits, snapshots::limitSets);
        standings = limitStandings;
        demonstration = Optional.of(new Demo(keys, journal, ledger, snapshots.prices(), clock));
        ManagementParts management = openManagement(database, keys, limits);
        StoredDirectory stored = management.directory();
        Directory directory = new LicenceDirectory(stored, stored::plan);
        AdminApi admin = keep(
                "management",
                new AdminApi(
                        vertx,
                        new AdminParts(
                                keys,
                                ledger,
                                telemetry,
                                alerts,
                                new Readiness(journal, writer, database, live::current),
                                () -> pricing(snapshots, counter),
                                this::adminSettings,
                                new LicenceParts(licences, directory, limitStandings::of, () -> live.current()
                                        .licensing()
                                        .currency()),
                                management,
                                costLimits,
                                snapshots::deployments,
                                clock)));
        Batching batching =
                new Batching(database, writer, configuration.storage().folder(), clock);
        BatchParts passed = batching.parts(snapshots::calls, licences, directory, limits, journal);
        BatchApi batches = keep("batches", new BatchApi(vertx, passed, admin));
        DataPlane calls = new DataPlane(
                vertx,
                configuration.server(),
                snapshots::calls,
                licences,
                directory,
                limits,
                new LimitRefusals(new Texts(), clock),
                journal,
                telemetry,
                clock,
                System::nanoTime,
                batches);
        parts.push(new Part("calls", () -> await(calls.stop(STOP_PATIENCE), STOP_PATIENCE.toSeconds() + 5)));
        port = listen(calls);
    }

    private Journal openJournal() {
        Journal journal = keep(
                "journal",
                Journal.open(
                        configuration.storage().folder().resolve("journal"),
                        configuration.storage().journal(),
                        clock));
        hasReplayed = journal.backlogLines() > 0;
        return journal;
    }

    private int listen(DataPlane calls) {
        try {
            return await(calls.start(Runtime.getRuntime().availableProcessors()), START_SECONDS);
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof IOException refused) {
                throw new CannotStartException(
                        "can't listen on " + configuration.server().host() + ":"
                                + configuration.server().port() + ": " + refused.getMessage()
                                + " (expected: an address of this machine and a free port; --port chooses another)",
                        e);
            }
            throw e;
        }
    }

    private Keys openKeys(Database database) {
        String given = System.getenv().getOrDefault(ServerSecret.VARIABLE, "");
        KeyHasher hasher =
                new KeyHasher(ServerSecret.open(given, configuration.storage().folder()));
        masterKey = configuration.masterKey().isEmpty()
                ? KeptKey.open(configuration.storage().folder(), KeptKey.MASTER)
                : new KeptKey(configuration.masterKey(), false);
        Keys keys = new Keys(new JdbcKeys(database), hasher, masterKey(), clock);
        keep("keys", new Follower("keys", keys::refresh));
        return keys;
    }

    private Licences openLicences(Database database, Keys keys) {
        Licences licences = new Licences(
                keys, new JdbcRevocations(database), configuration.storage().folder(), () -> live.current()
                        .licensing()
                        .licences());
        keep("licences", new Follower("licences", licences::refresh));
        return licences;
    }

    private Database openDatabase() {
        StorageSettings storage = configuration.storage();
        Database database =
                keep("database", Database.open(storage.folder(), storage.databaseUrl(), Database.Access.SERVE));
        database.setHashChain(storage.hashChain());
        return database;
    }

    /** Before the ledger's writer, so that it ends after it: with everything that was booked. */
    private void openUsageLog(Database database, LedgerReader ledger) {
        configuration.licensing().usageLog().ifPresent(settings -> {
            database.setUsageLog(UsageLog.name(settings.directory()));
            UsageLog log = new UsageLog(
                    settings,
                    new JdbcUsageOutbox(database),
                    ledger,
                    () -> live.current().timeZone(),
                    () -> live.current().licensing().currency().rates(),
                    clock);
            keep("usage log", log.start());
        });
    }

    /** A plan of the configuration comes before a package of licences, and both before a stored plan. */
    private ManagementParts openManagement(Database database, Keys keys, LimitStore limits) {
        Holders holders = new Holders(new JdbcHolders(database), clock);
        keep("holders", new Follower("holders", holders::refresh));
        LicencePlans packages = new LicencePlans(
                () -> live.current().timeZone(),
                () -> live.current().licensing().currency().rates(),
                clock);
        StoredDirectory directory = new StoredDirectory(
                keys::stored,
                holders,
                name -> {
                    Plan configured = live.current().rules().plans().get(name);
                    return configured == null ? packages.find(name) : Optional.of(configured);
                },
                () -> live.current().timeZone(),
                clock);
        return new ManagementParts(
                holders,
                directory,
                limits,
                new JdbcBalances(database),
                new Adjustments(database),
                new JdbcAudit(database),
                () -> live.current().rules().plans());
    }

    /** Counters of limits, in Redis for several processes, else in this one; made of the books when first needed. */
    private LimitStore openLimits(
            Vertx vertx, Database database, LedgerWriter writer, Journal journal, LimitWatcher watcher) {
        Runnable untilWritten = () -> {
            if (!writer.awaitWritten(LEDGER_PATIENCE)) {
                throw new BalancesUnavailableException(
                        "the journal's lines are not in the database yet",
                        new IllegalStateException(writer.lastError()));
            }
        };
        RedisSettings redis = configuration.storage().redis();
        if (redis.url().isEmpty()) {
            return new MemoryLimits(vertx, clock, new JdbcBalances(database), untilWritten, watcher);
        }
        return RedisLimits.open(
                vertx,
                redis,
                new RedisLimits.Surroundings(
                        journal.instance(),
                        new JdbcBalances(database),
                        new Backlog() {
                            @Override
                            public Future<Void> written() {
                                return vertx.executeBlocking(
                                        () -> {
                                            untilWritten.run();
                                            return null;
                                        },
                                        false);
                            }

                            @Override
                            public long writtenTo() {
                                return journal.committedTo();
                            }
                        },
                        Tenants.NONE,
                        watcher,
                        clock,
                        System::nanoTime,
                        hasReplayed));
    }

    private Vertx openVertx() {
        // One event loop a processor: two would only take turns. Nothing is read through Vert.x's file cache.
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                .setPreferNativeTransport(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        parts.push(new Part("event loops", () -> await(vertx.close(), START_SECONDS)));
        return vertx;
    }

    private Alerts openAlerts(
            Vertx vertx, Database database, LedgerReader ledger, Journal journal, LedgerWriter writer) {
        JdbcAlerts store = new JdbcAlerts(database);
        return Alerts.start(new AlertParts(
                vertx,
                store,
                ledger,
                store,
                () -> standings,
                new WriterBacklog(journal, writer),
                () -> live.current().alerts(),
                clock,
                AlertParts.Tuning.DEFAULT));
    }

    private Snapshots openSnapshots(Vertx vertx, TokenCounter counter, LimitStore limits) {
        SimulatedProvider simulated = new SimulatedProvider(vertx, this::builtIn);
        await(simulated.start(), START_SECONDS);
        parts.push(new Part("simulated provider", () -> await(simulated.close(), START_SECONDS)));
        return new Snapshots(live.current(), counter, simulated::addressed, limits, new Conditions(System::nanoTime));
    }

    private Optional<ProviderSettings> builtIn(String provider) {
        return Optional.ofNullable(live.current().providers().get(provider));
    }

    private Pricing pricing(Snapshots snapshots, TokenCounter counter) {
        Configuration now = live.current();
        Map<String, String> catalogueIds = new HashMap<>();
        now.providers().forEach((name, provider) -> catalogueIds.put(name, provider.catalogue()));
        return new Pricing(snapshots.prices(), catalogueIds, now.models(), counter);
    }

    private AdminSettings adminSettings() {
        Configuration now = live.current();
        return new AdminSettings(now.timeZone(), now.language(), now.cost(), now.metrics());
    }

    private <T extends AutoCloseable> T keep(String name, T part) {
        parts.push(new Part(name, part));
        return part;
    }

    private static <T> T await(Future<T> future, long seconds) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("not done in " + seconds + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What went wrong at the start, for the person who started it. */
    private static CannotStartException explained(RuntimeException failure) {
        if (failure instanceof CannotStartException known) {
            return known;
        }
        if (failure instanceof FolderLockedException
                || failure instanceof DatabaseUnavailableException
                || failure instanceof JournalUnavailableException
                || failure instanceof IllegalArgumentException) {
            return new CannotStartException(String.valueOf(failure.getMessage()), failure);
        }
        LOG.error("can't start", failure);
        return new CannotStartException("can't start: " + failure, failure);
    }
}
