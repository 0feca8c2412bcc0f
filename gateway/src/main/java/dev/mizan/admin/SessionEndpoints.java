package dev.mizan.admin;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.identity.Key;
import dev.mizan.identity.KeyText;
import dev.mizan.identity.Keys;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Signing in on the page with a key, and out again. */
final class SessionEndpoints {
    private final Gate gate;
    private final Sessions sessions;
    private final SignInPacer pacer;
    private final Keys keys;

    SessionEndpoints(Gate gate, Sessions sessions, SignInPacer pacer, Keys keys) {
        this.gate = gate;
        this.sessions = sessions;
        this.pacer = pacer;
        this.keys = keys;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post("/ui/login", Access.PUBLIC, this::login),
                Endpoint.post("/ui/logout", Access.KEY, this::logout),
                Endpoint.get("/ui/session", Access.KEY, this::session));
    }

    private Answer login(Exchange exchange) {
        String type = exchange.header("content-type");
        if (!type.startsWith(Answer.JSON)) {
            // A form of another site can't send JSON: nobody is signed in by a page they did not mean to use.
            throw Problem.value("content-type", type, Answer.JSON);
        }
        JsonNode text = exchange.json().path("key");
        if (!text.isString() || text.stringValue().length() > KeyText.LENGTH_MAX) {
            throw Problem.secretValue("key", "a key");
        }
        int waitSeconds = pacer.begin(exchange.address());
        if (waitSeconds > 0) {
            throw new Problem(
                            ErrorCode.RATE_LIMIT_EXCEEDED,
                            "error.signin.slow",
                            Map.of("seconds", Integer.toString(waitSeconds)),
                            "",
                            waitSeconds)
                    .thrown();
        }
        Key key = gate.key(text.stringValue().strip());
        if (key.isLicence()) {
            // Pages show what a key has of the server; a licence has its own report.
            throw Problem.of(ErrorCode.INVALID_API_KEY, "error.key.unknown").thrown();
        }
        pacer.succeeded(exchange.address());
        Sessions.Session session = sessions.begin(key);
        ObjectNode json = describe(exchange, key);
        put(json, session);
        return Answer.json(json)
                .with(Map.of("set-cookie", cookie(session.text(), Sessions.LIFETIME.toSeconds(), exchange.secure())));
    }

    private Answer logout(Exchange exchange) {
        sessions.find(exchange.cookie()).ifPresent(sessions::end);
        ObjectNode json = Json.object();
        json.put("signed_in", false);
        return Answer.json(json).with(Map.of("set-cookie", cookie("", 0, exchange.secure())));
    }

    private Answer session(Exchange exchange) {
        Caller caller = exchange.caller();
        ObjectNode json = describe(exchange, caller.key());
        if (caller.session()) {
            sessions.find(exchange.cookie()).ifPresent(session -> put(json, session));
        }
        return Answer.json(json);
    }

    private ObjectNode describe(Exchange exchange, Key key) {
        ObjectNode json = Json.object();
        json.put("role", key.isMaster() ? "admin" : "user");
        json.put("key", key.id());
        json.put(
                "key_alias",
                key.isMaster()
                        ? "master"
                        : keys.stored(key.id())
                                .map(stored -> stored.profile().alias().isEmpty()
                                        ? stored.credential().shown()
                                        : stored.profile().alias())
                                .orElse(key.id()));
        json.put("tenant", key.principal().tenant());
        json.put("time_zone", exchange.zone().getId());
        json.put("language", exchange.language().tag());
        return json;
    }

    private static void put(ObjectNode json, Sessions.Session session) {
        json.put("csrf", session.csrf());
        json.put("expires", Json.time(session.expiresAtMillis()));
    }

    /** Not readable by scripts, never sent along from another site, and over TLS only where there is TLS. */
    private static String cookie(String value, long ageSeconds, boolean secure) {
        return Sessions.COOKIE + "=" + value + "; Path=/; Max-Age=" + ageSeconds + "; HttpOnly; SameSite=Strict"
                + (secure ? "; Secure" : "");
    }
}
