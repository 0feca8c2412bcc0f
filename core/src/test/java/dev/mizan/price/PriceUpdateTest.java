package dev.mizan.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PriceUpdateTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 20);

    private static final String GENAI = """
            [{"id":"openai","pricing_urls":["https://example.com"],"api_pattern":"https://api\\\\.openai\\\\.com",
              "provider_match":{"and":[{"contains":"open"},{"or":[{"ends_with":"ai"},{"equals":"x"}]}]},
              "models":[
               {"id":"gpt-4o","match":{"or":[{"equals":"gpt-4o"},{"starts_with":"gpt-4o-2"}]},"context_window":128000,
                "prices":{"input_mtok":2,"cache_read_mtok":1.25,"output_mtok":10}},
               {"id":"gpt-4","match":{"regex":"^gpt-4$"},"prices":[
                {"prices":{"input_mtok":{"base":30,"tiers":[{"start":100000,"price":60}]},"output_mtok":60}},
                {"constraint":{"start_date":"2027-01-01"},"prices":{"input_mtok":20,"output_mtok":40}},
                {"constraint":{"start_time":"01:00:00Z","end_time":"05:00:00Z"},
                 "prices":{"input_mtok":15,"output_mtok":30}}]},
               {"id":"gpt-new","match":{"equals":"gpt-new"},
                "prices":{"input_mtok":0.08333333333333334,"output_mtok":1,"requests_kcount":5,"holograms":3}}]}]
            """;

    private static final String LITELLM = """
            {"sample_spec":{"input_cost_per_token":0,"litellm_provider":"one of"},
             "gpt-4o":{"litellm_provider":"openai","mode":"chat","max_input_tokens":128000,"max_output_tokens":16384,
              "input_cost_per_token":2.5e-06,"output_cost_per_token":1e-05,"cache_read_input_token_cost":1.25e-06,
              "input_cost_per_token_batches":1.25e-06,"output_cost_per_token_batches":5e-06,
              "input_cost_per_token_priority":4.25e-06,"output_cost_per_token_priority":1.7e-05},
             "gpt-4o-2024-08-06":{"litellm_provider":"openai","input_cost_per_token":3e-06,
              "output_cost_per_token":1e-05},
             "gemini/gemini-x":{"litellm_provider":"gemini","input_cost_per_token":1.25e-06,
              "input_cost_per_token_above_200k_tokens":2.5e-06,"output_cost_per_token":1e-05,
              "output_cost_per_token_above_200k_tokens":1.5e-05,"output_cost_per_reasoning_token":2e-05,
              "input_cost_per_audio_token":3e-06,"supports_vision":true},
             "claude-x":{"litellm_provider":"anthropic","input_cost_per_token":3e-06,"output_cost_per_token":1.5e-05,
              "cache_creation_input_token_cost":3.75e-06,"cache_creation_input_token_cost_above_1hr":6e-06,
              "cache_creation_input_token_cost_above_1hr_above_200k_tokens":1.2e-05,
              "search_context_cost_per_query":{"search_context_size_low":0.01,"search_context_size_medium":0.01}},
             "azure/gpt-x":{"litellm_provider":"azure","input_cost_per_token":1e-06,"output_cost_per_token":2e-06},
             "dashscope/qwen-x":{"litellm_provider":"dashscope","tiered_pricing":[
              {"range":[0,32000.0],"input_cost_per_token":1e-06,"output_cost_per_token":2e-06},
              {"range":[32000.0,128000.0],"input_cost_per_token":3e-06,"output_cost_per_token":4e-06}]},
             "cohere/rerank-x":{"litellm_provider":"cohere","input_cost_per_query":0.002},
             "dall-e":{"litellm_provider":"openai","output_cost_per_image":0.04}}
            """;

    @Test
    void aGenaiPricesFileIsReadWithItsTiersDatesHoursAndRules() {
        PriceUpdate update = genai();
        PriceCatalog catalog = applied(update);

        assertThat(update.size()).isEqualTo(3);
        assertThat(update.notes()).containsExactly("ignored: holograms, e.g. of openai/gpt-new");
        assertThat(cost(catalog, "openai", "gpt-4o-2026", Usage.of(1_000_000, 0), "2026-11-20T10:00:00Z"))
                .isEqualTo("2");
        assertThat(cost(catalog, "openai", "gpt-4", Usage.of(100_001, 0), "2026-11-20T10:00:00Z"))
                .isEqualTo("6.00006");
        assertThat(cost(catalog, "openai", "gpt-4", Usage.of(1_000, 0), "2026-11-20T03:00:00Z"))
                .isEqualTo("0.015");
        assertThat(cost(catalog, "openai", "gpt-4", Usage.of(1_000, 0), "2027-01-01T03:00:00Z"))
                .isEqualTo("0.02");
        assertThat(cost(catalog, "openai", "gpt-new", Usage.of(1_000_000, 0), "2026-11-20T03:00:00Z"))
                .isEqualTo("0.088333333");
    }

    @Test
    void aPriceMapIsReadWithItsTiersAndServiceTiers() {
        PriceUpdate update = litellm();
        PriceCatalog catalog = applied(update);
        Usage million = Usage.of(1_000_000, 0);

        assertThat(update.notes())
                .containsExactly(
                        "left out: 1 models that have no price per token or query",
                        "ignored: output_cost_per_image of 1 models");
        assertThat(cost(catalog, "google", "gemini-x", Usage.of(200_000, 0), NOW.toString()))
                .isEqualTo("0.25");
        assertThat(cost(catalog, "google", "gemini-x", Usage.of(200_001, 0), NOW.toString()))
                .isEqualTo("0.5000025");
        assertThat(cost(
                        catalog,
                        "google",
                        "gemini-x",
                        Usage.builder().set(Unit.REASONING, 1_000_000).build(),
                        NOW.toString()))
                .isEqualTo("20");
        assertThat(cost(
                        catalog,
                        "openai",
                        "gpt-4o",
                        million.toBuilder().tier(ServiceTier.BATCH).build(),
                        NOW.toString()))
                .isEqualTo("1.25");
        assertThat(cost(
                        catalog,
                        "openai",
                        "gpt-4o",
                        million.toBuilder().tier(ServiceTier.PRIORITY).build(),
                        NOW.toString()))
                .isEqualTo("4.25");
        assertThat(cost(
                        catalog,
                        "anthropic",
                        "claude-x",
                        Usage.builder()
                                .set(Unit.CACHE_WRITE_1H, 100_000)
                                .tool("web_search", 1)
                                .build(),
                        NOW.toString()))
                .isEqualTo("0.61");
        assertThat(cost(
                        catalog,
                        "anthropic",
                        "claude-x",
                        Usage.builder().set(Unit.CACHE_WRITE_1H, 1_000_000).build(),
                        NOW.toString()))
                .isEqualTo("12");
        assertThat(cost(catalog, "azure", "gpt-x", million, NOW.toString())).isEqualTo("1");
        assertThat(cost(catalog, "dashscope", "qwen-x", Usage.of(32_000, 0), NOW.toString()))
                .isEqualTo("0.032");
        assertThat(cost(catalog, "dashscope", "qwen-x", Usage.of(100_000, 0), NOW.toString()))
                .isEqualTo("0.3");
        assertThat(cost(catalog, "cohere", "rerank-x", Usage.NONE, NOW.toString()))
                .isEqualTo("0.002");
        assertThat(catalog.model("openai", "gpt-4o").orElseThrow().maxOutputTokens())
                .hasValue(16_384);
        assertThat(catalog.model("openai", "dall-e")).isEmpty();
    }

    @Test
    void anUpdateSaysWhatItWouldAddChangeAndNotFind() {
        List<String> changes = genai().changes(catalog(), NOW).stream()
                .map(PriceChange::toString)
                .toList();

        assertThat(changes)
                .contains(
                        "openai/gpt-4o input: 2.5 → 2 (-20.0%)",
                        "openai/gpt-4 input>100000: - → 60",
                        "openai/gpt-4 from 2027-01-01T00:00:00Z output: - → 40",
                        "openai/gpt-new input: - → 0.083333333",
                        "openai/gpt-old output: 4 → -")
                .noneMatch(change -> change.startsWith("openai/gpt-4o output"));
    }

    @Test
    void appliedPricesHoldFromThenOnAndEarlierCallsKeepTheirs(@TempDir Path folder) throws IOException {
        PriceCatalog before = catalog();
        int written = genai().apply(before, folder, NOW);
        PriceCatalog after = before.withHistory(folder);
        Usage million = Usage.of(1_000_000, 0);

        assertThat(written).isEqualTo(3);
        assertThat(cost(after, "openai", "gpt-4o", million, "2026-11-20T09:59:59Z"))
                .isEqualTo("2.5");
        assertThat(cost(after, "openai", "gpt-4o", million, "2026-11-20T10:00:00Z"))
                .isEqualTo("2");
        assertThat(cost(after, "openai", "gpt-old", million, "2026-11-21T10:00:00Z"))
                .isEqualTo("3");
        assertThat(cost(after, "openai", "gpt-new", million, "2026-01-01T00:00:00Z"))
                .isEqualTo("0.088333333");
        assertThat(genai().changes(after, NOW))
                .allMatch(change -> change.after().isEmpty());
        assertThat(genai().apply(after, folder, NOW.plusSeconds(60))).isZero();
    }

    @Test
    void aSecondUpdateKeepsTheHistoryOfTheFirst(@TempDir Path folder) throws IOException {
        PriceCatalog shipped = catalog();
        genai().apply(shipped, folder, NOW);
        PriceUpdate dearer = PriceUpdate.read(
                GENAI.replace("\"input_mtok\":2,", "\"input_mtok\":4,").getBytes(StandardCharsets.UTF_8),
                PriceUpdate.Format.GENAI_PRICES,
                TODAY);
        dearer.apply(shipped.withHistory(folder), folder, NOW.plusSeconds(3_600));
        PriceCatalog after = shipped.withHistory(folder);
        Usage million = Usage.of(1_000_000, 0);

        assertThat(cost(after, "openai", "gpt-4o", million, "2026-11-20T09:00:00Z"))
                .isEqualTo("2.5");
        assertThat(cost(after, "openai", "gpt-4o", million, "2026-11-20T10:30:00Z"))
                .isEqualTo("2");
        assertThat(cost(after, "openai", "gpt-4o", million, "2026-11-20T11:00:00Z"))
                .isEqualTo("4");
    }

    @Test
    void aNameThatAnotherModelsCardStoodForKeepsThatCardAsHistory(@TempDir Path folder) throws IOException {
        PriceCatalog before = catalog();
        litellm().apply(before, folder, NOW);
        PriceCatalog after = before.withHistory(folder);
        Usage million = Usage.of(1_000_000, 0);

        assertThat(cost(after, "openai", "gpt-4o-2024-08-06", million, "2026-11-20T09:59:59Z"))
                .isEqualTo("2.5");
        assertThat(cost(after, "openai", "gpt-4o-2024-08-06", million, "2026-11-20T10:00:00Z"))
                .isEqualTo("3");
    }

    @Test
    void aFormatIsGuessedFromItsBeginning() {
        assertThat(PriceUpdate.guess(bytes(GENAI))).isEqualTo(PriceUpdate.Format.GENAI_PRICES);
        assertThat(PriceUpdate.guess(bytes(LITELLM))).isEqualTo(PriceUpdate.Format.LITELLM);
        assertThat(PriceUpdate.guess(bytes("{\"provider\":\"x\",\"cards\":[]}")))
                .isEqualTo(PriceUpdate.Format.MIZAN);
    }

    @Test
    void aFileOfAnotherFormatIsRefused() {
        assertThatThrownBy(() -> PriceUpdate.read(bytes("{}"), PriceUpdate.Format.GENAI_PRICES, TODAY))
                .hasMessageContaining("expected: the genai-prices data file");
        assertThatThrownBy(() -> PriceUpdate.read(bytes("[]"), PriceUpdate.Format.LITELLM, TODAY))
                .hasMessageContaining("expected: LiteLLM's price map");
        assertThatThrownBy(() -> PriceUpdate.read(bytes("{"), PriceUpdate.Format.LITELLM, TODAY))
                .hasMessageContaining("expected: JSON");
        assertThatThrownBy(() -> PriceUpdate.read(bytes("[]"), PriceUpdate.Format.MIZAN, TODAY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatAPriceMapLeavesOutIsAddedFromTheProvidersTerms() {
        PriceUpdate update = PriceUpdate.read(
                bytes("[{\"id\":\"anthropic\",\"models\":[{\"id\":\"claude-z\",\"match\":{\"equals\":\"claude-z\"},"
                        + "\"prices\":{\"input_mtok\":3,\"output_mtok\":15}}]}]"),
                PriceUpdate.Format.GENAI_PRICES,
                TODAY);
        PriceCatalog catalog = applied(update);
        Usage usage = Usage.builder()
                .set(Unit.CACHE_WRITE_1H, 1_000_000)
                .tool("web_search", 100)
                .tier(ServiceTier.BATCH)
                .build();

        assertThat(cost(catalog, "anthropic", "claude-z", usage, NOW.toString()))
                .isEqualTo("4");
    }

    private static PriceCatalog catalog() {
        return PriceCatalog.of(List.of(CatalogReader.read("test", bytes("""
                        {"provider":"openai","source":"test","as_of":"2026-01-01","cards":[
                        {"model":"gpt-4o","match":["gpt-4o","gpt-4o-*"],
                         "price":{"input":"2.5","cache_read":"1.25","output":"10"},"batch":"0.5","priority":"1.7"},
                        {"model":"gpt-4","price":{"input":"30","output":"60"},"batch":"0.5"},
                        {"model":"gpt-old","price":{"input":"3","output":"4"}}
                        ]}
                        """))));
    }

    private static PriceCatalog applied(PriceUpdate update) {
        return update.catalog();
    }

    private static PriceUpdate genai() {
        return PriceUpdate.read(bytes(GENAI), PriceUpdate.Format.GENAI_PRICES, TODAY);
    }

    private static PriceUpdate litellm() {
        return PriceUpdate.read(bytes(LITELLM), PriceUpdate.Format.LITELLM, TODAY);
    }

    private static String cost(PriceCatalog catalog, String provider, String model, Usage usage, String at) {
        return PriceCatalogTest.cost(catalog, provider, model, usage, at);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
