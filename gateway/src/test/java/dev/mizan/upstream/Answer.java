package dev.mizan.upstream;

import java.io.IOException;

/** What the upstream does with one request. Runs on a thread of its own and may block. */
@FunctionalInterface
public interface Answer {
    /**
     * Answers {@code exchange}. Returning leaves the connection open for the next request, unless the exchange was
     * closed or reset.
     *
     * @throws IOException if the peer is gone; the upstream closes the connection
     * @throws InterruptedException if the upstream is closed meanwhile
     */
    void to(Exchange exchange) throws IOException, InterruptedException;
}
