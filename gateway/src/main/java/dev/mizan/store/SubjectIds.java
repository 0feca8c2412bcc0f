package dev.mizan.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Subjects' ids as {@code subject_use} holds them: part of an index, whose entries have a bound. */
final class SubjectIds {
    /** Longer ids are cut and end in a hash of the whole, so that two of them stay two. */
    static final int CHARS_MAX = 200;

    private static final int HASH_BYTES = 16;
    private static final int KEPT_CHARS = CHARS_MAX - 1 - 2 * HASH_BYTES;

    private SubjectIds() {}

    /** The stored form of {@code id}, which is {@code id} itself but for long ones and PostgreSQL's character 0. */
    static String stored(String id) {
        String text = id.indexOf(0) < 0 ? id : id.replace('\0', '\uFFFD');
        if (text.length() <= CHARS_MAX) {
            return text;
        }
        // A pair of characters is not cut in two: half of one can't be stored.
        int kept = Character.isHighSurrogate(text.charAt(KEPT_CHARS - 1)) ? KEPT_CHARS - 1 : KEPT_CHARS;
        return text.substring(0, kept) + '#' + hash(text);
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
