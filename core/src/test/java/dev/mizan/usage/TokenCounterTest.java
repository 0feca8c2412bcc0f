package dev.mizan.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TokenCounterTest {
    private final TokenCounter counter = new TokenCounter();

    @Test
    void openAiModelsAreCountedWithTheirOwnEncoding() {
        assertThat(counter.isExact("gpt-4o-mini")).isTrue();
        assertThat(counter.isExact("openai/gpt-5")).isTrue();
        assertThat(counter.isExact("claude-sonnet-4-5")).isFalse();
        assertThat(counter.count("gpt-4", "hello world")).isEqualTo(2);
        assertThat(counter.count("gpt-4o", "hello world")).isEqualTo(2);
        assertThat(counter.count("gpt-4o", "")).isZero();
    }

    @Test
    void textThatLooksLikeASpecialTokenIsText() {
        assertThat(counter.count("gpt-4", "<|endoftext|>")).isGreaterThan(1);
    }

    @Test
    void otherModelsAreCountedByCharactersOfTheirScript() {
        assertThat(counter.count("claude-x", "abcdefgh")).isEqualTo(2);
        assertThat(counter.count("claude-x", "abcdefghi")).isEqualTo(3);
        assertThat(counter.count("claude-x", "شكرا")).isEqualTo(2);
        assertThat(counter.count("claude-x", "謝謝")).isEqualTo(2);
        assertThat(counter.count("claude-x", "")).isZero();
    }

    @Test
    void aRatioIsLearnedFromCallsThatReported() {
        counter.learn("local-1", 3_000, 1_000);
        counter.learn("local-1", 0, 5);
        counter.learn("local-1", 5, -1);

        assertThat(counter.count("local-1", "x".repeat(30))).isEqualTo(10);
        assertThat(counter.count("local-2", "x".repeat(40))).isEqualTo(10);
    }

    @Test
    void whatWasLearnedLastCountsMore() {
        for (int i = 0; i < 100; i++) {
            counter.learn("local", 400_000, 100_000);
        }
        for (int i = 0; i < 100; i++) {
            counter.learn("local", 200_000, 100_000);
        }

        assertThat(counter.count("local", "x".repeat(1_000))).isBetween(495L, 505L);
    }

    @Test
    void ratiosAreKeptForSoManyModelsOnly() {
        for (int i = 0; i <= TokenCounter.MODELS_MAX; i++) {
            counter.learn("model-" + i, 2, 1);
        }

        assertThat(counter.count("model-" + (TokenCounter.MODELS_MAX - 1), "xxxx"))
                .isEqualTo(2);
        assertThat(counter.count("model-" + TokenCounter.MODELS_MAX, "xxxx")).isEqualTo(1);
    }

    @Test
    void roughlyAQuarterOfTheCharactersRoundedDown() {
        assertThat(TokenCounter.rough("x".repeat(45))).isEqualTo(11);
    }

    @Test
    void aChatBodyHasThreeTokensMorePerMessageAndForTheAnswer() {
        byte[] body = ("{\"model\":\"gpt-4\",\"messages\":[{\"role\":\"system\",\"content\":\"hello world\"},"
                        + "{\"role\":\"user\",\"name\":\"ann\",\"content\":[{\"type\":\"text\",\"text\":\"hello "
                        + "world\"},"
                        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}]}]}")
                .getBytes(StandardCharsets.UTF_8);

        long tokens = counter.chatInput("gpt-4", body, 0, body.length);

        long roles = 2;
        long contents = 4;
        long name = counter.count("gpt-4", "ann") + 1;
        assertThat(tokens).isEqualTo(3 * 2 + 3 + roles + contents + name);
        assertThat(TokenCounter.inputBound(body.length, 2)).isGreaterThan(tokens);
    }

    @Test
    void aMalformedChatBodyCountsAsText() {
        byte[] body = "{\"messages\": [ hello".getBytes(StandardCharsets.UTF_8);

        assertThat(counter.chatInput("gpt-4", body, 0, body.length)).isPositive();
    }
}
