package dev.mizan.ledger;

import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the journal's lines in the order of their appending, from a position on, as they arrive.
 *
 * <p>A journal has one reader: what it calls {@link #committed} is freed. Not safe for use by many threads. Not to be
 * used after the journal is closed.
 */
public final class JournalReader {
    private static final Logger LOG = LoggerFactory.getLogger(JournalReader.class);

    private final SegmentChain chain;
    private final Upkeep upkeep;
    private final EntryDecoder decoder = new EntryDecoder();
    private final byte[] buffer = SegmentScan.newBuffer();

    private Segment segment;
    private SegmentScan scan;
    private int limit;
    private long linesRead;
    private long seenBytes;

    private volatile long linesCommitted;

    JournalReader(SegmentChain chain, Upkeep upkeep, JournalPosition from) {
        this.chain = chain;
        this.upkeep = upkeep;
        upkeep.keepAll();
        this.linesRead = chain.linesRemoved();
        this.segment = chain.from(0).orElseThrow();
        this.limit = segment.end();
        this.scan = new SegmentScan(segment, Segment.HEADER_BYTES, limit, buffer);
        if (exists(from)) {
            skipTo(from);
        }
        linesCommitted = linesRead;
        upkeep.committed(position());
    }

    /**
     * Reads lines until {@code linesMax} or the end.
     *
     * @return how many were read
     */
    public int read(int linesMax, Consumer<Line> lines) {
        seenBytes = chain.appendedBytes();
        int read = 0;
        while (read < linesMax && advance()) {
            if (scan.type() == EntryEncoder.TYPE_LINE) {
                linesRead++;
                if (decode(lines)) {
                    read++;
                }
            }
        }
        return read;
    }

    /** Up to where everything has been read. */
    public JournalPosition position() {
        return new JournalPosition(segment.sequence(), scan.end());
    }

    /** Says that everything read so far is in the database, durably: its segments may go. */
    public void committed() {
        linesCommitted = linesRead;
        upkeep.committed(position());
    }

    /**
     * Waits until about {@code bytes} more have been appended than the last {@link #read} saw, the time is over, or the
     * thread is unparked or interrupted.
     */
    public void await(long bytes, long nanosMax) {
        if (chain.wakeAt(seenBytes + bytes)) {
            LockSupport.parkNanos(this, nanosMax);
        }
    }

    /** Lines that are committed. May be called by any thread. */
    long linesCommitted() {
        return linesCommitted;
    }

    private boolean advance() {
        while (!scan.next()) {
            int end = segment.end();
            if (end > limit) {
                scan = new SegmentScan(segment, scan.end(), end, buffer);
                limit = end;
                continue;
            }
            Optional<Segment> next = chain.from(segment.sequence() + 1);
            // Once there is a next segment this one stays as it is; but it may have grown since its end was read.
            if (segment.end() > limit) {
                continue;
            }
            if (next.isEmpty()) {
                return false;
            }
            begin(next.get(), next.get().end());
        }
        return true;
    }

    private void begin(Segment segment, int limit) {
        this.segment = segment;
        this.limit = limit;
        this.scan = new SegmentScan(segment, Segment.HEADER_BYTES, limit, buffer);
    }

    private boolean decode(Consumer<Line> lines) {
        Line line;
        try {
            line = (Line) decoder.decode(scan.buffer(), Segment.SALT_BYTES, scan.bufferEnd());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            LOG.error("journal: record at {} in {} passed over: {}", scan.at(), segment, e.getMessage());
            return false;
        }
        lines.accept(line);
        return true;
    }

    /**
     * Whether {@code position} is one of this journal's. A folder whose files were taken away counts its segments anew:
     * a position beyond the end says nothing about them.
     */
    private boolean exists(JournalPosition position) {
        Segment last = chain.current();
        return position.compareTo(new JournalPosition(last.sequence(), last.end())) <= 0;
    }

    /** Passes over what lies before {@code from}, but never over a record that ends after it. */
    private void skipTo(JournalPosition from) {
        while (segment.sequence() < from.segment()) {
            countRest();
            Segment next = chain.from(segment.sequence() + 1).orElseThrow();
            begin(next, next.end());
        }
        if (segment.sequence() == from.segment()) {
            begin(segment, Math.min(from.offset(), segment.end()));
            countRest();
        }
    }

    private void countRest() {
        while (scan.next()) {
            if (scan.type() == EntryEncoder.TYPE_LINE) {
                linesRead++;
            }
        }
    }
}
