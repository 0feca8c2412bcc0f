package dev.mizan.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class UsageReaderPropertyTest {
    private static final List<String> FLAVORS = List.of(
            "openai/chat",
            "openai/responses",
            "openai/embeddings",
            "anthropic/default",
            "google/default",
            "aws/default",
            "cohere/tokens",
            "ollama/default",
            "x-ai/chat");

    private static final List<String> NAMES = List.of(
            "usage",
            "usageMetadata",
            "model",
            "message",
            "response",
            "prompt_tokens",
            "completion_tokens",
            "input_tokens",
            "output_tokens",
            "prompt_tokens_details",
            "completion_tokens_details",
            "cached_tokens",
            "reasoning_tokens",
            "audio_tokens",
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
            "cache_creation",
            "ephemeral_1h_input_tokens",
            "promptTokenCount",
            "candidatesTokenCount",
            "thoughtsTokenCount",
            "cachedContentTokenCount",
            "promptTokensDetails",
            "cacheTokensDetails",
            "modality",
            "tokenCount",
            "cacheDetails",
            "ttl",
            "inputTokens",
            "outputTokens",
            "tokens",
            "prompt_eval_count",
            "eval_count",
            "service_tier");

    @Property(tries = 2_000)
    void noBytesMakeAReaderFail(@ForAll("flavors") String flavor, @ForAll @Size(max = 200) byte[] bytes) {
        holds(read(flavor, bytes));
    }

    @Property(tries = 5_000)
    void noJsonMakesAReaderFailOrACountNegative(@ForAll("flavors") String flavor, @ForAll("objects") String json) {
        holds(read(flavor, json.getBytes(StandardCharsets.UTF_8)));
    }

    @Property(tries = 2_000)
    void noCutMakesAReaderFail(
            @ForAll("flavors") String flavor, @ForAll("objects") String json, @ForAll("shares") int percent) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);

        holds(reader(flavor).read(bytes, 0, bytes.length * percent / 100));
    }

    @Property(tries = 1_000)
    void mergingAReadingWithItselfChangesNothing(@ForAll("flavors") String flavor, @ForAll("objects") String json) {
        UsageReading reading = read(flavor, json.getBytes(StandardCharsets.UTF_8));

        assertThat(reading.then(reading)).isEqualTo(reading);
    }

    private static void holds(UsageReading reading) {
        for (Unit unit : Unit.values()) {
            assertThat(reading.usage().get(unit)).isBetween(0L, 3 * Count.MAX);
        }
        assertThat(reading.usage().inputTokens()).isNotNegative();
        assertThat(reading.usage().outputTokens()).isNotNegative();
        assertThat(reading.isPresent() || reading.usage().totalTokens() == 0).isTrue();
    }

    @Provide
    Arbitrary<String> flavors() {
        return Arbitraries.of(FLAVORS);
    }

    @Provide
    Arbitrary<Integer> shares() {
        return Arbitraries.integers().between(0, 100);
    }

    /** Objects that look much like bodies, and hold anything. */
    @Provide
    Arbitrary<String> objects() {
        return object(Arbitraries.lazy(
                () -> Arbitraries.oneOf(scalars(), object(scalars()), array(), object(object(scalars())))));
    }

    private static Arbitrary<String> array() {
        return Arbitraries.oneOf(scalars(), object(scalars()))
                .list()
                .ofMaxSize(3)
                .map(values -> "[" + String.join(",", values) + "]");
    }

    private static Arbitrary<String> object(Arbitrary<String> values) {
        return Combinators.combine(Arbitraries.of(NAMES), values)
                .as((name, value) -> "\"" + name + "\":" + value)
                .list()
                .ofMaxSize(6)
                .map(properties -> "{" + String.join(",", properties) + "}");
    }

    private static Arbitrary<String> scalars() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.longs().between(0, 1000).map(String::valueOf),
                Arbitraries.bigIntegers().map(String::valueOf),
                Arbitraries.bigDecimals().map(String::valueOf),
                Arbitraries.doubles().map(String::valueOf),
                Arbitraries.of(
                        "null", "true", "\"AUDIO\"", "\"IMAGE\"", "\"1h\"", "\"flex\"", "\"12\"", "1e400", "-0"));
    }

    private static UsageReading read(String flavor, byte[] bytes) {
        return reader(flavor).read(bytes);
    }

    private static UsageReader reader(String flavor) {
        int slash = flavor.indexOf('/');
        return UsageReader.of(flavor.substring(0, slash), flavor.substring(slash + 1))
                .orElseThrow();
    }
}
