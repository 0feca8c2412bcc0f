package dev.mizan.admin;

/** Who may use an endpoint. */
enum Access {
    /** Everybody. */
    PUBLIC,
    /** Whoever has a key that is known, not blocked and not expired. */
    KEY,
    /** Whoever has the master key. */
    MASTER,
    /** As {@link #KEY}; everybody on a loopback address if the configuration says {@code cost_api.public_read}. */
    COST,
    /** As {@link #MASTER}; everybody if the configuration says {@code metrics.public_read}. */
    METRICS
}
