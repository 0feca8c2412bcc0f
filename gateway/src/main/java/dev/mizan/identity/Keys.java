package dev.mizan.identity;

import com.github.f4b6a3.ulid.UlidFactory;
import dev.mizan.identity.KeyStore.Saved;
import dev.mizan.identity.StoredKey.Credential;
import dev.mizan.identity.StoredKey.Trail;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The virtual keys and the master key: finds them for calls in memory, and changes them in the store.
 *
 * <p>A change made here is seen by the next call at once; one made by another process with the next {@link #refresh}.
 * Safe for use by many threads. {@link #authenticate} does no I/O; the methods that change keys block.
 */
public final class Keys implements Authenticator {
    private static final int REFRESH_ROWS = 1_000;

    /** What is hashed to recognise the server's secret. Not a key: it lacks the prefix. */
    private static final String FINGERPRINT = "fingerprint of the secret";

    private final KeyStore store;
    private final KeyHasher hasher;
    private final KeyHash masterHash;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final UlidFactory ids = UlidFactory.newMonotonicInstance();

    private final ConcurrentHashMap<KeyHash, Key> byHash = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, StoredKey> byId = new ConcurrentHashMap<>();
    private final ReentrantLock applying = new ReentrantLock();
    private long revision;

    /**
     * Reads all keys.
     *
     * @param masterKey the text of the master key, not empty
     * @throws IllegalStateException if the stored hashes were made with another secret
     */
    public Keys(KeyStore store, KeyHasher hasher, String masterKey, Clock clock) {
        if (masterKey.isEmpty()) {
            throw new IllegalArgumentException("masterKey: empty (expected: a key)");
        }
        this.store = store;
        this.hasher = hasher;
        this.masterHash = hasher.hash(masterKey);
        this.clock = clock;
        String fingerprint = hasher.hash(FINGERPRINT).hex();
        if (!store.fingerprint(fingerprint).equals(fingerprint)) {
            throw new IllegalStateException(
                    "secret: not the one that the stored keys were hashed with (expected: the same MIZAN_SECRET, or the"
                            + " same file secret in the data folder, in every process that uses this database)");
        }
        refresh();
    }

    @Override
    public Optional<Key> authenticate(String credential) {
        if (credential.isEmpty() || credential.length() > KeyText.LENGTH_MAX) {
            return Optional.empty();
        }
        // The one hash serves both comparisons, and how long they take says nothing about the texts.
        KeyHash hash = hasher.hash(credential);
        if (hash.equals(masterHash)) {
            return Optional.of(Key.MASTER);
        }
        return Optional.ofNullable(byHash.get(hash));
    }

    /** The key with this id as calls see it, the master key too; empty if there is none or it is deleted. */
    public Optional<Key> key(String id) {
        if (id.equals(Key.MASTER.id())) {
            return Optional.of(Key.MASTER);
        }
        return Optional.ofNullable(byId.get(id)).map(StoredKey::key);
    }

    /** The stored key with this id, from memory; empty if there is none or it is deleted. */
    public Optional<StoredKey> stored(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** One of the keys that fit, from memory; empty if none does. Looks at all keys. */
    public Optional<StoredKey> any(Predicate<StoredKey> fits) {
        return byId.values().stream().filter(fits).findFirst();
    }

    /**
     * What changes when the text of the key with this id does, so that what was signed in with the old text can be
     * told from what was signed in with the new; empty if there is no such key. Not secret, and not the hash.
     */
    public Optional<String> stamp(String id) {
        KeyHash hash = masterHash;
        if (!id.equals(Key.MASTER.id())) {
            StoredKey key = byId.get(id);
            if (key == null) {
                return Optional.empty();
            }
            hash = KeyHash.ofHex(key.credential().hash());
        }
        return Optional.of(hasher.hash("stamp of " + hash.hex()).hex());
    }

    /** A keyed hash of {@code text}, by which this server recognises what it has signed. */
    public KeyHash sign(String text) {
        return hasher.hash("signed: " + text);
    }

    /** The stored key whose text or id {@code textOrId} is, deleted ones too. Blocking. */
    public Optional<StoredKey> find(String textOrId) {
        if (textOrId.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        if (textOrId.startsWith(KeyText.PREFIX)) {
            return textOrId.length() > KeyText.LENGTH_MAX
                    ? Optional.empty()
                    : store.findByHash(hasher.hash(textOrId).hex());
        }
        return store.find(textOrId);
    }

    /** The stored key with this alias. Blocking. */
    public Optional<StoredKey> findByAlias(String alias) {
        return alias.indexOf('\0') >= 0 ? Optional.empty() : store.findByAlias(alias);
    }

    /** One page of keys, newest first. Blocking. */
    public KeyStore.Page list(KeyStore.Filter filter, int offset, int limit) {
        return store.list(filter, offset, limit);
    }

    /**
     * Makes a key. Blocking.
     *
     * @param chosen the text that the operator wants; empty for a random one
     * @param by id of the key that asks for it
     * @throws IllegalArgumentException if {@code chosen} can't be a key
     */
    public Issue issue(KeyProfile profile, String chosen, String by) {
        String text = chosen.isEmpty() ? KeyText.random(random) : chosen;
        requireChoosable(text);
        KeyHash hash = hasher.hash(text);
        if (hash.equals(masterHash)) {
            return new Issue("", new Saved.Taken("key"));
        }
        long now = clock.millis();
        StoredKey key = new StoredKey(
                "key_" + ids.create(now),
                new Credential(hash.hex(), KeyText.shown(text), "", 0),
                profile,
                Trail.begin(now, by),
                0);
        return new Issue(text, applied(store.insert(key)));
    }

    /** Changes what an operator sets of a key. Blocking. */
    public Saved change(String id, UnaryOperator<KeyProfile> change, String by) {
        return applied(store.update(
                id,
                key -> new StoredKey(
                        key.id(),
                        key.credential(),
                        change.apply(key.profile()),
                        key.trail().updated(clock.millis(), by),
                        key.revision())));
    }

    /**
     * Gives a key another text. Blocking.
     *
     * @param chosen as for {@link #issue}
     * @param graceMillis how long the old text is still good, ≥ 0
     */
    public Issue regenerate(String id, String chosen, long graceMillis, String by) {
        String text = chosen.isEmpty() ? KeyText.random(random) : chosen;
        requireChoosable(text);
        KeyHash hash = hasher.hash(text);
        if (hash.equals(masterHash)) {
            return new Issue("", new Saved.Taken("key"));
        }
        long now = clock.millis();
        return new Issue(text, applied(store.update(id, key -> {
            String previous = graceMillis > 0 ? key.credential().hash() : "";
            long until = graceMillis > 0 ? Math.addExact(now, graceMillis) : 0;
            return new StoredKey(
                    key.id(),
                    new Credential(hash.hex(), KeyText.shown(text), previous, until),
                    key.profile(),
                    key.trail().updated(now, by),
                    key.revision());
        })));
    }

    /** Deletes a key; it is refused from now on, and its id is not used again. Blocking. */
    public Saved delete(String id, String by) {
        return applied(store.update(
                id,
                key -> new StoredKey(
                        key.id(),
                        key.credential(),
                        key.profile(),
                        key.trail().deleted(clock.millis(), by),
                        key.revision())));
    }

    /** Reads what other processes have changed. Blocking. */
    public void refresh() {
        applying.lock();
        try {
            List<StoredKey> changed;
            do {
                changed = store.changedAfter(revision, REFRESH_ROWS);
                for (StoredKey key : changed) {
                    put(key);
                    revision = Math.max(revision, key.revision());
                }
            } while (changed.size() == REFRESH_ROWS);
        } finally {
            applying.unlock();
        }
    }

    /** Takes a change into memory the way every process does: in the order of revisions, so that none is undone. */
    private Saved applied(Saved saved) {
        refresh();
        return saved;
    }

    private void put(StoredKey key) {
        StoredKey known = byId.get(key.id());
        // The new hashes come before the old ones go: a call in between must not find the key unknown.
        Map<KeyHash, Key> hashes = hashes(key);
        byHash.putAll(hashes);
        if (known != null) {
            hashes(known).keySet().stream()
                    .filter(hash -> !hashes.containsKey(hash))
                    .forEach(byHash::remove);
        }
        if (key.isDeleted()) {
            byId.remove(key.id());
        } else {
            byId.put(key.id(), key);
        }
    }

    private static Map<KeyHash, Key> hashes(StoredKey key) {
        if (key.isDeleted()) {
            return Map.of();
        }
        Map<KeyHash, Key> hashes = new HashMap<>();
        if (!key.credential().previousHash().isEmpty()) {
            hashes.put(KeyHash.ofHex(key.credential().previousHash()), key.previousKey());
        }
        hashes.put(KeyHash.ofHex(key.credential().hash()), key.key());
        return hashes;
    }

    private static void requireChoosable(String text) {
        if (!KeyText.isChoosable(text)) {
            throw new IllegalArgumentException("key: not a key (expected: " + KeyText.PREFIX + " and at least "
                    + (KeyText.LENGTH_MIN - KeyText.PREFIX.length()) + " more printable characters)");
        }
    }

    /**
     * A key that was made.
     *
     * @param text its text, shown once and never again
     */
    public record Issue(String text, Saved saved) {
        /** Hides the text. */
        @Override
        public String toString() {
            return "Issue[text=***, saved=" + saved + "]";
        }
    }
}
