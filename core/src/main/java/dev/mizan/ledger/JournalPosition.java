package dev.mizan.ledger;

/**
 * A place in one journal folder: everything before it has been read.
 *
 * @param segment the segment's sequence number, from 1; 0 for the beginning of whatever is there
 * @param offset bytes from the start of the segment, ≥ 0
 */
public record JournalPosition(long segment, int offset) implements Comparable<JournalPosition> {
    /** Before everything. */
    public static final JournalPosition START = new JournalPosition(0, 0);

    /** One number that is larger for what is further on; below 2^53 for the first four million segments. */
    public long number() {
        return (segment << (Integer.SIZE - 1)) | offset;
    }

    @Override
    public int compareTo(JournalPosition other) {
        int bySegment = Long.compare(segment, other.segment);
        return bySegment != 0 ? bySegment : Integer.compare(offset, other.offset);
    }
}
