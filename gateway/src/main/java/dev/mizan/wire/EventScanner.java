package dev.mizan.wire;

import java.util.Arrays;

/**
 * Splits a stream of server-sent events into whole events, as their bytes arrive, without decoding them.
 *
 * <p>An event ends with an empty line; lines end with LF, CRLF or CR
 * (<a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, server-sent events</a>). Whole events
 * are handed on in runs as long as possible: a run that holds none of the marks is one call, whatever the number of its
 * events. The start of an event that is not yet whole is kept back until it is; one that grows beyond
 * {@link #EVENT_BYTES_MAX} is handed on in fragments, unseen, since no event that matters here is so large.
 *
 * <p>Not safe for use by many threads.
 */
public final class EventScanner {
    /** The largest event that is looked into, in bytes. */
    public static final int EVENT_BYTES_MAX = 1 << 18;

    private final Marks marks;
    private byte[] held = new byte[0];
    private int heldLength;
    private boolean inFragment;

    /** A scanner that singles out the events in which {@code marks} finds something. */
    public EventScanner(Marks marks) {
        this.marks = marks;
    }

    /** What makes an event worth a look. */
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
        /** A run of whole events without a mark, or of fragments of one too large: to be forwarded. */
        void plain(Slice run);

        /** One whole event that holds a mark. */
        void marked(Slice event);
    }

    /** Takes the next bytes of the stream; {@code bytes} must not change afterwards. */
    public void feed(Slice bytes, Sink sink) {
        Slice input = join(bytes);
        String text = input.latin1();
        int start = 0;
        if (inFragment) {
            start = eventEnd(text, 0);
            if (start < 0) {
                sink.plain(input);
                return;
            }
            inFragment = false;
            sink.plain(new Slice(input.array(), input.from(), input.from() + start));
        }
        int end = lastEventEnd(text, start, text.length());
        split(input, text, start, end, sink);
        keep(input, end, sink);
    }

    /** Whether what was handed on last was a fragment: the next bytes belong to the same event. */
    public boolean isWithinEvent() {
        return inFragment;
    }

    /** Hands on what is left at the end of the stream: an event without its empty line. */
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
        if (length > EVENT_BYTES_MAX) {
            inFragment = true;
            sink.plain(new Slice(input.array(), input.from() + from, input.to()));
            return;
        }
        held = Arrays.copyOfRange(input.array(), input.from() + from, input.to());
        heldLength = length;
    }

    /** Hands on the whole events from {@code from} to {@code to}, going from mark to mark. */
    private void split(Slice input, String text, int from, int to, Sink sink) {
        int start = from;
        while (start < to) {
            int mark = marks.first(text, start, to);
            int marked = mark < 0 ? to : lastEventEnd(text, start, mark);
            if (marked > start) {
                sink.plain(new Slice(input.array(), input.from() + start, input.from() + marked));
            }
            if (mark < 0) {
                return;
            }
            int end = eventEnd(text, marked);
            sink.marked(new Slice(input.array(), input.from() + marked, input.from() + end));
            start = end;
        }
    }

    /** Index after the end of the event that starts at {@code from}, or -1. */
    private static int eventEnd(String text, int from) {
        int length = text.length();
        int at = from;
        while (true) {
            int lf = text.indexOf('\n', at);
            int cr = text.indexOf('\r', at, lf < 0 ? length : lf);
            int lineEnd = cr >= 0 ? cr : lf;
            if (lineEnd < 0) {
                return -1;
            }
            int next = afterLineEnd(text, lineEnd);
            if (next < length && isLineEnd(text.charAt(next))) {
                return afterLineEnd(text, next);
            }
            at = next;
            if (at >= length) {
                return -1;
            }
        }
    }

    /** Index after the end of the last event that is whole before {@code to}, or {@code from} if there is none. */
    private static int lastEventEnd(String text, int from, int to) {
        for (int i = to - 1; i > from; i--) {
            char c = text.charAt(i);
            if (c == '\n') {
                char before = text.charAt(i - 1);
                if (before == '\n') {
                    return i + 1;
                }
                if (before == '\r' && i - 2 >= from && isLineEnd(text.charAt(i - 2))) {
                    return i + 1;
                }
            } else if (c == '\r' && text.charAt(i - 1) == '\r') {
                return i + 1;
            }
        }
        return from;
    }

    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r';
    }

    private static int afterLineEnd(String text, int at) {
        boolean crlf = text.charAt(at) == '\r' && at + 1 < text.length() && text.charAt(at + 1) == '\n';
        return at + (crlf ? 2 : 1);
    }
}
