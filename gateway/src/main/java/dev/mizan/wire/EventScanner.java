package dev.mizan.wire;

/**
 * Splits a stream of server-sent events into whole events. An event ends with an empty line; lines end with LF, CRLF or
 * CR (<a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, server-sent events</a>).
 *
 * <p>Not safe for use by many threads.
 */
public final class EventScanner extends StreamScanner {
    /** A scanner that singles out the events in which {@code marks} finds something. */
    public EventScanner(Marks marks) {
        this(marks, EVENT_BYTES_MAX);
    }

    /**
     * The same for streams whose events are larger.
     *
     * @param bytesMax the largest event that is looked into, in bytes
     */
    public EventScanner(Marks marks, int bytesMax) {
        super(marks, bytesMax);
    }

    @Override
    int unitEnd(String text, int from) {
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

    @Override
    int lastUnitEnd(String text, int from, int to) {
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
