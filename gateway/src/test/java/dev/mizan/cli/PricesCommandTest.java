package dev.mizan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PricesCommandTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T10:00:00Z"), ZoneOffset.UTC);
    private static final String CALL =
            "{'provider':'openai','flavor':'chat','body':{'model':'gpt-4o-mini','usage':{'prompt_tokens':%d,"
                    + "'completion_tokens':%d}}}";

    @TempDir
    private Path folder = Path.of("");

    private final StringWriter printed = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @Test
    void linesArePricedInOrder() {
        List<JsonNode> lines = price(
                0,
                CALL.formatted(1_000_000, 0),
                "{'provider':'anthropic','flavor':'default','at':'2025-11-06T12:00:00Z',"
                        + "'body':{'model':'claude-sonnet-4-6','usage':"
                        + "{'input_tokens':26447,'output_tokens':528}}}",
                "{'provider':'deepseek','flavor':'chat','at':'2026-06-01T12:00:00Z','model':'deepseek-chat',"
                        + "'body':{'usage':"
                        + "{'prompt_tokens':1000,'completion_tokens':100}}}",
                "{'provider':'deepseek','flavor':'chat','at':'2026-06-01T20:00:00+02:00',"
                        + "'model':'deepseek-chat','body':{'usage':"
                        + "{'prompt_tokens':1000,'completion_tokens':100}}}");

        assertThat(lines.get(0).toString())
                .isEqualTo("{\"model\":\"gpt-4o-mini\",\"usage\":{\"input\":1000000,\"input_tokens\":1000000,"
                        + "\"output_tokens\":0,"
                        + "\"total_tokens\":1000000},\"input_cost_usd\":\"0.15\","
                        + "\"output_cost_usd\":\"0\",\"total_cost_usd\":\"0.15\"}");
        assertThat(lines.get(1).path("input_cost_usd").asString()).isEqualTo("0.079341");
        assertThat(lines.get(1).path("output_cost_usd").asString()).isEqualTo("0.00792");
        assertThat(lines.get(1).path("total_cost_usd").asString()).isEqualTo("0.087261");
        assertThat(lines.get(2).path("total_cost_usd").asString()).isEqualTo("0.00038");
        assertThat(lines.get(3).path("total_cost_usd").asString()).isEqualTo("0.00019");
        assertThat(lines).hasSize(4);
    }

    @Test
    void feesAreInTheTotalOnly() {
        JsonNode line = price(
                        0,
                        "{'provider':'anthropic','at':'2025-11-06T12:00:00Z',"
                                + "'body':{'model':'claude-sonnet-4-6','usage':{'input_tokens':1000,"
                                + "'output_tokens':0,'server_tool_use':{'web_search_requests':2}}}}")
                .getFirst();

        assertThat(line.path("usage").path("tool_uses").path("web_search").asInt())
                .isEqualTo(2);
        assertThat(line.path("input_cost_usd").asString()).isEqualTo("0.003");
        assertThat(line.path("output_cost_usd").asString()).isEqualTo("0");
        assertThat(line.path("total_cost_usd").asString()).isEqualTo("0.023");
    }

    @Test
    void whatHasNoPriceSaysWhy() {
        List<JsonNode> lines = price(
                0,
                "{'provider':'openai','flavor':'chat','body':{'model':'x','usage':{'prompt_tokens':1,"
                        + "'completion_tokens':1}}}",
                "{'provider':'openai','flavor':'chat','body':{'model':'gpt-4o'}}",
                "{'provider':'openai','flavor':'chat','body':{'model':'gpt-4o','usage':{'prompt_tokens':-1,"
                        + "'completion_tokens':1}}}",
                "{'provider':'openai','flavor':'chat','body':{'usage':{'prompt_tokens':1,'completion_tokens':1}}}");

        assertThat(lines).allMatch(line -> !line.path("priced").asBoolean(true) && !line.has("total_cost_usd"));
        assertThat(lines)
                .extracting(line -> line.path("reason").asString())
                .containsExactly(
                        "openai/x: the catalogue has no such model at this provider",
                        "the body states no usage",
                        "the usage is not complete: prompt_tokens: out of range (expected: a whole number from "
                                + "0 to 1000000000000)",
                        "neither the body nor the line names a model");
    }

    @Test
    void aBadLineIsAnErrorObjectAndTheOthersAreStillPriced() {
        List<JsonNode> lines = price(
                1,
                "nonsense",
                "",
                CALL.formatted(1, 1),
                "{'provider':'openai'",
                "{'flavor':'chat','body':{}}",
                "{'provider':'openai','flavor':'chat','body':7}",
                "{'provider':'openai','flavor':'pigeon','body':{}}",
                "{'provider':'openai','at':'yesterday','body':{}}",
                "[]",
                "{'provider':'openai','body':{}} {}",
                CALL.formatted(2, 2));

        assertThat(lines).hasSize(10);
        assertThat(lines.get(1).path("total_cost_usd").asString()).isEqualTo("0.00000075");
        assertThat(lines.get(9).path("total_cost_usd").asString()).isEqualTo("0.0000015");
        assertThat(lines.stream()
                        .filter(line -> line.has("error"))
                        .map(line -> line.path("error").asString())
                        .toList())
                .satisfiesExactly(
                        error -> assertThat(error).startsWith("line 1: malformed JSON"),
                        error -> assertThat(error).startsWith("line 4: malformed JSON"),
                        error -> assertThat(error).startsWith("line 5: provider: none"),
                        error -> assertThat(error).startsWith("line 6: body: none"),
                        error -> assertThat(error).startsWith("line 7: flavor: 'pigeon'"),
                        error -> assertThat(error).startsWith("line 8: at: 'yesterday'"),
                        error -> assertThat(error).startsWith("line 9: no JSON object"),
                        error -> assertThat(error).startsWith("line 10: text after the JSON object"));
        assertThat(errors.toString()).contains("8 lines could not be read");
    }

    @Test
    void manyLinesOfManyLengthsAreKeptApart() {
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= 2_000; i++) {
            lines.add("{'pad':'" + "x".repeat(i * 37 % 5_000) + "',"
                    + CALL.formatted(i, 0).substring(1));
        }

        List<JsonNode> priced = price(0, lines.toArray(String[]::new));

        assertThat(priced).hasSize(2_000);
        for (int i = 1; i <= 2_000; i++) {
            assertThat(priced.get(i - 1).path("usage").path("input_tokens").asInt())
                    .isEqualTo(i);
        }
    }

    @Test
    void aLastLineWithoutItsNewlineIsPriced() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] in = CALL.formatted(1, 1).replace('\'', '"').getBytes(StandardCharsets.UTF_8);

        int code = execute(
                new PricesCommand(new ByteArrayInputStream(in), out, CLOCK), "price", "--data", folder.toString());

        assertThat(code).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("}\n").contains("total_cost_usd");
    }

    @Test
    void aBookIsLaidOverTheCatalogue() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] in = CALL.formatted(1_000, 1_000)
                .replace("gpt-4o-mini", "gpt-4-turbo")
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8);

        execute(
                new PricesCommand(new ByteArrayInputStream(in), out, CLOCK),
                "price",
                "--book",
                "cost-tracking",
                "--data",
                folder.toString());

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"total_cost_usd\":\"0.04\"");
    }

    @Test
    void modelsAreListed() {
        assertThat(run("list", "--provider", "deepseek")).isZero();
        assertThat(printed.toString())
                .contains("deepseek-chat", "deepseek-v4-pro")
                .doesNotContain("gpt-4o");

        printed.getBuffer().setLength(0);
        assertThat(run("list", "--provider", "deepseek", "--json")).isZero();
        JsonNode first = JsonMapper.shared()
                .readTree(printed.toString().lines().findFirst().orElseThrow());
        assertThat(first.path("model").asString()).isEqualTo("deepseek-chat");
        assertThat(first.path("cards").path(1).path("hours_utc").asString()).isEqualTo("00:30-16:30");
        assertThat(first.path("cards").path(1).path("current").asBoolean()).isTrue();

        assertThat(run("list", "--provider", "nobody")).isEqualTo(1);
        assertThat(errors.toString()).contains("provider: 'nobody'");
    }

    @Test
    void allCardsOfAModelAreShown() {
        assertThat(run("show", "claude-sonnet-4-6", "--provider", "anthropic")).isZero();
        assertThat(printed.toString())
                .contains(
                        "input: $3 per million",
                        "input: $6 per million above 200,000 tokens of input",
                        "from 2026-03-13",
                        "batch: × 0.5",
                        "web_search: $10 per thousand uses");

        printed.getBuffer().setLength(0);
        assertThat(run("show", "openai/gpt-4o", "--json")).isZero();
        assertThat(printed.toString()).contains("\"usd_per_million\":{\"input\":\"2.5\"");

        assertThat(run("show", "no-such-model")).isEqualTo(1);
        assertThat(errors.toString()).contains("model: 'no-such-model'");
    }

    @Test
    void anImportShowsWhatItWouldChangeAndChangesNothing() throws IOException {
        Path file = file();

        assertThat(run("import", file.toString(), "--data", folder.toString())).isZero();

        assertThat(printed.toString())
                .contains(
                        "~ openai/gpt-4o input: 2.5 → 2 (-20.0%)",
                        "+ openai/gpt-77 input: - → 1", "nothing written (--apply writes)");
        assertThat(folder.resolve("prices")).doesNotExist();
    }

    @Test
    void anAppliedImportPricesLaterCalls() throws IOException {
        Path file = file();

        assertThat(run("import", file.toString(), "--format", "litellm", "--apply", "--data", folder.toString()))
                .isZero();

        assertThat(folder.resolve("prices/openai.json")).exists();
        List<JsonNode> lines = price(
                0,
                "{'provider':'openai','flavor':'chat','at':'2026-11-20T09:59:59Z','body':{'model':'gpt-4o',"
                        + "'usage':{'prompt_tokens':1000000,'completion_tokens':0}}}",
                "{'provider':'openai','flavor':'chat','at':'2026-11-20T10:00:00Z','body':{'model':'gpt-4o',"
                        + "'usage':{'prompt_tokens':1000000,'completion_tokens':0}}}");
        assertThat(lines)
                .extracting(line -> line.path("total_cost_usd").asString())
                .containsExactly("2.5", "2");
    }

    @Test
    void anImportComesFromAnAddressToo() throws IOException {
        byte[] body = Files.readAllBytes(file());
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/prices.json", exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            String origin = "http://127.0.0.1:" + server.getAddress().getPort();

            assertThat(run("import", origin + "/prices.json", "--data", folder.toString()))
                    .isZero();
            assertThat(printed.toString()).contains("+ openai/gpt-77 input: - → 1");
            assertThat(run("import", origin + "/missing.json", "--data", folder.toString()))
                    .isEqualTo(1);
            assertThat(errors.toString()).contains("HTTP 404 (expected: 200)");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anImportOfSomethingElseIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("other.json"), "[1,2]");

        assertThat(run("import", file.toString(), "--format", "litellm", "--data", folder.toString()))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("expected: LiteLLM's price map");
        assertThat(run("import", file.toString(), "--format", "csv", "--data", folder.toString()))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("expected: one of genai-prices, litellm, mizan");
    }

    private Path file() throws IOException {
        return Files.writeString(
                folder.resolve("map.json"),
                "{\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2e-06,"
                        + "\"output_cost_per_token\":1e-05},"
                        + "\"gpt-77\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":1e-06,"
                        + "\"output_cost_per_token\":1e-06}}");
    }

    private List<JsonNode> price(int expected, String... lines) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] in = (String.join("\n", lines) + "\n").replace('\'', '"').getBytes(StandardCharsets.UTF_8);

        int code = execute(
                new PricesCommand(new ByteArrayInputStream(in), out, CLOCK), "price", "--data", folder.toString());

        assertThat(code).isEqualTo(expected);
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
    }

    private int run(String... arguments) {
        return execute(
                new PricesCommand(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream(), CLOCK),
                arguments);
    }

    private int execute(PricesCommand command, String... arguments) {
        return new CommandLine(command)
                .setOut(new PrintWriter(printed, true))
                .setErr(new PrintWriter(errors, true))
                .execute(arguments);
    }
}
