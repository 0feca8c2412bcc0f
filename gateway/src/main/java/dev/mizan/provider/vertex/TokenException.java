package dev.mizan.provider.vertex;

/** There is no token to call with. Has no stack trace, and nothing of a secret. */
public final class TokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TokenException(String message) {
        super(message, null, false, false);
    }
}
