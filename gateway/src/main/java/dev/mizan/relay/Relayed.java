package dev.mizan.relay;

import dev.mizan.dialect.BodyText;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a stream was relayed: kept only so that its tokens can be counted if the provider never says. The bytes that
 * were forwarded are held, not copied, until there are many; then only their text is. Not safe for use by many threads.
 */
final class Relayed {
    /** Bytes held before their text is taken out. */
    private static final int HELD_BYTES_MAX = 64 * 1024;

    /** Characters held; what comes after is only measured. */
    private static final int TEXT_MAX = 100_000;

    private final BodyText format;
    private final List<Slice> held = new ArrayList<>();
    private final StringBuilder text = new StringBuilder(0);
    private int heldBytes;
    private long beyond;

    /** @param format how text is found in what comes */
    Relayed(BodyText format) {
        this.format = format;
    }

    void add(Slice run) {
        held.add(run);
        heldBytes += run.length();
        if (heldBytes > HELD_BYTES_MAX) {
            digest();
        }
    }

    /** All text so far, or the first 100,000 characters of it. */
    String text() {
        digest();
        return text.toString();
    }

    /** Characters that came after those of {@link #text()}. */
    long beyond() {
        return beyond;
    }

    private void digest() {
        for (Slice run : held) {
            format.addEvents(run, text);
            if (text.length() > TEXT_MAX) {
                beyond += text.length() - TEXT_MAX;
                text.setLength(TEXT_MAX);
            }
        }
        held.clear();
        heldBytes = 0;
    }
}
