package dev.mizan.dialect;

import dev.mizan.wire.Json;
import java.util.Locale;
import java.util.Optional;

/**
 * Errors as clients of the licensed desktop product know them: {@code {"error":{"code","message"}}} with the codes
 * {@code QUOTA_EXCEEDED}, {@code DAILY_LIMIT}, {@code LICENSE_EXPIRED}, {@code LICENSE_INVALID}; others are Mizan's own
 * in capitals. The message is what its user is shown.
 */
public final class QuotaErrors {
    private QuotaErrors() {}

    /** Whether errors of the path {@code path} are answered in this way. */
    public static boolean isFor(String path) {
        return path.equals("/api/v1/usage/my") || path.startsWith("/api/v1/ai/");
    }

    /** The code in the body. A credential that is missing or unknown is, to such a client, no licence. */
    public static String code(ErrorCode code) {
        return switch (code.code()) {
            case "quota_exceeded" -> "QUOTA_EXCEEDED";
            case "daily_limit_exceeded" -> "DAILY_LIMIT";
            case "licence_expired" -> "LICENSE_EXPIRED";
            case "licence_invalid", "invalid_api_key" -> "LICENSE_INVALID";
            default -> code.code().toUpperCase(Locale.ROOT);
        };
    }

    /** The name of the text for its user; empty where there is none but the usual one. */
    public static Optional<String> text(ErrorCode code) {
        return switch (code(code)) {
            case "QUOTA_EXCEEDED" -> Optional.of("error.licence.quota");
            case "DAILY_LIMIT" -> Optional.of("error.licence.daily");
            case "LICENSE_EXPIRED" -> Optional.of("error.licence.expired");
            case "LICENSE_INVALID" -> Optional.of("error.licence.invalid");
            default -> Optional.empty();
        };
    }

    /** The body. */
    public static byte[] body(ErrorCode code, String message) {
        return Json.bytes(json -> json.writeStartObject()
                .writeObjectPropertyStart("error")
                .writeStringProperty("code", code(code))
                .writeStringProperty("message", message)
                .writeEndObject()
                .writeEndObject());
    }
}
