package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same answer costs the same, however it comes. */
class SameCostTest {
    @TempDir
    Path folder;

    @Test
    void usageAndCostAreEqualStreamedAndNot() throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20260101);
        try (FakeUpstream upstream = FakeUpstream.start();
                Gateway gateway = Gateway.over(upstream, folder)) {
            for (int i = 0; i < 50; i++) {
                long prompt = random.nextLong(1, 200_000);
                long cached = random.nextLong(0, prompt);
                long completion = random.nextLong(0, 20_000);
                String usage = ChatAnswer.usage(prompt, completion, cached, random.nextLong(0, completion + 1));
                upstream.otherwise(new ChatAnswer().usage(usage));

                Line whole = line(gateway, Calls.chat("once"));
                Line streamed = line(gateway, Calls.stream("once"));
                Line shown = line(gateway, Calls.streamWithUsage("once"));

                assertThat(streamed.usage()).isEqualTo(whole.usage()).isEqualTo(shown.usage());
                assertThat(streamed.cost().receipt())
                        .isEqualTo(whole.cost().receipt())
                        .isEqualTo(shown.cost().receipt());
                assertThat(streamed.cost().charged())
                        .isEqualTo(whole.cost().charged())
                        .isEqualTo(shown.cost().charged());
                assertThat(whole.usage().inputTokens()).isEqualTo(prompt);
                assertThat(whole.usage().outputTokens()).isEqualTo(completion);
                // $2, $0.50 and $8 per million are 2,000, 500 and 8,000 nano-USD a token.
                assertThat(whole.cost().charged().nanos())
                        .isEqualTo((prompt - cached) * 2_000 + cached * 500 + completion * 8_000);
            }
        }
    }

    private static Line line(Gateway gateway, String body) throws Exception {
        return gateway.books().call(gateway.chat(body).requestId());
    }
}
