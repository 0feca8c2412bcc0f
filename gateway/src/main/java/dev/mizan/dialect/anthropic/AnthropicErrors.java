package dev.mizan.dialect.anthropic;

import dev.mizan.dialect.Refusal;
import dev.mizan.wire.EventContent;
import dev.mizan.wire.Json;

/**
 * Mizan's refusals as Anthropic errors: {@code {"type":"error","error":{"type","message"},"request_id"}}
 * (<a href="https://docs.anthropic.com/en/api/errors">errors</a>). The error has Mizan's own {@code code} beside.
 */
final class AnthropicErrors {
    private AnthropicErrors() {}

    static byte[] body(Refusal refusal, String requestId) {
        return Json.bytes(json -> {
            json.writeStartObject().writeStringProperty("type", "error").writeObjectPropertyStart("error");
            json.writeStringProperty("type", type(refusal))
                    .writeStringProperty("message", refusal.message())
                    .writeStringProperty("code", refusal.code().code());
            if (!refusal.param().isEmpty()) {
                json.writeStringProperty("param", refusal.param());
            }
            json.writeEndObject();
            if (!requestId.isEmpty()) {
                json.writeStringProperty("request_id", requestId);
            }
            json.writeEndObject();
        });
    }

    static byte[] event(Refusal refusal, String requestId) {
        return EventContent.event("error", body(refusal, requestId));
    }

    private static String type(Refusal refusal) {
        return switch (refusal.status()) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503 -> "overloaded_error";
            case 504 -> "timeout_error";
            case 500, 502 -> "api_error";
            default -> "invalid_request_error";
        };
    }
}
