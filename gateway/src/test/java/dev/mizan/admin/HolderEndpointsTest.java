package dev.mizan.admin;

import static dev.mizan.admin.AdminHarness.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admin.AdminHarness.Reply;
import dev.mizan.identity.Holder;
import dev.mizan.identity.Holder.Kind;
import dev.mizan.identity.Key;
import dev.mizan.identity.Membership;
import dev.mizan.identity.Plan;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Users, teams, tenants, customers, budgets, plans and tags by the calls that LiteLLM's operators know. */
class HolderEndpointsTest {
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
    void aUserIsMadeWithAKeyAndIsShownChangedAndDeleted() {
        JsonNode made = ok("/user/new", """
                {"user_id":"ayse","user_email":"ayse@example.com","user_alias":"Ayşe","max_budget":23.19,
                 "budget_duration":"30d","models":["fast"],"key_alias":"ayse-key","user_role":"internal_user",
                 "password":"very secret words"}""");

        Key key = api.keyOf(made.path("key").stringValue());
        assertThat(key.principal().user()).isEqualTo("ayse");
        assertThat(made.path("user_id").stringValue()).isEqualTo("ayse");
        assertThat(made.path("max_budget").decimalValue()).isEqualByComparingTo("23.19");
        assertThat(texts(made.path("warnings")))
                .anyMatch(warning -> warning.startsWith("user_role: "))
                .anyMatch(warning -> warning.startsWith("password: not stored"))
                .hasSize(2);
        assertThat(made.has("password")).isFalse();
        assertThat(api.directory.of(key).allows("smart")).isFalse();

        JsonNode info = get("/user/info?user_id=ayse");
        assertThat(info.at("/user_info/user_email").stringValue()).isEqualTo("ayse@example.com");
        assertThat(info.at("/user_info/spend").decimalValue()).isEqualByComparingTo("0");
        assertThat(info.at("/keys/0/token").stringValue()).isEqualTo(key.id());
        assertThat(info.at("/keys/0/key_alias").stringValue()).isEqualTo("ayse-key");

        JsonNode updated = ok("/user/update", "{\"user_email\":\"AYSE@example.com\",\"rpm_limit\":2,\"models\":null}");
        assertThat(updated.path("user_id").stringValue()).isEqualTo("ayse");
        assertThat(updated.at("/data/rpm_limit").intValue()).isEqualTo(2);
        assertThat(updated.at("/data/max_budget").decimalValue()).isEqualByComparingTo("23.19");
        assertThat(api.directory.of(key).limits()).extracting(Limit::origin).containsOnly("user ayse");

        assertThat(get("/user/list").at("/users/0/user_id").stringValue()).isEqualTo("ayse");
        Reply deleted = api.post("/user/delete", MASTER, "{\"user_ids\":[\"ayse\"]}");
        assertThat(deleted.body()).isEqualTo("1");
        assertThat(api.keys.authenticate(made.path("key").stringValue())).isEmpty();
        assertThat(api.get("/user/info?user_id=ayse", MASTER).status()).isEqualTo(404);
        assertThat(get("/user/list").path("total").intValue()).isZero();
    }

    @Test
    void aUserOfAnIdOrAddressThatIsThereIsRefused() {
        ok("/user/new", "{\"user_id\":\"ayse\",\"user_email\":\"a@example.com\",\"auto_create_key\":false}");

        Reply sameId = api.post("/user/new", MASTER, "{\"user_id\":\"ayse\"}");
        Reply sameAddress = api.post("/user/new", MASTER, "{\"user_email\":\"A@example.com\"}");

        assertThat(sameId.status()).isEqualTo(409);
        assertThat(sameId.param()).isEqualTo("user_id");
        assertThat(sameAddress.status()).isEqualTo(409);
        assertThat(sameAddress.param()).isEqualTo("user_email");
        assertThat(get("/key/list").path("total_count").intValue()).isZero();
        assertThat(ok("/user/new", "{}").path("user_id").stringValue()).startsWith("user_");
    }

