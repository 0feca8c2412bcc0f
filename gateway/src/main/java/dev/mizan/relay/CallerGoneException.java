package dev.mizan.relay;

/** There is nobody left to answer. Has no stack trace. */
final class CallerGoneException extends RuntimeException {
    /** Whether a line was written. */
    private final boolean booked;

    CallerGoneException(boolean booked) {
        super("the caller has gone", null, false, false);
        this.booked = booked;
    }

    boolean isBooked() {
        return booked;
    }
}
