package dev.mizan.dialect.gemini;

import dev.mizan.dialect.Refusal;
import dev.mizan.wire.EventContent;
import dev.mizan.wire.Json;

/**
 * Mizan's refusals as Google's errors: {@code {"error":{"code","message","status"}}}
 * (<a href="https://cloud.google.com/apis/design/errors">errors</a>). Mizan's own code is in its {@code details}.
 */
final class GeminiErrors {
    private GeminiErrors() {}

    static byte[] body(Refusal refusal) {
        return Json.bytes(json -> {
            json.writeStartObject()
                    .writeObjectPropertyStart("error")
                    .writeNumberProperty("code", refusal.status())
                    .writeStringProperty("message", refusal.message())
                    .writeStringProperty("status", status(refusal))
                    .writeArrayPropertyStart("details")
                    .writeStartObject()
                    .writeStringProperty("@type", "type.googleapis.com/google.rpc.ErrorInfo")
                    .writeStringProperty("reason", refusal.code().code())
                    .writeStringProperty("domain", "mizan");
            if (!refusal.param().isEmpty()) {
                json.writeObjectPropertyStart("metadata")
                        .writeStringProperty("field", refusal.param())
                        .writeEndObject();
            }
            json.writeEndObject().writeEndArray().writeEndObject().writeEndObject();
        });
    }

    static byte[] event(Refusal refusal) {
        return EventContent.event("", body(refusal));
    }

    private static String status(Refusal refusal) {
        return switch (refusal.status()) {
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 500, 502 -> "INTERNAL";
            case 503 -> "UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> "INVALID_ARGUMENT";
        };
    }
}
