package dev.mizan.licence;

import dev.mizan.identity.Authenticator;
import dev.mizan.identity.Key;
import dev.mizan.identity.KeyHash;
import dev.mizan.identity.KeyHasher;
import dev.mizan.ledger.Principal;
import dev.mizan.licence.RevocationStore.Revocation;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Finds the licence that a caller's credential is, and any other key where it is none. A licence's signature is
 * verified once and then remembered; a revocation made here is seen by the next call, one made by another process with
 * the next {@link #refresh}. Safe for use by many threads. {@link #authenticate} does no I/O; the other methods block.
 */
public final class Licences implements Authenticator {
    /** How many verified licences are remembered at most; others are verified again. */
    public static final int REMEMBERED_MAX = 10_000;

    /** How many texts that are no licences are remembered at most; then all are forgotten. */
    static final int REFUSED_MAX = 10_000;

    /** What a text is that looks like a licence and is none: refused, so that the refusal can say which it was. */
    static final Key INVALID =
            new Key("licence", new Principal("", "", "", "licence", "", "invalid", ""), true, Long.MAX_VALUE, Set.of());

    private static final int REFRESH_ROWS = 1_000;
    private static final int SECRET_BYTES = 32;

    private final Authenticator others;
    private final RevocationStore store;
    private final Path folder;
    private final Supplier<LicenceSettings> settings;
    private final KeyHasher hasher = new KeyHasher(random());
    private final Set<String> revoked = ConcurrentHashMap.newKeySet();
    private final ReentrantLock applying = new ReentrantLock();
    private volatile State state = new State(LicenceSettings.DEFAULT, Optional.empty());
    private long revision;

    /** Licences of one key, those remembered of them in two halves: when the younger is full, the older is dropped. */
    private static final class State {
        final LicenceSettings settings;
        final Optional<PublicKey> key;
        private volatile ConcurrentHashMap<KeyHash, Licence> young = new ConcurrentHashMap<>();
        private volatile ConcurrentHashMap<KeyHash, Licence> old = new ConcurrentHashMap<>();

        private final Set<KeyHash> refused = ConcurrentHashMap.newKeySet();

        State(LicenceSettings settings, Optional<PublicKey> key) {
            this.settings = settings;
            this.key = key;
        }

        Optional<Licence> verified(KeyHash hash, String text, PublicKey by) {
            Licence known = young.get(hash);
            if (known == null) {
                known = old.get(hash);
                if (known != null) {
                    remember(hash, known);
                }
            }
            if (known != null) {
                return Optional.of(known);
            }
            if (refused.contains(hash)) {
                return Optional.empty();
            }
            Optional<Licence> verified = LicenceText.verify(text, settings.prefix(), by);
            verified.ifPresentOrElse(licence -> remember(hash, licence), () -> refuse(hash));
            return verified;
        }

        private synchronized void remember(KeyHash hash, Licence licence) {
            if (young.size() >= REMEMBERED_MAX / 2) {
                old = young;
                young = new ConcurrentHashMap<>();
            }
            young.put(hash, licence);
        }

        /** Apart from the good ones, so that who tries out many does not make those be verified again. */
        private synchronized void refuse(KeyHash hash) {
            if (refused.size() >= REFUSED_MAX) {
                refused.clear();
            }
            refused.add(hash);
        }

        int refused() {
            return refused.size();
        }

        int remembered() {
            return young.size() + old.size();
        }
    }

    /**
     * Reads the key and the revocations.
     *
     * @param others finds keys that are no licences
     * @param folder the data folder
     * @param settings asked for at each refresh
     * @throws IllegalArgumentException if a key was given that is none
     */
    public Licences(Authenticator others, RevocationStore store, Path folder, Supplier<LicenceSettings> settings) {
        this.others = others;
        this.store = store;
        this.folder = folder;
        this.settings = settings;
        refresh();
    }

    @Override
    public Optional<Key> authenticate(String credential) {
        State now = state;
        if (!credential.startsWith(now.settings.prefix())) {
            return others.authenticate(credential);
        }
        if (now.key.isEmpty() || credential.length() > LicenceText.LENGTH_MAX) {
            return Optional.of(INVALID);
        }
        return Optional.of(now.verified(hasher.hash(credential), credential, now.key.get())
                .map(licence -> revoked.contains(licence.id()) ? licence.blockedKey() : licence.key())
                .orElse(INVALID));
    }

    /** Reads what other processes have revoked, and the key if it or its settings have changed. Blocking. */
    public void refresh() {
        applying.lock();
        try {
            follow();
            LicenceSettings asked = settings.get();
            if (!asked.equals(state.settings) || state.key.isEmpty()) {
                Optional<PublicKey> key = new LicenceKeys(asked, folder).publicKey();
                key.ifPresent(found -> LicenceText.prepare());
                state = new State(asked, key);
            }
        } finally {
            applying.unlock();
        }
    }

    /** The text of {@code licence}; makes the key if there is none. Blocking. */
    public String issue(Licence licence) {
        LicenceSettings asked = settings.get();
        String text = LicenceText.sign(licence, asked.prefix(), new LicenceKeys(asked, folder).privateKey());
        refresh();
        return text;
    }

    /** Refuses the licence with this id from now on. Blocking. */
    public Revocation revoke(String licence, long atMillis, String by) {
        Revocation revocation = store.revoke(licence, atMillis, by);
        refresh();
        return revocation;
    }

    /** The licence that {@code text} is, revoked and expired ones too; empty if it is none. */
    public Optional<Licence> read(String text) {
        State now = state;
        return now.key.flatMap(key -> LicenceText.verify(text, now.settings.prefix(), key));
    }

    /** What every licence key begins with. */
    public String prefix() {
        return state.settings.prefix();
    }

    /** How many verified licences are remembered. */
    int remembered() {
        return state.remembered();
    }

    /** How many texts that are no licences are remembered. */
    int refused() {
        return state.refused();
    }

    private void follow() {
        List<Revocation> more;
        do {
            more = store.after(revision, REFRESH_ROWS);
            for (Revocation revocation : more) {
                revoked.add(revocation.licence());
                revision = Math.max(revision, revocation.revision());
            }
        } while (more.size() == REFRESH_ROWS);
    }

    private static byte[] random() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
