package dev.mizan;

/** The gateway or a command can't start; the message is for the person who started it. */
public final class CannotStartException extends RuntimeException {
    public CannotStartException(String message) {
        super(message);
    }

    public CannotStartException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What to tell the person. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
