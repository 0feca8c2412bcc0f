package dev.mizan.admin;

import static dev.mizan.admin.AdminHarness.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admin.AdminHarness.Reply;
import dev.mizan.identity.Key;
import dev.mizan.identity.KeyProfile;
import dev.mizan.report.LineBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class KeyEndpointsTest {
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
    void aGeneratedKeyIsShownOnceAndKnownAtOnce() {
        JsonNode made = api.generate("""
                {"key_alias":"ci","user_id":"ayse","team_id":"core","tenant":"acme","models":["fast","smart"],
                 "metadata":{"cost_center":"42"},"tags":["ci","nightly"],"duration":"30d"}""");

        String text = made.path("key").stringValue();
        assertThat(text).matches("sk-[0-9A-Za-z]{43}");
        assertThat(made.path("key_name").stringValue()).isEqualTo("sk-..." + text.substring(text.length() - 4));
        assertThat(made.path("expires").stringValue()).isEqualTo("2026-12-22T10:00:00.000Z");
        assertThat(made.path("created_by").stringValue()).isEqualTo("master");
        assertThat(made.path("warnings").size()).isZero();
        Key key = api.keyOf(text);
        assertThat(key.id()).isEqualTo(made.path("token").stringValue()).startsWith("key_");
        assertThat(key.principal().tenant()).isEqualTo("acme");
        assertThat(key.principal().team()).isEqualTo("core");
        assertThat(key.principal().user()).isEqualTo("ayse");
        assertThat(key.models()).isEqualTo(Set.of("fast", "smart"));
        assertThat(key.tags()).containsExactly("ci", "nightly");

        String info = api.get("/key/info?key=" + key.id(), MASTER).body();
        String list = api.get("/key/list?return_full_object=true", MASTER).body();
        assertThat(info + list).doesNotContain(text).doesNotContain(text.substring(3));
    }

    @Test
    void anEmptyRequestMakesAKeyOfTheDefaultTenantForAllModelsForEver() {
        JsonNode made = api.post("/key/generate", MASTER, "").json();

        Key key = api.keyOf(made.path("key").stringValue());
        assertThat(key.principal().tenant()).isEqualTo("default");
        assertThat(key.allows("anything")).isTrue();
        assertThat(key.expiresAtMillis()).isEqualTo(Long.MAX_VALUE);
        assertThat(made.path("expires").isNull()).isTrue();
    }

    @Test
    void fieldsThatAreNotActedOnAreKeptAndNamed() {
        JsonNode made = api.generate("""
                {"max_budget":23.19,"budget_duration":"30d","rpm_limit":2,"auto_rotate":true,
                 "guardrails":["pii"]}""");

        assertThat(texts(made.path("warnings")))
                .anyMatch(warning -> warning.startsWith("auto_rotate: "))
                .anyMatch(warning -> warning.startsWith("guardrails: "))
                .hasSize(2);
        JsonNode info = info(made.path("token").stringValue());
        assertThat(info.path("max_budget").decimalValue()).isEqualByComparingTo("23.19");
        assertThat(info.path("budget_duration").stringValue()).isEqualTo("30d");
        assertThat(info.path("rpm_limit").intValue()).isEqualTo(2);

        JsonNode cleared = api.post(
                        "/key/update",
                        MASTER,
                        "{\"key\":\"" + made.path("token").stringValue() + "\",\"max_budget\":null}")
                .json();
        assertThat(cleared.path("max_budget").isNull()).isTrue();
        assertThat(cleared.path("auto_rotate").booleanValue()).isTrue();
        assertThat(cleared.path("rpm_limit").intValue()).isEqualTo(2);
        assertThat(cleared.path("warnings").size()).isZero();
    }

    @Test
    void whatIsShownAsALimitIsOne() {
        KeyProfile old = new KeyProfile(
                "old",
                "default",
                "",
                "",
                "",
                List.of(),
                List.of(),
                "{}",
                "{\"max_requests_per_day\":5,\"auto_rotate\":true}",
                false,
                Long.MAX_VALUE);
        String id = api.keyOf(api.keys.issue(old, "", "master").text()).id();

        assertThat(info(id).has("max_requests_per_day")).isFalse();
        assertThat(info(id).path("auto_rotate").booleanValue()).isTrue();
    }

    @Test
    void aWrongRequestIsRefusedByNameAndMakesNothing() {
        for (String[] wrong : new String[][] {
            {"{\"key_alais\":\"x\"}", "key_alais"},
            {"{\"models\":\"fast\"}", "models"},
            {"{\"key\":\"secret\"}", "key"},
            {"{\"key\":7}", "key"},
            {"[1]", "body"},
            {"{\"a\":", "body"},
            {"{\"user_id\":\"a\",\"user_id\":\"b\"}", "body"},
            {"{\"metadata\":" + "[".repeat(60) + "]".repeat(60) + "}", "body"},
        }) {
            Reply reply = api.post("/key/generate", MASTER, wrong[0]);

            assertThat(reply.status()).as(wrong[0]).isEqualTo(400);
            assertThat(reply.code()).isEqualTo("invalid_request");
            assertThat(reply.param()).isEqualTo(wrong[1]);
            assertThat(reply.message()).contains(wrong[1]);
        }
        assertThat(api.get("/key/list", MASTER).json().path("total_count").intValue())
                .isZero();
    }

    @Test
    void textsAreRefusedOnePastTheirBounds() {
        assertThat(api.post("/key/generate", MASTER, "{\"user_id\":\"" + "u".repeat(256) + "\"}")
                        .status())
                .isEqualTo(200);
        assertThat(api.post("/key/generate", MASTER, "{\"user_id\":\"" + "u".repeat(257) + "\"}")
                        .param())
                .isEqualTo("user_id");
        assertThat(api.post("/key/generate", MASTER, "{\"tags\":[\"" + "t".repeat(129) + "\"]}")
                        .param())
                .isEqualTo("tags");
    }

    @Test
    void anOperatorMayChooseTheTextOnce() {
        String chosen = "sk-chosen-by-the-operator";

        assertThat(api.newKey("{\"key\":\"" + chosen + "\"}")).isEqualTo(chosen);
        Reply again = api.post("/key/generate", MASTER, "{\"key\":\"" + chosen + "\"}");
        Reply master = api.post("/key/generate", MASTER, "{\"key\":\"" + MASTER + "\"}");

        assertThat(again.status()).isEqualTo(409);
        assertThat(again.code()).isEqualTo("already_exists");
        assertThat(again.param()).isEqualTo("key");
        assertThat(master.status()).isEqualTo(409);
        assertThat(again.body() + master.body()).doesNotContain(chosen).doesNotContain(MASTER);
    }

    @Test
    void anAliasBelongsToOneKeyUntilThatIsDeleted() {
        api.generate("{\"key_alias\":\"ci\"}");
        String other = api.generate("{\"key_alias\":\"cd\"}").path("token").stringValue();

        Reply twice = api.post("/key/generate", MASTER, "{\"key_alias\":\"ci\"}");
        Reply renamed = api.post("/key/update", MASTER, "{\"key\":\"" + other + "\",\"key_alias\":\"ci\"}");

        assertThat(twice.status()).isEqualTo(409);
        assertThat(twice.param()).isEqualTo("key_alias");
        assertThat(renamed.status()).isEqualTo(409);
        assertThat(api.post("/key/delete", MASTER, "{\"key_aliases\":[\"ci\"]}").status())
                .isEqualTo(200);
        assertThat(api.post("/key/generate", MASTER, "{\"key_alias\":\"ci\"}").status())
                .isEqualTo(200);
    }

    @Test
    void updateChangesWhatIsNamedAndLeavesTheRest() {
        String text = api.newKey("{\"user_id\":\"ayse\",\"models\":[\"fast\"],\"duration\":\"1mo\"}");

        JsonNode updated = api.post(
                        "/key/update", MASTER, "{\"key\":\"" + text + "\",\"models\":[\"smart\"],\"team_id\":\"t\"}")
                .json();

        assertThat(updated.path("key").stringValue()).startsWith("key_");
        assertThat(updated.path("user_id").stringValue()).isEqualTo("ayse");
        assertThat(updated.path("expires").stringValue()).isEqualTo("2026-12-22T10:00:00.000Z");
        assertThat(api.keyOf(text).models()).isEqualTo(Set.of("smart"));
        api.post("/key/update", MASTER, "{\"key\":\"" + text + "\",\"models\":null,\"duration\":null}");
        assertThat(api.keyOf(text).models()).isEmpty();
        assertThat(api.keyOf(text).expiresAtMillis()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aBlockedKeyIsRefusedAtOnceAndGoodAgainOnceUnblocked() {
        String text = api.newKey("{}");

        assertThat(api.post("/key/block", MASTER, "{\"key\":\"" + text + "\"}").status())
                .isEqualTo(200);
        Reply refused = api.get("/key/info", text);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("key_blocked");

        api.post("/key/unblock", MASTER, "{\"key\":\"" + api.keyOf(text).id() + "\"}");
        assertThat(api.get("/key/info", text).status()).isEqualTo(200);
    }

    @Test
    void aKeyEndsAtItsMoment() {
        String text = api.newKey("{\"duration\":\"12h\"}");

        api.clock.advance(Duration.ofHours(12).minusMillis(1));
        assertThat(api.get("/key/info", text).status()).isEqualTo(200);
        api.clock.advance(Duration.ofMillis(1));
        Reply refused = api.get("/key/info", text);

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("key_expired");
        assertThat(info(api.keyOf(text).id()).path("status").stringValue()).isEqualTo("expired");
    }

    @Test
    void aDeletedKeyIsUnknownToCallsAndStillToldOf() {
        JsonNode made = api.generate("{\"key_alias\":\"gone\"}");
        String text = made.path("key").stringValue();
        String id = made.path("token").stringValue();

        JsonNode deleted =
                api.post("/key/delete", MASTER, "{\"keys\":[\"" + text + "\"]}").json();

        assertThat(texts(deleted.path("deleted_keys"))).containsExactly(id);
        assertThat(api.get("/key/info", text).status()).isEqualTo(401);
        assertThat(info(id).path("status").stringValue()).isEqualTo("deleted");
        assertThat(api.get("/key/list", MASTER).json().path("total_count").intValue())
                .isZero();
        for (String path : List.of("/key/update", "/key/block", "/key/" + id + "/regenerate")) {
            assertThat(api.post(path, MASTER, path.endsWith("regenerate") ? "{}" : "{\"key\":\"" + id + "\"}")
                            .status())
                    .as(path)
                    .isEqualTo(404);
        }
    }

    @Test
    void nothingIsDeletedIfOneOfTheKeysIsUnknown() {
        String text = api.newKey("{}");

        Reply reply = api.post("/key/delete", MASTER, "{\"keys\":[\"" + text + "\",\"key_unknown\"]}");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(api.get("/key/info", text).status()).isEqualTo(200);
        assertThat(api.post("/key/delete", MASTER, "{}").param()).isEqualTo("keys");
        assertThat(api.post("/key/delete", MASTER, "{\"keys\":\"x\"}").param()).isEqualTo("keys");
        assertThat(api.post("/key/delete", MASTER, "{\"keyz\":[]}").param()).isEqualTo("keyz");
    }

    @Test
    void aRegeneratedKeyKeepsItsIdAndItsOldTextOnlyForTheGrace() {
        String old = api.newKey("{\"user_id\":\"ayse\"}");
        String id = api.keyOf(old).id();

        JsonNode made = api.post("/key/" + id + "/regenerate", MASTER, "{\"grace_period\":\"1h\"}")
                .json();
        String fresh = made.path("key").stringValue();

        assertThat(fresh).isNotEqualTo(old);
        assertThat(api.keyOf(fresh).id()).isEqualTo(id);
        assertThat(api.get("/key/info", old).status()).isEqualTo(200);
        api.clock.advance(Duration.ofHours(1));
        assertThat(api.get("/key/info", old).status()).isEqualTo(403);
        assertThat(api.get("/key/info", fresh).status()).isEqualTo(200);

        String third = api.post("/key/" + id + "/regenerate", MASTER, "")
                .json()
                .path("key")
                .stringValue();
        assertThat(api.get("/key/info", fresh).status()).isEqualTo(401);
        assertThat(api.get("/key/info", old).status()).isEqualTo(401);
        assertThat(api.get("/key/info", third).status()).isEqualTo(200);
        assertThat(api.post("/key/" + id + "/regenerate", MASTER, "{\"grace_period\":\"soon\"}")
                        .param())
                .isEqualTo("grace_period");
    }

    @Test
    void infoHasWhatTheCallsOfTheKeyWereCharged() {
        JsonNode made = api.generate("{}");
        String id = made.path("token").stringValue();
        api.ledger.add(
                LineBuilder.at("2026-11-22T09:00:00Z").key(id).cost("0.0125").build(),
                LineBuilder.at("2024-01-01T09:00:00Z")
                        .key(id)
                        .cost("0.000000001")
                        .build(),
                LineBuilder.at("2026-11-22T09:00:00Z")
                        .key("key_other")
                        .cost("5")
                        .build());

        JsonNode body = api.get("/key/info?key=" + id, MASTER).json();

        assertThat(body.path("key").stringValue()).isEqualTo(id);
        assertThat(body.at("/info/spend").decimalValue()).isEqualByComparingTo("0.012500001");
        assertThat(body.at("/info/status").stringValue()).isEqualTo("active");
    }

    @Test
    void aKeyReadsItselfAndNoOther() {
        String own = api.newKey("{}");
        String other = api.newKey("{}");

        assertThat(api.get("/key/info", own).json().path("key").stringValue())
                .isEqualTo(api.keyOf(own).id());
        assertThat(api.get("/key/info?key=" + own, own).status()).isEqualTo(200);
        for (String foreign : List.of(other, api.keyOf(other).id(), "key_unknown", "sk-unknown-but-long-enough")) {
            Reply reply = api.get("/key/info?key=" + foreign, own);
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.code()).isEqualTo("permission_denied");
        }
        assertThat(api.get("/key/info?key=key_unknown", MASTER).status()).isEqualTo(404);
        assertThat(api.get("/key/info", MASTER).param()).isEqualTo("key");
    }

    @Test
    void listPagesThroughAllKeysNewestFirst() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.addFirst(api.generate("{\"team_id\":\"t" + i % 2 + "\",\"key_alias\":\"a" + i + "\"}")
                    .path("token")
                    .stringValue());
        }

        List<String> listed = new ArrayList<>();
        for (int page = 1; page <= 3; page++) {
            JsonNode body = api.get("/key/list?size=3&page=" + page, MASTER).json();
            listed.addAll(texts(body.path("keys")));
            assertThat(body.path("total_count").intValue()).isEqualTo(7);
            assertThat(body.path("total_pages").intValue()).isEqualTo(3);
            assertThat(body.path("current_page").intValue()).isEqualTo(page);
        }

        assertThat(listed).isEqualTo(made);
        assertThat(api.get("/key/list?team_id=t0", MASTER)
                        .json()
                        .path("total_count")
                        .intValue())
                .isEqualTo(4);
        assertThat(api.get("/key/list?key_alias=a3", MASTER)
                        .json()
                        .path("total_count")
                        .intValue())
                .isEqualTo(1);
        assertThat(api.get("/key/list?key_alias=a3&return_full_object=true", MASTER)
                        .json()
                        .at("/keys/0/key_alias")
                        .stringValue())
                .isEqualTo("a3");
    }

    @ParameterizedTest
    @CsvSource({
        "size=101,size",
        "size=0,size",
        "page=0,page",
        "page=x,page",
        "sort=up,sort",
        "return_full_object=1,return_full_object"
    })
    void aWrongParameterOfTheListIsRefusedByName(String query, String param) {
        Reply reply = api.get("/key/list?" + query, MASTER);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.param()).isEqualTo(param);
    }

    @Test
    void allProxyModelsMeansAllModels() {
        assertThat(api.keyOf(api.newKey("{\"models\":[\"all-proxy-models\"]}")).models())
                .isEmpty();
    }

    private JsonNode info(String id) {
        return api.get("/key/info?key=" + id, MASTER).json().path("info");
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.stringValue()));
        return texts;
    }
}
