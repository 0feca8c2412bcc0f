package dev.mizan.fuzz;

import dev.mizan.wire.Slice;
import java.util.Random;
import java.util.function.Consumer;

/** An input's first four bytes say how its others are cut. */
final class Cuts {
    private static final int SEED_BYTES = 4;
    private static final int PIECE_BYTES_MAX = 64;

    private final long seed;
    private final Slice content;

    Cuts(byte[] data, int from) {
        long read = 0;
        int at = from;
        for (; at < data.length && at < from + SEED_BYTES; at++) {
            read = read << 8 | (data[at] & 0xff);
        }
        this.seed = read;
        this.content = new Slice(data, Math.min(at, data.length), data.length);
    }

    /** All that is cut. */
    Slice content() {
        return content;
    }

    /** Hands on piece after piece. */
    void forEach(Consumer<Slice> sink) {
        Random random = new Random(seed);
        int at = content.from();
        while (at < content.to()) {
            int to = Math.min(content.to(), at + 1 + random.nextInt(PIECE_BYTES_MAX));
            sink.accept(new Slice(content.array(), at, to));
            at = to;
        }
    }
}
