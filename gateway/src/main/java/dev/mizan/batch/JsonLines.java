package dev.mizan.batch;

import dev.mizan.wire.Slice;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The lines of a file of JSON, one after the other. Not safe for use by many threads. */
final class JsonLines implements AutoCloseable {
    /** How long a line may be. */
    static final int LINE_BYTES_MAX = 16 << 20;

    private final InputStream in;
    private int number;

    JsonLines(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /** The next line that is not empty; empty at the end. Throws {@link IOException} for one that is too long. */
    Optional<Slice> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(4_096);
        boolean isBlank = true;
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b != '\n') {
                isBlank &= b == ' ' || b == '\t' || b == '\r';
                line.write(b);
                if (line.size() > LINE_BYTES_MAX) {
                    throw new IOException("line " + (number + 1) + " is longer than " + LINE_BYTES_MAX + " bytes");
                }
            } else if (isBlank) {
                number++;
                line.reset();
            } else {
                break;
            }
        }
        number++;
        return isBlank ? Optional.empty() : Optional.of(Slice.of(line.toByteArray()));
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
