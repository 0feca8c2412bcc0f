package dev.mizan.identity;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hashes credentials with the server's secret, so that a stolen database neither holds keys nor lets any be tried
 * out. Safe for use by many threads; does not block.
 */
public final class KeyHasher {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SECRET_BYTES_MIN = 16;

    /** A power of two: threads find their slot by their id. */
    private static final int SLOTS = 16;

    private final SecretKeySpec secret;

    /** Machines at rest. Making one costs more than using it; a thread that finds its slot empty makes another. */
    private final AtomicReferenceArray<Mac> idle = new AtomicReferenceArray<>(SLOTS);

    /**
     * A hasher.
     *
     * @param secret at least 16 bytes; another secret makes other hashes, and all keys unknown
     */
    public KeyHasher(byte[] secret) {
        if (secret.length < SECRET_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "secret: " + secret.length + " bytes (expected: >= " + SECRET_BYTES_MIN + ")");
        }
        this.secret = new SecretKeySpec(secret, ALGORITHM);
        idle.set(0, create());
    }

    /** The hash of {@code credential}'s UTF-8 bytes. */
    public KeyHash hash(String credential) {
        int slot = (int) Thread.currentThread().threadId() & (SLOTS - 1);
        Mac mac = idle.getAndSet(slot, null);
        if (mac == null) {
            mac = create();
        }
        byte[] hash = mac.doFinal(credential.getBytes(StandardCharsets.UTF_8));
        idle.set(slot, mac);
        return new KeyHash(hash);
    }

    private Mac create() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(ALGORITHM + ": missing (expected: in every Java)", e);
        }
    }
}
