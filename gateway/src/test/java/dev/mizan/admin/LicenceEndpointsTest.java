package dev.mizan.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admin.AdminHarness.Reply;
import dev.mizan.licence.Licence;
import dev.mizan.money.ExchangeRates;
import dev.mizan.report.CurrencySettings;
import dev.mizan.report.LineBuilder;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Document 001's report and errors, with arithmetic of our own. */
class LicenceEndpointsTest {
    private static final String MY = "/api/v1/usage/my";

    @TempDir
    Path folder;

    private AdminHarness api;

    @BeforeEach
    void open() {
        api = new AdminHarness(folder);
        api.clock.set("2026-02-05T01:40:00Z");
        api.currency = new CurrencySettings(
                "TRY", ExchangeRates.NONE.with("TRY", LocalDate.of(2026, 1, 1), new BigDecimal("38")));
    }

    @AfterEach
    void close() {
        api.close();
    }

    private String licence(String id, String plan, String expires) {
        return api.licences.issue(new Licence(
                id, "Acero Muhasebe", plan, "default", 0, Instant.parse(expires).toEpochMilli()));
    }

    private LineBuilder line(String time, long input, long output, String cost) {
        return LineBuilder.at(time)
                .licence("DMZ-xyz", "PREMIUM")
                .usage(input, output)
                .cost(cost);
    }

