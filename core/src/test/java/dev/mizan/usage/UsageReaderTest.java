package dev.mizan.usage;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

class UsageReaderTest {
    /** One hand-written body per flavour, and the usage that is right for it. */
    static Stream<Arguments> flavors() throws IOException {
        try (InputStream file = UsageReaderTest.class.getResourceAsStream("flavors.jsonl")) {
            return new String(requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> JsonMapper.shared().readTree(line))
                    .map(one -> Arguments.of(
                            one.path("flavor").asString(),
                            one.path("body").toString(),
                            one.path("usage").asString()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("flavors")
    void eachFlavorIsReadByItsOwnConvention(String flavor, String body, String expected) {
        UsageReading reading = read(flavor, body);

        assertThat(reading.state()).isEqualTo(UsageReading.State.COMPLETE);
        assertThat(reading.problem()).isEmpty();
        assertThat(reading.model()).isEqualTo(body.contains("\"m\"") ? "m" : "");
        assertThat(reading.usage()).hasToString("Usage[" + expected + " standard]");
    }

    @Test
    void anUnknownFlavorHasNoReader() {
        assertThat(UsageReader.of("openai", "carrier-pigeon")).isEmpty();
    }

    @Test
    void aStreamsEventsAreMergedCountByCountAndNeverAdded() {
        UsageReading start = read(
                "anthropic/default",
                "{'type':'message_start','message':{'model':'claude-x','usage':{'input_tokens':10,"
                        + "'cache_read_input_tokens':5,'output_tokens':1}}}");
        UsageReading delta = read(
                "anthropic/default",
                "{'type':'message_delta','usage':{'output_tokens':50,'output_tokens_details':{'thinking_tokens':20}}}");

        UsageReading merged = start.then(delta);

        assertThat(delta.state()).isEqualTo(UsageReading.State.PARTIAL);
        assertThat(merged.isComplete()).isTrue();
        assertThat(merged.model()).isEqualTo("claude-x");
        assertThat(merged.usage()).hasToString("Usage[input=10 cache_read=5 output=30 reasoning=20 standard]");
        assertThat(merged.then(delta)).isEqualTo(merged);
    }

    @Test
    void aStreamsEventsThatWrapTheAnswerAreRead() {
        UsageReading completed = read(
                "openai/responses",
                "{'type':'response.completed','response':{'model':'gpt-x','service_tier':'priority',"
                        + "'output':[{'usage':1}],"
                        + "'usage':{'input_tokens':9,'output_tokens':4}}}");

        assertThat(completed.isComplete()).isTrue();
        assertThat(completed.model()).isEqualTo("gpt-x");
        assertThat(completed.usage()).hasToString("Usage[input=9 output=4 priority]");
    }

    @Test
    void toolCallsThatAreChargedForAreCountedInTheOutput() {
        UsageReading reading = read(
                "openai/responses",
                "{'model':'m','output':[{'type':'reasoning'},{'type':'web_search_call','action':{'query':'a',"
                        + "'type':'search'}},"
                        + "{'action':{'type':'open_page','url':'b'},'type':'web_search_call'},"
                        + "{'type':'web_search_call'},"
                        + "{'type':'file_search_call','results':[{'type':'web_search_call'}]},{'type':'message',"
                        + "'content':[]}],"
                        + "'usage':{'input_tokens':9,'output_tokens':4}}");

        assertThat(reading.usage()).hasToString("Usage[input=9 output=4 tools={file_search=1, web_search=2} standard]");
    }

    @Test
    void aChunkWithoutUsageSaysNothing() {
        UsageReading chunk =
                read("openai/chat", "{'model':'m','choices':[{'delta':{'content':'usage'}}],'usage':null}");

        assertThat(chunk.isPresent()).isFalse();
        assertThat(chunk.usage()).isEqualTo(Usage.NONE);
        assertThat(chunk.problem()).isEmpty();
    }

    @Test
    void theServiceTierIsReadWhereverItStands() {
        assertThat(read("openai/chat", "{'usage':{'prompt_tokens':1,'completion_tokens':1},'service_tier':'flex'}")
                        .usage()
                        .tier())
                .isEqualTo(ServiceTier.FLEX);
        assertThat(read("anthropic/default", "{'usage':{'input_tokens':1,'output_tokens':1,'service_tier':'batch'}}")
                        .usage()
                        .tier())
                .isEqualTo(ServiceTier.BATCH);
        assertThat(read("google/default", "{'usageMetadata':{'promptTokenCount':1,'trafficType':'ON_DEMAND_PRIORITY'}}")
                        .usage()
                        .tier())
                .isEqualTo(ServiceTier.PRIORITY);
        assertThat(read("openai/chat", "{'usage':{'prompt_tokens':1,'completion_tokens':1},'service_tier':'default'}")
                        .usage()
                        .tier())
                .isEqualTo(ServiceTier.STANDARD);
    }

    @ParameterizedTest
    @MethodSource("impossibleCounts")
    void anImpossibleCountIsAbsentAndSaidSo(String count) {
        UsageReading reading = read("openai/chat", "{'usage':{'prompt_tokens':" + count + ",'completion_tokens':4}}");

        assertThat(reading.state()).isEqualTo(UsageReading.State.PARTIAL);
        assertThat(reading.problem()).startsWith("prompt_tokens: ");
        assertThat(reading.usage().inputTokens()).isZero();
        assertThat(reading.usage().outputTokens()).isEqualTo(4);
    }

    static Stream<String> impossibleCounts() {
        return Stream.of(
                "-1",
                "1.5",
                "1e300",
                "-0.5",
                "1000000000001",
                "99999999999999999999999999",
                "'12'",
                "true",
                "[1]",
                "{'a':1}");
    }

    @Test
    void theLargestCountIsReadAndAWholeNumberWithADecimalPointToo() {
        assertThat(read("openai/embeddings", "{'usage':{'prompt_tokens':1000000000000}}")
                        .usage()
                        .inputTokens())
                .isEqualTo(1_000_000_000_000L);
        assertThat(read("openai/embeddings", "{'usage':{'prompt_tokens':12.0}}")
                        .usage()
                        .inputTokens())
                .isEqualTo(12);
    }

    @Test
    void aPartThatIsLargerThanItsWholeIsCutToIt() {
        UsageReading reading = read(
                "openai/chat",
                "{'usage':{'prompt_tokens':10,'completion_tokens':5,'prompt_tokens_details':{'cached_tokens':8,"
                        + "'audio_tokens':9},"
                        + "'completion_tokens_details':{'reasoning_tokens':50}}}");

        assertThat(reading.usage()).hasToString("Usage[cache_read=8 input_audio=2 reasoning=5 standard]");
    }

    @Test
    void aBodyThatIsCutOffKeepsWhatCameBefore() {
        UsageReading reading =
                read("openai/chat", "{'model':'m','usage':{'prompt_tokens':10,'completion_tokens':5},'x':[1,");

        assertThat(reading.isComplete()).isTrue();
        assertThat(reading.problem()).startsWith("body: malformed JSON");
    }

    @Test
    void aPartOfAnArrayIsRead() {
        byte[] json = "xx{\"model\":\"m\",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}yy"
                .getBytes(StandardCharsets.UTF_8);

        UsageReading reading = UsageReader.of("openai", "chat").orElseThrow().read(json, 2, json.length - 4);

        assertThat(reading.isComplete()).isTrue();
        assertThat(reading.problem()).isEmpty();
    }

    @Test
    void aModelsNameHasALongestLength() {
        assertThat(read("openai/chat", "{'model':'" + "m".repeat(256) + "'}").model())
                .hasSize(256);
        assertThat(read("openai/chat", "{'model':'" + "m".repeat(257) + "'}").model())
                .isEmpty();
    }

    private static UsageReading read(String flavor, String body) {
        int slash = flavor.indexOf('/');
        return UsageReader.of(flavor.substring(0, slash), flavor.substring(slash + 1))
                .orElseThrow()
                .read(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
