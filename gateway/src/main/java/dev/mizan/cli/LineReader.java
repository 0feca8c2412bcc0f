package dev.mizan.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Splits a stream into lines without copying or decoding them. Not safe for use by many threads. */
final class LineReader {
    /** A longer line is passed over. */
    static final int LINE_BYTES_MAX = 64 << 20;

    private final InputStream in;
    private byte[] buffer = new byte[1 << 16];
    private int filled;
    private int next;
    private int start;
    private int end;
    private boolean tooLong;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** Goes to the next line; false at the end of the stream. */
    boolean next() throws IOException {
        tooLong = false;
        int scanned = next;
        while (true) {
            for (int i = scanned; i < filled; i++) {
                if (buffer[i] == '\n') {
                    start = next;
                    end = i;
                    next = i + 1;
                    return true;
                }
            }
            scanned = makeRoom();
            int read = in.read(buffer, filled, buffer.length - filled);
            if (read < 0) {
                start = next;
                end = filled;
                next = filled;
                return end > start;
            }
            filled += read;
        }
    }

    /** Makes room behind what is filled; where scanning for the line's end goes on. */
    private int makeRoom() {
        if (next > 0) {
            System.arraycopy(buffer, next, buffer, 0, filled - next);
            filled -= next;
            next = 0;
        }
        if (filled == buffer.length) {
            if (buffer.length >= LINE_BYTES_MAX) {
                tooLong = true;
                filled = 0;
            } else {
                buffer = Arrays.copyOf(buffer, buffer.length * 2);
            }
        }
        return filled;
    }

    /** The array that holds the line; it changes with the next line. */
    byte[] bytes() {
        return buffer;
    }

    int offset() {
        return start;
    }

    int length() {
        return end - start;
    }

    boolean isTooLong() {
        return tooLong;
    }

    boolean isBlank() {
        for (int i = start; i < end; i++) {
            if (buffer[i] != ' ' && buffer[i] != '\t' && buffer[i] != '\r') {
                return false;
            }
        }
        return !tooLong;
    }

    /** Whether there is no further line without waiting for one. */
    boolean isDrained() throws IOException {
        return next == filled && in.available() == 0;
    }
}
