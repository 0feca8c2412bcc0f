package dev.mizan.admin;

import io.vertx.core.http.HttpMethod;

/**
 * One thing that the API does.
 *
 * @param path as vertx-web writes it, with {@code :name} for what varies
 */
record Endpoint(HttpMethod method, String path, Access access, Action action) {
    static Endpoint get(String path, Access access, Action action) {
        return new Endpoint(HttpMethod.GET, path, access, action);
    }

    static Endpoint post(String path, Access access, Action action) {
        return new Endpoint(HttpMethod.POST, path, access, action);
    }

    /** What it does: blocking code on a virtual thread. Refuses by a {@link ProblemException}. */
    interface Action {
        Answer answer(Exchange exchange);
    }
}
