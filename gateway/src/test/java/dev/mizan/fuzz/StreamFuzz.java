package dev.mizan.fuzz;

import dev.mizan.dialect.Protocol;
import dev.mizan.dialect.Protocols;
import dev.mizan.dialect.StreamEvent;
import dev.mizan.dialect.WireFormat;
import dev.mizan.wire.Slice;
import dev.mizan.wire.StreamScanner;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Streams of events and lines: however they are cut no byte is lost, added or moved, the same units are found, and each
 * can be read. The first byte says whose stream it is.
 */
public final class StreamFuzz {
    private static final WireFormat[] FORMATS = WireFormat.values();

    private StreamFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        Protocol protocol = Protocols.of(FORMATS[(data[0] & 0xff) % FORMATS.length]);
        Cuts cuts = new Cuts(data, 1);
        Collected cut = new Collected(protocol);
        StreamScanner scanner = protocol.scanner(protocol::firstMark);
        cuts.forEach(piece -> scanner.feed(piece, cut));
        scanner.end(cut);
        Collected whole = new Collected(protocol);
        StreamScanner other = protocol.scanner(protocol::firstMark);
        other.feed(cuts.content(), whole);
        other.end(whole);

        if (!Arrays.equals(cut.bytes.toByteArray(), cuts.content().toBytes())
                || !Arrays.equals(whole.bytes.toByteArray(), cuts.content().toBytes())) {
            throw new IllegalStateException("The bytes handed on are not those that came");
        }
        if (!cut.units().equals(whole.units())) {
            throw new IllegalStateException("Other units were found in pieces than in one");
        }
    }

    private static final class Collected implements StreamScanner.Sink {
        private final Protocol protocol;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final ByteArrayOutputStream marked = new ByteArrayOutputStream();

        Collected(Protocol protocol) {
            this.protocol = protocol;
        }

        @Override
        public void plain(Slice run) {
            bytes.writeBytes(run.toBytes());
        }

        @Override
        public void marked(Slice event) {
            bytes.writeBytes(event.toBytes());
            marked.writeBytes(event.toBytes());
            StreamEvent read = protocol.event(event);
            StringBuilder text = new StringBuilder();
            protocol.text().addEvents(event, text);
            if (read.kind() == StreamEvent.Kind.HELD) {
                read.released("0.000001", true);
                read.released("0.000001", false);
            }
        }

        /** What was found, but for line ends: which of two events has the second half of a CRLF is all the same. */
        String units() {
            return marked.toString(StandardCharsets.ISO_8859_1).replaceAll("[\r\n]+", "");
        }
    }
}
