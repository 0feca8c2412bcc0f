package dev.mizan.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Splits a stream into lines without copying or decoding them. Not safe for use by many threads. */
public final class LineReader {
    private final InputStream in;
    private final int bytesMax;
    private byte[] buffer = new byte[1 << 16];
    private int filled;
    private int next;
    private int start;
    private int end;
    private boolean tooLong;

    /** @param bytesMax how long a line may be, at least 65,535; a longer one is passed over */
    public LineReader(InputStream in, int bytesMax) {
        this.in = in;
        this.bytesMax = bytesMax;
    }

    /** Goes to the next line; false at the end of the stream. */
    public boolean next() throws IOException {
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
                return end > start || tooLong;
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
            if (buffer.length > bytesMax) {
                tooLong = true;
                filled = 0;
            } else {
                buffer = Arrays.copyOf(buffer, Math.min(buffer.length * 2, bytesMax + 1));
            }
        }
        return filled;
    }

    /** The array that holds the line; it changes with the next line. */
    public byte[] bytes() {
        return buffer;
    }

    /** Where the line starts in {@link #bytes}. */
    public int offset() {
        return start;
    }

    /** How many bytes it has, without its end. */
    public int length() {
        return end - start;
    }

    /** Whether the line was too long: then {@link #bytes} holds an end of it. */
    public boolean isTooLong() {
        return tooLong;
    }

    /** Whether it has nothing but spaces. */
    public boolean isBlank() {
        for (int i = start; i < end; i++) {
            if (buffer[i] != ' ' && buffer[i] != '\t' && buffer[i] != '\r') {
                return false;
            }
        }
        return !tooLong;
    }

    /** Whether there is no further line without waiting for one. */
    public boolean isDrained() throws IOException {
        return next == filled && in.available() == 0;
    }
}
