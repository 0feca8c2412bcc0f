package dev.mizan.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors in the words of their providers. */
class ComplaintTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"message\":\"x\",\"type\":\"invalid_request_error\",\"param\":\"messages\",\"code\":\"context_length_exceeded\"}}",
                "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens.\",\"type\":\"BadRequestError\",\"param\":null,\"code\":400}}",
                "{\"object\":\"error\",\"message\":\"This model's maximum context length is 4096 tokens.\",\"type\":\"BadRequestError\",\"code\":400}",
                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 205000 tokens > 200000 maximum\"}}",
                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"input length and `max_tokens` exceed context limit: 1 + 2 > 3\"}}",
                "[{\"error\":{\"code\":400,\"message\":\"The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).\",\"status\":\"INVALID_ARGUMENT\"}}]",
                "{\"message\":\"Input is too long for requested model.\"}",
                "{\"error\":{\"code\":400,\"message\":\"the request exceeds the available context size\",\"type\":\"exceed_context_size_error\"}}",
                "{\"error\":\"prompt is too long\"}",
                "upstream says: prompt is too long"
            })
    void callsThatAreTooLong(String body) {
        assertThat(of(400, body)).isEqualTo(Complaint.CONTEXT_WINDOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"message\":\"Your request was rejected\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"content_policy_violation\"}}",
                "{\"error\":{\"message\":\"x\",\"type\":null,\"param\":\"prompt\",\"code\":\"content_filter\",\"status\":400,\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\"}}}",
                "{\"error\":{\"code\":\"400\",\"message\":\"x\",\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\"}}}",
                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Output blocked by content filtering policy\"}}",
                "{\"error\":{\"code\":400,\"message\":\"PROHIBITED_CONTENT\",\"status\":\"INVALID_ARGUMENT\"}}"
            })
    void callsThatAPolicyForbids(String body) {
        assertThat(of(400, body)).isEqualTo(Complaint.CONTENT_POLICY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "null",
                "7",
                "[]",
                "{\"error\":null}",
                "{\"error\":{\"message\":7,\"code\":{}}}",
                "{\"error\":{\"message\":\"invalid tool\",\"code\":\"x\",\"input\":\"prompt is too long\"}}"
            })
    void others(String body) {
        assertThat(of(400, body)).isEqualTo(Complaint.OTHER);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 401, 403, 404, 429})
    void refusalsThatAreNotAboutTheCall(int status) {
        assertThat(of(status, "{\"error\":{\"code\":\"context_length_exceeded\"}}"))
                .isEqualTo(Complaint.OTHER);
    }

    @Test
    void hugeErrorsAreNotReadThrough() {
        String code = "{\"error\":{\"code\":\"content_filter\",\"message\":\"%s\"}}";

        assertThat(of(400, code.formatted("x".repeat(16_000)))).isEqualTo(Complaint.CONTENT_POLICY);
        assertThat(of(400, code.formatted("x".repeat(17_000)))).isEqualTo(Complaint.OTHER);
    }

    private static Complaint of(int status, String body) {
        return Complaint.of(status, Slice.of(body.getBytes(StandardCharsets.UTF_8)));
    }
}
