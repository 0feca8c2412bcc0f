package dev.mizan.batch;

import dev.mizan.wire.LineReader;
import dev.mizan.wire.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** The lines of a file of JSON, one after the other. Not safe for use by many threads. */
final class JsonLines implements AutoCloseable {
    /** How long a line may be. */
    static final int LINE_BYTES_MAX = 16 << 20;

    private final InputStream in;
    private final LineReader lines;
    private int number;

    JsonLines(InputStream in) {
        this.in = in;
        this.lines = new LineReader(in, LINE_BYTES_MAX);
    }

    /** The next line that is not empty; empty at the end. Throws {@link IOException} for one that is too long. */
    Optional<Slice> next() throws IOException {
        while (lines.next()) {
            number++;
            if (lines.isTooLong()) {
                throw new IOException("line " + number + " is longer than " + LINE_BYTES_MAX + " bytes");
            }
            if (!lines.isBlank()) {
                int from = lines.offset();
                return Optional.of(Slice.of(Arrays.copyOfRange(lines.bytes(), from, from + lines.length())));
            }
        }
        return Optional.empty();
    }

    /** The number of the line that {@link #next} gave, from 1 on. */
    int number() {
        return number;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
