package dev.mizan.dialect.openai;

import dev.mizan.dialect.Refusal;
import dev.mizan.wire.EventContent;
import dev.mizan.wire.Json;

/**
 * Mizan's refusals as OpenAI errors: {@code {"error":{"message","type","param","code"}}}
 * (<a href="https://platform.openai.com/docs/guides/error-codes">error codes</a>).
 */
public final class OpenAiErrors {
    private OpenAiErrors() {}

    /** The body of {@code refusal}, in UTF-8. */
    public static byte[] body(Refusal refusal) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeObjectPropertyStart("error");
            json.writeStringProperty("message", refusal.message());
            json.writeStringProperty("type", type(refusal));
            if (refusal.param().isEmpty()) {
                json.writeNullProperty("param");
            } else {
                json.writeStringProperty("param", refusal.param());
            }
            json.writeStringProperty("code", refusal.code().code());
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    /** {@code refusal} as an event of a stream that has already begun. */
    public static byte[] event(Refusal refusal) {
        return EventContent.event("", body(refusal));
    }

    private static String type(Refusal refusal) {
        if (!refusal.type().isEmpty()) {
            return refusal.type();
        }
        return switch (refusal.status()) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 429 -> "rate_limit_error";
            case 500, 502, 503, 504 -> "server_error";
            default -> "invalid_request_error";
        };
    }
}
