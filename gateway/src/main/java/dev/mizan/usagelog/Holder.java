package dev.mizan.usagelog;

import dev.mizan.ledger.Principal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Whose usage a file holds: the licence's, else the user's, else the key's.
 *
 * @param name the licence's id, the user's, or the key's
 */
record Holder(String name) {
    private static final int LENGTH_MAX = 150;
    private static final int HASH_BYTES = 8;

    static Holder of(Principal principal) {
        if (!principal.licence().isEmpty()) {
            return new Holder(principal.licence());
        }
        return new Holder(principal.user().isEmpty() ? principal.keyId() : principal.user());
    }

    /** The same by what the ledger's sums know: a licence's id is its key's, and is no virtual key's. */
    static Holder of(String key, String user) {
        boolean licence = !key.equals(Principal.MASTER.keyId()) && !key.startsWith("key_");
        return new Holder(licence || user.isEmpty() ? key : user);
    }

    /**
     * The name as a file's: letters, digits, {@code .}, {@code _} and {@code -} as they are, everything else by
     * percent; a long one is cut, and told from others by a hash. Two names never have one file.
     */
    String fileName() {
        String safe = URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
        if (safe.isEmpty() || safe.startsWith(".")) {
            safe = "%2E" + safe.substring(Math.min(1, safe.length()));
        }
        return safe.length() <= LENGTH_MAX ? safe : safe.substring(0, LENGTH_MAX) + "~" + hash();
    }

    private String hash() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: missing (expected: in every Java)", e);
        }
    }
}
