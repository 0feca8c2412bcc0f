package dev.mizan.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UsageReaderTest {
    /** One hand-written body per flavour: provider/flavour, body, and the usage that is right for it. */
    static Stream<Arguments> flavors() {
        String chat = "{'model':'m','usage':{'prompt_tokens':100,'completion_tokens':30,'total_tokens':130,"
                + "'prompt_tokens_details':{'cached_tokens':40,'audio_tokens':5,'cache_write_tokens':7},"
                + "'completion_tokens_details':{'reasoning_tokens':12,'audio_tokens':3}}}";
        String responses = "{'model':'m','usage':{'input_tokens':100,'input_tokens_details':{'cached_tokens':40,"
                + "'cache_write_tokens':7},'output_tokens':30,'output_tokens_details':{'reasoning_tokens':12}}}";
        String anthropic = "{'model':'m','usage':{'input_tokens':10,'cache_creation_input_tokens':7,"
                + "'cache_read_input_tokens':40,'cache_creation':{'ephemeral_5m_input_tokens':4,"
                + "'ephemeral_1h_input_tokens':3},'output_tokens':30,'output_tokens_details':{'thinking_tokens':12},"
                + "'server_tool_use':{'web_search_requests':2},'service_tier':'standard'}}";
        String converse = "{'usage':{'inputTokens':10,'outputTokens':30,'totalTokens':87,'cacheReadInputTokens':40,"
                + "'cacheWriteInputTokens':7,'cacheDetails':[{'ttl':'5m','inputTokens':4},{'ttl':'1h','inputTokens':3}]}}";
        String gemini = "{'modelVersion':'m','usageMetadata':{'promptTokenCount':100,'cachedContentTokenCount':40,"
                + "'candidatesTokenCount':30,'thoughtsTokenCount':12,'toolUsePromptTokenCount':6,"
                + "'promptTokensDetails':[{'modality':'TEXT','tokenCount':50},{'modality':'AUDIO','tokenCount':20},"
                + "{'modality':'IMAGE','tokenCount':10},{'modality':'DOCUMENT','tokenCount':5},"
                + "{'modality':'VIDEO','tokenCount':15}],"
                + "'cacheTokensDetails':[{'modality':'AUDIO','tokenCount':8},{'modality':'TEXT','tokenCount':32}],"
                + "'candidatesTokensDetails':[{'modality':'IMAGE','tokenCount':9}]}}";
        return Stream.of(
                Arguments.of(
                        "openai/chat",
                        chat,
                        "input=48 cache_read=40 cache_write_5m=7 input_audio=5 output=15 reasoning=12 output_audio=3"),
                Arguments.of(
                        "openai/completions",
                        chat,
                        "input=48 cache_read=40 cache_write_5m=7 input_audio=5 output=15 reasoning=12 output_audio=3"),
                Arguments.of(
                        "openai/responses",
                        responses,
                        "input=53 cache_read=40 cache_write_5m=7 output=18 reasoning=12"),
                Arguments.of(
                        "openai/embeddings", "{'model':'m','usage':{'prompt_tokens':8,'total_tokens':8}}", "input=8"),
                Arguments.of(
                        "azure/chat",
                        chat,
                        "input=55 cache_read=40 input_audio=5 output=15 reasoning=12 output_audio=3"),
                Arguments.of("azure/responses", responses, "input=60 cache_read=40 output=18 reasoning=12"),
                Arguments.of("azure/embeddings", chat, "input=100"),
                Arguments.of(
                        "azure/anthropic",
                        anthropic,
                        "input=10 cache_read=40 cache_write_5m=4 cache_write_1h=3 output=30"),
                Arguments.of(
                        "anthropic/default",
                        anthropic,
                        "input=10 cache_read=40 cache_write_5m=4 cache_write_1h=3 output=18 reasoning=12 tools={web_search=2}"),
                Arguments.of(
                        "anthropic/chat",
                        "{'model':'m','usage':{'prompt_tokens':100,'cached_tokens':40,'completion_tokens':30}}",
                        "input=60 cache_read=40 output=30"),
                Arguments.of(
                        "aws/default", converse, "input=10 cache_read=40 cache_write_5m=4 cache_write_1h=3 output=30"),
                Arguments.of(
                        "aws/default",
                        "{'usage':{'inputTokens':10,'outputTokens':30,'cacheReadInputTokensCount':40,'cacheCreationInputTokensCount':7}}",
                        "input=10 cache_read=40 cache_write_5m=7 output=30"),
                Arguments.of(
                        "aws/anthropic",
                        anthropic,
                        "input=10 cache_read=40 cache_write_5m=4 cache_write_1h=3 output=30"),
                Arguments.of(
                        "google/default",
                        gemini,
                        "input=24 cache_read=32 input_audio=12 cache_audio_read=8 input_image=15 input_video=15 output=21 reasoning=12 output_image=9"),
                Arguments.of(
                        "google/anthropic",
                        anthropic,
                        "input=10 cache_read=40 cache_write_5m=4 cache_write_1h=3 output=30"),
                Arguments.of(
                        "google/chat",
                        chat,
                        "input=55 cache_read=40 input_audio=5 output=15 reasoning=12 output_audio=3"),
                Arguments.of(
                        "groq/default",
                        chat,
                        "input=55 cache_read=40 input_audio=5 output=15 reasoning=12 output_audio=3"),
                Arguments.of(
                        "groq/chat",
                        "{'model':'m','x_groq':{'usage':{'prompt_tokens':9,'completion_tokens':4}}}",
                        "input=9 output=4"),
                Arguments.of(
                        "cohere/default",
                        "{'model':'m','usage':{'billed_units':{'input_tokens':9,'output_tokens':4},'tokens':{'input_tokens':70,'output_tokens':4}}}",
                        "input=9 output=4"),
                Arguments.of(
                        "cohere/tokens",
                        "{'model':'m','usage':{'tokens':{'input_tokens':70,'output_tokens':4},'cached_tokens':30}}",
                        "input=40 cache_read=30 output=4"),
                Arguments.of(
                        "cohere/embeddings", "{'model':'m','meta':{'billed_units':{'input_tokens':9}}}", "input=9"),
                Arguments.of("cerebras/chat", chat, "input=100 output=18 reasoning=12"),
                Arguments.of("deepseek/chat", chat, "input=60 cache_read=40 output=15 reasoning=12 output_audio=3"),
                Arguments.of("doubleword/chat", chat, "input=53 cache_read=40 cache_write_5m=7 output=18 reasoning=12"),
                Arguments.of("doubleword/responses", responses, "input=60 cache_read=40 output=30"),
                Arguments.of("doubleword/embeddings", chat, "input=100"),
                Arguments.of("fireworks/chat", chat, "input=60 cache_read=40 output=15 reasoning=12 output_audio=3"),
                Arguments.of(
                        "huggingface_groq/chat",
                        chat,
                        "input=48 cache_read=40 cache_write_5m=7 input_audio=5 output=15 reasoning=12 output_audio=3"),
                Arguments.of(
                        "minimax/default",
                        anthropic,
                        "input=10 cache_read=40 cache_write_5m=4 cache_write_1h=3 output=30"),
                Arguments.of("minimax/responses", responses, "input=60 cache_read=40 output=30"),
                Arguments.of("minimax/chat", chat, "input=60 cache_read=40 output=15 reasoning=12 output_audio=3"),
                Arguments.of("mistral/default", chat, "input=60 cache_read=40 output=15 reasoning=12 output_audio=3"),
                Arguments.of("modal/chat", chat, "input=53 cache_read=40 cache_write_5m=7 output=30"),
                Arguments.of(
                        "modal/responses", responses, "input=53 cache_read=40 cache_write_5m=7 output=18 reasoning=12"),
                Arguments.of("moonshotai/chat", chat, "input=60 cache_read=40 output=15 reasoning=12 output_audio=3"),
                Arguments.of(
                        "openrouter/chat",
                        chat,
                        "input=48 cache_read=40 cache_write_5m=7 input_audio=5 output=15 reasoning=12 output_audio=3"),
                Arguments.of(
                        "ovhcloud/chat",
                        chat,
                        "input=48 cache_read=40 cache_write_5m=7 input_audio=5 output=15 reasoning=12 output_audio=3"),
                Arguments.of("perplexity/default", chat, "input=100 output=30"),
                Arguments.of(
                        "x-ai/default",
                        "{'model':'m','usage':{'prompt_tokens':100,'cached_prompt_text_tokens':40,'completion_tokens':30}}",
                        "input=60 cache_read=40 output=30"),
                Arguments.of("x-ai/chat", chat, "input=60 cache_read=40 output=30 reasoning=12"),
                Arguments.of("zai/chat", chat, "input=60 cache_read=40 output=15 reasoning=12 output_audio=3"),
                Arguments.of("zhipuai/chat", chat, "input=60 cache_read=40 output=15 reasoning=12 output_audio=3"),
                Arguments.of(
                        "ollama/default",
                        "{'model':'m','done':true,'prompt_eval_count':26,'eval_count':298,'eval_duration':4709213000}",
                        "input=26 output=298"),
                Arguments.of(
                        "ollama/embeddings", "{'model':'m','embeddings':[[0.1]],'prompt_eval_count':8}", "input=8"),
                Arguments.of(
                        "ollama/chat",
                        chat,
                        "input=48 cache_read=40 cache_write_5m=7 input_audio=5 output=15 reasoning=12 output_audio=3"),
                Arguments.of(
                        "my-own-server/chat",
                        "{'model':'m','usage':{'prompt_tokens':9,'completion_tokens':4}}",
                        "input=9 output=4"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("flavors")
    void eachFlavorIsReadByItsOwnConvention(String flavor, String body, String expected) {
        UsageReading reading = read(flavor, body);

        assertThat(reading.state()).isEqualTo(UsageReading.State.COMPLETE);
        assertThat(reading.problem()).isEmpty();
        assertThat(reading.model()).isEqualTo(body.contains("'m'") ? "m" : "");
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
                "{'type':'response.completed','response':{'model':'gpt-x','service_tier':'priority','output':[{'usage':1}],"
                        + "'usage':{'input_tokens':9,'output_tokens':4}}}");

        assertThat(completed.isComplete()).isTrue();
        assertThat(completed.model()).isEqualTo("gpt-x");
        assertThat(completed.usage()).hasToString("Usage[input=9 output=4 priority]");
    }

    @Test
    void toolCallsThatAreChargedForAreCountedInTheOutput() {
        UsageReading reading = read(
                "openai/responses",
                "{'model':'m','output':[{'type':'reasoning'},{'type':'web_search_call','action':{'query':'a','type':'search'}},"
                        + "{'action':{'type':'open_page','url':'b'},'type':'web_search_call'},{'type':'web_search_call'},"
                        + "{'type':'file_search_call','results':[{'type':'web_search_call'}]},{'type':'message','content':[]}],"
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
                "{'usage':{'prompt_tokens':10,'completion_tokens':5,'prompt_tokens_details':{'cached_tokens':8,'audio_tokens':9},"
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
