package dev.mizan.ledger;

/**
 * How an attempt or call ended.
 *
 * @param status its class, used in reports
 * @param errorCode the stable error code, e.g. {@code upstream_timeout}; empty if it succeeded
 * @param httpStatus the HTTP status that the caller received, or for an attempt that the provider sent; 0 if none
 * @param durationMicros from the request's arrival (a call) or the attempt's start to its end
 * @param firstTokenMicros from the same start to the first byte of the answer's body; -1 if there was none
 * @param attempts how many attempts the call took, ≥ 0
 */
public record Outcome(
        Status status, String errorCode, int httpStatus, long durationMicros, long firstTokenMicros, int attempts) {
    /** The class of an outcome. The order of the constants is part of the journal's format: append only. */
    public enum Status {
        /** Answered whole. */
        OK,
        /** The provider or the gateway answered with an error. */
        ERROR,
        /** The caller left before the answer was whole. */
        CANCELLED,
        /** The outcome is unknown: the process died, or the connection did after sending. */
        UNRESOLVED;

        /** The name in JSON and columns. */
        public String label() {
            return switch (this) {
                case OK -> "ok";
                case ERROR -> "error";
                case CANCELLED -> "cancelled";
                case UNRESOLVED -> "unresolved";
            };
        }
    }
}
