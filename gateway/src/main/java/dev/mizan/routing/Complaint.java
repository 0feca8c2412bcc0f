package dev.mizan.routing;

import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a provider finds wrong with a call, as far as another model may not. */
public enum Complaint {
    /** The call is longer than the model's context. */
    CONTEXT_WINDOW,
    /** The provider's content policy forbids the call or its answer. */
    CONTENT_POLICY,
    OTHER;

    /** An error that says what it is says so within this many bytes. */
    private static final int READ_BYTES_MAX = 16 * 1024;

    /** Codes, and what providers without a code write (their error pages, and what servers of open models answer). */
    private static final List<String> CONTEXT = List.of(
            "context_length_exceeded",
            "model_context_window_exceeded",
            "exceed_context_size_error",
            "prompt is too long",
            "maximum context length",
            "maximum context limit",
            "exceed context limit",
            "exceeds the available context size",
            "longer than the model's context length",
            "exceeds the maximum number of tokens",
            "input is too long for requested model",
            "too many input tokens",
            "exceeds the context window");

    private static final List<String> POLICY = List.of(
            "content_policy_violation",
            "content_filter",
            "responsibleaipolicyviolation",
            "content management policy",
            "content filtering policy",
            "violates our usage policies",
            "violate our usage policies",
            "rejected as a result of our safety system",
            "prohibited_content",
            "blocked by our content",
            "data_inspection_failed");

    /**
     * What an error means. Refusals of the credential, the address or the pace (401, 403, 404, 429) are never about the
     * call.
     *
     * @param status the HTTP status; 502 for an error in an answer with 200
     * @param body the error as the provider wrote it
     */
    public static Complaint of(int status, Slice body) {
        if (status < 400 || status == 401 || status == 403 || status == 404 || status == 429) {
            return OTHER;
        }
        String said = said(body).toLowerCase(Locale.ROOT);
        if (CONTEXT.stream().anyMatch(said::contains)) {
            return CONTEXT_WINDOW;
        }
        return POLICY.stream().anyMatch(said::contains) ? CONTENT_POLICY : OTHER;
    }

    /** Code, type and message of the error: what else an error echoes of the call says nothing. */
    private static String said(Slice body) {
        if (body.length() > READ_BYTES_MAX) {
            return "";
        }
        String text = new String(body.array(), body.from(), body.length(), StandardCharsets.UTF_8);
        try {
            JsonNode json = JsonMapper.shared().readTree(text);
            JsonNode first = json.isArray() ? json.path(0) : json;
            JsonNode error = first.path("error").isObject() ? first.path("error") : first;
            StringBuilder said = new StringBuilder();
            for (String field : List.of("code", "type", "status", "message", "error")) {
                said.append(error.path(field).asString("")).append('\n');
            }
            return said.append(error.path("innererror").path("code").asString(""))
                    .toString();
        } catch (JacksonException e) {
            return text;
        }
    }
}
