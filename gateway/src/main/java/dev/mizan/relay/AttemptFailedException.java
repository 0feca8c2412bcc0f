package dev.mizan.relay;

/** An attempt ended without an answer. Has no stack trace: networks fail. */
final class AttemptFailedException extends RuntimeException {
    AttemptFailedException(String message) {
        super(message, null, false, false);
    }
}
