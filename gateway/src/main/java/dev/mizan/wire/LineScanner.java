package dev.mizan.wire;

/**
 * Splits a stream of JSON values, each on a line of its own, into whole lines
 * (<a href="https://github.com/ndjson/ndjson-spec">NDJSON</a>): a line ends with LF, before which a CR may stand.
 *
 * <p>Not safe for use by many threads.
 */
public final class LineScanner extends StreamScanner {
    /** A scanner that singles out the lines in which {@code marks} finds something. */
    public LineScanner(Marks marks) {
        super(marks, EVENT_BYTES_MAX);
    }

    /** What stands on {@code line}, without the white space around it. */
    public static Slice content(Slice line) {
        int from = line.from();
        int to = line.to();
        while (from < to && isSpace(line.array()[from])) {
            from++;
        }
        while (to > from && isSpace(line.array()[to - 1])) {
            to--;
        }
        return new Slice(line.array(), from, to);
    }

    @Override
    int unitEnd(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? -1 : end + 1;
    }

    @Override
    int lastUnitEnd(String text, int from, int to) {
        int last = text.lastIndexOf('\n', to - 1);
        return last < from ? from : last + 1;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
