package dev.mizan.wire;

/** A stream of frames is not one, or was changed on the way. Has no stack trace: networks fail. */
public final class FrameException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FrameException(String message) {
        super(message, null, false, false);
    }
}
