package dev.mizan.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.money.NanoUsd;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PriceCatalogTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final Usage MILLION_EACH = Usage.of(1_000_000, 1_000_000);

    private final PriceCatalog catalog = PriceCatalog.shipped();

    @Test
    void everyShippedFileIsReadAndWrittenBackAsItIs() throws IOException {
        int models = 0;
        for (ProviderPrices provider : catalog.providers()) {
            String text = resource("catalog/" + provider.id() + ".json");

            assertThat(CatalogWriter.write(CatalogReader.read(provider.id(), text.getBytes(StandardCharsets.UTF_8))))
                    .as(provider.id())
                    .isEqualTo(text);
            models += provider.models().size();
        }
        assertThat(catalog.providers()).hasSize(35);
        assertThat(models).isGreaterThanOrEqualTo(1_442);
    }

    @Test
    void everyShippedModelIsFoundByItsOwnIdOrCanBeNamed() {
        for (ProviderPrices provider : catalog.providers()) {
            for (ProviderPrices.Entry entry : provider.entries()) {
                assertThat(entry.match().patterns())
                        .as(entry.prices().toString())
                        .isNotEmpty();
                for (String name : entry.match().names()) {
                    assertThat(catalog.model(provider.id(), name))
                            .as(provider.id() + "/" + name)
                            .isPresent();
                }
            }
        }
    }

    @Test
    void noTwoModelsOfAProviderHaveTheSameIdOrName() {
        for (ProviderPrices provider : catalog.providers()) {
            Set<String> names = new HashSet<>();
            for (ProviderPrices.Entry entry : provider.entries()) {
                entry.match().names().forEach(name -> assertThat(names.add(name))
                        .as(provider.id() + "/" + name)
                        .isTrue());
            }
        }
    }

    @Test
    void aModelIsFoundByNameThenByRuleThenInAnyCaseThenAtAFallback() {
        assertThat(id("openai", "gpt-4o")).isEqualTo("openai/gpt-4o");
        assertThat(id("anthropic", "claude-sonnet-4-5-20250929")).isEqualTo("anthropic/claude-sonnet-4-5");
        assertThat(id("openai", "GPT-4O")).isEqualTo("openai/gpt-4o");
        assertThat(id("azure", "claude-sonnet-4-5")).isEqualTo("anthropic/claude-sonnet-4-5");
        assertThat(id("bedrock", "anthropic.claude-3-haiku-20240307-v1:0")).startsWith("aws/");
    }

    @Test
    void anUnknownModelIsUnpricedAndNotFree() {
        assertThat(catalog.model("openai", "no-such-model")).isEmpty();
        assertThat(catalog.price("openai", "no-such-model", MILLION_EACH, NOW))
                .isEqualTo(
                        new Priced.Unknown("openai/no-such-model: the catalogue has no such model at this provider"));
        assertThat(catalog.card("nobody", "gpt-4o", NOW)).isEmpty();
    }

    @Test
    void aProviderIsKnownByItsAddress() {
        assertThat(catalog.providerOf(URI.create("https://api.openai.com/v1"))).contains("openai");
        assertThat(catalog.providerOf(URI.create("https://my.openai.azure.com/openai")))
                .contains("azure");
        assertThat(catalog.providerOf(URI.create("https://bedrock-runtime.eu-west-1.amazonaws.com")))
                .contains("aws");
        assertThat(catalog.providerOf(URI.create("http://localhost:11434"))).isEmpty();
        assertThat(catalog.providerOf(URI.create("https://evil.example/https://api.openai.com")))
                .isEmpty();
        assertThat(catalog.providerOfModel("claude-x")).contains("anthropic");
    }

    @Test
    void pricesThatChangedAreThoseOfTheTime() {
        Usage long1 = Usage.of(300_000, 0);

        assertThat(cost(catalog, "anthropic", "claude-sonnet-4-6", long1, "2026-03-12T00:00:00Z"))
                .isEqualTo("1.8");
        assertThat(cost(catalog, "anthropic", "claude-sonnet-4-6", long1, "2026-03-13T00:00:00Z"))
                .isEqualTo("0.9");
        assertThat(cost(catalog, "openai", "o3", MILLION_EACH, "2025-06-09T23:59:59Z"))
                .isEqualTo("50");
        assertThat(cost(catalog, "openai", "o3", MILLION_EACH, "2025-06-10T00:00:00Z"))
                .isEqualTo("10");
    }

    @Test
    void aPriceBookComesBeforeTheCatalogueAtAnyProvider() {
        PriceCatalog tracking = catalog.withBook("cost-tracking");
        PriceCatalog licences = catalog.withBook("licences");
        PriceCatalog finops = catalog.withBook("finops");

        assertThat(cost(tracking, "openai", "gpt-4-turbo-preview", Usage.of(1_000, 1_000), NOW.toString()))
                .isEqualTo("0.04");
        assertThat(cost(tracking, "simulated", "gpt-3.5-turbo", Usage.of(1_000, 1_000), NOW.toString()))
                .isEqualTo("0.0035");
        assertThat(cost(tracking, "openai", "gpt-3.5-turbo-16k", Usage.of(1_000, 1_000), NOW.toString()))
                .isEqualTo("0.007");
        assertThat(cost(tracking, "openai", "gpt-4-32k", Usage.of(1_000, 1_000), NOW.toString()))
                .isEqualTo("0.18");
        assertThat(cost(tracking, "anthropic", "claude-2.1", Usage.of(1_000, 1_000), NOW.toString()))
                .isEqualTo("0.032");
        assertThat(cost(licences, "google", "gemini-2.0-flash", Usage.of(4_200, 850), NOW.toString()))
                .isEqualTo("0.00057");
        assertThat(cost(
                        finops,
                        "aws",
                        "anthropic.claude-sonnet-4-6-v1:0",
                        Usage.of(100 * 10_050, 100 * 200),
                        NOW.toString()))
                .isEqualTo("3.315");
        assertThat(PriceCatalog.books()).containsExactly("cost-tracking", "finops", "licences");
        assertThatThrownBy(() -> catalog.withBook("poetry")).hasMessageContaining("expected: one of [cost-tracking");
    }

    @Test
    void anOverrideComesBeforeAllAndReplacesTheCardAsAWhole() {
        PriceOverride own = new PriceOverride(
                "anthropic",
                "claude-*",
                Map.of(Unit.INPUT, usd("1"), Unit.OUTPUT, usd("2"), Unit.REQUESTS, usd("1000")));
        PriceCatalog overridden = catalog.withBook("cost-tracking").with(List.of(own));
        Usage cached = Usage.builder().set(Unit.CACHE_READ, 1_000_000).build();

        assertThat(cost(overridden, "anthropic", "claude-3-opus", Usage.of(1_000_000, 0), NOW.toString()))
                .isEqualTo("1.001");
        assertThat(cost(overridden, "anthropic", "claude-sonnet-4-5", cached, NOW.toString()))
                .isEqualTo("1.001");
        assertThat(cost(overridden, "openai", "gpt-4o", MILLION_EACH, NOW.toString()))
                .isEqualTo("12.5");
        assertThat(overridden
                        .model("anthropic", "claude-sonnet-4-5")
                        .orElseThrow()
                        .contextWindow())
                .isPresent();
    }

    @Test
    void anOverrideIsMeantByConfiguredNameOrCatalogueId() {
        PriceCatalog overridden = catalog.with(List.of(new PriceOverride("eu", "*", Map.of(Unit.INPUT, usd("7")))));

        assertThat(overridden
                        .model("eu", "openai", "gpt-4o")
                        .orElseThrow()
                        .cards()
                        .getFirst()
                        .source())
                .isEqualTo("configuration");
        assertThat(overridden
                        .model("us", "openai", "gpt-4o")
                        .orElseThrow()
                        .cards()
                        .getFirst()
                        .source())
                .startsWith("https://");
    }

    @Test
    void aServerOfOnesOwnIsNotTakenForAVendorByItsName() {
        assertThat(catalog.model("mistral-local", "mistral-local", "mistral-large-latest"))
                .isEmpty();
        assertThat(catalog.model("mistral-local", "mistral", "mistral-large-latest"))
                .isPresent();
        assertThat(catalog.model("mistral-local", "mistral-large-latest")).isPresent();
    }

    @Test
    void aFactorScalesTheCataloguesPrices() {
        PriceCatalog discounted =
                catalog.with(List.of(new PriceOverride("openai", "gpt-4o", Map.of(), Map.of(), new BigDecimal("0.8"))));

        assertThat(cost(discounted, "openai", "gpt-4o", MILLION_EACH, NOW.toString()))
                .isEqualTo("10");
        assertThat(discounted.model("openai", "no-such-model")).isEmpty();
    }

    @Test
    void filesInTheDataFolderAreLaidOverTheCatalogue(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("prices"));
        Files.writeString(folder.resolve("prices/openai.json"), """
                {"provider":"openai","source":"invoice","as_of":"2026-10-01","cards":[
                {"model":"gpt-4o","from":"2026-10-01","price":{"input":"2","output":"9"}},
                {"model":"gpt-9","price":{"input":"1","output":"1"}}
                ]}
                """);

        PriceCatalog loaded = PriceCatalog.load(folder);

        assertThat(cost(loaded, "openai", "gpt-4o-2024-08-06", MILLION_EACH, "2026-09-30T23:59:59Z"))
                .isEqualTo("12.5");
        assertThat(cost(loaded, "openai", "gpt-4o-2024-08-06", MILLION_EACH, "2026-10-01T00:00:00Z"))
                .isEqualTo("11");
        assertThat(cost(loaded, "openai", "gpt-9", MILLION_EACH, "2026-10-01T00:00:00Z"))
                .isEqualTo("2");
        assertThat(loaded.card("openai", "gpt-4o", NOW).orElseThrow().id()).isEqualTo("openai/gpt-4o@2026-10-01");
    }

    @Test
    void aBrokenPriceFileStopsTheStartAndIsNamed(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("prices"));
        Path file = folder.resolve("prices/openai.json");

        Files.writeString(file, "{\"provider\":\"openai\",\"cards\":[{\"model\":\"m\",\"price\":{\"inptu\":\"1\"}}]}");
        assertThatThrownBy(() -> PriceCatalog.load(folder))
                .hasMessageContaining("openai.json")
                .hasMessageContaining("'inptu'");

        Files.writeString(file, "{\"provider\":\"openai\",\"cards\":[{\"model\":\"m\",\"prise\":{}}]}");
        assertThatThrownBy(() -> PriceCatalog.load(folder)).hasMessageContaining("'prise' (expected: a known key)");

        Files.writeString(file, "{\"provider\":\"openai\",\"cards\":[{\"model\":\"m\",\"price\":{\"input\":1}}]}");
        assertThatThrownBy(() -> PriceCatalog.load(folder)).hasMessageContaining("expected: VALUE_STRING");

        Files.writeString(file, "{\"provider\":");
        assertThatThrownBy(() -> PriceCatalog.load(folder)).hasMessageContaining("expected: a price file");
    }

    @Test
    void aDataFolderWithoutPricesIsFine(@TempDir Path folder) {
        assertThat(PriceCatalog.load(folder).providers()).hasSize(35);
    }

    private String id(String provider, String model) {
        ModelPrices prices = catalog.model(provider, model).orElseThrow();
        return prices.provider() + "/" + prices.model();
    }

    private static NanoUsd usd(String amount) {
        return NanoUsd.of(new BigDecimal(amount), java.math.RoundingMode.UNNECESSARY);
    }

    static String cost(PriceCatalog catalog, String provider, String model, Usage usage, String at) {
        return switch (catalog.price(provider, model, usage, Instant.parse(at))) {
            case Priced.Known(Receipt receipt) -> receipt.totalCost().toDecimal();
            case Priced.Unknown(String reason) -> reason;
        };
    }

    private static String resource(String name) throws IOException {
        try (var stream = PriceCatalog.class.getResourceAsStream("/dev/mizan/price/" + name)) {
            if (stream == null) {
                throw new AssertionError(name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
