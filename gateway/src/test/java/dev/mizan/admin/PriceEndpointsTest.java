package dev.mizan.admin;

import static dev.mizan.admin.AdminHarness.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admin.AdminHarness.Reply;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(Lifecycle.PER_CLASS)
class PriceEndpointsTest {
    private static final String BODY = """
            {"model":"gpt-4o-mini-2024-07-18","usage":{"prompt_tokens":1000,"completion_tokens":500,"total_tokens":1500,
             "prompt_tokens_details":{"cached_tokens":400}}}""";

    private AdminHarness api;

    @BeforeAll
    void open(@TempDir Path folder) {
        api = new AdminHarness(folder);
    }

    @AfterAll
    void close() {
        api.close();
    }

    @Test
    void aProvidersBodyIsReadAndPricedAndNotRecorded() {
        Reply reply = api.post(
                "/api/v2/cost/price",
                MASTER,
                "{\"provider\":\"openai\",\"flavor\":\"chat\",\"body\":" + BODY + ",\"at\":\"2025-11-06T12:00:00Z\"}");

        // 600 × 0.15 + 400 × 0.075 in, 500 × 0.60 out, per million.
        assertThat(reply.body())
                .isEqualTo("{\"model\":\"gpt-4o-mini-2024-07-18\",\"usage\":{\"input\":600,\"cache_read\":400,"
                        + "\"output\":500,\"input_tokens\":1000,\"output_tokens\":500,\"total_tokens\":1500},"
                        + "\"input_cost_usd\":\"0.00012\",\"output_cost_usd\":\"0.0003\","
                        + "\"total_cost_usd\":\"0.00042\"}");
        assertThat(api.ledger.all()).isEmpty();
    }

    @Test
    void aConfiguredProvidersNameIsAsGoodAsTheCatalogues() {
        Reply reply = api.post("/api/v2/cost/price", api.newKey("{}"), """
                {"provider":"claude","body":{"model":"claude-haiku-4-5","usage":{"input_tokens":10,"output_tokens":5}}}""");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("total_cost_usd").stringValue()).isEqualTo("0.000035");
    }

    @Test
    void whatHasNoPriceSaysWhy() {
        Reply unknown = api.post("/api/v2/cost/price", MASTER, """
                {"provider":"openai","body":{"model":"gpt-99","usage":{"prompt_tokens":1,"completion_tokens":1}}}""");
        Reply silent =
                api.post("/api/v2/cost/price", MASTER, "{\"provider\":\"openai\",\"model\":\"gpt-4o\",\"body\":{}}");

        assertThat(unknown.json().path("priced").booleanValue()).isFalse();
        assertThat(unknown.json().path("reason").stringValue()).contains("gpt-99");
        assertThat(silent.json().path("reason").stringValue()).isEqualTo("the body states no usage");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"body":{}}                                                   | provider
            {"provider":7,"body":{}}                                      | provider
            {"provider":"openai"}                                         | body
            {"provider":"openai","body":"{}"}                             | body
            {"provider":"openai","flavor":"telepathy","body":{}}          | flavor
            {"provider":"openai","body":{},"at":"yesterday"}              | at
            {"provider":"openai","body":{},"at":1730894400}               | at
            {"provider":"openai","body":{},"dry_run":true}                | dry_run
            """)
    void wrongFieldsAreRefusedByName(String body, String param) {
        Reply reply = api.post("/api/v2/cost/price", MASTER, body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.param()).isEqualTo(param);
    }
}
