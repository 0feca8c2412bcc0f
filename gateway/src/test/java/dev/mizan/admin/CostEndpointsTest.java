package dev.mizan.admin;

import static dev.mizan.admin.AdminHarness.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admin.AdminHarness.Reply;
import dev.mizan.ledger.Line;
import dev.mizan.report.LineBuilder;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cost API to the letter: names, order and form of its numbers. */
class CostEndpointsTest {
    @TempDir
    Path folder;

    private AdminHarness api;

    @BeforeEach
    void open() {
        api = new AdminHarness(folder);
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void statusIsAsTheDocumentPrintsIt() {
        api.cost("100", "2000", false);
        api.ledger.add(
                LineBuilder.at("2026-11-22T09:00:00Z").cost("12.34").build(),
                LineBuilder.at("2026-11-02T09:00:00Z").cost("444.44").build());

        assertThat(api.get("/api/v2/cost/status", MASTER, "accept-language", "ar")
                        .body())
                .isEqualTo("{\"daily_cost\":12.34,\"daily_limit\":100.0,\"daily_percentage\":12.34,"
                        + "\"daily_remaining\":87.66,\"monthly_cost\":456.78,\"monthly_limit\":2000.0,"
                        + "\"monthly_percentage\":22.84,\"monthly_remaining\":1543.22,\"status\":\"ok\","
                        + "\"message\":\"🟢 التكلفة ضمن الحدود الطبيعية\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "0,        ok,       0.0,   100.0",
        "74.999,   ok,       75.0,  25.001",
        "75,       warning,  75.0,  25.0",
        "89.99999, warning,  90.0,  10.00001",
        "92,       critical, 92.0,  8.0",
        "99.999,   critical, 100.0, 0.001",
        "100,      exceeded, 100.0, 0.0",
        "250.5,    exceeded, 250.5, 0.0"
    })
    void levelsBeginAtTheirSharesAndNotBefore(String cost, String status, String percentage, String remaining) {
        api.cost("100", "100000", false);
        api.ledger.add(LineBuilder.at("2026-11-22T09:00:00Z").cost(cost).build());

        String body = api.get("/api/v2/cost/status", MASTER).body();

        assertThat(body)
                .contains("\"status\":\"" + status + "\"")
                .contains("\"daily_percentage\":" + percentage + ",")
                .contains("\"daily_remaining\":" + remaining + ",");
    }

    @Test
    void theMonthsLimitCountsToo() {
        api.cost("1000", "100", false);
        api.ledger.add(LineBuilder.at("2026-11-02T09:00:00Z").cost("95").build());

        assertThat(api.get("/api/v2/cost/status", MASTER).json().path("status").stringValue())
                .isEqualTo("critical");
    }

    @Test
    void withoutLimitsThereIsNothingToCompareWith() {
        api.ledger.add(LineBuilder.at("2026-11-22T09:00:00Z").cost("12.34").build());

        assertThat(api.get("/api/v2/cost/status", MASTER).body())
                .isEqualTo("{\"daily_cost\":12.34,\"daily_limit\":null,\"daily_percentage\":null,"
                        + "\"daily_remaining\":null,\"monthly_cost\":12.34,\"monthly_limit\":null,"
                        + "\"monthly_percentage\":null,\"monthly_remaining\":null,\"status\":\"ok\","
                        + "\"message\":\"🟢 Cost is within the normal limits\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "80,  tr, 🟡 Uyarı: maliyet yüksek, kullanımı izleyin",
        "80,  ar, 🟡 تحذير: التكلفة مرتفعة، راقب الاستخدام",
        "92,  ar, 🔴 مستوى التكلفة حرج! اقتربت من الحد الأقصى",
        "92,  en, 🔴 Cost is at a critical level! You are close to the limit",
        "100, tr, 🔴 Maliyet sınırı aşıldı!"
    })
    void theMessageIsInTheCallersLanguage(String cost, String language, String start) {
        api.cost("100", "0", false);
        api.ledger.add(LineBuilder.at("2026-11-22T09:00:00Z").cost(cost).build());

        assertThat(api.get("/api/v2/cost/status", MASTER, "accept-language", language)
                        .json()
                        .path("message")
                        .stringValue())
                .startsWith(start);
    }

    @Test
    void theDailySummaryIsAsTheDocumentPrintsIt() {
        api.ledger.add(
                call("2026-11-22T08:00:00Z", "tenant_123", "gpt-3.5-turbo", "/agent/chat", "5.20", 30_000, 60_000),
                call("2026-11-22T09:00:00Z", "tenant_456", "gpt-3.5-turbo", "/agent/analyze", "3.30", 10_000, 20_000),
                call("2026-11-22T09:30:00Z", "tenant_123", "gpt-4-turbo-preview", "/agent/chat", "3.84", 5_678, 9_012),
                call("2026-11-21T12:00:00Z", "tenant_123", "gpt-4", "/agent/chat", "99", 1, 1));

        assertThat(api.get("/api/v2/cost/summary/daily", MASTER).body())
                .isEqualTo("{\"total_cost\":12.34,\"total_requests\":3,\"total_input_tokens\":45678,"
                        + "\"total_output_tokens\":89012,"
                        + "\"by_model\":{\"gpt-3.5-turbo\":8.5,\"gpt-4-turbo-preview\":3.84},"
                        + "\"by_provider\":{\"openai\":12.34},"
                        + "\"by_tenant\":{\"tenant_123\":9.04,\"tenant_456\":3.3},"
                        + "\"by_endpoint\":{\"/agent/chat\":9.04,\"/agent/analyze\":3.3}}");
        assertThat(api.get("/api/v2/cost/summary/daily?tenant=tenant_456", MASTER)
                        .body())
                .startsWith("{\"total_cost\":3.3,\"total_requests\":1,");
        assertThat(api.get("/api/v2/cost/summary/daily?date=2026-11-21", MASTER).body())
                .startsWith("{\"total_cost\":99.0,\"total_requests\":1,");
        assertThat(api.get("/api/v2/cost/summary/monthly?date=2026-11-01", MASTER)
                        .body())
                .startsWith("{\"total_cost\":111.34,\"total_requests\":4,");
        assertThat(api.get("/api/v2/cost/summary/monthly?date=2026-10-31", MASTER)
                        .body())
                .isEqualTo("{\"total_cost\":0.0,\"total_requests\":0,\"total_input_tokens\":0,"
                        + "\"total_output_tokens\":0,\"by_model\":{},\"by_provider\":{},\"by_tenant\":{},"
                        + "\"by_endpoint\":{}}");
    }

    @Test
    void daysEndAtTheConfiguredMidnight() {
        // Istanbul is three hours ahead: its 22nd of November begins at 21:00 UTC on the 21st.
        api.ledger.add(
                LineBuilder.at("2026-11-21T20:59:59.999Z").cost("1").build(),
                LineBuilder.at("2026-11-21T21:00:00Z").cost("2").build(),
                LineBuilder.at("2026-11-22T20:59:59.999Z").cost("4").build(),
                LineBuilder.at("2026-11-22T21:00:00Z").cost("8").build());

        assertThat(api.get("/api/v2/cost/summary/daily", MASTER).body()).startsWith("{\"total_cost\":6.0,");
    }

    @Test
    void attemptsCostTheOperatorAndNotTheCaller() {
        String text = api.newKey("{\"tenant\":\"acme\"}");
        String id = api.keyOf(text).id();
        var call = LineBuilder.at("2026-11-22T09:00:00Z").key(id).cost("1").build();
        api.ledger.add(
                call,
                LineBuilder.at("2026-11-22T09:00:00Z")
                        .attemptOf(call.id())
                        .key(id)
                        .cost("0.25")
                        .build(),
                LineBuilder.at("2026-11-22T09:00:00Z")
                        .key("key_other")
                        .cost("7")
                        .build());

        assertThat(api.get("/api/v2/cost/summary/daily", MASTER).body())
                .startsWith("{\"total_cost\":8.25,\"total_requests\":2,");
        assertThat(api.get("/api/v2/cost/summary/daily", text).body())
                .startsWith("{\"total_cost\":1.0,\"total_requests\":1,");
        api.cost("10", "10", false);
        assertThat(api.get("/api/v2/cost/status", text).body()).startsWith("{\"daily_cost\":1.0,\"daily_limit\":null,");
        assertThat(api.get("/api/v2/cost/summary/daily?tenant=acme", text).status())
                .isEqualTo(200);
        Reply foreign = api.get("/api/v2/cost/summary/daily?tenant=other", text);
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(foreign.param()).isEqualTo("tenant");
    }

    @Test
    void whatReachedNoModelIsARequestAndNoModel() {
        api.ledger.add(LineBuilder.at("2026-11-22T09:00:00Z")
                .noTarget()
                .failed("upstream_error", 502)
                .build());

        assertThat(api.get("/api/v2/cost/summary/daily", MASTER).body())
                .contains("\"total_requests\":1,")
                .contains("\"by_model\":{},\"by_provider\":{},\"by_tenant\":{\"acme\":0.0}");
    }

    @Test
    void smallAmountsKeepAllTheirDigitsAndNeverAnExponent() {
        api.ledger.add(
                LineBuilder.at("2026-11-22T09:00:00Z").cost("0.000000001").build());

        assertThat(api.get("/api/v2/cost/summary/daily", MASTER).body()).startsWith("{\"total_cost\":0.000000001,");
    }

    @Test
    void anEstimateIsAsTheDocumentPrintsItWithItsRoughMethod() {
        String text = "a".repeat(45);

        assertThat(api.get("/api/v2/cost/estimate?model=gpt-4-turbo-preview&method=rough&input_text=" + text, MASTER)
                        .body())
                .isEqualTo("{\"model\":\"gpt-4-turbo-preview\",\"input_length\":45,\"estimated_input_tokens\":11,"
                        + "\"estimated_output_tokens\":16,\"estimated_cost\":0.00059,\"formatted_cost\":\"$0.0006\"}");
    }

    @Test
    void anEstimateCountsTokensAndTakesTheOutputThatIsSaid() {
        Reply reply = api.get(
                "/api/v2/cost/estimate?model=gpt-4o&output_tokens=1000&input_text=hello%20world%20%F0%9F%98%80",
                MASTER);

        assertThat(reply.json().path("input_length").intValue()).isEqualTo(13);
        assertThat(reply.json().path("estimated_input_tokens").intValue()).isBetween(3, 5);
        assertThat(reply.json().path("estimated_output_tokens").intValue()).isEqualTo(1_000);
        assertThat(reply.json().path("estimated_cost").decimalValue())
                .isGreaterThanOrEqualTo(AdminHarness.usd("0.01").usd());
    }

    @ParameterizedTest
    @CsvSource({
        "status?tenant=a,                                         400, tenant",
        "summary/daily?date=22.11.2026,                           400, date",
        "summary/daily?date=2026-02-30,                           400, date",
        "summary/daily?date=1969-12-31,                           400, date",
        "summary/monthly?date=2026-11,                            400, date",
        "summary/daily?date=2026-11-01&date=2026-11-02,           400, date",
        "estimate?input_text=a,                                   400, model",
        "estimate?model=gpt-4o,                                   400, input_text",
        "estimate?model=no-such-model&input_text=a,               404, model",
        "estimate?model=gpt-4o&input_text=a&method=exact,         400, method",
        "estimate?model=gpt-4o&input_text=a&output_tokens=-1,     400, output_tokens",
        "estimate?model=gpt-4o&input_text=a&output_tokens=1.5,    400, output_tokens",
        "estimate?model=gpt-4o&input_text=a&max_tokens=7,         400, max_tokens"
    })
    void wrongParametersAreRefusedByName(String path, int status, String param) {
        Reply reply = api.get("/api/v2/cost/" + path, MASTER);

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.param()).isEqualTo(param);
    }

    @Test
    void theExportHasBothSummariesAsAFile() {
        api.ledger.add(LineBuilder.at("2026-11-22T09:00:00Z").cost("12.34").build());

        Reply reply = api.get("/api/v2/cost/export", MASTER);

        assertThat(reply.header("content-disposition"))
                .isEqualTo("attachment; filename=\"cost_report_2026-11-22.json\"");
        assertThat(reply.json().at("/daily/total_cost").decimalValue()).isEqualByComparingTo("12.34");
        assertThat(reply.json().at("/monthly/total_requests").intValue()).isEqualTo(1);
    }

    private static Line call(
            String time, String tenant, String model, String endpoint, String cost, long input, long output) {
        return LineBuilder.at(time)
                .tenant(tenant)
                .target("openai", model)
                .endpoint(endpoint)
                .usage(input, output)
                .cost(cost)
                .build();
    }
}
