package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.licence.Licence;
import dev.mizan.licence.LicenceKeys;
import dev.mizan.licence.LicenceSettings;
import dev.mizan.licence.LicenceText;
import dev.mizan.upstream.Answer;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code examples/licences.yaml} runs, and does what its document says, with the document's own numbers. */
class LicencesExampleTest {
    private static final long FAR = 4_000_000_000_000L;

    /** Longer than the tokens that the upstream says it read. */
    private static final String DOCUMENT = "Gelen havale 1.250,00 TL ".repeat(220);

    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private LicenceKeys keys;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start();
        keys = new LicenceKeys(LicenceSettings.DEFAULT, folder.resolve("data"));
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    @Test
    void documentsAreAnalysedAndLoggedAsTheDocumentShows() throws IOException {
        upstream.enqueue(
                analysis("banka-dekontu", 4_200, 850),
                analysis("fatura", 3_800, 720),
                analysis("beyanname", 5_100, 900));
        String licence = licence("DMZ-xyz", "PREMIUM");
        try (Gateway gateway = example()) {
            Reply reply = analyze(gateway, licence, "DMZ-xyz");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json().path("document_type").asString()).isEqualTo("banka-dekontu");
            assertThat(reply.json().path("fields").path("tutar").asString()).isEqualTo("1250");
            assertThat(reply.json().path("cost_usd").decimalValue()).isEqualByComparingTo("0.00057");
            assertThat(reply.json().path("cost_try").decimalValue()).isEqualByComparingTo("0.02166");
            Line line = gateway.books().call(reply.requestId());
            assertThat(line.call().operation()).isEqualTo("document_analysis");
            assertThat(line.call().documentType()).isEqualTo("banka-dekontu");
            assertThat(line.call().endpoint()).isEqualTo("/api/v1/ai/analyze");
            analyze(gateway, licence, "DMZ-xyz");
            analyze(gateway, licence, "");
            gateway.books().awaitCount(Line.Kind.CALL, 3);

            JsonNode usage = usage(gateway, licence);
            assertThat(usage.path("package").asString()).isEqualTo("PREMIUM");
            assertThat(usage.path("quota").path("monthly_limit").asLong()).isEqualTo(500_000);
            assertThat(usage.path("quota").path("used").asLong()).isEqualTo(15_570);
            assertThat(usage.path("quota").path("remaining").asLong()).isEqualTo(484_430);
            assertThat(usage.path("today").path("limit").asLong()).isEqualTo(50_000);
            // (0.00057 + 0.000501 + 0.0006525) × 38 = 0.0654930
            assertThat(usage.path("cost").path("current_month_try").decimalValue())
                    .isEqualByComparingTo("0.07");
            assertThat(usage.path("cost").path("average_per_document").decimalValue())
                    .isEqualByComparingTo("0.022");
        }
        List<String> log = log();
        assertThat(log).hasSize(3);
        assertThat(log.get(0))
                .contains("\"op\":\"analyze\",\"in\":4200,\"out\":850,\"cost\":0.00057,"
                        + "\"doc\":\"banka-dekontu\",\"ok\":true");
        assertThat(log.get(1)).contains("\"in\":3800,\"out\":720,\"cost\":0.00050,\"doc\":\"fatura\"");
        assertThat(log.get(2)).contains("\"in\":5100,\"out\":900,\"cost\":0.00065,\"doc\":\"beyanname\"");
    }

    @Test
    void aBasicLicenceIsWarnedAtEightyPercentAndBlockedAtItsMonth() throws IOException {
        String licence = licence("DMZ-basic", "BASIC");
        upstream.otherwise(analysis("fatura", 4_000, 800));
        try (Gateway gateway = example()) {
            for (int i = 0; i < 9; i++) {
                assertThat(analyze(gateway, licence, "").status()).isEqualTo(200);
            }
            assertThat(usage(gateway, licence).path("quota").path("percentage").decimalValue())
                    .isEqualByComparingTo("86.4");
            assertThat(usage(gateway, licence)
                            .path("alerts")
                            .get(0)
                            .path("threshold")
                            .asInt())
                    .isEqualTo(80);

            Reply refused = analyze(gateway, licence, "");

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.text())
                    .isEqualTo("{\"error\":{\"code\":\"QUOTA_EXCEEDED\","
                            + "\"message\":\"Bu ay için token kotanız doldu. Paketinizi yükseltin.\"}}");
        }
    }

    @Test
    void aPremiumLicencesDayHoldsEvenWhereItsMonthAllowsMore() throws IOException {
        String licence = licence("DMZ-day", "PREMIUM");
        upstream.otherwise(analysis("fatura", 4_000, 800));
        try (Gateway gateway = example()) {
            for (int i = 0; i < 9; i++) {
                assertThat(analyze(gateway, licence, "").status()).isEqualTo(200);
            }

            Reply refused = analyze(gateway, licence, "");

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.text())
                    .isEqualTo("{\"error\":{\"code\":\"DAILY_LIMIT\","
                            + "\"message\":\"Bugünkü limitiniz doldu. Yarın devam edebilirsiniz.\"}}");
        }
    }

    @Test
    void anotherLicencesIdAnExpiredAndAForgedOneAreRefusedInTheDocumentsWords() throws IOException {
        String expired = LicenceText.sign(
                new Licence("DMZ-old", "Acero Muhasebe", "BASIC", "default", 0, 1_000), "DMZ-", keys.privateKey());
        String licence = licence("DMZ-xyz", "ENTERPRISE");
        try (Gateway gateway = example()) {
            String invalid = "{\"error\":{\"code\":\"LICENSE_INVALID\","
                    + "\"message\":\"Geçersiz lisans. Destek ile iletişime geçin.\"}}";
            assertThat(analyze(gateway, licence, "DMZ-other").text()).isEqualTo(invalid);
            assertThat(analyze(gateway, licence + "A", "").text()).isEqualTo(invalid);
            assertThat(analyze(gateway, expired, "").text())
                    .isEqualTo("{\"error\":{\"code\":\"LICENSE_EXPIRED\","
                            + "\"message\":\"Lisansınızın süresi dolmuş. Lütfen yenileyin.\"}}");
            assertThat(upstream.requests()).isZero();
            upstream.otherwise(analysis("fatura", 4_000, 800));
            assertThat(analyze(gateway, licence, "").status()).isEqualTo(200);
        }
    }

    private Gateway example() {
        return Gateway.example(
                folder,
                "licences.yaml",
                Map.of(
                        "PROVIDER", "openai-compatible",
                        "GEMINI_BASE_URL", upstream.v1().toString(),
                        "USAGE_DIRECTORY", folder.resolve("usage").toString()));
    }

    private String licence(String id, String plan) {
        return LicenceText.sign(new Licence(id, "Acero Muhasebe", plan, "default", 0, FAR), "DMZ-", keys.privateKey());
    }

    private static Answer analysis(String type, long prompt, long completion) {
        return ChatAnswer.of("{\"document_type\":\"" + type + "\",\"fields\":{\"tutar\":\"1250\"}}")
                .usage(ChatAnswer.usage(prompt, completion));
    }

    private static Reply analyze(Gateway gateway, String licence, String id) throws IOException {
        String own = id.isEmpty() ? "" : "\"license_id\":\"" + id + "\",";
        try (Caller caller = new Caller(gateway.port(), "")) {
            return caller.post(
                            "/api/v1/ai/analyze",
                            "{" + own + "\"filename\":\"dekont.txt\",\"content\":\"" + DOCUMENT + "\"}",
                            "X-License-Key: " + licence)
                    .reply();
        }
    }

    private static JsonNode usage(Gateway gateway, String licence) throws IOException {
        try (Caller caller = new Caller(gateway.port(), "")) {
            return caller.send("GET", "/api/v1/usage/my", new byte[0], "X-License-Key: " + licence)
                    .reply()
                    .json();
        }
    }

    private List<String> log() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("usage"))) {
            Path log = files.filter(file -> file.toString().endsWith("DMZ-xyz.jsonl"))
                    .findFirst()
                    .orElseThrow();
            return Files.readAllLines(log);
        }
    }
}