    @Test
    void anUnknownUserIsMadeByUpdate() {
        JsonNode body = ok("/user/update", "{\"user_id\":\"premium\",\"tpm_limit\":1666}");

        assertThat(body.path("user_id").stringValue()).isEqualTo("premium");
        assertThat(get("/user/info?user_id=premium").at("/user_info/tpm_limit").intValue())
                .isEqualTo(1666);
        assertThat(api.post("/user/update", MASTER, "{\"user_email\":\"nobody@example.com\"}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aTeamHasMembersAndCanBeBlocked() {
        JsonNode made = ok("/team/new", """
                {"team_alias":"shop","organization_id":"acme","max_budget":10,"admins":["ayse"],
                 "members_with_roles":[{"role":"user","user_id":"bob"}]}""");
        String id = made.path("team_id").stringValue();
        String text = api.newKey("{\"team_id\":\"" + id + "\"}");
        assertThat(made.path("members_with_roles").size()).isEqualTo(2);

        ok("/team/member_add", "{\"team_id\":\"" + id + "\",\"member\":{\"role\":\"user\",\"user_id\":\"eve\"}}");
        ok("/user/new", "{\"user_id\":\"fatma\",\"teams\":[\"" + id + "\"],\"auto_create_key\":false}");
        JsonNode gone = ok("/team/member_delete", "{\"team_id\":\"" + id + "\",\"user_id\":\"bob\"}");
        assertThat(users(gone.path("members_with_roles"))).containsExactly("ayse", "eve", "fatma");
        assertThat(texts(get("/user/info?user_id=fatma").at("/user_info/teams")))
                .containsExactly(id);
        assertThat(api.post("/team/member_delete", MASTER, "{\"team_id\":\"" + id + "\",\"user_id\":\"bob\"}")
                        .status())
                .isEqualTo(404);

        JsonNode info = get("/team/info?team_id=" + id);
        assertThat(info.at("/team_info/team_alias").stringValue()).isEqualTo("shop");
        assertThat(info.path("keys").size()).isEqualTo(1);
        assertThat(users(info.path("team_memberships"))).containsExactly("ayse", "eve", "fatma");
        assertThat(get("/team/list?user_id=eve").size()).isEqualTo(1);
        assertThat(get("/team/list?user_id=bob").size()).isZero();
        assertThat(get("/team/list?organization_id=other").size()).isZero();

        ok("/team/block", "{\"team_id\":\"" + id + "\"}");
        assertThat(api.directory.of(api.keyOf(text)).blocked()).isEqualTo("team " + id + " is blocked");
        ok("/team/unblock", "{\"team_id\":\"" + id + "\"}");
        assertThat(api.directory.of(api.keyOf(text)).blocked()).isEmpty();

        JsonNode updated = ok("/team/update", "{\"team_id\":\"" + id + "\",\"max_budget\":null}");
        assertThat(updated.at("/data/max_budget").isNull()).isTrue();
        assertThat(updated.at("/data/members_with_roles").size()).isEqualTo(3);
        assertThat(texts(ok("/team/delete", "{\"team_ids\":[\"" + id + "\"]}").path("deleted_teams")))
                .containsExactly(id);
        assertThat(api.keys.authenticate(text)).isEmpty();
    }

    @Test
    void membersHaveBudgetsOfTheirOwnInATeam() {
        ok("/team/new", """
                {"team_id":"shop","team_member_budget":5,"team_member_budget_duration":"30d","team_member_rpm_limit":9,
                 "members_with_roles":[{"role":"user","user_id":"bob","max_budget_in_team":2.5}]}""");
        JsonNode added = ok("/team/member_add", """
                {"team_id":"shop","member":{"role":"user","user_id":"eve"},"max_budget_in_team":1,"budget_duration":"1d",
                 "tpm_limit":100}""");
        assertThat(added.path("warnings").isEmpty()).isTrue();
        assertThat(added.path("team_member_budget").decimalValue()).isEqualByComparingTo("5");

        assertThat(limitsIn("shop", "ayse"))
                .containsExactlyInAnyOrder(
                        "team_user:shop/ayse cost 30d 5000000000", "team_user:shop/ayse requests minute 9");
        assertThat(limitsIn("shop", "bob"))
                .contains("team_user:shop/bob cost 30d 2500000000")
                .hasSize(2);
        assertThat(limitsIn("shop", "eve"))
                .containsExactlyInAnyOrder(
                        "team_user:shop/eve cost 1d 1000000000",
                        "team_user:shop/eve requests minute 9",
                        "team_user:shop/eve tokens minute 100");

        ok("/team/member_update", "{\"team_id\":\"shop\",\"user_id\":\"bob\",\"max_budget_in_team\":3}");
        ok(
                "/team/member_update",
                "{\"team_id\":\"shop\",\"user_id\":\"eve\",\"max_budget_in_team\":null,\"role\":\"admin\"}");
        ok("/team/update", "{\"team_id\":\"shop\",\"team_member_rpm_limit\":null}");

        assertThat(limitsIn("shop", "bob")).containsExactly("team_user:shop/bob cost 30d 3000000000");
        assertThat(limitsIn("shop", "eve"))
                .containsExactlyInAnyOrder(
                        "team_user:shop/eve cost 1d 5000000000", "team_user:shop/eve tokens minute 100");
        JsonNode memberships = get("/team/info?team_id=shop").path("team_memberships");
        assertThat(memberships.at("/0/litellm_budget_table/max_budget").asInt()).isEqualTo(3);
        assertThat(api.post("/team/member_update", MASTER, "{\"team_id\":\"shop\",\"user_id\":\"who\"}")
                        .status())
                .isEqualTo(404);
        assertThat(api.post(
                                "/team/member_add",
                                MASTER,
                                "{\"team_id\":\"shop\",\"member\":{\"user_id\":\"x\"},\"max_budget_in_team\":-1}")
                        .param())
                .isEqualTo("max_budget_in_team");
    }

    /** What a key of {@code user} for {@code team} is limited by. */
    private List<String> limitsIn(String team, String user) {
        String text = api.newKey("{\"team_id\":\"" + team + "\",\"user_id\":\"" + user + "\"}");
        return api.directory.of(api.keyOf(text)).limits().stream()
                .map(limit -> limit.subject().toString().replace('\t', '/') + " "
                        + limit.meter().label() + " " + limit.window().label() + " " + limit.cap())
                .toList();
    }

    @Test
    void anOrganizationIsATenantAndTakesItsTeamsAndKeysWithIt() {
        ok("/organization/new", "{\"organization_id\":\"acme\",\"organization_alias\":\"Acme\",\"rpm_limit\":7}");
        ok("/team/new", "{\"team_id\":\"core\",\"organization_id\":\"acme\"}");
        String text = api.newKey("{\"organization_id\":\"acme\"}");
        assertThat(api.directory.of(api.keyOf(text)).limits())
                .extracting(limit -> limit.subject().toString())
                .containsExactly("tenant:acme");

        assertThat(api.send("PATCH", "/organization/update", MASTER, "{\"organization_id\":\"acme\",\"tpm_limit\":9}")
                        .json()
                        .path("tpm_limit")
                        .intValue())
                .isEqualTo(9);
        JsonNode info = get("/organization/info?organization_id=acme");
        assertThat(info.at("/litellm_budget_table/rpm_limit").intValue()).isEqualTo(7);
        assertThat(info.at("/teams/0/team_id").stringValue()).isEqualTo("core");
        assertThat(get("/organization/list").size()).isEqualTo(1);

        Reply deleted = api.send("DELETE", "/organization/delete", MASTER, "{\"organization_ids\":[\"acme\"]}");
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(api.keys.authenticate(text)).isEmpty();
        assertThat(get("/team/list").size()).isZero();
        ok("/organization/new", "{\"organization_id\":\"default\"}");
        assertThat(api.post("/organization/delete", MASTER, "{\"organization_ids\":[\"default\"]}")
                        .param())
                .isEqualTo("organization_ids");
    }

    @Test
    void aCustomerIsKnownByBothNamesOfTheCalls() {
        ok("/budget/new", "{\"budget_id\":\"small\",\"max_budget\":0.5,\"budget_duration\":\"1mo\"}");
        ok("/customer/new", "{\"user_id\":\"bob\",\"alias\":\"Bob\",\"budget_id\":\"small\"}");
        ok("/end_user/new", "{\"user_id\":\"bob\",\"tenant\":\"acme\",\"max_budget\":2}");

        assertThat(get("/end_user/info?end_user_id=bob")
                        .at("/litellm_budget_table/max_budget")
                        .decimalValue())
                .isEqualByComparingTo("0.5");
        assertThat(get("/customer/info?end_user_id=bob&tenant=acme")
                        .path("max_budget")
                        .decimalValue())
                .isEqualByComparingTo("2");
        assertThat(api.directory.ofEndUser("other", "bob").limits())
                .extracting(limit -> limit.cap() + " " + limit.window().label())
                .containsExactly("500000000 month");
        assertThat(get("/customer/list").size()).isEqualTo(2);
        assertThat(get("/customer/list?tenant=acme").size()).isEqualTo(1);

        JsonNode blocked = ok("/customer/block", "{\"user_ids\":[\"eve\",\"bob\"]}");
        assertThat(blocked.path("blocked_users").size()).isEqualTo(2);
        assertThat(api.directory.ofEndUser("other", "eve").blocked()).isEqualTo("customer eve is blocked");
        ok("/customer/unblock", "{\"user_ids\":[\"bob\"]}");
        assertThat(api.directory.ofEndUser("other", "bob").blocked()).isEmpty();
        ok("/customer/update", "{\"user_id\":\"bob\",\"rpm_limit\":3}");
        assertThat(api.directory.ofEndUser("other", "bob").limits()).hasSize(2);
        assertThat(ok("/customer/delete", "{\"user_ids\":[\"bob\",\"eve\"]}")
                        .path("deleted_customers")
                        .intValue())
                .isEqualTo(2);
        assertThat(api.directory.ofEndUser("other", "bob")).isSameAs(Membership.FREE);
    }

    @Test
    void aBudgetThatSomebodyHasCanNotGo() {
        JsonNode made = ok("/budget/new", "{\"max_budget\":1,\"rpm_limit\":5}");
        String id = made.path("budget_id").stringValue();
        assertThat(id).startsWith("budget_");
        String key = api.newKey("{\"budget_id\":\"" + id + "\"}");

        ok("/budget/update", "{\"budget_id\":\"" + id + "\",\"rpm_limit\":6}");
        assertThat(api.directory.of(api.keyOf(key)).limits())
                .extracting(Limit::cap)
                .containsExactly(1_000_000_000L, 6L);
        assertThat(ok("/budget/info", "{\"budgets\":[\"" + id + "\"]}")
                        .at("/0/rpm_limit")
                        .intValue())
                .isEqualTo(6);
        Reply refused = api.post("/budget/delete", MASTER, "{\"id\":\"" + id + "\"}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).contains(api.keyOf(key).id());

        ok("/key/update", "{\"key\":\"" + key + "\",\"budget_id\":null}");
        ok("/budget/delete", "{\"id\":\"" + id + "\"}");
        assertThat(get("/budget/list").size()).isZero();
        assertThat(api.post("/key/generate", MASTER, "{\"budget_id\":\"" + id + "\"}")
                        .param())
                .isEqualTo("budget_id");
    }

    @Test
    void aTagHasABudget() {
        JsonNode made =
                ok("/tag/new", "{\"name\":\"ci\",\"description\":\"Builds\",\"max_budget\":1,\"models\":[\"a\"]}");
        assertThat(texts(made.path("warnings"))).hasSize(1).allMatch(warning -> warning.startsWith("models: "));

        ok("/tag/update", "{\"name\":\"ci\",\"budget_duration\":\"day\"}");

        assertThat(api.directory.ofTags(List.of("ci")).limits())
                .extracting(Limit::account)
                .containsExactly("tag:ci|cost|day|worst-case");
        assertThat(ok("/tag/info", "{\"names\":[\"ci\"]}").at("/ci/description").stringValue())
                .isEqualTo("Builds");
        assertThat(get("/tag/list").size()).isEqualTo(1);
        ok("/tag/delete", "{\"name\":\"ci\"}");
        assertThat(api.directory.ofTags(List.of("ci"))).isSameAs(Membership.FREE);
    }

    @Test
    void plansAreThoseOfTheConfigurationAndThoseThatAreMadeHere() throws IOException {
        Limit limit = Limit.block(new Subject(Subject.Kind.KEY, Subject.ANY), Meter.COST, Window.HOUR, 500_000_000);
        api.configuredPlans = Map.of(
                "fixed", new Plan("fixed", new BigDecimal("9.90"), "TRY", "month", Set.of("fast"), List.of(limit)));
        ok("/api/v1/plans", """
                {"name":"standard","price":{"amount":800,"currency":"TRY"},"rpm_limit":2,"tpm_limit":833,
                 "max_requests_per_day":100}""");
        String key = api.newKey("{\"plan\":\"standard\"}");
        assertThat(api.directory.of(api.keyOf(key)).limits()).hasSize(3);

        JsonNode list = get("/api/v1/plans").path("data");
        assertThat(list.at("/0/source").stringValue()).isEqualTo("configuration");
        assertThat(list.at("/0/limits/0/cap").decimalValue()).isEqualByComparingTo("0.5");
        assertThat(list.at("/1/price/currency").stringValue()).isEqualTo("TRY");
        assertThat(list.at("/1/price/per").stringValue()).isEqualTo("month");
        JsonNode changed = api.send("PATCH", "/api/v1/plans/standard", MASTER, "{\"rpm_limit\":4}")
                .json();
        assertThat(changed.path("rpm_limit").intValue()).isEqualTo(4);
        assertThat(changed.at("/price/amount").intValue()).isEqualTo(800);
        assertThat(get("/api/v1/plans/standard").path("tpm_limit").intValue()).isEqualTo(833);

        assertThat(api.send("DELETE", "/api/v1/plans/standard", MASTER, "").message())
                .contains("a plan that nobody has");
        assertThat(api.send("DELETE", "/api/v1/plans/fixed", MASTER, "").status())
                .isEqualTo(409);
        assertThat(api.post("/api/v1/plans", MASTER, "{\"name\":\"fixed\"}").status())
                .isEqualTo(409);
        assertThat(api.post("/api/v1/plans", MASTER, "{\"name\":\"standard\"}").status())
                .isEqualTo(409);
        assertThat(api.post("/api/v1/plans", MASTER, "{\"name\":\"BASIC\"}").status())
                .isEqualTo(409);
        assertThat(api.post("/key/generate", MASTER, "{\"plan\":\"gold\"}").param())
                .isEqualTo("plan");
        ok("/key/delete", "{\"keys\":[\"" + key + "\"]}");
        assertThat(api.send("DELETE", "/api/v1/plans/standard", MASTER, "").status())
                .isEqualTo(200);
        assertThat(api.get("/api/v1/plans/standard", MASTER).status()).isEqualTo(404);
    }

    @Test
    void theAuditLogIsPagedAndFiltered() {
        for (int i = 0; i < 5; i++) {
            ok("/customer/new", "{\"user_id\":\"c" + i + "\",\"metadata\":{\"token\":\"hush\"}}");
        }
        ok("/customer/block", "{\"user_ids\":[\"c0\"]}");

        JsonNode first = get("/api/v1/audit?limit=4");
        JsonNode second =
                get("/api/v1/audit?limit=4&cursor=" + first.path("next_cursor").stringValue());

        assertThat(first.at("/data/0/action").stringValue()).isEqualTo("blocked");
        assertThat(first.at("/data/0/target").stringValue()).isEqualTo("c0");
        assertThat(first.at("/data/0/by").stringValue()).isEqualTo("master");
        assertThat(first.at("/data/0/time").stringValue()).isEqualTo("2026-11-22T10:00:00.000Z");
        assertThat(first.at("/data/0/before/blocked").booleanValue()).isFalse();
        assertThat(first.at("/data/0/after/blocked").booleanValue()).isTrue();
        assertThat(second.path("data").size()).isEqualTo(2);
        assertThat(second.at("/data/1/before").isNull()).isTrue();
        assertThat(second.path("next_cursor").isNull()).isTrue();
        assertThat(first.toString() + second).doesNotContain("hush");
        assertThat(get("/api/v1/audit?action=created&kind=customer")
                        .path("data")
                        .size())
                .isEqualTo(5);
        assertThat(get("/api/v1/audit?to=2026-11-22").path("data").size()).isZero();
        assertThat(api.get("/api/v1/audit?cursor=x", MASTER).param()).isEqualTo("cursor");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /user/new            | {"user_idd":"a"}                              | user_idd
            /user/new            | {"user_id":7}                                 | user_id
            /user/new            | {"max_budget":"1"}                            | max_budget
            /user/new            | {"teams":["nobody"]}                          | teams
            /user/new            | {"duration":"soon"}                           | duration
            /user/new            | {"allowed_networks":["10.0.0.0/8"]}           | allowed_networks
            /user/update         | {}                                            | user_id
            /user/update         | {"user_id":"a","plan":"gold"}                 | plan
            /user/update         | {"user_id":"a","user_role":5}                 | user_role
            /user/delete         | {"user_ids":"a"}                              | user_ids
            /user/delete         | {}                                            | user_ids
            /team/new            | {"members_with_roles":[{"role":"user"}]}      | members_with_roles
            /team/update         | {"max_budget":1}                              | team_id
            /team/block          | {"team_id":"t","x":1}                         | x
            /team/member_add     | {"team_id":"t"}                               | member
            /customer/new        | {"alias":"x"}                                 | user_id
            /customer/new        | {"user_id":"a","tenant":"b","organization_id":"c"} | organization_id
            /customer/block      | {"user_ids":[]}                               | user_ids
            /budget/new          | {"max_budget":-1}                             | max_budget
            /budget/new          | {"max_budget":1e999999999}                    | max_budget
            /budget/new          | {"max_budget":1e9999999999}                   | body
            /budget/info         | {"budgets":[""]}                              | budgets
            /budget/update       | {"rpm_limit":1}                               | budget_id
            /tag/new             | {"max_budget":1}                              | name
            /api/v1/plans        | {"name":"a","price":{"amount":-1}}            | price
            /api/v1/plans        | {"name":"a","price":{"amount":1e-999999999}}   | price
            /api/v1/plans        | {"name":"a","price":{"amount":1,"per":"y"}}   | price
            """)
    void aWrongRequestIsRefusedByName(String path, String json, String param) {
        Reply reply = api.post(path, MASTER, json);

        assertThat(reply.status()).as(reply.body()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("invalid_request");
        assertThat(reply.param()).isEqualTo(param);
        for (Kind kind : Kind.values()) {
            assertThat(api.holders.list(kind)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /team/update         | {"team_id":"none"}
            /team/block          | {"team_id":"none"}
            /team/delete         | {"team_ids":["none"]}
            /user/delete         | {"user_ids":["none"]}
            /organization/update | {"organization_id":"none"}
            /customer/update     | {"user_id":"none"}
            /customer/delete     | {"user_ids":["none"]}
            /budget/update       | {"budget_id":"none"}
            /budget/delete       | {"id":"none"}
            /tag/update          | {"name":"none"}
            /tag/info            | {"names":["none"]}
            """)
    void whatIsNotThereIsNamed(String path, String json) {
        Reply reply = api.post(path, MASTER, json);

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.code()).isEqualTo("not_found");
        assertThat(reply.message()).contains("none");
    }

    @Test
    void theMasterKeyIsNeeded() {
        String key = api.newKey("{}");

        assertThat(api.post("/user/new", key, "{}").status()).isEqualTo(403);
        assertThat(api.get("/api/v1/audit", key).status()).isEqualTo(403);
        assertThat(api.holders.list(Kind.USER)).extracting(Holder::id).isEmpty();
    }

    private JsonNode ok(String path, String body) {
        Reply reply = api.post(path, MASTER, body);
        assertThat(reply.status()).as(path + ": " + reply.body()).isEqualTo(200);
        return reply.json();
    }

    private JsonNode get(String path) {
        Reply reply = api.get(path, MASTER);
        assertThat(reply.status()).as(path + ": " + reply.body()).isEqualTo(200);
        return reply.json();
    }

    private static List<String> users(JsonNode array) {
        List<String> users = new ArrayList<>();
        array.forEach(element -> users.add(element.path("user_id").stringValue()));
        return users;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.stringValue()));
        return texts;
    }
}
