package dev.mizan.edge;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * Lets pages of configured origins call (the Fetch standard's CORS protocol). Cookies are never allowed: such pages
 * call with a key. Immutable.
 */
final class Cors {
    private static final String ANY = "*";
    private static final String METHODS = "GET, POST, DELETE";
    private static final String MAX_AGE_SECONDS = "3600";

    private final List<String> origins;

    /** @param origins such as {@code https://app.example}; {@code *} for all; empty to let none call */
    Cors(List<String> origins) {
        this.origins = List.copyOf(origins);
    }

    /** Adds what the answer to {@code request} needs; whether it was a preflight, which is answered here. */
    boolean takes(HttpServerRequest request) {
        if (origins.isEmpty()) {
            return false;
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        boolean any = origins.contains(ANY);
        MultiMap headers = request.response().headers();
        if (!any) {
            headers.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        }
        if (origin == null || !(any || origins.contains(origin))) {
            return false;
        }
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, any ? ANY : origin);
        headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, ANY);
        if (!request.method().equals(HttpMethod.OPTIONS)
                || request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) == null) {
            return false;
        }
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        String asked = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        if (asked != null) {
            headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, asked);
        }
        headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
        request.response().setStatusCode(204).end();
        return true;
    }
}
