package dev.mizan.litellm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.Configuration;
import dev.mizan.ConfigurationReader;
import dev.mizan.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiteLlmImportTest {
    private static final String ONE = "model_list: [{model_name: m, litellm_params: {model: openai/gpt-4o}}]\n";

    private static final Map<String, String> ADDRESSES = Map.of(
            "AZURE_API_BASE", "https://example.openai.azure.com",
            "DATABASE_URL", "postgresql://u:p@127.0.0.1:1/d",
            "SLACK_WEBHOOK_URL", "https://example.org/hook",
            "WEBHOOK_URL", "https://example.org/hook");

    @Test
    void theExampleBecomesWhatStandsBesideIt() throws IOException {
        Path examples = SourceTree.root().resolve("examples/litellm");

        LiteLlmImport.Imported imported = LiteLlmImport.of(Files.readString(examples.resolve("config.yaml")));

        assertThat(imported.configuration()).isEqualTo(Files.readString(examples.resolve("mizan.yaml")));
        assertThat(imported.remarks())
                .filteredOn(remark -> remark.kind() == Remark.Kind.LEFT)
                .extracting(Remark::path)
                .containsExactlyInAnyOrder(
                        "model_list[0].litellm_params.order",
                        "model_list[0].litellm_params.tags",
                        "model_list[8].model_info.mode",
                        "model_list[9].model_name",
                        "router_settings.allowed_fails",
                        "router_settings.enable_tag_filtering",
                        "general_settings.alerting",
                        "general_settings.alerting_threshold",
                        "general_settings.store_model_in_db",
                        "litellm_settings.cache",
                        "litellm_settings.callbacks");
    }

    @Test
    void theExampleCanBeUsed() throws IOException {
        Configuration read =
                read(LiteLlmImport.of(Files.readString(SourceTree.root().resolve("examples/litellm/config.yaml"))));

        assertThat(read.providers()).hasSize(8);
        assertThat(read.models())
                .containsOnlyKeys("gpt-4o", "claude-sonnet", "gemini", "fast", "house", "local", "gpt-4");
        assertThat(read.models().values())
                .anySatisfy(model -> assertThat(model.fallbacks()).containsExactly("claude-sonnet"));
    }

    @ParameterizedTest
    @CsvSource({
        "azure/x, azure-openai",
        "anthropic/x, anthropic",
        "gemini/x, gemini",
        "bedrock/converse/us-east-1/anthropic.claude-v2, bedrock",
        "ollama/x, ollama",
        "hosted_vllm/x, openai-compatible",
        "mistral/x, openai-compatible",
        "claude-sonnet-4-5, anthropic",
        "gpt-4o, openai-compatible"
    })
    void prefixesBecomeKinds(String model, String kind) {
        String configuration = LiteLlmImport.of("model_list: [{model_name: m, litellm_params: {model: '" + model
                        + "', api_base: 'http://127.0.0.1:1/v1', aws_region_name: us-east-1}}]")
                .configuration();

        assertThat(configuration).containsPattern("kind: " + kind + "[,\n]");
    }

    @Test
    void aPricePerTokenIsCarriedOverExactly() {
        String configuration = LiteLlmImport.of("""
                        model_list:
                          - model_name: m
                            litellm_params:
                              {model: openai/x, input_cost_per_token: 1.23456789e-7, output_cost_per_token: 1.5e-6}
                        """).configuration();

        assertThat(configuration).contains("input: 0.123456789", "output: 1.5}");
    }

    @Test
    void aKeyInTheFileIsKeptAndSaidWithoutItsValue() {
        LiteLlmImport.Imported imported = LiteLlmImport.of(
                "model_list: [{model_name: m, litellm_params: {model: openai/gpt-4o, api_key: \"sk-secret-$"
                        + "{x}\"}}]");

        assertThat(imported.configuration()).contains("sk-secret-$$" + "{x}");
        assertThat(imported.remarks()).hasSize(1);
        assertThat(imported.remarks().getFirst().toString()).contains("api_key").doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "[]",
                "{",
                "model_list: []",
                "model_list: 3",
                "model_list: [3]",
                "model_list: [{model_name: m, litellm_params: {model: nobody/x}}]",
                "{a: 1, a: 2}"
            })
    void whatCanNotBeImportedIsRefused(String yaml) {
        assertThatThrownBy(() -> LiteLlmImport.of(yaml))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("null");
    }

    @Test
    void whatIsNoYamlIsSaidWithItsPlaceAndWithoutItsText() {
        assertThatThrownBy(() -> LiteLlmImport.of("general_settings:\n  master_key: {sk-secret: [\n"))
                .hasMessageContaining("line ")
                .hasMessageNotContaining("secret");
    }

    /** A setting that nobody thought of is named, wherever it stands. */
    @Property(tries = 200)
    void nothingIsLostInSilence(
            @ForAll @AlphaChars @StringLength(min = 12, max = 20) String name,
            @ForAll @IntRange(min = 0, max = 5) int at) {
        List<String> places = List.of(
                "",
                "litellm_settings: ",
                "router_settings: ",
                "general_settings: ",
                "router_settings: {provider_budget_config: {openai: ",
                "litellm_settings: ");
        String setting = "zz" + name;
        String yaml = at == 0
                ? ONE + setting + ": 1\n"
                : ONE + places.get(at) + "{" + setting + ": 1}" + (at == 4 ? "}}" : "") + "\n";

        assertThat(LiteLlmImport.of(yaml).remarks()).extracting(Remark::path).anyMatch(path -> path.endsWith(setting));
    }

    /** Whatever the file says, what comes of it is a configuration, or it is refused. */
    @Property(tries = 300)
    void whatIsMadeCanBeRead(@ForAll @Size(max = 8) List<@IntRange(min = 0, max = 19) Integer> settings)
            throws IOException {
        List<String> lines = List.of(
                "litellm_settings: {max_budget: 1e3}",
                "litellm_settings: {max_budget: -1, budget_duration: 30d}",
                "litellm_settings: {max_budget: 0.000000001, budget_duration: 1mo}",
                "litellm_settings: {num_retries: 2.5}",
                "litellm_settings: {num_retries: 4}",
                "litellm_settings: {request_timeout: 0.0001}",
                "litellm_settings: {fallbacks: [{m: [m]}]}",
                "litellm_settings: {fallbacks: {m: [x]}}",
                "litellm_settings: {default_fallbacks: [m]}",
                "litellm_settings: {timezone: Europe/Berlin}",
                "router_settings: {routing_strategy: other}",
                "router_settings: {routing_strategy: least-busy}",
                "router_settings: {cooldown_time: 0}",
                "router_settings: {model_group_alias: {m: m}}",
                "router_settings: {model_group_alias: {k: m}}",
                "router_settings: {provider_budget_config: {openai: {budget_limit: 1, time_period: 1d}}}",
                "general_settings: {alerting: [slack, webhook]}",
                "general_settings: {alerting: slack}",
                "general_settings: {global_max_parallel_requests: 7}",
                "general_settings: {default_user_rpm_limit: 9}");
        StringBuilder yaml = new StringBuilder(ONE);
        settings.stream()
                .map(lines::get)
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(':')), line -> line, (first, second) -> first))
                .values()
                .forEach(line -> yaml.append(line).append('\n'));

        assertThat(read(LiteLlmImport.of(yaml.toString())).models()).containsKey("m");
    }

    private Configuration read(LiteLlmImport.Imported imported) throws IOException {
        Path file = Files.writeString(Files.createTempFile("imported", ".yaml"), imported.configuration());
        try {
            return new ConfigurationReader(name -> name.matches("[A-Z0-9_]*(KEY|KEY_ID|PASSWORD|HOST)")
                            ? Optional.of("sk-0123456789012345678901234567")
                            : Optional.ofNullable(ADDRESSES.get(name)))
                    .file(file);
        } finally {
            Files.delete(file);
        }
    }
}
