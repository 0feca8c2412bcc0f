package dev.mizan.admin;

import dev.mizan.identity.Key;
import dev.mizan.identity.KeyHash;
import dev.mizan.identity.Keys;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who is signed in on the page. A session is a signed text in a cookie, so that nothing is kept for it and every
 * process with the same secret knows it; it ends with its time, with its key, and when its key gets another text.
 * Signing out is remembered in this process. Safe for use by many threads.
 */
final class Sessions {
    /** The cookie's name. */
    static final String COOKIE = "mizan_session";

    /** How long one is signed in. */
    static final Duration LIFETIME = Duration.ofHours(12);

    /** How many sessions that ended early are remembered; the oldest are forgotten first. */
    static final int ENDED_MAX = 10_000;

    private static final int NONCE_BYTES = 16;
    private static final int TEXT_LENGTH_MAX = 300;

    private final Keys keys;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Long> ended = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    Sessions(Keys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * A session.
     *
     * @param text what the cookie holds
     * @param csrf what a request that changes something has to repeat in the header {@code x-csrf-token}
     */
    record Session(Key key, String text, String csrf, long expiresAtMillis) {
        /** Hides what would sign somebody in. */
        @Override
        public String toString() {
            return "Session[key=" + key.id() + "]";
        }
    }

    /** Begins a session for {@code key}. */
    Session begin(Key key) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        long expires = clock.millis() + LIFETIME.toMillis();
        String content = key.id() + "." + expires + "." + HexFormat.of().formatHex(nonce);
        return session(key, content, expires);
    }

    /** The session that the cookie holds; empty if it was not signed here, has ended, or its key has. */
    Optional<Session> find(String text) {
        int dot = text.lastIndexOf('.');
        String[] parts = text.split("\\.", -1);
        if (text.length() > TEXT_LENGTH_MAX || parts.length != 4) {
            return Optional.empty();
        }
        Optional<Key> key = keys.key(parts[0]);
        String content = text.substring(0, dot);
        if (key.isEmpty() || !isSigned(content, parts[3], key.get())) {
            return Optional.empty();
        }
        // Signed, hence a number that was written here.
        long expires = Long.parseLong(parts[1]);
        long now = clock.millis();
        boolean over = now >= expires || key.get().blocked() || key.get().isExpired(now) || hasEnded(content);
        return over ? Optional.empty() : Optional.of(session(key.get(), content, expires));
    }

    /** Ends a session before its time. */
    void end(Session session) {
        String content = session.text().substring(0, session.text().lastIndexOf('.'));
        lock.lock();
        try {
            long now = clock.millis();
            ended.values().removeIf(expires -> expires <= now);
            while (ended.size() >= ENDED_MAX) {
                ended.remove(ended.keySet().iterator().next());
            }
            ended.put(content, session.expiresAtMillis());
        } finally {
            lock.unlock();
        }
    }

    private boolean hasEnded(String content) {
        lock.lock();
        try {
            return ended.containsKey(content);
        } finally {
            lock.unlock();
        }
    }

    private Session session(Key key, String content, long expires) {
        return new Session(
                key,
                content + "." + signature(content, key).hex(),
                keys.sign("csrf " + content).hex(),
                expires);
    }

    private boolean isSigned(String content, String signature, Key key) {
        try {
            return KeyHash.ofHex(signature).equals(signature(content, key));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private KeyHash signature(String content, Key key) {
        return keys.sign("session " + content + " " + keys.stamp(key.id()).orElse(""));
    }
}
