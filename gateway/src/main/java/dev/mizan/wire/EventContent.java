package dev.mizan.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The data of server-sent events. */
public final class EventContent {
    private static final String DATA = "data:";

    private EventContent() {}

    /**
     * {@code json} as one whole event.
     *
     * @param name the event's own; empty for none
     */
    public static byte[] event(String name, byte[] json) {
        byte[] head =
                ((name.isEmpty() ? "" : "event: " + name + "\n") + DATA + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] event = Arrays.copyOf(head, head.length + json.length + 2);
        System.arraycopy(json, 0, event, head.length, json.length);
        event[event.length - 2] = '\n';
        event[event.length - 1] = '\n';
        return event;
    }

    /** The data of an event: that of its one data line where it lies, or those of several joined by LF. */
    public static Slice of(Slice event) {
        String text = event.latin1();
        int found = -1;
        int foundEnd = -1;
        StringBuilder joined = new StringBuilder(0);
        int at = 0;
        while (at < text.length()) {
            int lf = text.indexOf('\n', at);
            int end = lf < 0 ? text.length() : lf;
            int cr = text.indexOf('\r', at, end);
            end = cr < 0 ? end : cr;
            if (text.startsWith(DATA, at)) {
                int from = at + DATA.length();
                if (from < end && text.charAt(from) == ' ') {
                    from++;
                }
                if (found >= 0) {
                    joined.append(joined.isEmpty() ? text.substring(found, foundEnd) : "")
                            .append('\n');
                    joined.append(text, from, end);
                }
                found = found < 0 ? from : found;
                foundEnd = foundEnd < 0 ? end : foundEnd;
            }
            at = end + 1;
        }
        if (found < 0) {
            return new Slice(event.array(), event.to(), event.to());
        }
        return joined.isEmpty()
                ? new Slice(event.array(), event.from() + found, event.from() + foundEnd)
                : Slice.of(joined.toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}
