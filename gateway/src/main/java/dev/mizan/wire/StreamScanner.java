package dev.mizan.wire;

import java.util.Arrays;

/**
 * Splits a stream into whole units, events or lines, as their bytes arrive, without decoding them.
 *
 * <p>Whole units are handed on in runs as long as possible: a run that holds none of the marks is one call, whatever
 * the number of its units. The start of a unit that is not yet whole is kept back until it is; one that grows too
 * large is handed on in fragments, unseen, since no unit that matters here is so large.
 *
 * <p>Not safe for use by many threads.
 */
public abstract sealed class StreamScanner permits EventScanner, LineScanner {
    /** The largest unit that is looked into, in bytes, unless a format has larger ones. */
    public static final int EVENT_BYTES_MAX = 1 << 18;

    private final Marks marks;
    private final int bytesMax;
    private byte[] held = new byte[0];
    private int heldLength;
    private boolean inFragment;

    /**
     * A scanner that singles out the units in which {@code marks} finds something.
     *
     * @param bytesMax the largest unit that is looked into, in bytes
     */
    StreamScanner(Marks marks, int bytesMax) {
        this.marks = marks;
        this.bytesMax = bytesMax;
    }

    /** What makes a unit worth a look. */
    @FunctionalInterface
    public interface Marks {
        /**
         * Where the first mark is in {@code text}, one character a byte, from {@code from} to {@code to}; -1 if there
         * is none.
         */
        int first(String text, int from, int to);
    }

    /** Takes what was found. The bytes are valid during the call only if it says so. */
    public interface Sink {
        /** A run of whole units without a mark, or of fragments of one too large: to be forwarded. */
        void plain(Slice run);

        /** One whole unit that holds a mark. */
        void marked(Slice event);
    }

    /** Takes the next bytes of the stream; {@code bytes} must not change afterwards. */
    public void feed(Slice bytes, Sink sink) {
        Slice input = join(bytes);
        String text = input.latin1();
        int start = 0;
        if (inFragment) {
            start = unitEnd(text, 0);
            if (start < 0) {
                sink.plain(input);
                return;
            }
            inFragment = false;
            sink.plain(new Slice(input.array(), input.from(), input.from() + start));
        }
        int end = lastUnitEnd(text, start, text.length());
        split(input, text, start, end, sink);
        keep(input, end, sink);
    }

    /** Whether what was handed on last was a fragment: the next bytes belong to the same unit. */
    public boolean isWithinEvent() {
        return inFragment;
    }

    /** Hands on what is left at the end of the stream: a unit without its end. */
    public void end(Sink sink) {
        if (heldLength > 0) {
            Slice rest = new Slice(held, 0, heldLength);
            heldLength = 0;
            String text = rest.latin1();
            if (marks.first(text, 0, text.length()) >= 0) {
                sink.marked(rest);
            } else {
                sink.plain(rest);
            }
        }
    }

    private Slice join(Slice bytes) {
        if (heldLength == 0) {
            return bytes;
        }
        byte[] joined = Arrays.copyOf(held, heldLength + bytes.length());
        System.arraycopy(bytes.array(), bytes.from(), joined, heldLength, bytes.length());
        heldLength = 0;
        return Slice.of(joined);
    }

    private void keep(Slice input, int from, Sink sink) {
        int length = input.length() - from;
        if (length == 0) {
            return;
        }
        if (length > bytesMax) {
            inFragment = true;
            sink.plain(new Slice(input.array(), input.from() + from, input.to()));
            return;
        }
        held = Arrays.copyOfRange(input.array(), input.from() + from, input.to());
        heldLength = length;
    }

    /** Hands on the whole units from {@code from} to {@code to}, going from mark to mark. */
    private void split(Slice input, String text, int from, int to, Sink sink) {
        int start = from;
        while (start < to) {
            int mark = marks.first(text, start, to);
            int marked = mark < 0 ? to : lastUnitEnd(text, start, mark);
            if (marked > start) {
                sink.plain(new Slice(input.array(), input.from() + start, input.from() + marked));
            }
            if (mark < 0) {
                return;
            }
            int found = unitEnd(text, marked);
            // Line ends that are left over, of more than a unit needs, have none.
            int end = found < 0 || found > to ? to : found;
            sink.marked(new Slice(input.array(), input.from() + marked, input.from() + end));
            start = end;
        }
    }

    /** Index after the end of the unit that starts at {@code from}, or -1. */
    abstract int unitEnd(String text, int from);

    /** Index after the end of the last unit that is whole before {@code to}, or {@code from} if there is none. */
    abstract int lastUnitEnd(String text, int from, int to);
}
