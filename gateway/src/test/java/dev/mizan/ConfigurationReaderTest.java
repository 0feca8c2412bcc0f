package dev.mizan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mizan.admission.UnpricedPolicy;
import dev.mizan.config.ConfigurationException;
import dev.mizan.ledger.JournalSettings;
import dev.mizan.messages.Language;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.PriceCatalog;
import dev.mizan.price.PriceOverride;
import dev.mizan.provider.ProviderSettings;
import dev.mizan.relay.OnDisconnect;
import dev.mizan.routing.ModelSettings;
import dev.mizan.store.redis.OnStoreFailure;
import dev.mizan.store.redis.RedisSettings;
import dev.mizan.usage.Unit;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationReaderTest {
    private final Map<String, String> environment = new HashMap<>();
    private final ConfigurationReader reader =
            new ConfigurationReader(name -> Optional.ofNullable(environment.get(name)));

    @Test
    void anEmptyFileMeansTheDefaults() {
        assertThat(read("")).usingRecursiveComparison().ignoringFields("origin").isEqualTo(Configuration.DEFAULT);
        assertThat(read("# nothing\n").server().port()).isEqualTo(4000);
    }

    @Test
    void defaultsAreThoseOfTheReference() {
        Configuration byDefault = Configuration.DEFAULT;

        assertThat(byDefault.server().host()).isEqualTo("127.0.0.1");
        assertThat(byDefault.server().port()).isEqualTo(4000);
        assertThat(byDefault.server().corsOrigins()).isEmpty();
        assertThat(byDefault.server().maxBodyBytes()).isEqualTo(20_000_000);
        assertThat(byDefault.server().maxHeaderBytes()).isEqualTo(16_000);
        assertThat(byDefault.language()).isEqualTo(Language.ENGLISH);
        assertThat(byDefault.storage().folder()).isEqualTo(Path.of("data"));
        assertThat(byDefault.storage().journal()).isEqualTo(JournalSettings.DEFAULT);
        assertThat(byDefault.timeZone().getId()).isEqualTo("UTC");
        assertThat(byDefault.unpriced().action()).isEqualTo(UnpricedPolicy.Action.BY_LIMITS);
        assertThat(byDefault.onDisconnect()).isEqualTo(OnDisconnect.CANCEL);
        assertThat(byDefault.cost().publicRead()).isFalse();
        assertThat(byDefault.metrics().publicRead()).isFalse();
    }

    @Test
    void everySettingIsRead() {
        environment.put("KEY", "sk-1");
        Configuration read = read("""
                server: {host: 0.0.0.0, port: 80, cors: {origins: ["https://a.example"]}, max_body: 1MB, max_header: 8kB}
                language: tr
                master_key: ${KEY}
                storage:
                  data: /var/lib/mizan
                  database_url: "postgresql://u:p@h/db"
                  redis_url: "${REDIS_URL:-}"
                  journal: {fsync: each, max_bytes: 1GB, segment_bytes: 1MiB, instance: one}
                time_zone: Europe/Istanbul
                unpriced: {price-as: openai/gpt-4o}
                cost: {daily_limit: 100, monthly_limit: 2000.50}
                on_disconnect: drain
                metrics: {enabled: false, public_read: true}
                region: eu
                """);

        assertThat(read.server().host()).isEqualTo("0.0.0.0");
        assertThat(read.server().port()).isEqualTo(80);
        assertThat(read.server().corsOrigins()).containsExactly("https://a.example");
        assertThat(read.server().maxBodyBytes()).isEqualTo(1_000_000);
        assertThat(read.server().maxHeaderBytes()).isEqualTo(8_000);
        assertThat(read.language()).isEqualTo(Language.TURKISH);
        assertThat(read.masterKey()).isEqualTo("sk-1");
        assertThat(read.storage().folder()).isEqualTo(Path.of("/var/lib/mizan"));
        assertThat(read.storage().databaseUrl()).isEqualTo("postgresql://u:p@h/db");
        assertThat(read.storage().journal())
                .isEqualTo(new JournalSettings(
                        JournalSettings.Fsync.EACH, Duration.ofMillis(100), 1 << 20, 1_000_000_000L, "one", "eu"));
        assertThat(read.timeZone()).isEqualTo(ZoneId.of("Europe/Istanbul"));
        assertThat(read.unpriced()).isEqualTo(new UnpricedPolicy(UnpricedPolicy.Action.PRICE_AS, "openai/gpt-4o"));
        assertThat(read.cost().dailyLimit()).isEqualTo(NanoUsd.ofNanos(100 * NanoUsd.PER_USD));
        assertThat(read.cost().monthlyLimit()).isEqualTo(NanoUsd.ofNanos(2_000_500_000_000L));
        assertThat(read.onDisconnect()).isEqualTo(OnDisconnect.DRAIN);
        assertThat(read.metrics().enabled()).isFalse();
        assertThat(read.metrics().publicRead()).isTrue();
        assertThat(read.region()).isEqualTo("eu");
    }

    @Test
    void providersHaveTheDefaultsOfTheirKind() {
        Configuration read = read("""
                providers:
                  openai: {kind: openai, api_key: sk-2}
                  local: {kind: openai-compatible, base_url: "http://127.0.0.1:8080/v1/", api_key: none}
                  azure: {kind: azure-openai, base_url: "https://x.openai.azure.com", api_key: k, headers: {a: b}}
                  groq: {kind: openai-compatible, base_url: "https://api.groq.com/openai/v1", api_key: k}
                  ollama: {kind: ollama, timeouts: {first_byte: 5m}, max_connections: 8}
                  fast: {kind: simulated, output_tokens: 8, first_token: 0ms, tokens_per_second: 9, fault: cut,
                         fault_percent: 10, catalogue: openai}
                """);

        ProviderSettings openai = provider(read, "openai");
        assertThat(openai.baseUrl()).isEqualTo(URI.create("https://api.openai.com/v1"));
        assertThat(openai.apiKey()).isEqualTo("sk-2");
        assertThat(openai.catalogue()).isEqualTo("openai");
        assertThat(openai.timeouts()).isEqualTo(ProviderSettings.Timeouts.DEFAULT);
        assertThat(openai.maxConnections()).isEqualTo(10_000);
        assertThat(provider(read, "local").baseUrl()).isEqualTo(URI.create("http://127.0.0.1:8080/v1"));
        assertThat(provider(read, "local").apiKey()).isEmpty();
        assertThat(provider(read, "local").catalogue()).isEqualTo("local");
        assertThat(provider(read, "groq").catalogue()).isEqualTo("groq");
        assertThat(provider(read, "azure").apiVersion()).isEqualTo("2024-10-21");
        assertThat(provider(read, "azure").headers()).containsEntry("a", "b");
        assertThat(provider(read, "ollama").timeouts().firstByte()).isEqualTo(Duration.ofMinutes(5));
        assertThat(provider(read, "ollama").maxConnections()).isEqualTo(8);
        assertThat(provider(read, "fast").simulated())
                .isEqualTo(new ProviderSettings.Simulated(8, Duration.ZERO, 9, ProviderSettings.Fault.CUT, 10));
        assertThat(provider(read, "fast").catalogue()).isEqualTo("openai");
    }

    @Test
    void modelsMayBeWrittenShort() {
        Configuration read = read("""
                providers: {p: {kind: simulated}, q: {kind: simulated}}
                models:
                  one: p/a/b
                  two: [p/a, q/a, p/a]
                  mix:
                    retries: 0
                    fallbacks: [one]
                    max_output_tokens: 7
                    deployments:
                      - {alias: two, weight: 40}
                      - {provider: p, model: c, weight: 0, id: mine}
                """);

        assertThat(read.models().keySet()).containsExactly("one", "two", "mix");
        assertThat(model(read, "one").deployments())
                .containsExactly(new ModelSettings.DeploymentSettings("one/p/a/b", "p", "a/b", "", 1));
        assertThat(model(read, "one").retries()).isEqualTo(2);
        assertThat(model(read, "one").maxOutputTokens()).isEqualTo(4_096);
        assertThat(model(read, "two").deployments())
                .extracting(ModelSettings.DeploymentSettings::id)
                .containsExactly("two/p/a", "two/q/a", "two/p/a#2");
        assertThat(model(read, "mix").deployments())
                .containsExactly(
                        new ModelSettings.DeploymentSettings("mix/two", "", "", "two", 40),
                        new ModelSettings.DeploymentSettings("mine", "p", "c", "", 0));
        assertThat(model(read, "mix").fallbacks()).containsExactly("one");
        assertThat(model(read, "mix").retries()).isZero();
        assertThat(model(read, "mix").maxOutputTokens()).isEqualTo(7);
    }

    @Test
    void pricesAreExact() {
        Configuration read = read("""
                providers: {p: {kind: simulated}}
                prices:
                  - {provider: p, model: "*", input: 0.15, output: 0.60, cache_read: 0.075, per_request: 0.005}
                """);

        assertThat(read.prices())
                .containsExactly(new PriceOverride(
                        "p",
                        "*",
                        Map.of(
                                Unit.INPUT, NanoUsd.ofNanos(150_000_000),
                                Unit.OUTPUT, NanoUsd.ofNanos(600_000_000),
                                Unit.CACHE_READ, NanoUsd.ofNanos(75_000_000),
                                Unit.REQUESTS, NanoUsd.ofNanos(5_000L * NanoUsd.PER_USD))));
    }

    @Test
    void aVariableIsWhatTheSettingNeeds() {
        environment.put("PORT", "8080");
        environment.put("KEY", "12345");
        Configuration read = read("""
                server: {port: "${PORT}"}
                master_key: ${KEY}
                cost_api: {public_read: "${PUBLIC:-true}"}
                region: ${REGION:-}
                """);

        assertThat(read.server().port()).isEqualTo(8080);
        assertThat(read.masterKey()).isEqualTo("12345");
        assertThat(read.cost().publicRead()).isTrue();
        assertThat(read.region()).isEmpty();
    }

    @Test
    void theMasterKeyComesFromTheEnvironmentIfTheFileHasNone() {
        environment.put("LITELLM_MASTER_KEY", "sk-l");
        assertThat(read("").masterKey()).isEqualTo("sk-l");

        environment.put("MIZAN_MASTER_KEY", "sk-m");
        assertThat(read("").masterKey()).isEqualTo("sk-m");
        assertThat(read("master_key: sk-f").masterKey()).isEqualTo("sk-f");
    }

    @Test
    void aliasesOfYamlAreUnderstood() {
        Configuration read = read("""
                providers: {p: {kind: simulated}}
                models: {a: &same {retries: 1, deployments: [p/x]}, b: *same}
                """);

        assertThat(model(read, "b").retries()).isEqualTo(1);
    }

    @Test
    void anUnknownSettingIsRefusedWithTheNearest() {
        assertProblems(
                """
                server:
                  prot: 80
                modles: {}
                """,
                "f.yaml:2:3: server.prot: unknown setting (did you mean 'port'?)",
                "f.yaml:3:1: modles: unknown" + " setting (did you mean 'models'?)");
    }

    @Test
    void whatThisVersionCanNotDoIsRefused() {
        assertProblems("""
                cache: {exact: {ttl: 10m}}
                providers: {p: {kind: simulated}}
                models:
                  a: p/m
                """, "f.yaml:1:1: cache: not available in this version");
    }

    @Test
    void whereLimitsAreCountedIsReadAndItsAddressNeverShown() {
        RedisSettings redis = read("""
                        storage: {redis_url: "redis://:s3cret@a:1,redis://:s3cret@b", redis_timeout: 100ms, on_store_failure: open}
                        """).storage().redis();

        assertThat(redis.url()).isEqualTo("redis://:s3cret@a:1,redis://:s3cret@b");
        assertThat(redis.timeout()).isEqualTo(Duration.ofMillis(100));
        assertThat(redis.onStoreFailure()).isEqualTo(OnStoreFailure.OPEN);
        assertThat(redis.toString()).doesNotContain("s3cret");
        RedisSettings local = read("""
                        storage: {on_store_failure: local, local_share: 5, redis_lease: 2m}
                        """).storage().redis();
        assertThat(local.onStoreFailure()).isEqualTo(OnStoreFailure.LOCAL);
        assertThat(local.localShare()).isEqualTo(5);
        assertThat(local.lease()).isEqualTo(Duration.ofMinutes(2));
        assertThat(read("{}").storage().redis()).isEqualTo(RedisSettings.DEFAULT);
        assertProblems(
                """
                storage: {redis_url: "http://:s3cret@a", redis_timeout: 1ms}
                """,
                "f.yaml:1:22: storage.redis_url: not an address (expected: redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]"
                        + " or rediss://…; several with commas between for a cluster; ?sentinel=NAME or ?cluster after"
                        + " the last)",
                "f.yaml:1:57: storage.redis_timeout: '1ms' (expected: 10ms to 10s)");
        assertProblems("storage: {local_share: 51}", "f.yaml:1:24: storage.local_share: '51' (expected: 1 to 50)");
    }

    @Test
    void aWrongValueIsShownWithWhatWasExpected() {
        assertProblems(
                """
                server: {port: 99999, host: 3, max_body: 20 megs}
                language: de
                cost: {daily_limit: -1}
                storage: {journal: {fsync: sometimes}}
                providers: {p: {}, q: {kind: simulate}}
                models: {a: {}, b: []}
                """,
                "f.yaml:1:16: server.port: '99999' (expected: 0 to 65535)",
                "f.yaml:1:29: server.host: '3' (expected: a text)",
                "f.yaml:1:42: server.max_body: '20 megs' (expected: a size such as 500kB, 20MB or 1GB)",
                "f.yaml:2:11: language: 'de' (expected: one of en, tr, ar)",
                "f.yaml:3:21: cost.daily_limit: '-1' (expected: an amount in USD from 0 to 9000000000)",
                "f.yaml:4:28: storage.journal.fsync: 'sometimes' (expected: each, never, or a duration from 1ms to"
                        + " 10s)",
                "f.yaml:5:13: providers.p: has no 'kind'",
                "f.yaml:5:30: providers.q.kind: 'simulate' (expected: one of openai, openai-compatible, azure-openai,"
                        + " ollama, simulated, rules, anthropic, gemini, bedrock, vertex) (did you mean 'simulated'?)",
                "f.yaml:6:10: models.a: has no 'deployments'",
                "f.yaml:6:20: models.b: an empty list (expected: PROVIDER/MODEL, a list of deployments, or"
                        + " {deployments: […]})");
    }

    @Test
    void namesMustExistAndMayNotGoRound() {
        assertProblems(
                """
                providers: {fast: {kind: simulated}}
                models:
                  a: fats/x
                  b: {fallbacks: [none, b], deployments: [{alias: c}, {provider: fast}]}
                  c: {deployments: [{alias: b}]}
                prices: [{provider: fats, model: x, input: 1}, {provider: fast, model: x}]
                """,
                "f.yaml:3:6: models.a: 'fats' (expected: one of 'providers') (did you mean 'fast'?)",
                "f.yaml:4:6: models.b: leads back to itself through 'c' (expected: no circle of aliases)",
                "f.yaml:4:19: models.b.fallbacks[0]: 'none' (expected: one of 'models')",
                "f.yaml:4:25: models.b.fallbacks[1]: 'b' falls back to itself",
                "f.yaml:4:55: models.b.deployments[1]: is not a deployment (expected: either 'provider' and 'model',"
                        + " or 'alias')",
                "f.yaml:5:6: models.c: leads back to itself through 'b' (expected: no circle of aliases)",
                "f.yaml:6:21: prices[0].provider: 'fats' (expected: one of 'providers') (did you mean 'fast'?)",
                "f.yaml:6:48: prices[1]: names no price (expected: input, output, … in USD per million)");
    }

    @Test
    void operationsStandWhereTheGatewayDoesNotAnswerItself() {
        String rest = "providers: {s: {kind: simulated}}\nmodels: {m: s/m}\noperations: {%s: {model: m}}\n";
        for (String path : List.of(
                "/v1/chat/completions",
                "/chat/completions",
                "/responses",
                "/moderations",
                "/messages/count_tokens",
                "/openai/deployments/m/chat/completions",
                "/api/chat",
                "/key/mine",
                "/ui")) {
            assertThat(refuse(rest.formatted(path)).text()).as(path).contains("'" + path + "' can't be served");
        }
        for (String path : List.of("/agent/chat", "/responses-of-mine", "/api/v1/ai/analyze")) {
            assertThat(read(rest.formatted(path)).operations()).as(path).containsKey(path);
        }
    }

    @Test
    void onlyKindsOfOpenAisDialectMayHaveResponses() {
        assertThat(refuse("providers: {a: {kind: anthropic, api_key: k, responses: true}}")
                        .text())
                .isEqualTo("f.yaml:1:57: providers.a.responses: set for kind anthropic (expected: only for kinds of"
                        + " OpenAI's dialect)");
    }

    @Test
    void priceBooksMustExist() {
        List<String> known = PriceCatalog.books();

        assertThat(read("price_books: [" + String.join(", ", known) + "]").priceBooks())
                .isEqualTo(known);
        assertThat(refuse("price_books: [none]").text())
                .startsWith("f.yaml:1:15: price_books[0]: 'none' (expected: one of");
    }

    @Test
    void rangesHoldAtTheirEndsAndOnePastThem() {
        assertThat(read("server: {max_body: 1GB, port: 65535}").server().maxBodyBytes())
                .isEqualTo(1_000_000_000);
        assertProblems(
                "server: {max_body: 1000000001}", "f.yaml:1:20: server.max_body: '1000000001' (expected: 1kB to 1GB)");
        assertProblems("server: {port: 65536}", "f.yaml:1:16: server.port: '65536' (expected: 0 to 65535)");
        assertProblems(
                "storage: {journal: {fsync: 11s}}", "f.yaml:1:28: storage.journal.fsync: '11s' (expected: 1ms to 10s)");
        assertProblems(
                "storage: {journal: {max_bytes: 1MB, segment_bytes: 1MB}}",
                "f.yaml:1:32: storage.journal.max_bytes: max_bytes 1000000 (expected: at least 4 segments of"
                        + " 1000000)");
    }

    @Test
    void thePublicCostPageStaysOnThisMachine() {
        assertThat(read("cost_api: {public_read: true}").cost().publicRead()).isTrue();
        assertProblems(
                "server: {host: 0.0.0.0}\ncost_api: {public_read: true}",
                "f.yaml:2:25: cost_api.public_read: true on 0.0.0.0 (expected: true on a loopback address only)");
    }

    @Test
    void aVariableThatIsNotSetIsNamed() {
        assertProblems(
                "master_key: ${NOWHERE}",
                "f.yaml:1:13: master_key: the environment variable NOWHERE is not set (expected: set it, or write"
                        + " ${NOWHERE:-default})");
    }

    @Test
    void aSecretIsNeverShown() {
        environment.put("PORT", "sk-secret");
        ConfigurationException refused = refuse("""
                master_key: [sk-secret]
                storage: {database_url: "mysql://u:sk-secret@h"}
                server: {port: "${PORT}"}
                """);

        assertThat(refused.text()).doesNotContain("sk-secret").contains("${PORT}", "***");
        Configuration read = read("{master_key: sk-secret, storage: {database_url: 'postgresql://sk-secret@h/d'},"
                + " providers: {o: {kind: openai, api_key: sk-secret}}}");
        assertThat(read.toString()).doesNotContain("sk-secret").contains("***");
    }

    @Test
    void whatIsNotYamlIsRefusedWithItsPlace() {
        assertThat(refuse("server: {port: 1\nlanguage: [a\n").text())
                .startsWith("f.yaml:2:")
                .contains("not YAML");
        assertProblems("- a list", "f.yaml:1:1: not a mapping (expected: settings such as 'server: …')");
        assertProblems("region: a\nregion: b", "f.yaml:2:1: region: a key that is there already (expected: each once)");
    }

    @Test
    void aliasesOfAliasesDoNotFillTheMemory() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 9; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(",", Collections.nCopies(10, "*a" + (i - 1)))));
        }

        assertThat(refuse(bomb.toString()).text()).contains("exceeds the specified max");
    }

    @Test
    void aFileThatIsNotThereIsSaid(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mizan.yaml");

        assertThat(catchThrowableOfType(ConfigurationException.class, () -> reader.file(file))
                        .text())
                .isEqualTo(file + ": no such file");
        Files.writeString(file, "region: eu");
        assertThat(reader.file(file).region()).isEqualTo("eu");
    }

    @Test
    void theSchemaIsJsonWithoutUnknownReferences() {
        assertThat(ConfigurationReader.schema())
                .contains("\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"");
    }

    private Configuration read(String text) {
        return reader.parse("f.yaml", text);
    }

    private ConfigurationException refuse(String text) {
        return catchThrowableOfType(ConfigurationException.class, () -> read(text));
    }

    private void assertProblems(String text, String... lines) {
        assertThat(refuse(text).problems()).extracting(Object::toString).containsExactly(lines);
    }

    private static ProviderSettings provider(Configuration configuration, String name) {
        return Optional.ofNullable(configuration.providers().get(name)).orElseThrow();
    }

    private static ModelSettings model(Configuration configuration, String name) {
        return Optional.ofNullable(configuration.models().get(name)).orElseThrow();
    }
}
