package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.money.NanoUsd;
import dev.mizan.usage.UsageSource;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Canned answers: the provider of kind {@code rules}, through a whole gateway. */
class CannedAnswersTest {
    private static final String YAML = """
            providers:
              canned:
                kind: rules
                rules:
                  - {match: "(?i)iade|refund", answer: "İade için siparişinizi açın."}
                  - {match: "(a+)+$", answer: "slow"}
                otherwise: "Şu anda yalnızca hazır yanıtlar verilebiliyor."
            models:
              rules: canned/rules
            limits:
              - {subject: global, meter: cost, per: day, cap: 0}
              - {subject: global, meter: tokens, per: day, cap: 1}
            """;

    @TempDir
    Path folder;

    @Test
    void theFirstRuleThatIsFoundInWhatTheUserSaidLastAnswersAndCostsNothing() throws IOException {
        try (Gateway gateway = Gateway.start(folder, YAML)) {
            Reply reply = gateway.chat(chat("REFUND please", false));

            assertThat(reply.status()).isEqualTo(200);
            assertThat(content(reply)).isEqualTo("İade için siparişinizi açın.");
            Line line = gateway.books().call(reply.requestId());
            assertThat(line.usageSource()).isEqualTo(UsageSource.PROVIDER);
            assertThat(line.usage().totalTokens()).isZero();
            assertThat(line.cost().provider()).isEqualTo(NanoUsd.ZERO);
            assertThat(line.cost().unpricedReason()).isEmpty();
            assertThat(content(gateway.chat(chat("Selam dostum", false)))).startsWith("Şu anda");
        }
    }

    @Test
    void itStreamsAndASlowRuleIsPassedOver() throws IOException {
        try (Gateway gateway = Gateway.start(folder, YAML);
                Caller caller = gateway.caller()) {
            caller.post("/v1/chat/completions", chat("iade", true)).head();
            assertThat(caller.event()).contains("İade için siparişinizi açın.");

            Reply reply = gateway.chat(chat("a".repeat(40) + "!", false));

            assertThat(content(reply)).startsWith("Şu anda");
            assertThat(gateway.post("/v1/embeddings", "{\"model\":\"rules\",\"input\":\"x\"}")
                            .status())
                    .isEqualTo(400);
        }
    }

    private static String content(Reply reply) {
        return reply.json()
                .path("choices")
                .get(0)
                .path("message")
                .path("content")
                .asString();
    }

    private static String chat(String text, boolean stream) {
        return "{\"model\":\"rules\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"refund?\"},{\"role\":\"assistant\",\"content\":\"-\"},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}]}";
    }
}