    @Test
    void theReportIsTheDocumentsToTheByte() {
        api.ledger.add(
                // 31 January in UTC, the first of February in Istanbul: counts.
                line("2026-01-31T21:00:00Z", 100_000, 24_300, "0.12")
                        .document("fatura")
                        .build(),
                // The last quarter of an hour of January in Istanbul: does not.
                line("2026-01-31T20:59:59Z", 5_000, 0, "1").document("fatura").build(),
                line("2026-02-04T21:00:00Z", 2_000, 200, "0.0041")
                        .document("banka-dekontu")
                        .build(),
                line("2026-02-05T01:00:00Z", 900, 100, "0.003531579").build(),
                LineBuilder.at("2026-02-05T01:00:00Z")
                        .licence("DMZ-abc", "BASIC")
                        .usage(7, 7)
                        .build());

        Reply reply = api.get(MY, "", "X-License-Key", licence("DMZ-xyz", "PREMIUM", "2027-01-01T00:00:00Z"));

        // 0.127631579 USD × 38 = 4.850000002 TRY; 0.1241 × 38 / 2 documents = 2.3579.
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body())
                .isEqualTo("{\"license_id\":\"DMZ-xyz\",\"package\":\"PREMIUM\","
                        + "\"period\":{\"start\":\"2026-02-01\",\"end\":\"2026-02-28\",\"days_remaining\":23},"
                        + "\"quota\":{\"monthly_limit\":500000,\"used\":127500,\"remaining\":372500,"
                        + "\"percentage\":25.5},"
                        + "\"today\":{\"limit\":50000,\"used\":3200,\"remaining\":46800},"
                        + "\"cost\":{\"current_month_try\":4.85,\"average_per_document\":2.358},\"alerts\":[]}");
    }

    @Test
    void unlimitedIsNull() {
        JsonNode json = api.get(MY, licence("DMZ-1", "ENTERPRISE", "2027-01-01T00:00:00Z"))
                .json();

        assertThat(json.at("/quota").toString())
                .isEqualTo("{\"monthly_limit\":null,\"used\":0,\"remaining\":null,\"percentage\":null}");
        assertThat(json.at("/today").toString()).isEqualTo("{\"limit\":null,\"used\":0,\"remaining\":null}");
        assertThat(json.at("/cost").toString()).isEqualTo("{\"current_month_try\":0.0,\"average_per_document\":0.0}");
    }

    @Test
    void anAlertStandsFromEightyPercentOnAndOverageLeavesNothing() {
        String basic = licence("DMZ-b", "BASIC", "2027-01-01T00:00:00Z");
        api.ledger.add(LineBuilder.at("2026-02-02T01:00:00Z")
                .licence("DMZ-b", "BASIC")
                .usage(39_999, 0)
                .build());
        assertThat(api.get(MY, basic).json().path("alerts")).isEmpty();

        api.ledger.add(LineBuilder.at("2026-02-02T01:00:00Z")
                .licence("DMZ-b", "BASIC")
                .usage(0, 1)
                .build());
        JsonNode alert = api.get(MY, basic, "Accept-Language", "tr").json().at("/alerts/0");
        assertThat(alert.toString())
                .isEqualTo("{\"limit\":\"month\",\"threshold\":80,\"percentage\":80.0,"
                        + "\"message\":\"Kotanızın %80 kadarı doldu (40000/50000).\"}");

        api.ledger.add(LineBuilder.at("2026-02-02T01:00:00Z")
                .licence("DMZ-b", "BASIC")
                .usage(0, 20_000)
                .build());
        assertThat(api.get(MY, basic).json().at("/quota").toString())
                .isEqualTo("{\"monthly_limit\":50000,\"used\":60000,\"remaining\":0,\"percentage\":120.0}");
    }

    @Test
    void withoutARateThereIsNoLiraAndAVirtualKeyHasAReportToo() {
        api.currency = CurrencySettings.DEFAULT;
        String key = api.newKey("{\"key_alias\":\"web\"}");

        JsonNode json = api.get(MY, key).json();

        assertThat(json.path("license_id").stringValue()).startsWith("key_");
        assertThat(json.path("package").isNull()).isTrue();
        assertThat(json.at("/cost/current_month_try").isNull()).isTrue();
    }

    @Test
    void theLastDayOfALeapFebruaryHasNoDaysRemaining() {
        api.clock.set("2028-02-29T20:59:59Z");
        JsonNode period = api.get(MY, licence("DMZ-1", "BASIC", "2030-01-01T00:00:00Z"))
                .json()
                .path("period");
        assertThat(period.toString())
                .isEqualTo("{\"start\":\"2028-02-01\",\"end\":\"2028-02-29\",\"days_remaining\":0}");

        api.clock.set("2028-02-29T21:00:00Z");
        assertThat(api.get(MY, licence("DMZ-1", "BASIC", "2030-01-01T00:00:00Z"))
                        .json()
                        .at("/period/start")
                        .stringValue())
                .isEqualTo("2028-03-01");
    }

    @Test
    void errorsAreTheDocumentsInTheCallersLanguage() {
        String expired = licence("DMZ-old", "BASIC", "2026-02-05T01:40:00Z");
        String revoked = licence("DMZ-gone", "BASIC", "2027-01-01T00:00:00Z");
        api.licences.revoke("DMZ-gone", 0, "master");

        Reply late = api.get(MY, expired, "Accept-Language", "tr-TR");
        assertThat(late.status()).isEqualTo(403);
        assertThat(late.body())
                .isEqualTo("{\"error\":{\"code\":\"LICENSE_EXPIRED\","
                        + "\"message\":\"Lisansınızın süresi dolmuş. Lütfen yenileyin.\"}}");
        for (String credential : new String[] {revoked, revoked + "x", "DMZ-x", "sk-unknown-0123456789", ""}) {
            Reply refused = api.get(MY, credential, "Accept-Language", "tr");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.body())
                    .isEqualTo("{\"error\":{\"code\":\"LICENSE_INVALID\","
                            + "\"message\":\"Geçersiz lisans. Destek ile iletişime geçin.\"}}");
        }
        assertThat(api.get(MY, revoked).message()).isEqualTo("Invalid licence. Please contact support.");
        assertThat(api.get(MY + "?x=1", licence("DMZ-1", "BASIC", "2027-01-01T00:00:00Z"))
                        .body())
                .startsWith("{\"error\":{\"code\":\"INVALID_REQUEST\",\"message\":\"x");
        // Elsewhere they are Mizan's own.
        assertThat(api.get("/api/v1/overview", expired).code()).isEqualTo("licence_expired");
        assertThat(api.get("/api/v1/overview", revoked).code()).isEqualTo("licence_invalid");
    }

    @Test
    void licencesAreIssuedAndRevokedByTheApi() {
        Reply issued = api.post(
                "/api/v1/licences/issue",
                AdminHarness.MASTER,
                "{\"customer\":\"ABC Mali Müşavirlik\",\"package\":\"BASIC\",\"expires\":\"2026-12-31\"}");
        assertThat(issued.status()).isEqualTo(200);
        assertThat(issued.json().path("expires_at").stringValue()).isEqualTo("2026-12-31T21:00:00.000Z");
        String key = issued.json().path("license_key").stringValue();
        assertThat(api.get(MY, key).status()).isEqualTo(200);

        Reply revoked = api.post("/api/v1/licences/revoke", AdminHarness.MASTER, "{\"licence\":\"" + key + "\"}");

        assertThat(revoked.json().path("license_id")).isEqualTo(issued.json().path("license_id"));
        assertThat(api.get(MY, key).status()).isEqualTo(401);
        assertThat(api.post("/api/v1/licences/issue", key, "{}").status()).isEqualTo(401);
    }

    @Test
    void whatCantBeIssuedIsRefusedByName() {
        String fine = "\"customer\":\"c\",\"package\":\"BASIC\"";
        for (String body : new String[] {
            "{" + fine + "}",
            "{" + fine + ",\"days\":0}",
            "{" + fine + ",\"days\":36501}",
            "{" + fine + ",\"days\":3,\"expires\":\"2027-01-01\"}",
            "{" + fine + ",\"expires\":\"soon\"}",
            "{" + fine + ",\"days\":3,\"plan\":\"x\"}",
            "{\"package\":\"BASIC\",\"days\":3}",
            "{" + fine + ",\"days\":3,\"license_id\":\"../x\"}"
        }) {
            Reply reply = api.post("/api/v1/licences/issue", AdminHarness.MASTER, body);
            assertThat(reply.status()).as(body).isEqualTo(400);
        }
        assertThat(api.post(
                                "/api/v1/licences/revoke",
                                AdminHarness.MASTER,
                                "{\"licence\":\"DMZ-" + "a".repeat(61) + ".b.c\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aLicenceDoesNotSignIn() {
        String key = licence("D", "BASIC", "2027-01-01T00:00:00Z");

        assertThat(api.post("/ui/login", "", "{\"key\":\"" + key + "\"}").status())
                .isIn(400, 401);
        assertThat(api.get("/ui/session", key).status()).isEqualTo(200);
    }
}
