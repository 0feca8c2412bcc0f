package dev.mizan.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * Reads the messages of an AWS event stream ({@code application/vnd.amazon.eventstream}) as their bytes arrive
 * (<a href="https://smithy.io/2.0/aws/amazon-eventstream.html">Smithy, Amazon event stream</a>): lengths with a
 * checksum of their own, headers, payload, and a checksum of it all. A length is believed only once its checksum was
 * right, and memory is taken only for bytes that have come.
 *
 * <p>Not safe for use by many threads.
 */
public final class FrameReader {
    /** The longest frame, in bytes; the events of a model's answer have a few hundred. */
    public static final int FRAME_BYTES_MAX = 4 << 20;

    /** The longest headers of a frame, in bytes, as the format says. */
    public static final int HEADER_BYTES_MAX = 128 << 10;

    private static final int PRELUDE_BYTES = 12;
    private static final int CHECKSUM_BYTES = 4;
    private static final int KEPT_BYTES_MAX = 64 << 10;
    private static final byte TYPE_TRUE = 0;
    private static final byte TYPE_FALSE = 1;
    private static final byte TYPE_BYTE = 2;
    private static final byte TYPE_SHORT = 3;
    private static final byte TYPE_INT = 4;
    private static final byte TYPE_LONG = 5;
    private static final byte TYPE_BYTES = 6;
    private static final byte TYPE_TEXT = 7;
    private static final byte TYPE_TIME = 8;
    private static final byte TYPE_UUID = 9;

    private byte[] held = new byte[0];
    private int heldLength;
    private boolean failed;

    /**
     * Takes the next bytes of the stream.
     *
     * @param sink takes the frames that are whole now; they are valid during the call only
     * @throws FrameException if they are no frames; from then on there is nothing more to be read
     */
    public void feed(Slice bytes, Consumer<Frame> sink) {
        if (failed) {
            throw new FrameException("the stream is broken");
        }
        hold(bytes);
        int at = 0;
        try {
            int length = frameLength(at);
            while (length >= 0 && heldLength - at >= length) {
                sink.accept(frame(at, length));
                at += length;
                length = frameLength(at);
            }
        } catch (FrameException e) {
            failed = true;
            held = new byte[0];
            heldLength = 0;
            throw e;
        }
        release(at);
    }

    /** Whether a frame has begun and is not whole. */
    public boolean isWithinFrame() {
        return heldLength > 0;
    }

    private void hold(Slice bytes) {
        int length = Math.addExact(heldLength, bytes.length());
        if (length > held.length) {
            held = Arrays.copyOf(held, Math.max(length, Math.min(held.length * 2, FRAME_BYTES_MAX)));
        }
        System.arraycopy(bytes.array(), bytes.from(), held, heldLength, bytes.length());
        heldLength = length;
    }

    private void release(int read) {
        heldLength -= read;
        if (heldLength == 0 && held.length > KEPT_BYTES_MAX) {
            held = new byte[0];
        } else {
            System.arraycopy(held, read, held, 0, heldLength);
        }
    }

    /** The length of the frame that starts at {@code at}; -1 if that is not known yet. */
    private int frameLength(int at) {
        if (heldLength - at < PRELUDE_BYTES) {
            return -1;
        }
        ByteBuffer prelude = ByteBuffer.wrap(held, at, PRELUDE_BYTES);
        int length = prelude.getInt();
        int headers = prelude.getInt();
        if (checksum(at, PRELUDE_BYTES - CHECKSUM_BYTES) != prelude.getInt()) {
            throw new FrameException("prelude: wrong checksum");
        }
        if (length < PRELUDE_BYTES + CHECKSUM_BYTES || length > FRAME_BYTES_MAX) {
            throw new FrameException("frame: " + length + " bytes (expected: 16 to " + FRAME_BYTES_MAX + ")");
        }
        if (headers < 0 || headers > Math.min(HEADER_BYTES_MAX, length - PRELUDE_BYTES - CHECKSUM_BYTES)) {
            throw new FrameException("headers: " + headers + " bytes (expected: within the frame)");
        }
        return length;
    }

    private Frame frame(int at, int length) {
        int end = at + length - CHECKSUM_BYTES;
        if (checksum(at, length - CHECKSUM_BYTES) != ByteBuffer.wrap(held).getInt(end)) {
            throw new FrameException("frame: wrong checksum");
        }
        int headers = ByteBuffer.wrap(held).getInt(at + 4);
        int payload = at + PRELUDE_BYTES + headers;
        return new Frame(headers(ByteBuffer.wrap(held, at + PRELUDE_BYTES, headers)), new Slice(held, payload, end));
    }

    private static Map<String, String> headers(ByteBuffer bytes) {
        Map<String, String> headers = new HashMap<>();
        while (bytes.hasRemaining()) {
            String name = text(bytes, bytes.get() & 0xff);
            byte type = bytes.hasRemaining() ? bytes.get() : -1;
            switch (type) {
                case TYPE_TRUE, TYPE_FALSE -> {}
                case TYPE_BYTE -> skip(bytes, Byte.BYTES);
                case TYPE_SHORT -> skip(bytes, Short.BYTES);
                case TYPE_INT -> skip(bytes, Integer.BYTES);
                case TYPE_LONG, TYPE_TIME -> skip(bytes, Long.BYTES);
                case TYPE_UUID -> skip(bytes, 2 * Long.BYTES);
                case TYPE_BYTES -> skip(bytes, length(bytes));
                case TYPE_TEXT -> headers.put(name, text(bytes, length(bytes)));
                default -> throw new FrameException("header: type " + type + " (expected: 0 to 9)");
            }
        }
        return headers;
    }

    private static int length(ByteBuffer bytes) {
        if (bytes.remaining() < Short.BYTES) {
            throw new FrameException("header: cut off");
        }
        return bytes.getShort() & 0xffff;
    }

    private static String text(ByteBuffer bytes, int length) {
        if (bytes.remaining() < length) {
            throw new FrameException("header: cut off");
        }
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static void skip(ByteBuffer bytes, int length) {
        if (bytes.remaining() < length) {
            throw new FrameException("header: cut off");
        }
        bytes.position(bytes.position() + length);
    }

    private int checksum(int from, int length) {
        CRC32 crc = new CRC32();
        crc.update(held, from, length);
        return (int) crc.getValue();
    }
}
