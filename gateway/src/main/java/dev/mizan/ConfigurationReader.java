package dev.mizan;

import dev.mizan.admission.UnpricedPolicy;
import dev.mizan.config.ConfigurationException;
import dev.mizan.config.NearestName;
import dev.mizan.config.Problem;
import dev.mizan.config.Settings;
import dev.mizan.edge.ServerCertificate;
import dev.mizan.edge.ServerSettings;
import dev.mizan.edge.TlsSettings;
import dev.mizan.ledger.JournalSettings;
import dev.mizan.messages.Language;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.PriceCatalog;
import dev.mizan.price.PriceOverride;
import dev.mizan.provider.ProviderSettings;
import dev.mizan.relay.OnDisconnect;
import dev.mizan.report.CostSettings;
import dev.mizan.routing.BreakerSettings;
import dev.mizan.routing.ModelSettings;
import dev.mizan.store.StorageSettings;
import dev.mizan.telemetry.MetricsSettings;
import dev.mizan.usage.Unit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes a {@link Configuration} of a YAML file. What can be set is in the schema ({@link #schema}); what a schema can't
 * say (names that must exist, ranges of durations) is checked here. Safe for use by many threads.
 */
public final class ConfigurationReader {
    /** A longer file is not a configuration. */
    private static final long FILE_BYTES_MAX = 4_000_000;

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    private final Function<String, Optional<String>> environment;

    /** @param environment the value of an environment variable */
    public ConfigurationReader(Function<String, Optional<String>> environment) {
        this.environment = environment;
    }

    /** A reader over the process's own environment. */
    public static ConfigurationReader ofProcess() {
        return new ConfigurationReader(name -> Optional.ofNullable(System.getenv(name)));
    }

    /** The JSON Schema of the file, for editors and for {@link #parse}. */
    public static String schema() {
        return resource("mizan.schema.json");
    }

    private static String resource(String name) {
        try (InputStream resource = Objects.requireNonNull(ConfigurationReader.class.getResourceAsStream(name))) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The configuration of the demonstration: well-known models, answered by the simulated provider. */
    public Configuration demo() {
        return parse("demo.yaml", resource("demo.yaml"));
    }

    /**
     * The configuration in {@code file}.
     *
     * @throws ConfigurationException with everything that is wrong with it
     */
    public Configuration file(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw unreadable(file, "longer than " + FILE_BYTES_MAX + " bytes");
            }
            return parse(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            throw unreadable(file, "no such file");
        } catch (IOException e) {
            throw unreadable(file, "can't be read: " + e.getMessage());
        }
    }

    /**
     * The configuration of a machine without a file: what its environment offers, and the simulated provider.
     *
     * @throws ConfigurationException if a variable's value can't be used
     */
    public Configuration environment() {
        return new EnvironmentConfiguration(environment, new OllamaModels()).read();
    }

    /**
     * The configuration in {@code text}.
     *
     * @param origin the name of the file, for messages
     * @throws ConfigurationException with everything that is wrong with it
     */
    public Configuration parse(String origin, String text) {
        Settings settings = Settings.read(origin, text, schema(), environment);
        Map<String, ProviderSettings> providers = new ProvidersReader(environment).read(settings.group("providers"));
        ServerSettings server = server(settings.group("server"));
        Language language = Language.of(settings.text("language", "en")).orElseThrow();
        ZoneId zone = timeZone(settings);
        CostSettings cost = cost(settings, server);
        BreakerSettings breaker =
                BreakerReader.read(settings.group("routing").group("breaker"), BreakerSettings.DEFAULT);
        Map<String, ModelSettings> models =
                new ModelsReader(providers.keySet(), breaker).read(settings.group("models"));
        LicensingSettings licensing = LicensingReader.read(settings);
        LimitsReader limits = new LimitsReader(
                zone, models.keySet(), providers.keySet(), licensing.currency().rates());
        Configuration configuration = new Configuration(
                origin,
                server,
                language,
                masterKey(settings.text("master_key", "")),
                storage(settings),
                zone,
                providers,
                models,
                prices(settings, providers),
                priceBooks(settings),
                unpriced(settings),
                cost,
                OnDisconnect.valueOf(settings.text("on_disconnect", "cancel").toUpperCase(Locale.ROOT)),
                metrics(settings.group("metrics")),
                new AlertsReader(environment).read(settings.group("alerts"), language, zone, cost.monthlyLimit()),
                licensing,
                limits.read(settings).withCost(cost, zone),
                new OperationsReader(models.keySet()).read(settings.group("operations")),
                settings.text("region", ""));
        settings.finish();
        return configuration;
    }

    private String masterKey(String configured) {
        if (!configured.isEmpty()) {
            return configured;
        }
        return environment
                .apply("MIZAN_MASTER_KEY")
                .filter(key -> !key.isEmpty())
                .or(() -> environment.apply("LITELLM_MASTER_KEY"))
                .orElse("");
    }

    private static ServerSettings server(Settings server) {
        ServerSettings byDefault = ServerSettings.DEFAULT;
        return new ServerSettings(
                server.text("host", byDefault.host()),
                server.integer("port", byDefault.port()),
                server.group("cors").texts("origins"),
                (int) server.bytes("max_body", byDefault.maxBodyBytes(), 1_000, 1_000_000_000),
                (int) server.bytes("max_header", byDefault.maxHeaderBytes(), 1_000, 1_000_000),
                tls(server));
    }

    private static TlsSettings tls(Settings server) {
        if (!server.has("tls")) {
            return TlsSettings.NONE;
        }
        Settings group = server.group("tls");
        TlsSettings tls = new TlsSettings(Path.of(group.text("certificate", "")), Path.of(group.text("key", "")));
        try {
            ServerCertificate.read(tls);
        } catch (IllegalArgumentException e) {
            server.refuse("tls", String.valueOf(e.getMessage()));
        }
        return tls;
    }

    private StorageSettings storage(Settings settings) {
        Settings storage = settings.group("storage");
        return new StorageSettings(
                Path.of(storage.text("data", StorageSettings.DEFAULT.folder().toString())),
                storage.text("database_url", ""),
                journal(storage.group("journal")).withRegion(settings.text("region", "")),
                settings.group("ledger").flag("hash_chain", false),
                new RedisReader(environment).read(storage));
    }

    private static JournalSettings journal(Settings journal) {
        JournalSettings byDefault = JournalSettings.DEFAULT;
        String fsync = journal.text("fsync", "100ms");
        if (!fsync.equals("each") && !fsync.equals("never")) {
            Duration byName = byDefault.flushInterval();
            fsync = journal.duration("fsync", byName, Duration.ofMillis(1), Duration.ofSeconds(10))
                            .toMillis()
                    + "ms";
        }
        int segmentBytes = (int) journal.bytes("segment_bytes", byDefault.segmentBytes(), 64 << 10, 1 << 30);
        long maxBytes = journal.bytes("max_bytes", byDefault.totalBytesMax(), 1_000_000, 1_000_000_000_000L);
        if (maxBytes < 4L * segmentBytes) {
            String name = journal.has("max_bytes") ? "max_bytes" : "segment_bytes";
            journal.refuse(name, "max_bytes " + maxBytes + " (expected: at least 4 segments of " + segmentBytes + ")");
            return byDefault;
        }
        return new JournalSettings(
                        byDefault.fsync(),
                        byDefault.flushInterval(),
                        segmentBytes,
                        maxBytes,
                        journal.text("instance", ""),
                        "")
                .withFsync(fsync);
    }

    private static ZoneId timeZone(Settings settings) {
        String name = settings.text("time_zone", "UTC");
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            settings.refuse(
                    "time_zone",
                    "'" + name + "' (expected: a time zone such as Europe/Istanbul)"
                            + NearestName.hint(name, ZoneId.getAvailableZoneIds()));
            return ZoneId.of("UTC");
        }
    }

    private static List<PriceOverride> prices(Settings settings, Map<String, ProviderSettings> providers) {
        List<PriceOverride> prices = new ArrayList<>();
        for (Settings price : settings.list("prices")) {
            String provider = price.text("provider", "");
            if (!providers.containsKey(provider)) {
                price.refuse(
                        "provider",
                        "'" + provider + "' (expected: one of 'providers')"
                                + NearestName.hint(provider, providers.keySet()));
            }
            Map<Unit, NanoUsd> perMillion = new EnumMap<>(Unit.class);
            for (Unit unit : Unit.values()) {
                price.number(unit.label()).ifPresent(usd -> perMillion.put(unit, nanoUsd(price, unit.label(), usd)));
            }
            price.number("per_request")
                    .ifPresent(
                            usd -> perMillion.put(Unit.REQUESTS, nanoUsd(price, "per_request", usd.multiply(MILLION))));
            if (perMillion.isEmpty()) {
                price.refuse("", "names no price (expected: input, output, … in USD per million)");
            }
            prices.add(new PriceOverride(provider, price.text("model", ""), perMillion));
        }
        return prices;
    }

    private static List<String> priceBooks(Settings settings) {
        List<String> known = PriceCatalog.books();
        for (Settings book : settings.list("price_books")) {
            String name = book.asText().orElse("");
            if (!known.contains(name)) {
                book.refuse(
                        "",
                        "'" + name + "' (expected: one of " + String.join(", ", known) + ")"
                                + NearestName.hint(name, known));
            }
        }
        return settings.texts("price_books");
    }

    private static NanoUsd nanoUsd(Settings settings, String name, BigDecimal usd) {
        if (usd.stripTrailingZeros().scale() > 9) {
            settings.refuse(name, usd.toPlainString() + " (expected: at most 9 decimals)");
        }
        return NanoUsd.of(usd, RoundingMode.HALF_EVEN);
    }

    private static UnpricedPolicy unpriced(Settings settings) {
        Settings unpriced = settings.group("unpriced");
        String priceAs = unpriced.text("price-as", "");
        if (!priceAs.isEmpty()) {
            return new UnpricedPolicy(UnpricedPolicy.Action.PRICE_AS, priceAs);
        }
        return switch (settings.text("unpriced", "")) {
            case "block" -> new UnpricedPolicy(UnpricedPolicy.Action.BLOCK, "");
            case "warn" -> new UnpricedPolicy(UnpricedPolicy.Action.WARN, "");
            default -> UnpricedPolicy.DEFAULT;
        };
    }

    private static CostSettings cost(Settings settings, ServerSettings server) {
        Settings cost = settings.group("cost");
        boolean publicRead = settings.group("cost_api").flag("public_read", false);
        if (publicRead && !server.isLoopback()) {
            settings.group("cost_api")
                    .refuse("public_read", "true on " + server.host() + " (expected: true on a loopback address only)");
        }
        return new CostSettings(limit(cost, "daily_limit"), limit(cost, "monthly_limit"), publicRead);
    }

    private static NanoUsd limit(Settings cost, String name) {
        return cost.number(name).map(usd -> nanoUsd(cost, name, usd)).orElse(NanoUsd.ZERO);
    }

    private static MetricsSettings metrics(Settings metrics) {
        return new MetricsSettings(metrics.flag("enabled", true), metrics.flag("public_read", false));
    }

    private static ConfigurationException unreadable(Path file, String message) {
        return new ConfigurationException(List.of(new Problem(file.toString(), 0, 0, "", message)));
    }
}
