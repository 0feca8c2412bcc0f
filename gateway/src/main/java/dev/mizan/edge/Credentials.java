package dev.mizan.edge;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * The caller's credential out of a request: {@code Authorization: Bearer}, {@code x-api-key}, {@code api-key},
 * {@code x-goog-api-key}, {@code X-License-Key} or {@code ?key=}, which are equivalent. It is never sent upstream and
 * never logged.
 */
public final class Credentials {
    private static final String BEARER = "bearer ";
    private static final CharSequence[] HEADERS = {
        HttpHeaders.createOptimized("x-api-key"),
        HttpHeaders.createOptimized("api-key"),
        HttpHeaders.createOptimized("x-goog-api-key"),
        HttpHeaders.createOptimized("x-license-key")
    };

    private Credentials() {}

    /** The credential; empty if the request has none. */
    public static String of(HttpServerRequest request) {
        String credential = ofHeaders(request);
        String query = request.query();
        if (credential.isEmpty() && query != null && query.contains("key=")) {
            String key = request.getParam("key");
            return key == null ? "" : key.strip();
        }
        return credential;
    }

    /** The credential of the headers, where {@code ?key=} means something else; empty if they have none. */
    public static String ofHeaders(HttpServerRequest request) {
        String authorization = request.headers().get(HttpHeaders.AUTHORIZATION);
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).strip();
        }
        for (CharSequence header : HEADERS) {
            String value = request.headers().get(header);
            if (value != null) {
                return value.strip();
            }
        }
        return "";
    }
}
