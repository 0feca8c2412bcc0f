package dev.mizan.dialect;

/**
 * Why a call is answered with an error of Mizan's own.
 *
 * @param message a sentence for people: names the field, the value and what was expected; no secret
 * @param param the field it is about; empty if none
 * @param retryAfterSeconds when another try makes sense; 0 if time will not help
 */
public record Refusal(ErrorCode code, String message, String param, int retryAfterSeconds) {
    public static Refusal of(ErrorCode code, String message) {
        return new Refusal(code, message, "", 0);
    }

    /** A field of the request is wrong. */
    public static Refusal field(String param, String message) {
        return new Refusal(ErrorCode.INVALID_REQUEST, message, param, 0);
    }

    /** This refusal as something to throw. */
    public RefusedException thrown() {
        return new RefusedException(this);
    }
}
