package dev.mizan.upstream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;

/** Writes messages of AWS's event streams (https://smithy.io/2.0/aws/amazon-eventstream.html). */
public final class Frames {
    private Frames() {}

    /** One message, all of whose headers are texts. */
    public static byte[] frame(Map<String, String> headers, byte[] payload) {
        ByteBuffer written = ByteBuffer.allocate(64 * 1024);
        headers.forEach((name, value) -> {
            byte[] text = value.getBytes(StandardCharsets.UTF_8);
            written.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
            written.put((byte) 7).putShort((short) text.length).put(text);
        });
        byte[] head = new byte[written.position()];
        written.flip().get(head);
        return frame(head, payload);
    }

    /** One message with headers as they are written. */
    public static byte[] frame(byte[] headers, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(16 + headers.length + payload.length);
        frame.putInt(frame.capacity()).putInt(headers.length);
        frame.putInt(checksum(frame.array(), 8));
        frame.put(headers).put(payload);
        frame.putInt(checksum(frame.array(), frame.position()));
        return frame.array();
    }

    /** An event of a stream. */
    public static byte[] event(String type, String json) {
        return frame(
                Map.of(":event-type", type, ":content-type", "application/json", ":message-type", "event"),
                json.getBytes(StandardCharsets.UTF_8));
    }

    /** An exception in a stream. */
    public static byte[] exception(String type, String message) {
        return frame(
                Map.of(":exception-type", type, ":content-type", "application/json", ":message-type", "exception"),
                ("{\"message\":" + Answers.quoted(message) + "}").getBytes(StandardCharsets.UTF_8));
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
