package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user may use for a team, beside what user and team may use. */
class TeamMembersTest {
    @TempDir
    Path folder;

    private FakeUpstream upstream;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start();
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    @Test
    void aMembersBudgetHoldsForThatTeamAloneAndOverARestart() throws Exception {
        String inShop;
        String inOther;
        String ofBob;
        int answered = 0;
        try (Gateway gateway = gateway()) {
            master(gateway, "/team/new", "{\"team_id\":\"shop\",\"members\":[\"fatma\",\"bob\"]}");
            master(gateway, "/team/new", "{\"team_id\":\"other\",\"members\":[\"fatma\"]}");
            master(
                    gateway,
                    "/team/member_update",
                    "{\"team_id\":\"shop\",\"user_id\":\"fatma\",\"max_budget_in_team\":0.001}");
            inShop = key(gateway, "fatma", "shop");
            inOther = key(gateway, "fatma", "other");
            ofBob = key(gateway, "bob", "shop");

            Reply reply = chat(gateway, inShop);
            while (reply.status() == 200) {
                answered++;
                reply = chat(gateway, inShop);
            }
            assertThat(answered).isPositive();
            assertThat(reply.errorCode()).isEqualTo("cost_limit_exceeded");
            assertThat(reply.text()).contains("Team member shop / fatma");
            assertThat(chat(gateway, key(gateway, "fatma", "shop")).errorCode()).isEqualTo("cost_limit_exceeded");
            assertThat(chat(gateway, inOther).status()).isEqualTo(200);
            assertThat(chat(gateway, ofBob).status()).isEqualTo(200);
            gateway.books().awaitCount(Line.Kind.CALL, answered + 2);
        }
        try (Gateway gateway = gateway()) {
            assertThat(chat(gateway, inShop).errorCode()).isEqualTo("cost_limit_exceeded");
            assertThat(chat(gateway, inOther).status()).isEqualTo(200);
            assertThat(chat(gateway, ofBob).status()).isEqualTo(200);
        }
    }

    private Gateway gateway() {
        return Gateway.start(folder, Gateway.models(upstream) + Gateway.PRICES);
    }

    private static String key(Gateway gateway, String user, String team) throws IOException {
        return Calls.generateKey(
                gateway.port(), Gateway.MASTER_KEY, "{\"user_id\":\"" + user + "\",\"team_id\":\"" + team + "\"}");
    }

    private static void master(Gateway gateway, String path, String body) throws IOException {
        try (Caller caller = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
            Reply reply = caller.post(path, body).reply();
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        }
    }

    private static Reply chat(Gateway gateway, String key) throws IOException {
        try (Caller caller = new Caller(gateway.port(), key)) {
            return caller.post(
                            "/v1/chat/completions",
                            "{\"model\":\"once\",\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}")
                    .reply();
        }
    }
}
