package dev.mizan.admin;

import static dev.mizan.admin.AdminHarness.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admin.AdminHarness.Reply;
import dev.mizan.ledger.Line;
import dev.mizan.price.PriceCatalog;
import dev.mizan.price.Priced;
import dev.mizan.report.LineBuilder;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@TestInstance(Lifecycle.PER_CLASS)
class LedgerEndpointsTest {
    private AdminHarness api;
    private String own;
    private Line ownCall;
    private Line first;
    private Line cached;

    @BeforeAll
    void open(@TempDir Path folder) {
        api = new AdminHarness(folder);
        own = api.newKey("{}");
        first = LineBuilder.at("2026-11-20T08:00:00Z")
                .tenant("acme")
                .tags("=cmd|' /C calc'!A0", "b")
                .cost("0.5")
                .build();
        Usage usage = Usage.builder()
                .set(Unit.INPUT, 1_000)
                .set(Unit.CACHE_READ, 9_000)
                .set(Unit.OUTPUT, 200)
                .tool("web_search", 2)
                .build();
        cached = LineBuilder.at("2026-11-21T08:00:00Z")
                .tenant("globex")
                .target("claude", "claude-sonnet-4-5")
                .usage(usage)
                .receipt(((Priced.Known) PriceCatalog.shipped()
                                .price("anthropic", "claude-sonnet-4-5", usage, Instant.parse("2026-11-21T08:00:00Z")))
                        .receipt())
                .build();
        Line retried = LineBuilder.at("2026-11-22T08:00:01Z")
                .tenant("acme")
                .cost("0.125")
                .build();
        Line attempt = LineBuilder.at("2026-11-22T08:00:00Z")
                .attemptOf(retried.id())
                .cost("0.0625")
                .failed("upstream_timeout", 504)
                .build();
        ownCall = LineBuilder.at("2026-11-22T09:00:00Z")
                .key(api.keyOf(own).id())
                .cost("0.25")
                .charged("0.75")
                .build();
        api.ledger.add(first, cached, attempt, retried, ownCall);
    }

    @AfterAll
    void close() {
        api.close();
    }

    @Test
    void pagesGoThroughAllLinesNewestFirstAndEachOnce() {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = api.get("/api/v1/ledger?limit=2" + cursor, MASTER).json();
            page.path("data").forEach(line -> ids.add(line.path("id").stringValue()));
            assertThat(page.path("data").size()).isLessThanOrEqualTo(2);
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").stringValue();
        } while (!cursor.isEmpty());

