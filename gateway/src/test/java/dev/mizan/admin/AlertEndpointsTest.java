package dev.mizan.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.limit.AtCap;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Reserve;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class AlertEndpointsTest {
    private static final long DEADLINE_NANOS = 30_000_000_000L;

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
    void whatFiredIsListedInTheCallersLanguage() {
        fire("u1", 70);
        fire("u2", 90);
        fire("u3", 90);
        JsonNode all = listed("?limit=2", 2);

        assertThat(all.at("/data/0/subject").asString()).isEqualTo("user:u3");
        assertThat(all.at("/data/0/level").asString()).isEqualTo("WARNING");
        assertThat(all.at("/data/0/message").asString()).isEqualTo("User u3 günlük budget'ın %90'ında");
        JsonNode rest = listed("?limit=2&cursor=" + all.path("next_cursor").asString(), 1);
        assertThat(rest.at("/data/0/subject").asString()).isEqualTo("user:u1");
        assertThat(rest.path("next_cursor").isNull()).isTrue();
        assertThat(listed("?level=INFO&kind=limit&subject=user:u1", 1)
                        .at("/data/0/percent")
                        .asInt())
                .isEqualTo(70);
        assertThat(listed("?from=2026-11-23", 0).path("data")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "cursor=x,cursor",
        "limit=201,limit",
        "limit=0,limit",
        "kind=nothing,kind",
        "level=warning,level",
        "subject=nobody,subject",
        "user=u1,user"
    })
    void wrongParametersAreNamed(String query, String param) {
        AdminHarness.Reply reply = api.get("/api/v1/alerts?" + query, AdminHarness.MASTER);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.param()).isEqualTo(param);
    }

    @Test
    void channelsSayHowTheyDo() {
        JsonNode channels =
                api.get("/api/v1/alerts/channels", AdminHarness.MASTER).json().path("data");

        assertThat(channels)
                .extracting(channel -> channel.path("channel").asString() + " "
                        + channel.path("state").asString())
                .containsExactly("webhook off", "slack off", "email off", "log ok", "page ok");
    }

    @Test
    void aTestAnswersWithItsResults() {
        AdminHarness.Reply reply = api.post("/api/v1/alerts/test", AdminHarness.MASTER, "{}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("data"))
                .extracting(
                        one -> one.path("channel").asString() + one.path("ok").asBoolean())
                .containsExactly("logtrue");
    }

    @Test
    void onlyTheMasterKeyMay() {
        String key = api.newKey("{}");

        assertThat(api.get("/api/v1/alerts", key).status()).isEqualTo(403);
        assertThat(api.get("/api/v1/alerts/channels", key).status()).isEqualTo(403);
        assertThat(api.post("/api/v1/alerts/test", key, "{}").status()).isEqualTo(403);
    }

    private void fire(String user, int percent) {
        Window.Calendar day = new Window.Calendar(Window.Period.DAY, AdminHarness.ISTANBUL);
        Limit limit = new Limit(
                new Subject(Subject.Kind.USER, user),
                Meter.TOKENS,
                day,
                100,
                new AtCap.Block(),
                Reserve.byDefault(Meter.TOKENS, day),
                false,
                List.of(70, 90),
                "configuration");
        long now = api.clock.millis();
        api.alerts.reached(new Standing(limit, percent, 0, day.startMillis(now), day.endMillis(now)), percent);
    }

    /** The list, once it has {@code count} rows. */
    private JsonNode listed(String query, int count) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (true) {
            // Before the list is read: one that fires in between would be missing in it.
            boolean complete = api.alerts
                            .page(dev.mizan.alert.AlertStore.Filter.ALL, "", 9)
                            .fired()
                            .size()
                    == 3;
            JsonNode body = api.get("/api/v1/alerts" + query, AdminHarness.MASTER, "accept-language", "tr")
                    .json();
            if (complete && body.path("data").size() == count) {
                return body;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 30 s: " + count + " rows in " + body);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }
}
