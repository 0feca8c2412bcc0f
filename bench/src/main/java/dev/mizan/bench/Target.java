package dev.mizan.bench;

import java.net.URI;

/**
 * Something that load can be sent to.
 *
 * @param name what reports call it
 * @param origin {@code http://HOST:PORT}
 * @param credential the bearer token of its calls
 */
public record Target(String name, URI origin, String credential) {
    /** Where chat completions are. */
    public URI chat() {
        return origin.resolve("/v1/chat/completions");
    }
}
