package dev.mizan.wire;

import java.io.ByteArrayOutputStream;

/**
 * Makes of server-sent events, as their bytes arrive, the elements of one JSON array: the data of each event is an
 * element. Events may come in any pieces and be of any size; nothing is held back. Not safe for use by many threads.
 */
public final class JsonArrayStream {
    private static final String DATA = "data:";
    private static final byte[] BETWEEN = {',', '\r', '\n'};

    /** What of the current line has been seen: how much of {@link #DATA} it starts with, or that it is decided. */
    private enum Line {
        NAME,
        VALUE_START,
        VALUE,
        OTHER
    }

    private Line line = Line.NAME;
    private int matched;
    private boolean isLineEmpty = true;
    private boolean isWithinElement;
    private boolean afterCr;
    private boolean hasBegun;

    /** The array that has {@code element} alone. */
    public static Slice of(Slice element) {
        byte[] array = new byte[element.length() + 2];
        array[0] = '[';
        System.arraycopy(element.array(), element.from(), array, 1, element.length());
        array[array.length - 1] = ']';
        return Slice.of(array);
    }

    /** What {@code events}, the next bytes, become; may be empty. */
    public Slice next(Slice events) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(events.length() + BETWEEN.length);
        for (int i = events.from(); i < events.to(); i++) {
            take(events.array()[i], out);
        }
        return Slice.of(out.toByteArray());
    }

    /** What ends the array, after which nothing comes. */
    public Slice end() {
        return Slice.of(Json.raw(hasBegun ? "]" : "[]"));
    }

    private void take(byte b, ByteArrayOutputStream out) {
        if (b == '\n' && afterCr) {
            afterCr = false;
            return;
        }
        afterCr = b == '\r';
        if (b == '\n' || b == '\r') {
            // An empty line ends the event; the next data is another element.
            isWithinElement &= !isLineEmpty;
            line = Line.NAME;
            matched = 0;
            isLineEmpty = true;
            return;
        }
        isLineEmpty = false;
        switch (line) {
            case NAME -> {
                boolean fits = b == DATA.charAt(matched);
                matched++;
                if (!fits) {
                    line = Line.OTHER;
                } else if (matched == DATA.length()) {
                    line = Line.VALUE_START;
                }
            }
            case VALUE_START -> {
                line = Line.VALUE;
                begin(out);
                if (b != ' ') {
                    out.write(b);
                }
            }
            case VALUE -> out.write(b);
            case OTHER -> {}
        }
    }

    private void begin(ByteArrayOutputStream out) {
        if (isWithinElement) {
            out.write('\n');
        } else if (hasBegun) {
            out.write(BETWEEN, 0, BETWEEN.length);
        } else {
            out.write('[');
        }
        hasBegun = true;
        isWithinElement = true;
    }
}
