package dev.mizan.admin;

import static dev.mizan.admin.AdminHarness.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admin.AdminHarness.Reply;
import dev.mizan.messages.Language;
import dev.mizan.report.CostSettings;
import dev.mizan.telemetry.MetricsSettings;
import io.vertx.core.http.HttpMethod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Every endpoint, with every kind of caller. */
@TestInstance(Lifecycle.PER_CLASS)
class AccessTest {
    private AdminHarness api;
    private String virtual;
    private String blocked;
    private String expired;

    @BeforeAll
    void open(@TempDir Path folder) {
        api = new AdminHarness(folder);
        expired = api.newKey("{\"duration\":\"1s\"}");
        api.clock.advance(Duration.ofSeconds(1));
        virtual = api.newKey("{}");
        blocked = api.newKey("{\"blocked\":true}");
    }

    @AfterEach
    void restore() {
        api.settings = new AdminSettings(
                AdminHarness.ISTANBUL, Language.ENGLISH, CostSettings.DEFAULT, MetricsSettings.DEFAULT);
    }

    @AfterAll
    void close() {
        api.close();
    }

    /** What the callers get: passed, or the status and code of the refusal. */
    private enum Verdict {
        PASS("", ""),
        MISSING("401", "invalid_api_key"),
        UNKNOWN("401", "invalid_api_key"),
        BLOCKED("403", "key_blocked"),
        EXPIRED("403", "key_expired"),
        DENIED("403", "permission_denied");

        private final String status;
        private final String code;

        Verdict(String status, String code) {
            this.status = status;
            this.code = code;
        }
    }

    @Test
    void everyEndpointAdmitsWhoeverItSaysAndNobodyElse() {
        List<String> wrong = new ArrayList<>();
        for (Endpoint endpoint : api.api.endpoints()) {
            if (endpoint.path().equals("/api/v1/live")) {
                continue; // An answer that does not end: LiveFeedTest.
            }
            boolean open = endpoint.access() == Access.PUBLIC;
            boolean master = endpoint.access() == Access.MASTER || endpoint.access() == Access.METRICS;
            check(wrong, endpoint, "", open ? Verdict.PASS : Verdict.MISSING);
            check(wrong, endpoint, "sk-of-nobody-0123456789abcdef", open ? Verdict.PASS : Verdict.UNKNOWN);
            check(wrong, endpoint, blocked, open ? Verdict.PASS : Verdict.BLOCKED);
            check(wrong, endpoint, expired, open ? Verdict.PASS : Verdict.EXPIRED);
            check(wrong, endpoint, virtual, master ? Verdict.DENIED : Verdict.PASS);
            check(wrong, endpoint, MASTER, Verdict.PASS);
        }
        assertThat(wrong).isEmpty();
        assertThat(api.api.endpoints()).hasSizeGreaterThan(25);
    }

    private void check(List<String> wrong, Endpoint endpoint, String key, Verdict expected) {
        Reply reply = call(endpoint, key);
        boolean passed = reply.status() != 401 && reply.status() != 403;
        String found = passed ? "" : reply.status() + " " + reply.code();
        String wanted = expected == Verdict.PASS ? "" : expected.status + " " + code(endpoint, expected);
        if (!found.equals(wanted)) {
            wrong.add(endpoint.method() + " " + endpoint.path() + " as " + name(key) + ": '" + found + "' (expected: '"
                    + wanted + "')");
        }
        if (expected == Verdict.MISSING && !reply.header("www-authenticate").equals("Bearer")) {
            wrong.add(endpoint.path() + ": 401 without www-authenticate");
        }
    }

    /** Self-service answers with document 001's codes. */
    private static String code(Endpoint endpoint, Verdict expected) {
        if (!endpoint.path().equals("/api/v1/usage/my")) {
            return expected.code;
        }
        return expected.status.equals("401") ? "LICENSE_INVALID" : expected.code.toUpperCase(Locale.ROOT);
    }

    private Reply call(Endpoint endpoint, String key) {
        String path = endpoint.path()
                .replace(":key", "key_none")
                .replace(":id", "none")
                .replace(":name", "none");
        String body = endpoint.method().equals(HttpMethod.GET) ? "" : "{}";
        return api.send(endpoint.method().name(), path, key, body);
    }

    private String name(String key) {
        return key.isEmpty()
                ? "nobody"
                : key.equals(virtual) ? "virtual" : key.equals(MASTER) ? "master" : key.substring(0, 6);
    }

    @Test
    void theKeyMayComeInAnyOfTheHeadersButNotInTheAddress() {
        for (String header : List.of("x-api-key", "api-key", "x-goog-api-key", "x-license-key")) {
            assertThat(api.get("/key/info", "", header, virtual).status())
                    .as(header)
                    .isEqualTo(200);
        }
        assertThat(api.get("/key/info", "", "authorization", "bearer " + virtual)
                        .status())
                .isEqualTo(200);
        assertThat(api.get("/key/info", "", "authorization", "Basic " + virtual).status())
                .isEqualTo(401);
        assertThat(api.get("/key/info?key=" + virtual, "").status()).isEqualTo(401);
    }

    @Test
    void credentialsOfAnyShapeAreRefusedWithoutBeingRepeated() {
        for (String odd : List.of("sk-", "x", "sk-" + "a".repeat(5_000), "key_01", "sk-'; DROP TABLE virtual_key")) {
            Reply reply = api.get("/key/list", odd);

            assertThat(reply.status()).isEqualTo(401);
            assertThat(reply.message()).isEqualTo("The API key is not known.");
        }
    }

