package dev.mizan.identity;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The HMAC-SHA-256 of a credential: what is stored of a key. Compared in constant time. Immutable. */
public final class KeyHash {
    private static final int LENGTH_BYTES = 32;

    private final byte[] bytes;

    /** Takes over {@code bytes}; throws {@link IllegalArgumentException} unless there are 32. */
    KeyHash(byte[] bytes) {
        if (bytes.length != LENGTH_BYTES) {
            throw new IllegalArgumentException("hash: " + bytes.length + " bytes (expected: " + LENGTH_BYTES + ")");
        }
        this.bytes = bytes;
    }

    /** Reads {@link #hex()}; throws {@link IllegalArgumentException} for anything else. */
    public static KeyHash ofHex(String hex) {
        return new KeyHash(HexFormat.of().parseHex(hex));
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyHash hash && MessageDigest.isEqual(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        // Its first bytes are as good as random to whoever does not have the server's secret.
        return ByteBuffer.wrap(bytes).getInt();
    }

    /** Hides the hash. */
    @Override
    public String toString() {
        return "KeyHash[***]";
    }
}
