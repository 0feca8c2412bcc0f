package dev.mizan.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.Extent;
import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.Route;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiRequestTest {
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{}]";

    @Test
    void readsWhatIsNeeded() {
        CallRequest call =
                read("{\"model\":\"m\"," + MESSAGES + ",\"max_tokens\":5,\"max_completion_tokens\":7,\"n\":2,"
                        + "\"user\":\"u1\",\"reasoning_effort\":\"low\"}");

        assertThat(call.model()).isEqualTo("m");
        assertThat(call.messages()).isEqualTo(2);
        assertThat(call.maxOutputTokens()).isEqualTo(7);
        assertThat(call.extent().outputs()).isEqualTo(2);
        assertThat(call.endUser()).isEqualTo("u1");
        assertThat(call.reasoning()).isTrue();
        assertThat(call.streaming()).isFalse();
    }

    @Test
    void modelIsReplacedWhereItStandsAndNothingElse() {
        assertThat(sent("{ \"a\":1.10, \"model\" : \"mö\\u0064\" ,\"b\":[1e400]," + MESSAGES + "}", "x\"y"))
                .isEqualTo("{ \"a\":1.10, \"model\" : \"x\\\"y\" ,\"b\":[1e400]," + MESSAGES + "}");
    }

    @Test
    void usageOfStreamsIsAskedForInEveryShapeOfStreamOptions() {
        String head = "{\"model\":\"m\",\"stream\":true," + MESSAGES;

        assertThat(sent(head + "}", "m")).startsWith("{\"stream_options\":{\"include_usage\":true},\"model\"");
        assertThat(sent(head + ",\"stream_options\":null}", "m"))
                .endsWith("\"stream_options\":{\"include_usage\":true}}");
        assertThat(sent(head + ",\"stream_options\":{}}", "m"))
                .endsWith("\"stream_options\":{\"include_usage\":true}}");
        assertThat(sent(head + ",\"stream_options\":{\"x\":1}}", "m"))
                .endsWith("\"stream_options\":{\"include_usage\":true,\"x\":1}}");
        assertThat(sent(head + ",\"stream_options\":{\"include_usage\":false,\"x\":1}}", "m"))
                .endsWith("\"stream_options\":{\"include_usage\":true,\"x\":1}}");
        assertThat(sent(head + ",\"stream_options\":{\"include_usage\":null}}", "m"))
                .endsWith("\"stream_options\":{\"include_usage\":true}}");
        String asked = head + ",\"stream_options\":{\"include_usage\":true}}";
        assertThat(sent(asked, "m")).isEqualTo(asked);
        assertThat(read(asked).usageAsked()).isTrue();
    }

    @Test
    void bothChangesAreMadeInEitherOrder() {
        assertThat(sent(
                        "{\"stream_options\":{\"include_usage\":false},\"model\":\"m\",\"stream\":true," + MESSAGES
                                + "}",
                        "new"))
                .startsWith("{\"stream_options\":{\"include_usage\":true},\"model\":\"new\",");
        assertThat(sent(
                        "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":false}," + MESSAGES
                                + "}",
                        "new"))
                .startsWith("{\"model\":\"new\",\"stream\":true,\"stream_options\":{\"include_usage\":true},");
    }

    @Test
    void outputIsLimitedInTheCallersFieldOrTheProvidersOwn() {
        String head = "{\"model\":\"m\"," + MESSAGES;

        assertThat(limited(head + ",\"max_tokens\": 500 }", 40)).isEqualTo(head + ",\"max_tokens\": 40 }");
        assertThat(limited(head + ",\"max_tokens\":500,\"max_completion_tokens\":7,\"x\":1}", 40))
                .isEqualTo(head + ",\"max_tokens\":40,\"max_completion_tokens\":40,\"x\":1}");
        assertThat(limited(head + ",\"max_tokens\":null}", 40)).isEqualTo(head + ",\"max_tokens\":40}");
        assertThat(limited(head + "}", 40)).isEqualTo("{\"max_completion_tokens\":40," + head.substring(1) + "}");
        assertThat(limited(head + ",\"max_tokens\":40}", 40)).isEqualTo(head + ",\"max_tokens\":40}");
        assertThat(limited(head + ",\"stream\":true}", 40))
                .startsWith("{\"stream_options\":{\"include_usage\":true},\"max_completion_tokens\":40,\"model\"");
    }

    @Test
    void everyPromptOfACompletionIsAnsweredAndTheBestOfManyIsPaidFor() {
        CallRequest call = OpenAiRequest.read(
                Route.COMPLETIONS, slice("{\"model\":\"m\",\"prompt\":[\"a\",\"b\",\"c\"],\"n\":2,\"best_of\":5}"));

        assertThat(call.extent().outputs()).isEqualTo(15);
    }

    @Test
    void mediaAreCountedAndNotTakenForText() {
        String picture = "data:image\\/png;base64," + "A".repeat(1_000);
        Extent extent = read("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":["
                        + "{\"type\":\"text\",\"text\":\"what?\"},"
                        + "{\"type\":\"image_url\",\"image_url\":{\"detail\":\"low\",\"url\":\"" + picture + "\"}},"
                        + "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"" + "B".repeat(300)
                        + "\",\"format\":\"wav\"}}]}]}")
                .extent();

        assertThat(extent.images()).isEqualTo(1);
        assertThat(extent.audioBytes()).isEqualTo(300);
        assertThat(extent.mediaBytes()).isEqualTo(300 + picture.length());
        assertThat(extent.unbounded()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a.example/b.png\"}} | image_url",
                "{\"type\":\"image_url\",\"image_url\":\"https://a.example/b.png\"}             | image_url",
                "{\"type\":\"image_url\",\"image\\u005furl\":{\"url\":\"\\u0068ttps://a\"}}   | image_url",
                "{\"type\":\"file\",\"file\":{\"file_id\":\"f_1\"}}                           | file"
            })
    void whatTheProviderFetchesHasNoBound(String part, String field) {
        Extent extent = read("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[" + part + "]}]}")
                .extent();

        assertThat(extent.unbounded()).isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web_search_options", "plugins", "models", "previous_response_id"})
    void whatTheProviderDoesByItselfHasNoBound(String field) {
        assertThat(read("{\"model\":\"m\"," + MESSAGES + ",\"" + field + "\":{}}")
                        .extent()
                        .unbounded())
                .isEqualTo(field);
        assertThat(read("{\"model\":\"m\"," + MESSAGES + ",\"" + field + "\":null}")
                        .extent()
                        .unbounded())
                .isEmpty();
    }

    @Test
    void toolCallsAreCountedSinceTheLastMessageOfAUser() {
        String use = "{\"tool_calls\":[{\"id\":\"1\"},{\"id\":\"2\"}],\"role\":\"assistant\"}";
        String result = "{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":\"x\"}";
        String user = "{\"role\":\"user\",\"content\":\"go on\"}";

        Extent extent = read("{\"model\":\"m\",\"messages\":["
                        + String.join(",", use, result, user, use, result, use, result) + "]}")
                .extent();

        assertThat(extent.toolCalls()).isEqualTo(4);
        assertThat(extent.documents()).isEqualTo(3);
    }

    @Test
    void dearerTiersSoundAndPredictionsAreSeen() {
        String head = "{\"model\":\"m\"," + MESSAGES;

        assertThat(read(head + ",\"service_tier\":\"priority\"}").extent().otherTier())
                .isTrue();
        assertThat(read(head + ",\"service_tier\":\"auto\"}").extent().otherTier())
                .isTrue();
        assertThat(read(head + ",\"service_tier\":\"flex\"}").extent().otherTier())
                .isFalse();
        assertThat(read(head + ",\"audio\":{}}").extent().speaks()).isTrue();
        assertThat(read(head + ",\"prediction\":{}}").extent().predicted()).isTrue();
        assertThat(read(head + "}").extent())
                .isEqualTo(new Extent(List.of(), 1, 0, 0, 0, false, false, false, 0, 0, 0, ""));
    }

    @Test
    void nestingBeyondTheBoundIsRefused() {
        String deep = "[".repeat(Json.DEPTH_MAX + 1) + "]".repeat(Json.DEPTH_MAX + 1);

        assertThatThrownBy(() -> read("{\"model\":\"m\"," + MESSAGES + ",\"x\":" + deep + "}"))
                .isInstanceOf(RefusedException.class);
    }

    @Property(tries = 500)
    void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
        try {
            OpenAiRequest.read(Route.CHAT_COMPLETIONS, Slice.of(bytes));
        } catch (RefusedException refused) {
            assertThat(refused.refusal().message()).isNotBlank();
        }
    }

    private static CallRequest read(String body) {
        return OpenAiRequest.read(Route.CHAT_COMPLETIONS, Slice.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static Slice slice(String body) {
        return Slice.of(body.getBytes(StandardCharsets.UTF_8));
    }

    private static String limited(String body, long outputTokens) {
        byte[] sent = read(body)
                .bodyFor("m", Json.string("m"), outputTokens, "max_completion_tokens")
                .toBytes();
        return new String(sent, StandardCharsets.UTF_8);
    }

    private static String sent(String body, String upstreamModel) {
        byte[] sent = read(body)
                .bodyFor(upstreamModel, Json.string(upstreamModel), CallRequest.AS_IT_IS, "")
                .toBytes();
        return new String(sent, StandardCharsets.UTF_8);
    }
}
