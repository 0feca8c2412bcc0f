package dev.mizan.admin;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.edge.Credentials;
import dev.mizan.identity.Authenticator;
import dev.mizan.identity.Key;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Map;

/** Finds out who asks, and whether they may. Does no I/O; safe for use by many threads. */
final class Gate {
    /** Repeats the session's token in requests that change something: another site can't read it. */
    static final String CSRF_HEADER = "x-csrf-token";

    private final Authenticator credentials;
    private final Sessions sessions;
    private final Clock clock;

    Gate(Authenticator credentials, Sessions sessions, Clock clock) {
        this.credentials = credentials;
        this.sessions = sessions;
        this.clock = clock;
    }

    /** The caller; throws {@link ProblemException} if they may not pass. */
    Caller admit(HttpServerRequest request, Access access, AdminSettings settings) {
        return switch (access) {
            case PUBLIC -> Caller.NOBODY;
            case KEY -> identify(request);
            case MASTER -> master(request);
            case COST -> isPublicCost(request, settings) ? Caller.COST_READER : identify(request);
            case METRICS -> settings.metrics().publicRead() ? Caller.NOBODY : master(request);
        };
    }

    /** What the session's cookie holds; empty if there is none. */
    static String cookie(HttpServerRequest request) {
        Cookie cookie = request.getCookie(Sessions.COOKIE);
        return cookie == null ? "" : cookie.getValue();
    }

    /** The key whose text this is; throws {@link ProblemException} if it is not known or may not be used. */
    Key key(String credential) {
        Key key = credentials.authenticate(credential).orElseThrow(() -> Problem.of(
                        ErrorCode.INVALID_API_KEY, "error.key.unknown")
                .thrown());
        if (key.isLicence() && key.blocked()) {
            throw Problem.of(ErrorCode.LICENCE_INVALID, "error.licence.invalid").thrown();
        }
        if (key.isLicence() && key.isExpired(clock.millis())) {
            throw Problem.of(ErrorCode.LICENCE_EXPIRED, "error.licence.expired").thrown();
        }
        if (key.blocked()) {
            throw Problem.of(ErrorCode.KEY_BLOCKED, "error.key.blocked").thrown();
        }
        if (key.isExpired(clock.millis())) {
            throw Problem.of(ErrorCode.KEY_EXPIRED, "error.key.expired").thrown();
        }
        return key;
    }

    private Caller master(HttpServerRequest request) {
        Caller caller = identify(request);
        if (!caller.isMaster()) {
            throw Problem.of(ErrorCode.PERMISSION_DENIED, "error.master").thrown();
        }
        return caller;
    }

    private Caller identify(HttpServerRequest request) {
        String credential = Credentials.ofHeaders(request);
        if (!credential.isEmpty()) {
            return new Caller(key(credential), false);
        }
        Sessions.Session session = sessions.find(cookie(request))
                .orElseThrow(() -> Problem.of(ErrorCode.INVALID_API_KEY, "error.key.missing")
                        .thrown());
        if (!request.method().equals(HttpMethod.GET)) {
            requireCsrf(request, session);
        }
        return new Caller(session.key(), true);
    }

    private static void requireCsrf(HttpServerRequest request, Sessions.Session session) {
        String given = request.headers().get(CSRF_HEADER);
        if (given == null || !isEqual(given, session.csrf())) {
            throw new Problem(ErrorCode.PERMISSION_DENIED, "error.csrf", Map.of(), CSRF_HEADER, 0).thrown();
        }
    }

    private static boolean isEqual(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether costs may be read without a key: by the configuration, and only over the loopback interface. */
    private static boolean isPublicCost(HttpServerRequest request, AdminSettings settings) {
        return settings.cost().publicRead()
                && Credentials.ofHeaders(request).isEmpty()
                && request.method().equals(HttpMethod.GET)
                && isLoopback(request.localAddress().hostAddress())
                && isLoopback(request.remoteAddress().hostAddress())
                && isLocalName(request);
    }

    /**
     * Whether the caller asked for this machine by a local name: a page of elsewhere that had its name moved here did
     * not.
     */
    private static boolean isLocalName(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        return authority != null && (authority.host().equals("localhost") || isLoopback(authority.host()));
    }

    private static boolean isLoopback(String address) {
        try {
            return address != null
                    && InetAddress.ofLiteral(address.replace("[", "").replace("]", ""))
                            .isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
