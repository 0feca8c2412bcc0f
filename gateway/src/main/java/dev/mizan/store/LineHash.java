package dev.mizan.store;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;

/**
 * SHA-256 of a line and of a link of a hash chain.
 *
 * <p>A line's text is its columns in the order of {@link LineColumns#NAMES}, in UTF-8: a text as its length in UTF-16
 * units, a colon and itself, a number in decimal digits and a comma. It is made of what the database holds, so that its
 * rows themselves are proved. A column that was added later is left out where it is empty, so that lines of before keep
 * their hash. Not safe for use by many threads.
 */
final class LineHash implements LineColumns.Sink {
    /** Length of a hash. */
    static final int BYTES = 32;

    private static final int LINE_CHARS = 2_048;

    private static final LineColumns.Sink NOWHERE = new LineColumns.Sink() {
        @Override
        public void text(String value) {}

        @Override
        public void number(long value) {}
    };

    private final MessageDigest sha256 = sha256();
    private final StringBuilder text = new StringBuilder(LINE_CHARS);
    private LineColumns.Sink next = NOWHERE;

    /** This, which gives the values on to {@code sink}. */
    LineHash before(LineColumns.Sink sink) {
        next = sink;
        return this;
    }

    @Override
    public void text(String value) throws SQLException {
        next.text(value);
        text.append(value.length()).append(':').append(value);
    }

    @Override
    public void added(String value) throws SQLException {
        if (value.isEmpty()) {
            next.added(value);
        } else {
            text(value);
        }
    }

    @Override
    public void number(long value) throws SQLException {
        next.number(value);
        text.append(value).append(',');
    }

    /** The hash of the line whose columns came since the last one. */
    byte[] line() {
        String line = text.toString();
        text.setLength(0);
        // As it is stored: PostgreSQL has no text with the character 0.
        return sha256.digest(
                (line.indexOf(0) < 0 ? line : line.replace('\0', '\uFFFD')).getBytes(StandardCharsets.UTF_8));
    }

    /** Puts the hash of the link after {@code before} that stands for {@code line} in the place of {@code before}. */
    void link(byte[] before, byte[] line) {
        sha256.update(before);
        sha256.update(line);
        try {
            sha256.digest(before, 0, BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("a hash has 32 bytes", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
