package dev.mizan.alert;

import java.util.List;
import java.util.Optional;

/** What can be asked of alerts from outside. Blocking; safe for use by many threads. */
public interface Desk {
    /** What fired; see {@link AlertStore#page}. */
    AlertStore.Page page(AlertStore.Filter filter, String cursor, int limit);

    /** Every channel, configured or not. */
    List<Channelled> channels();

    /** Sends a test alert over each configured channel; empty if another test is running. */
    Optional<List<Tested>> test();

    /** The language of the messages. */
    dev.mizan.messages.Language language();

    /** A channel, whether it is configured, and how it does. */
    record Channelled(String name, boolean configured, AlertStore.ChannelState state) {
        /** {@code off}, {@code failing} or {@code ok}. */
        public String label() {
            return !configured ? "off" : state.failing() > 0 ? "failing" : "ok";
        }
    }

    /** How a test went; {@code error} is empty if it was taken. */
    record Tested(String channel, String error) {
        public boolean ok() {
            return error.isEmpty();
        }
    }
}
