package dev.mizan.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.Route;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

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
        assertThat(call.choices()).isEqualTo(2);
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

    private static String sent(String body, String upstreamModel) {
        byte[] sent =
                read(body).bodyFor(upstreamModel, Json.string(upstreamModel)).toBytes();
        return new String(sent, StandardCharsets.UTF_8);
    }
}
