package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strategies look at reaches them: keys, prices, what was used, and limits that are full. */
class StrategiesCallTest {
    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private Gateway gateway;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start();
        upstream.otherwise(new ChatAnswer().usage(ChatAnswer.usage(1_000, 1_000)));
        gateway = Gateway.start(folder, """
                providers:
                  up: {kind: openai-compatible, base_url: "%s", api_key: none}
                models:
                  cheapest: {routing: lowest-cost, deployments: [up/dear, up/cheap, up/unpriced]}
                  sticky: {routing: sticky, deployments: [up/one, up/two, up/three]}
                  roomy:
                    routing: usage-based
                    deployments:
                      - {provider: up, model: large, tpm: 1000000}
                      - {provider: up, model: small, tpm: 997000}
                  brief:
                    routing: sticky
                    retries: 0
                    deployments:
                      - {provider: up, model: left, rpm: 2}
                      - {provider: up, model: right, rpm: 2}
                prices:
                  - {provider: up, model: cheap, input: 1, output: 4}
                  - {provider: up, model: dear, input: 2, output: 8}
                """.formatted(upstream.v1()));
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    @Test
    void theCheapestAnswers() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(model("cheapest", gateway.key())).isEqualTo("cheap");
        }
    }

    @Test
    void aKeyStaysWhereItIsAndKeysAreSpread() throws Exception {
        Set<String> homes = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            String key = Calls.generateKey(gateway.port(), Gateway.MASTER_KEY, "{\"user_id\":\"user" + i + "\"}");
            String home = model("sticky", key);
            homes.add(home);
            assertThat(model("sticky", key)).isEqualTo(home);
        }

        assertThat(homes).containsExactlyInAnyOrder("one", "two", "three");
    }

    @Test
    void whatWasUsedTakesFromTheRoomThatIsLeft() throws Exception {
        List<String> models = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            models.add(model("roomy", gateway.key()));
        }

        // 1,000,000 and 997,000 tokens, 2,000 a call: 998,000, 996,000, then 995,000, then 994,000.
        assertThat(models).containsExactly("large", "large", "small", "large");
    }

    @Test
    void aFullDeploymentIsSkippedThoughTheKeySticksToIt() throws Exception {
        String home = model("brief", gateway.key());
        String other = home.equals("left") ? "right" : "left";

        assertThat(model("brief", gateway.key())).isEqualTo(home);
        assertThat(model("brief", gateway.key())).isEqualTo(other);
        assertThat(model("brief", gateway.key())).isEqualTo(other);
        try (Caller caller = gateway.caller()) {
            assertThat(caller.post("/v1/chat/completions", Calls.chat("brief"))
                            .reply()
                            .status())
                    .isEqualTo(429);
        }
        assertThat(upstream.requests()).isEqualTo(4);
    }

    private String model(String alias, String key) throws IOException {
        try (Caller caller = new Caller(gateway.port(), key)) {
            Reply reply = caller.post("/v1/chat/completions", Calls.chat(alias)).reply();
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            return reply.header("x-mizan-model");
        }
    }
}