    @Test
    void costsAreReadableWithoutAKeyOnlyIfConfiguredAndByALocalName() {
        assertThat(api.get("/api/v2/cost/status", "").status()).isEqualTo(401);
        api.cost("0", "0", true);

        for (String path :
                List.of("status", "summary/daily", "summary/monthly", "estimate?model=gpt-4o&input_text=a")) {
            assertThat(api.get("/api/v2/cost/" + path, "").status()).as(path).isEqualTo(200);
        }
        assertThat(api.get("/api/v1/spend", "").status()).isEqualTo(401);
        assertThat(api.get("/api/v2/cost/status", "sk-of-nobody-0123456789abcdef")
                        .status())
                .isEqualTo(401);
        assertThat(RawHttp.status(api.base, "GET", "/api/v2/cost/status", "Host: evil.example"))
                .isEqualTo(401);
        assertThat(RawHttp.status(api.base, "GET", "/api/v2/cost/status", "Host: localhost:" + api.base.getPort()))
                .isEqualTo(200);
    }

    @Test
    void metricsAreReadableWithoutAKeyOnlyIfConfigured() {
        assertThat(api.get("/metrics", "").status()).isEqualTo(401);
        assertThat(api.get("/metrics", virtual).status()).isEqualTo(403);
        assertThat(api.get("/metrics", MASTER).status()).isEqualTo(200);

        api.settings = new AdminSettings(
                AdminHarness.ISTANBUL, Language.ENGLISH, CostSettings.DEFAULT, new MetricsSettings(true, true));
        assertThat(api.get("/metrics", "").status()).isEqualTo(200);
        api.settings = new AdminSettings(
                AdminHarness.ISTANBUL, Language.ENGLISH, CostSettings.DEFAULT, new MetricsSettings(false, true));
        assertThat(api.get("/metrics", "").status()).isEqualTo(404);
    }

    @Test
    void unknownAddressesAndMethodsAreToldApart() {
        Reply unknown = api.get("/api/v9/nothing", MASTER);
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.code()).isEqualTo("not_found");
        assertThat(unknown.message()).isEqualTo("GET /api/v9/nothing does not exist.");
        assertThat(api.post("/api/v2/cost/reset/yearly", MASTER, "{}").status()).isEqualTo(404);

        Reply wrong = api.get("/key/generate", MASTER);
        assertThat(wrong.status()).isEqualTo(405);
        assertThat(wrong.code()).isEqualTo("method_not_allowed");
        assertThat(wrong.header("allow")).isEqualTo("POST");
        assertThat(api.send("DELETE", "/api/v1/spend", MASTER, "").header("allow"))
                .isEqualTo("GET");
    }

    @Test
    void refusalsAreInTheCallersLanguage() {
        assertThat(api.get("/key/list", "", "accept-language", "tr-TR,tr;q=0.9").message())
                .startsWith("API anahtarı verilmedi");
        assertThat(api.get("/key/list", "", "accept-language", "ar").message()).startsWith("لم يُقدَّم");
        assertThat(api.get("/key/list", "", "accept-language", "de").message()).startsWith("No API key");
        api.settings = new AdminSettings(
                AdminHarness.ISTANBUL, Language.TURKISH, CostSettings.DEFAULT, MetricsSettings.DEFAULT);
        assertThat(api.get("/key/list", "").message()).startsWith("API anahtarı verilmedi");
    }

    @Test
    void aBodyAtTheBoundIsReadAndOnePastItIsRefused() {
        String start = "{\"metadata\":{},\"key_alias\":\"";
        String end = "\"}";
        int room = Dispatcher.BODY_BYTES_MAX - start.length() - end.length();

        Reply atBound = api.post("/key/generate", MASTER, start + "a".repeat(room) + end);
        Reply over = api.post("/key/generate", MASTER, start + "a".repeat(room + 1) + end);

        assertThat(atBound.param()).isEqualTo("key_alias");
        assertThat(over.status()).isEqualTo(413);
        assertThat(over.code()).isEqualTo("request_too_large");
        assertThat(RawHttp.chunked(api.base, "/key/generate", MASTER, Dispatcher.BODY_BYTES_MAX + 1))
                .isEqualTo(413);
    }

    @Test
    void aDatabaseThatFailsIsTemporaryAndSaysNothingOfItself() {
        api.ledger.breakDown(true);
        try {
            Reply reply = api.get("/api/v1/ledger", MASTER);

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.code()).isEqualTo("database_unavailable");
            assertThat(reply.header("retry-after")).isEqualTo("1");
            assertThat(reply.body()).doesNotContain("on purpose");
        } finally {
            api.ledger.breakDown(false);
        }
    }

    @Test
    void everyAnswerHasItsHeaders() {
        for (String path : List.of("/key/list", "/api/v1/spend", "/nothing")) {
            Reply reply = api.get(path, MASTER);

            assertThat(reply.header("x-mizan-request-id")).hasSize(26);
            assertThat(reply.header("cache-control")).isEqualTo("no-store");
            assertThat(reply.header("x-content-type-options")).isEqualTo("nosniff");
            assertThat(reply.header("content-type")).isEqualTo("application/json");
        }
        assertThat(api.get("/", "").status()).isEqualTo(302);
        assertThat(api.get("/", "").header("location")).isEqualTo("/ui/");
    }
}
