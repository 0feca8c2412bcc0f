package dev.mizan.alert;

/** A way to people outside. Blocking, within bounds of its own; safe for use by many threads. */
interface Channel {
    /** The name in configuration, JSON and columns. */
    String name();

    /** Hands {@code alert} over. Never throws. */
    Sent send(Alert alert);

    /** How it went. */
    sealed interface Sent {
        /** It was taken. */
        record Taken() implements Sent {}

        /**
         * It was not.
         *
         * @param error for people; no secret, and no address that is one
         */
        record Failed(String error) implements Sent {}
    }
}
