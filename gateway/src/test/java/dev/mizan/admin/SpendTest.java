package dev.mizan.admin;

import static dev.mizan.admin.AdminHarness.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admin.AdminHarness.Reply;
import dev.mizan.report.LineBuilder;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is shown as spent, and setting it: over a written ledger, with counters that are made of it. */
class SpendTest {
    @TempDir
    Path folder;

    private AdminHarness api;

    @BeforeEach
    void open() {
        api = new AdminHarness(folder, true);
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void aRollingBudgetIsSetForAsLongAsWhatWasUsedCounts() {
        String id = key("{\"max_budget\":10,\"budget_duration\":\"30d\"}");
        book(id);
        assertThat(spend(id)).isEqualByComparingTo("7");

        set(id, "2");

        assertThat(spend(id)).isEqualByComparingTo("2");
        restart();
        assertThat(spend(id)).isEqualByComparingTo("2");
        // What was used twenty days ago has left the window, and what was taken away of it as well.
        api.clock.advance(Duration.ofDays(12));
        assertThat(spend(id)).isEqualByComparingTo("2");
        restart();
        assertThat(spend(id)).isEqualByComparingTo("2");
        api.clock.advance(Duration.ofDays(30));
        assertThat(spend(id)).isEqualByComparingTo("0");
    }

    @Test
    void twoSettingsFollowEachOther() {
        String id = key("{\"max_budget\":10,\"budget_duration\":\"30d\"}");
        book(id);

        set(id, "2");
        set(id, "9");
        assertThat(spend(id)).isEqualByComparingTo("9");
        set(id, "0");
        assertThat(spend(id)).isEqualByComparingTo("0");
        api.clock.advance(Duration.ofDays(12));
        assertThat(spend(id)).isEqualByComparingTo("0");
    }

    @Test
    void aCalendarBudgetBeginsAnewByItself() {
        String id = key("{\"max_budget\":10,\"budget_duration\":\"1mo\"}");
        book(id);
        assertThat(info(id).path("budget_reset_at").stringValue()).isEqualTo("2026-11-30T21:00:00.000Z");

        JsonNode reset = ok("/key/" + id + "/reset_spend", "{\"reset_to\":0.5}");

        assertThat(reset.path("spend").decimalValue()).isEqualByComparingTo("0.5");
        restart();
        assertThat(spend(id)).isEqualByComparingTo("0.5");
        api.clock.set("2026-11-30T21:00:00Z");
        assertThat(spend(id)).isEqualByComparingTo("0");
    }

    @Test
    void everyBudgetOfAHolderIsSet() {
        book("key_x");
        ok("/user/new", """
                {"user_id":"ayse","max_budget":10,"budget_limits":[{"max_budget":5,"budget_duration":"day"}],
                 "auto_create_key":false}""");
        assertThat(user().path("spend").decimalValue()).isEqualByComparingTo("7");

        ok("/user/update", "{\"user_id\":\"ayse\",\"spend\":4}");

        assertThat(user().path("spend").decimalValue()).isEqualByComparingTo("4");
        ok("/user/update", "{\"user_id\":\"ayse\",\"max_budget\":null}");
        assertThat(user().path("spend").decimalValue()).isEqualByComparingTo("4");
        JsonNode changes = api.get("/api/v1/audit?action=adjusted", MASTER).json();
        assertThat(changes.path("data").size()).isEqualTo(2);
        assertThat(changes.at("/data/0/target").stringValue()).startsWith("user:ayse|cost|");
        assertThat(changes.at("/data/0/after/reason").stringValue()).isEqualTo("spend set to 4");
    }

    @Test
    void withoutABudgetThereIsNothingToSet() {
        String id = key("{}");
        book(id);

        JsonNode body = ok("/key/update", "{\"key\":\"" + id + "\",\"spend\":0}");

        assertThat(body.at("/warnings/0").stringValue()).startsWith("spend: nothing was set");
        assertThat(spend(id)).isEqualByComparingTo("7");
        assertThat(info(id).path("budget_reset_at").isNull()).isTrue();
    }

    @Test
    void aWrongAmountIsRefused() {
        String id = key("{\"max_budget\":10}");

        for (String wrong : List.of("-1", "\"0\"", "4503599.627370497")) {
            Reply reply = api.post("/key/" + id + "/reset_spend", MASTER, "{\"reset_to\":" + wrong + "}");
            assertThat(reply.status()).as(wrong).isEqualTo(400);
            assertThat(reply.param()).isEqualTo("reset_to");
        }
        assertThat(api.post("/key/" + id + "/reset_spend", MASTER, "{}").param())
                .isEqualTo("reset_to");
        assertThat(api.post("/key/key_none/reset_spend", MASTER, "{\"reset_to\":0}")
                        .status())
                .isEqualTo(404);
    }

    private String key(String fields) {
        return api.generate(fields).path("token").stringValue();
    }

    /** Four dollars of twenty days ago, and three of an hour ago, today by any calendar. */
    private void book(String key) {
        api.book(
                folder,
                List.of(
                        LineBuilder.at("2026-11-02T10:00:00Z")
                                .key(key)
                                .cost("4")
                                .build(),
                        LineBuilder.at("2026-11-22T09:00:00Z")
                                .key(key)
                                .cost("3")
                                .build()));
    }

    private void set(String id, String amount) {
        ok("/key/update", "{\"key\":\"" + id + "\",\"spend\":" + amount + "}");
    }

    /** The counters are gone; the books are not. */
    private void restart() {
        String now = api.clock.instant().toString();
        api.close();
        api = new AdminHarness(folder, true);
        api.clock.set(now);
    }

    private BigDecimal spend(String id) {
        return info(id).path("spend").decimalValue();
    }

    private JsonNode info(String id) {
        return api.get("/key/info?key=" + id, MASTER).json().path("info");
    }

    private JsonNode user() {
        return api.get("/user/info?user_id=ayse", MASTER).json().path("user_info");
    }

    private JsonNode ok(String path, String body) {
        Reply reply = api.post(path, MASTER, body);
        assertThat(reply.status()).as(path + ": " + reply.body()).isEqualTo(200);
        return reply.json();
    }
}
