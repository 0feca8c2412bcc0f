package dev.mizan.ledger;

import java.util.zip.CRC32C;

/**
 * Walks the records of a segment, from one whose checksum fits to the next.
 *
 * <p>Where a record does not fit, the next one that does is looked for: a power failure writes pages in any order, and
 * a failing disk may spoil any of them. What was passed over is counted. Not safe for use by many threads.
 */
final class SegmentScan {
    private static final int ALIGNMENT = 4;
    private static final int BODY_BYTES_MIN = 2;
    private static final int TYPE_MAX = 15;

    private final CRC32C crc = new CRC32C();
    private final byte[] buffer;
    private final Segment segment;
    private final int limit;

    private int at;
    private int next;
    private int bodyBytes;
    private int skippedBytes;

    /** Records of {@code segment} from {@code from} (a record's beginning) to {@code limit}, exclusive. */
    SegmentScan(Segment segment, int from, int limit, byte[] buffer) {
        this.segment = segment;
        this.next = from;
        this.limit = limit;
        this.buffer = buffer;
    }

    /** A buffer that a scan needs, which later scans may use again. */
    static byte[] newBuffer() {
        return new byte[Segment.SALT_BYTES + Segment.BODY_BYTES_MAX];
    }

    /** Moves to the next record whose checksum fits; false at the end. */
    boolean next() {
        if (fits(next)) {
            take(next);
            return true;
        }
        for (int candidate = next + ALIGNMENT; candidate < limit; candidate += ALIGNMENT) {
            if (fits(candidate)) {
                skippedBytes += candidate - next;
                take(candidate);
                return true;
            }
        }
        return false;
    }

    /** Where this record begins. */
    int at() {
        return at;
    }

    /** Where the next one would begin: after the last {@link #next} that was false, the end of what can be read. */
    int end() {
        return next;
    }

    /** This record's body begins at {@link Segment#SALT_BYTES} of this; valid until the next {@link #next}. */
    byte[] buffer() {
        return buffer;
    }

    /** Where this record's body ends in {@link #buffer()}. */
    int bufferEnd() {
        return Segment.SALT_BYTES + bodyBytes;
    }

    int type() {
        return EntryDecoder.type(buffer, Segment.SALT_BYTES);
    }

    /** Bytes between records that could be read. */
    int skippedBytes() {
        return skippedBytes;
    }

    /** Whether something that is no whole record begins where the readable ones end. */
    boolean torn() {
        return next + Segment.RECORD_HEADER_BYTES <= limit && segment.bodyBytes(next) != 0;
    }

    private void take(int record) {
        at = record;
        next = record + Segment.recordBytes(bodyBytes);
    }

    private boolean fits(int record) {
        if (limit - record < Segment.RECORD_HEADER_BYTES + BODY_BYTES_MIN) {
            return false;
        }
        int length = segment.bodyBytes(record);
        if (length < BODY_BYTES_MIN
                || length > Segment.BODY_BYTES_MAX
                || length > limit - record - Segment.RECORD_HEADER_BYTES) {
            return false;
        }
        int type = segment.type(record);
        if (type < 1 || type > TYPE_MAX) {
            return false;
        }
        Segment.salt(buffer, segment.sequence());
        segment.copyBody(record, buffer, Segment.SALT_BYTES, length);
        crc.reset();
        crc.update(buffer, 0, Segment.SALT_BYTES + length);
        if ((int) crc.getValue() != segment.checksum(record)) {
            return false;
        }
        bodyBytes = length;
        return true;
    }
}