        assertThat(ids)
                .containsExactlyElementsOf(api.ledger.all().stream()
                        .map(Line::id)
                        .sorted(Comparator.reverseOrder())
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "tenant=globex,                                       1",
        "model=claude-sonnet-4-5&provider=claude,             1",
        "status=error,                                        1",
        "kind=attempt,                                        1",
        "kind=call,                                           4",
        "from=2026-11-22,                                     3",
        "from=2026-11-22&to=2026-11-22T09:00:00Z,             2",
        "from=2026-11-22T11:00:01%2B03:00,                    2",
        "from=2026-11-22T11:00:01,                            2",
        "to=1795162000000,                                    1",
        "tenant=nobody,                                       0",
        "cache=miss&endpoint=/v1/chat/completions&alias=fast, 5"
    })
    void filtersLeaveWhatFits(String query, int lines) {
        assertThat(api.get("/api/v1/ledger?" + query, MASTER)
                        .json()
                        .path("data")
                        .size())
                .isEqualTo(lines);
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0,                        limit",
        "limit=1001,                     limit",
        "limit=ten,                      limit",
        "from=yesterday,                 from",
        "from=2026-13-01,                from",
        "from=2026-11-22&to=2026-11-21,  from",
        "kind=calls,                     kind",
        "group-by=model,                 group-by",
        "tenant=a&tenant=b,              tenant",
        "format=xml,                     format",
        "format=,                        format",
        "format=csv&limit=5,             limit",
        "format=csv&bom=1,               bom"
    })
    void wrongParametersAreRefusedByName(String query, String param) {
        Reply reply = api.get("/api/v1/ledger?" + query, MASTER);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.param()).isEqualTo(param);
    }

    @Test
    void aLineHasEverythingThatIsKnownOfTheCall() {
        JsonNode line = api.get("/api/v1/ledger/" + cached.id(), MASTER).json();

        assertThat(line.propertyNames())
                .containsExactly(
                        ("id kind request_id attempt_id time admitted_at tenant team user key end_user licence plan"
                                        + " endpoint operation document_type chat_id message_id tags requested_model"
                                        + " alias provider deployment model via dialect streaming usage input_tokens"
                                        + " output_tokens total_tokens service_tier usage_source provider_cost_usd"
                                        + " charged_cost_usd input_cost_usd output_cost_usd overrun_usd overage_usd"
                                        + " saved_usd price_card unpriced_reason status http_status error_code"
                                        + " duration_ms first_token_ms tokens_per_second attempts cache complexity"
                                        + " region corrects")
                                .split(" ", -1));
        assertThat(line.path("time").stringValue()).isEqualTo("2026-11-21T08:00:00.000Z");
        assertThat(line.path("usage").toString())
                .isEqualTo("{\"input\":1000,\"cache_read\":9000,\"output\":200,\"tool:web_search\":2}");
        assertThat(line.path("input_tokens").longValue()).isEqualTo(10_000);
        assertThat(line.path("total_tokens").longValue()).isEqualTo(10_200);
        assertThat(line.path("duration_ms").decimalValue()).isEqualByComparingTo("1250");
        assertThat(line.path("first_token_ms").decimalValue()).isEqualByComparingTo("250");
        assertThat(line.path("tokens_per_second").decimalValue()).isEqualByComparingTo("200");
        JsonNode failed = api.get("/api/v1/ledger?kind=attempt", MASTER).json().at("/data/0");
        assertThat(failed.path("first_token_ms").isNull()).isTrue();
        assertThat(failed.path("tokens_per_second").isNull()).isTrue();
    }

    @Test
    void anExplanationAddsUpAndNamesItsSource() {
        JsonNode explained =
                api.get("/api/v1/ledger/" + cached.id() + "/explain", MASTER).json();

        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode component : explained.path("components")) {
            sum = sum.add(new BigDecimal(component.path("cost_usd").stringValue()));
        }
        assertThat(sum).isEqualByComparingTo(explained.path("total_cost_usd").stringValue());
        // 1,000 × 3 + 9,000 × 0.30 + 200 × 15 per million, and two searches at 10 per thousand.
        assertThat(explained.path("total_cost_usd").stringValue()).isEqualTo("0.0287");
        assertThat(explained.path("uncached_cost_usd").stringValue()).isEqualTo("0.053");
        assertThat(explained.path("price_card").stringValue()).startsWith("anthropic/claude-sonnet-4-5");
        assertThat(explained.path("source").stringValue()).isNotEmpty();
        assertThat(explained.at("/components/0/formula").stringValue()).isEqualTo("1000 × 3 / 1000000 = 0.003");
        assertThat(explained.at("/line/id").stringValue()).isEqualTo(cached.id());
        assertThat(explained.path("attempts").size()).isZero();
    }

    @Test
    void anExplanationShowsTheOtherAttemptsOfTheCall() {
        JsonNode failed = api.get("/api/v1/ledger?kind=attempt", MASTER).json().at("/data/0");
        String call = failed.path("request_id").stringValue();

        JsonNode explained =
                api.get("/api/v1/ledger/" + call + "/explain", MASTER).json();

        assertThat(explained.path("attempts").size()).isEqualTo(1);
        assertThat(explained.at("/attempts/0/id").stringValue())
                .isEqualTo(failed.path("id").stringValue());
        assertThat(explained.path("source").isNull()).isTrue();
        assertThat(explained.path("uncached_cost_usd").stringValue()).isEqualTo("0.125");
    }

    @Test
    void aKeySeesItsOwnLinesAndNotWhatTheOperatorPays() {
        JsonNode page = api.get("/api/v1/ledger", own).json();

        assertThat(page.path("data").size()).isEqualTo(1);
        JsonNode line = page.at("/data/0");
        assertThat(line.path("id").stringValue()).isEqualTo(ownCall.id());
        assertThat(line.path("charged_cost_usd").stringValue()).isEqualTo("0.75");
        for (String hidden : List.of("provider_cost_usd", "input_cost_usd", "output_cost_usd", "overrun_usd")) {
            assertThat(line.has(hidden)).as(hidden).isFalse();
        }
        JsonNode explained =
                api.get("/api/v1/ledger/" + ownCall.id() + "/explain", own).json();
        assertThat(explained.path("total_cost_usd").stringValue()).isEqualTo("0.75");
        assertThat(explained.path("components").size()).isZero();
        assertThat(explained.toString()).doesNotContain("0.25");
    }

    @Test
    void foreignLinesAreAsGoodAsNone() {
        for (String id : List.of(first.id(), "01NOSUCHLINE")) {
            assertThat(api.get("/api/v1/ledger/" + id, own).status()).isEqualTo(404);
            assertThat(api.get("/api/v1/ledger/" + id + "/explain", own).status())
                    .isEqualTo(404);
        }
        assertThat(api.get("/api/v1/ledger?request_id=" + first.id(), own)
                        .json()
                        .path("data")
                        .size())
                .isZero();
        assertThat(api.get("/api/v1/ledger?key=key_other", own).status()).isEqualTo(403);
        assertThat(api.get("/api/v1/ledger/01NOSUCHLINE", MASTER).status()).isEqualTo(404);
    }

    @Test
    void anExportHasAllLinesOldestFirstInEveryFormat() throws IOException {
        List<String> expected = api.ledger.all().stream().map(Line::id).sorted().toList();

        Reply lines = api.get("/api/v1/ledger?format=ndjson", MASTER);
        assertThat(lines.header("content-type")).isEqualTo("application/x-ndjson");
        assertThat(lines.header("content-disposition")).isEqualTo("attachment; filename=\"ledger.ndjson\"");
        assertThat(lines.body().lines().map(l -> Json.read(l).path("id").stringValue()))
                .containsExactlyElementsOf(expected);

        List<String> ids = new ArrayList<>();
        JsonNode json = api.get("/api/v1/ledger?format=json", MASTER).json();
        json.path("data").forEach(line -> ids.add(line.path("id").stringValue()));
        assertThat(ids).isEqualTo(expected);

        Reply csv = api.get("/api/v1/ledger", MASTER, "accept", "text/csv");
        assertThat(csv.header("content-type")).isEqualTo("text/csv; charset=utf-8");
        List<CSVRecord> records = records(csv.body());
        assertThat(records.stream().map(row -> row.get("id"))).containsExactlyElementsOf(expected);
        assertThat(records.getFirst().get("provider_cost_usd")).isEqualTo("0.5");
        assertThat(records.get(1).get("usage")).isEqualTo("input=1000;cache_read=9000;output=200;tool:web_search=2");
    }

    @Test
    void aSpreadsheetIsGivenNoFormula() throws IOException {
        String body = api.get("/api/v1/ledger?format=csv&bom=true&tenant=acme", MASTER)
                .body();

        assertThat(body).startsWith("\uFEFFid,kind,");
        assertThat(records(body.substring(1)).getFirst().get("tags")).isEqualTo("'=cmd|' /C calc'!A0,b");
    }

    @Test
    void anExportWithoutLinesStillHasItsColumns() {
        assertThat(api.get("/api/v1/ledger?format=csv&tenant=nobody", MASTER).body())
                .startsWith("id,kind,request_id,")
                .endsWith("corrects\r\n");
        assertThat(api.get("/api/v1/ledger?format=json&tenant=nobody", MASTER).body())
                .isEqualTo("{\"data\":[]}");
        assertThat(api.get("/api/v1/ledger?format=csv&tenant=nobody", own).body())
                .doesNotContain("provider_cost_usd");
    }

    @Test
    void spendLogsHaveTheirNamesAndAreBounded() {
        JsonNode rows = api.get("/spend/logs?start_date=2026-11-21&end_date=2026-11-21", MASTER)
                .json();

        assertThat(rows.size()).isEqualTo(1);
        JsonNode row = rows.get(0);
        assertThat(row.path("request_id").stringValue()).isEqualTo(cached.id());
        assertThat(row.path("spend").decimalValue()).isEqualByComparingTo("0.0287");
        assertThat(row.path("prompt_tokens").longValue()).isEqualTo(10_000);
        assertThat(row.path("completion_tokens").longValue()).isEqualTo(200);
        assertThat(row.path("startTime").stringValue()).isEqualTo("2026-11-21T07:59:58.750Z");
        assertThat(row.path("model_group").stringValue()).isEqualTo("fast");
        assertThat(row.path("status").stringValue()).isEqualTo("success");
        assertThat(api.get("/spend/logs?limit=2", MASTER).json().size()).isEqualTo(2);
        assertThat(api.get("/spend/logs", own).json().size()).isEqualTo(1);
        assertThat(api.get("/spend/logs?api_key=key_other", own).status()).isEqualTo(403);
        assertThat(api.get("/spend/logs?summarize=true", MASTER).param()).isEqualTo("summarize");
    }

    private static List<CSVRecord> records(String csv) throws IOException {
        return CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get()
                .parse(new StringReader(csv))
                .getRecords();
    }
}
