package dev.mizan.relay;

import java.util.Locale;

/** What becomes of the upstream call when the caller goes away ({@code on_disconnect}). */
public enum OnDisconnect {
    /** It is cancelled; what was relayed is counted and charged. The default. */
    CANCEL,
    /** It is read on, within bounds, to the provider's usage. */
    DRAIN;

    /** The name in the configuration. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
