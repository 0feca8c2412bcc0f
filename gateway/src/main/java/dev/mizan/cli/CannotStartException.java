package dev.mizan.cli;

/** A command can't start; the message is for the person who typed it. Exit code {@link ExitCode#CANNOT_START}. */
final class CannotStartException extends RuntimeException {
    CannotStartException(String message) {
        super(message);
    }

    CannotStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
