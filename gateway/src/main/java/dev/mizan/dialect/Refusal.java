package dev.mizan.dialect;

/**
 * Why a call is answered with an error of Mizan's own.
 *
 * @param message a sentence for people: names the field, the value and what was expected; no secret
 * @param param the field it is about; empty if none
 * @param retryAfterSeconds when another try makes sense; 0 if time will not help
 * @param status the HTTP status, by default the code's
 * @param type the type in OpenAI's error body; empty for the usual one of its status
 * @param body the whole body, where it is not the dialect's own; empty otherwise
 * @param retries whether official clients may try again by themselves; they do for some statuses unless told not to
 */
public record Refusal(
        ErrorCode code,
        String message,
        String param,
        int retryAfterSeconds,
        int status,
        String type,
        boolean retries,
        String body) {
    public Refusal(ErrorCode code, String message, String param, int retryAfterSeconds) {
        this(code, message, param, retryAfterSeconds, code.status(), "", true, "");
    }

    public static Refusal of(ErrorCode code, String message) {
        return new Refusal(code, message, "", 0);
    }

    /** A field of the request is wrong. */
    public static Refusal field(String param, String message) {
        return new Refusal(ErrorCode.INVALID_REQUEST, message, param, 0);
    }

    /** This with another HTTP status. */
    public Refusal withStatus(int other) {
        return new Refusal(code, message, param, retryAfterSeconds, other, type, retries, body);
    }

    /** This with {@code type} in OpenAI's error body. */
    public Refusal withType(String other) {
        return new Refusal(code, message, param, retryAfterSeconds, status, other, retries, body);
    }

    /** This, and clients are told not to try again by themselves ({@code x-should-retry: false}). */
    public Refusal withoutRetry() {
        return new Refusal(code, message, param, retryAfterSeconds, status, type, false, body);
    }

    /** This with {@code other} as the whole body, in JSON. */
    public Refusal withBody(String other) {
        return new Refusal(code, message, param, retryAfterSeconds, status, type, retries, other);
    }

    /** This refusal as something to throw. */
    public RefusedException thrown() {
        return new RefusedException(this);
    }
}
