package dev.mizan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "serve",
                "config",
                "config check",
                "config schema",
                "config import-litellm",
                "prices",
                "report daily",
                "generate-completion"
            })
    void everyCommandExplainsItself(String command) {
        String[] arguments = (command + " --help").strip().split(" ", -1);

        assertThat(run(arguments)).isZero();
        assertThat(out.toString()).contains("Usage: mizan");
    }

    @Test
    void aWrongCommandOrOptionIsRefused() {
        assertThat(run("sevre")).isEqualTo(2);
        assertThat(err.toString()).contains("Did you mean: mizan serve");
        assertThat(run("serve", "--prot", "1")).isEqualTo(2);
        assertThat(run("config")).isEqualTo(2);
    }

    @Test
    void aGoodConfigurationIsOk() throws IOException {
        Path file = write("{providers: {p: {kind: simulated}}, models: {a: p/x}}");

        assertThat(run("config", "check", file.toString())).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines(file + ": ok (1 provider, 1 model)");
    }

    @Test
    void anotherGatewaysConfigurationIsTakenOver() throws IOException {
        Path theirs = Files.writeString(folder.resolve("config.yaml"), """
                model_list: [{model_name: m, litellm_params: {model: openai/gpt-4o, order: 1}}]
                """);
        Path ours = folder.resolve("made.yaml");

        assertThat(run("config", "import-litellm", theirs.toString(), "-o", ours.toString()))
                .isZero();
        assertThat(Files.readString(ours)).contains("deployments:");
        assertThat(err.toString()).contains("model_list[0].litellm_params.order");
        assertThat(run("config", "import-litellm", theirs.toString(), "-o", ours.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("exists");
        assertThat(run("config", "import-litellm", theirs.toString(), "--strict"))
                .isEqualTo(1);
        assertThat(run("config", "import-litellm", folder.resolve("none").toString()))
                .isEqualTo(2);
    }

    @Test
    void whatIsTakenOverCanBeJson() throws IOException {
        Path theirs = Files.writeString(folder.resolve("config.yaml"), """
                model_list: [{model_name: m, litellm_params: {model: openai/gpt-4o, order: 1}}]
                """);

        assertThat(run("config", "import-litellm", theirs.toString(), "--json")).isZero();
        JsonNode result = JsonMapper.shared().readTree(out.toString());
        assertThat(result.path("configuration").asString()).contains("gpt-4o");
        assertThat(result.at("/remarks/0/kind").asString()).isEqualTo("left");
    }

    @Test
    void aBadConfigurationIsRefused() throws IOException {
        Path file = write("region: [a]\ncache: {}\n");

        assertThat(run("config", "check", "--config", file.toString())).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        file + ":1:9: region: a list (expected: a text)",
                        file + ":2:1: cache: not available in this version");
    }

    @Test
    void theResultCanBeJson() throws IOException {
        Path file = write("region: [a]");

        assertThat(run("config", "check", "--json", file.toString())).isEqualTo(2);
        JsonNode result = JsonMapper.shared().readTree(out.toString());
        assertThat(result.path("ok").asBoolean()).isFalse();
        assertThat(result.path("problems").path(0).path("line").asInt()).isEqualTo(1);
        assertThat(result.path("problems").path(0).path("path").asString()).isEqualTo("region");
    }

    @Test
    void theSchemaIsPrinted() {
        assertThat(run("config", "schema")).isZero();
        assertThat(JsonMapper.shared()
                        .readTree(out.toString())
                        .path("properties")
                        .has("providers"))
                .isTrue();
    }

    @Test
    void theCompletionScriptIsPrinted() {
        assertThat(run("generate-completion")).isZero();
        assertThat(out.toString()).contains("complete -F").contains("--demo");
    }

    @Test
    void theVersionIsPrinted() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("mizan ");
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("f.yaml"), text);
    }
}
