package dev.mizan.translation.model;

import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * An error of a provider's.
 *
 * @param status HTTP status; 0 if it is not known
 * @param code the provider's own name for it; empty if none
 */
public record Problem(int status, String message, String code) {
    private static final int MESSAGE_LENGTH_MAX = 4_000;

    /** Cuts what is too long to be a message. */
    public Problem {
        message = message.length() > MESSAGE_LENGTH_MAX ? message.substring(0, MESSAGE_LENGTH_MAX) : message;
    }

    /** Of something that can't be read. */
    public static Problem unreadable(String what) {
        return new Problem(502, "The provider sent " + what + " that can't be read.", "upstream_error");
    }

    /** Of an error that a stream tells of by its name alone. */
    public static Problem named(String code, String message) {
        return new Problem(statusOf(0, code), message, code);
    }

    /** Reads an error body, whatever its format; text that is no JSON is the message itself. */
    public static Problem read(int status, Slice body) {
        try {
            return of(status, JsonTree.read(body));
        } catch (JacksonException e) {
            String text = new String(body.array(), body.from(), body.length(), StandardCharsets.UTF_8).strip();
            return new Problem(status, text.isEmpty() ? "The provider answered with status " + status + "." : text, "");
        }
    }

    /** Of an error body or event. Gemini's may stand in an array, an exception of AWS's by its name. */
    public static Problem of(int status, JsonNode body) {
        JsonNode root = body.isArray() ? body.path(0) : body;
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (field.getKey().endsWith("Exception") && field.getValue().isObject()) {
                Problem named =
                        named(field.getKey(), of(status, field.getValue()).message());
                return status > 0 ? new Problem(status, named.message(), named.code()) : named;
            }
        }
        JsonNode error = root.path("error");
        JsonNode from = error.isObject() ? error : root;
        String message = from.path("message").asString(from.path("Message").asString(error.asString("")));
        String code = from.path("code").asString("");
        if (code.isEmpty()) {
            code = from.path("status")
                    .asString(from.path("type").asString(root.path("__type").asString("")));
        }
        int known = status > 0 ? status : statusOf(from.path("code").asInt(0), code);
        return new Problem(
                known, message.isEmpty() ? "The provider answered with an error without a message." : message, code);
    }

    /** The status that a name stands for: errors of a stream have no other. */
    private static int statusOf(int number, String code) {
        if (number >= 400 && number < 600) {
            return number;
        }
        return switch (code) {
            case "invalid_request_error", "INVALID_ARGUMENT", "validationException" -> 400;
            case "authentication_error", "UNAUTHENTICATED" -> 401;
            case "permission_error", "PERMISSION_DENIED" -> 403;
            case "not_found_error", "NOT_FOUND" -> 404;
            case "modelTimeoutException" -> 408;
            case "request_too_large" -> 413;
            case "rate_limit_error", "rate_limit_exceeded", "RESOURCE_EXHAUSTED", "throttlingException" -> 429;
            case "modelStreamErrorException" -> 502;
            case "overloaded_error", "UNAVAILABLE", "serviceUnavailableException" -> 503;
            case "timeout_error", "DEADLINE_EXCEEDED" -> 504;
            default -> 500;
        };
    }
}
