package dev.mizan.ledger;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * One file of the journal, mapped into memory: a header and then records, each behind its length and checksum.
 *
 * <pre>
 * header  magic (8)  version (4)  0 (4)  sequence (8)  CRC-32C of the 16 before (4)  0 …                  64 bytes
 * record  body length (4)  CRC-32C of sequence and body (4)  body  0 to 3 bytes up to a multiple of 4
 * end     0 (4), overwritten by the next record's length
 * </pre>
 *
 * <p>Integers are little-endian. A record's length is stored last, after its body and the zero that follows it, so that
 * a process killed at any instruction leaves whole records and an end. The sequence number in the checksum keeps stale
 * records of a file that was used before from passing. One thread at a time writes; any may read up to {@link #end()}.
 */
final class Segment {
    static final int HEADER_BYTES = 64;
    static final int RECORD_HEADER_BYTES = 8;

    /** Bytes in front of a body in a buffer, where the sequence number goes that its checksum covers too. */
    static final int SALT_BYTES = 8;

    /** The longest body: an entry is a few hundred bytes, and longer than that only with absurdly long texts. */
    static final int BODY_BYTES_MAX = 256 << 10;

    private static final long MAGIC = 0x4C4E524A4E5A494DL;
    private static final int VERSION = 1;
    private static final int VERSION_AT = 8;
    private static final int SEQUENCE_AT = 16;
    private static final int HEADER_CRC_AT = 24;
    private static final int ALIGNMENT = 4;
    private static final int END_BYTES = 4;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LENGTH = INT.varHandle();

    private final Arena arena;
    private final MemorySegment memory;
    private final int capacity;

    /** Only the thread that keeps the files uses it. */
    private Path file;

    private long sequence;

    /** Where the valid records end. Written under the journal's lock, read by the reader and the flusher. */
    private volatile int end = HEADER_BYTES;

    /** Up to where the file is on the disk. Only the flushing thread uses it. */
    private int flushed;

    /** Counts the line records in it, for the backlog. Guarded by the journal's lock. */
    private long lines;

    Segment(Path file, Arena arena, MemorySegment memory) {
        this.file = file;
        this.arena = arena;
        this.memory = memory;
        this.capacity = (int) memory.byteSize();
        this.sequence = memory.get(LONG, SEQUENCE_AT);
    }

    Path file() {
        return file;
    }

    void renamed(Path file) {
        this.file = file;
    }

    long sequence() {
        return sequence;
    }

    int capacity() {
        return capacity;
    }

    int end() {
        return end;
    }

    long lines() {
        return lines;
    }

    void countLine() {
        lines++;
    }

    int flushed() {
        return flushed;
    }

    void flushed(int upTo) {
        flushed = upTo;
    }

    /** Bytes that a record of {@code bodyBytes} takes. */
    static int recordBytes(int bodyBytes) {
        return (RECORD_HEADER_BYTES + bodyBytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Bytes left for records. */
    int free() {
        return capacity - END_BYTES - end;
    }

    /** Bytes for records in an empty segment of {@code capacity} bytes. */
    static int room(int capacity) {
        return capacity - END_BYTES - HEADER_BYTES;
    }

    /** Whether it holds nothing: made and never used, or freed. */
    boolean isBlank() {
        return memory.get(LONG, 0) == 0;
    }

    /** Takes {@code sequence} for its number, because its header can't be read. */
    void assume(long sequence) {
        this.sequence = sequence;
    }

    /** Whether the header is whole and names {@link #sequence()}. */
    boolean hasHeader() {
        return memory.get(LONG, 0) == MAGIC
                && memory.get(INT, VERSION_AT) == VERSION
                && memory.get(INT, HEADER_CRC_AT) == headerChecksum();
    }

    /** Makes it an empty segment: whatever it held before no longer passes. */
    void begin(long sequence) {
        this.sequence = sequence;
        memory.set(INT, HEADER_BYTES, 0);
        memory.set(INT, VERSION_AT, VERSION);
        memory.set(LONG, SEQUENCE_AT, sequence);
        memory.set(INT, HEADER_CRC_AT, headerChecksum());
        VarHandle.releaseFence();
        memory.set(LONG, 0, MAGIC);
        end = HEADER_BYTES;
        flushed = 0;
        lines = 0;
    }

    /** Makes it no segment at all: its records are in the database. */
    void blank() {
        memory.set(LONG, 0, 0);
    }

    /** Declares that the records end at {@code offset}, and cuts off what may follow. */
    void endAt(int offset) {
        if (offset <= capacity - END_BYTES) {
            memory.set(INT, offset, 0);
        }
        end = offset;
        flushed = Math.min(flushed, offset);
    }

    /**
     * Appends the record whose body is {@code bytes[SALT_BYTES, to)}; the caller has seen that there is room. The first
     * {@link #SALT_BYTES} bytes of the array are overwritten.
     *
     * @return where the record begins
     */
    int append(byte[] bytes, int to, CRC32C crc) {
        int body = to - SALT_BYTES;
        int at = end;
        int next = at + recordBytes(body);
        salt(bytes, sequence);
        crc.reset();
        crc.update(bytes, 0, to);
        memory.set(INT, next, 0);
        MemorySegment.copy(bytes, SALT_BYTES, memory, ValueLayout.JAVA_BYTE, at + RECORD_HEADER_BYTES, body);
        memory.set(INT, at + 4L, (int) crc.getValue());
        LENGTH.setRelease(memory, (long) at, body);
        end = next;
        return at;
    }

    /** Puts {@code sequence} into the first {@link #SALT_BYTES} bytes. */
    static void salt(byte[] bytes, long sequence) {
        for (int i = 0; i < SALT_BYTES; i++) {
            bytes[i] = (byte) (sequence >>> (8 * i));
        }
    }

    /** The length at {@code offset}: of a record's body, if there is one. */
    int bodyBytes(int offset) {
        return (int) LENGTH.getAcquire(memory, (long) offset);
    }

    int checksum(int offset) {
        return memory.get(INT, offset + 4L);
    }

    /** The type byte of the record at {@code offset}. */
    int type(int offset) {
        return memory.get(ValueLayout.JAVA_BYTE, offset + (long) RECORD_HEADER_BYTES);
    }

    /** Copies {@code length} bytes of the body of the record at {@code offset} to {@code bytes[to…]}. */
    void copyBody(int offset, byte[] bytes, int to, int length) {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset + (long) RECORD_HEADER_BYTES, bytes, to, length);
    }

    /**
     * Writes bytes {@code [from, to)} of the file to the disk.
     *
     * @throws java.io.UncheckedIOException if the disk fails
     */
    void force(int from, int to) {
        memory.asSlice(from, to - from).force();
    }

    /** Marks bytes {@code [from, to)} as changed again: after a failed flush the kernel takes them for clean. */
    void dirty(int from, int to) {
        for (long at = from & -ALIGNMENT; at < to; at += ALIGNMENT) {
            LENGTH.getAndAdd(memory, at, 0);
        }
    }

    /** Gives the mapping back. Nothing else may be called after this. */
    void unmap() {
        arena.close();
    }

    @Override
    public String toString() {
        return file + "[" + end + "]";
    }

    private int headerChecksum() {
        byte[] header = new byte[HEADER_CRC_AT - VERSION_AT];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, VERSION_AT, header, 0, header.length);
        CRC32C crc = new CRC32C();
        crc.update(header);
        return (int) crc.getValue();
    }
}
