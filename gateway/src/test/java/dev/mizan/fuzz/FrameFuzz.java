package dev.mizan.fuzz;

import dev.mizan.provider.bedrock.EventStream;
import dev.mizan.upstream.Frames;
import dev.mizan.wire.FrameException;
import dev.mizan.wire.Slice;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * AWS's frames: whatever comes is read as events or refused, and in pieces as in one. The first byte says whether the
 * others are frames, or headers and payload of one that is put into a right frame.
 */
public final class FrameFuzz {
    private FrameFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length < 2) {
            return;
        }
        byte[] stream = Arrays.copyOfRange(data, 2, data.length);
        if ((data[0] & 1) == 1) {
            int headers = Math.min(data[1] & 0xff, stream.length);
            byte[] frame =
                    Frames.frame(Arrays.copyOf(stream, headers), Arrays.copyOfRange(stream, headers, stream.length));
            stream = new byte[4 + 2 * frame.length];
            System.arraycopy(frame, 0, stream, 4, frame.length);
            System.arraycopy(frame, 0, stream, 4 + frame.length, frame.length);
        }
        for (boolean isAnthropic : new boolean[] {false, true}) {
            Cuts cuts = new Cuts(stream, 0);
            Decoded cut = new Decoded(isAnthropic);
            cuts.forEach(cut::take);
            Decoded whole = new Decoded(isAnthropic);
            whole.take(cuts.content());
            if (cut.failed != whole.failed || !Arrays.equals(cut.events.toByteArray(), whole.events.toByteArray())) {
                throw new IllegalStateException("Other events were read in pieces than in one");
            }
            if (cut.events.toString(StandardCharsets.ISO_8859_1).lines().anyMatch(line -> !isField(line))) {
                throw new IllegalStateException("What was made of the frames are no events");
            }
        }
    }

    private static boolean isField(String line) {
        return line.isEmpty() || line.startsWith("event: ") || line.startsWith("data: ");
    }

    private static final class Decoded {
        private final EventStream decoder;
        private final ByteArrayOutputStream events = new ByteArrayOutputStream();
        private boolean failed;

        Decoded(boolean isAnthropic) {
            this.decoder = new EventStream(isAnthropic);
        }

        void take(Slice bytes) {
            if (failed) {
                return;
            }
            try {
                events.writeBytes(decoder.decode(bytes).toBytes());
                failed = decoder.hasFailed();
            } catch (FrameException | IllegalArgumentException e) {
                failed = true;
            }
        }
    }
}
