package dev.mizan.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/**
 * The segments of one journal, in order: where entries are appended, and how much space is left and kept back.
 *
 * <p>Does no I/O: another thread makes segments and hands them in as spares. Safe for use by many threads; its lock is
 * held for one append at a time, which takes about a microsecond.
 */
final class SegmentChain {
    /** Part of a spare that is not counted on: the rest of a segment that the next record does not fit into. */
    private static final int SLACK_PARTS = 16;

    /** Open intents that are carried over under one holding of the lock. */
    private static final int CARRIED_AT_ONCE_MAX = 64;

    private static final int SPARE_WAITS_MAX = 30;
    private static final int SPARE_WAIT_MILLIS = 1_000;

    private final EntryEncoder encoder = new EntryEncoder(Segment.SALT_BYTES);
    private final CRC32C crc = new CRC32C();
    private final OpenIntents open = new OpenIntents();
    private final Deque<Segment> live = new ArrayDeque<>();
    private final Deque<Segment> spares = new ArrayDeque<>();
    private final int bodyBytesMax;
    private final long spareBytes;
    private final Runnable attention;

    private Segment current;
    private List<Runnable> waiting = new ArrayList<>();
    private String trouble = "";
    private boolean failing;
    private boolean asked;
    private boolean closed;
    private long appendedBytes;
    private long lines;
    private long linesRemoved;
    private long wakeAtBytes = Long.MAX_VALUE;
    private Thread reader = Thread.currentThread();

    /**
     * A chain that appends to {@code first}.
     *
     * @param segmentBytes size of the segments that are made
     * @param attention called when a segment or a flush is wanted; must not block
     */
    SegmentChain(Segment first, int segmentBytes, Runnable attention) {
        long room = Segment.room(segmentBytes);
        this.bodyBytesMax = Math.min(Segment.BODY_BYTES_MAX, segmentBytes / 4);
        this.spareBytes = room - room / SLACK_PARTS;
        this.attention = attention;
        this.current = first;
        live.add(first);
    }

    /** Puts {@code replayed}, whose lines were counted, before what is appended from now on. */
    synchronized void restore(List<Segment> replayed, Collection<Intent> stillOpen) {
        live.clear();
        live.addAll(replayed);
        live.add(current);
        for (Segment segment : replayed) {
            lines += segment.lines();
        }
        long last = replayed.isEmpty() ? 0 : replayed.getLast().sequence();
        for (Intent intent : stillOpen) {
            encoder.encode(intent);
            open.open(intent, Segment.recordBytes(encoder.end() - Segment.SALT_BYTES), last);
        }
    }

    /**
     * Appends {@code entry} whole or not at all.
     *
     * @return {@link JournalPosition#number} of its end
     * @throws JournalUnavailableException if there is no space for it that is not kept back for others
     * @throws IllegalArgumentException if it is longer than a quarter of a segment or 256 KiB; half that for an intent
     */
    synchronized long append(Entry entry) {
        encoder.encode(entry);
        int body = encoder.end() - Segment.SALT_BYTES;
        if (body > (entry instanceof Intent ? bodyBytesMax / 2 : bodyBytesMax)) {
            throw new IllegalArgumentException("journal entry of " + body + " bytes (expected: at most " + bodyBytesMax
                    + ", half that for an intent)");
        }
        int bytes = Segment.recordBytes(body);
        switch (entry) {
            case Intent intent -> {
                claim(bytes, OpenIntents.reserveBytes(bytes));
                write(bytes);
                open.open(intent, bytes, current.sequence());
            }
            case Line line -> {
                end(line.attemptId(), bytes);
                current.countLine();
                lines++;
            }
            case Release release -> end(release.attemptId(), bytes);
        }
        if (appendedBytes >= wakeAtBytes) {
            wakeAtBytes = Long.MAX_VALUE;
            LockSupport.unpark(reader);
        }
        return new JournalPosition(current.sequence(), current.end()).number();
    }

    /**
     * Appends {@code entry}, waiting for a segment to be made if need be. For starting: never on a call's way.
     *
     * @throws JournalUnavailableException if none can be made
     */
    void appendWaiting(Entry entry) {
        for (int attempt = 0; attempt < SPARE_WAITS_MAX; attempt++) {
            try {
                append(entry);
                return;
            } catch (JournalUnavailableException e) {
                if (!awaitSpare()) {
                    throw e;
                }
            }
        }
        throw new JournalUnavailableException("journal: no segment was made in time");
    }

    private synchronized boolean awaitSpare() {
        asked = true;
        attention.run();
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SPARE_WAIT_MILLIS);
        try {
            while (wantsSpare() && trouble.isEmpty() && System.nanoTime() - until < 0) {
                wait(SPARE_WAIT_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return trouble.isEmpty();
    }

    /** Whether an intent of ordinary size would be taken now. */
    synchronized boolean writable() {
        return !closed && !failing && available() - OpenIntents.reserveBytes(0) * 4L >= open.reservedBytes();
    }

    /**
     * Notes what keeps the segments from being kept as they should.
     *
     * @param reason for messages; empty if nothing does
     * @param failing whether to refuse whatever has no space kept back for it
     */
    synchronized void trouble(String reason, boolean failing) {
        this.trouble = reason;
        this.failing = failing;
        notifyAll();
    }

    /** What keeps the segments from being kept as they should; empty if nothing does. */
    synchronized String trouble() {
        return trouble;
    }

    /** Takes nothing any more. */
    synchronized void close() {
        closed = true;
    }

    /** Gives the mappings back, once closed. */
    synchronized void unmap() {
        live.forEach(Segment::unmap);
        spares.forEach(Segment::unmap);
    }

    /** Whether a spare is wanted: space beyond what is kept back is less than a segment. */
    synchronized boolean wantsSpare() {
        return available() - open.reservedBytes() < spareBytes;
    }

    synchronized void addSpare(Segment spare) {
        spares.add(spare);
        asked = false;
        notifyAll();
    }

    synchronized int spares() {
        return spares.size();
    }

    /** Bytes of all segments on the disk. */
    synchronized long totalBytes() {
        long total = 0;
        for (Segment segment : live) {
            total += segment.capacity();
        }
        for (Segment segment : spares) {
            total += segment.capacity();
        }
        return total;
    }

    /** Runs {@code action} after the next flush of everything appended so far. */
    void whenFlushed(Runnable action) {
        synchronized (this) {
            waiting.add(action);
        }
        attention.run();
    }

    /** What waits for a flush; the caller flushes and runs it. */
    synchronized List<Runnable> takeWaiting() {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Runnable> taken = waiting;
        waiting = new ArrayList<>();
        return taken;
    }

    /** Puts back what was taken, because the flush failed. */
    synchronized void putBackWaiting(List<Runnable> taken) {
        waiting.addAll(0, taken);
    }

    /** Every live segment, oldest first. */
    synchronized List<Segment> segments() {
        return List.copyOf(live);
    }

    /** The oldest segment, if it has been left for a later one. */
    synchronized Optional<Segment> oldestLeft() {
        return live.size() > 1 ? Optional.of(live.getFirst()) : Optional.empty();
    }

    /** The first segment whose number is at least {@code sequence}. */
    synchronized Optional<Segment> from(long sequence) {
        Iterator<Segment> latestFirst = live.descendingIterator();
        Segment found = null;
        while (latestFirst.hasNext()) {
            Segment segment = latestFirst.next();
            if (segment.sequence() < sequence) {
                break;
            }
            found = segment;
        }
        return Optional.ofNullable(found);
    }

    synchronized Segment current() {
        return current;
    }

    /**
     * Appends the intents again whose latest record is in {@code left} or before it, so that it can go.
     *
     * @return whether all of them found space, and whether there were any
     */
    Carried carryOver(Segment left) {
        List<OpenIntents.Open> found;
        synchronized (this) {
            found = open.upTo(left.sequence());
        }
        for (int from = 0; from < found.size(); from += CARRIED_AT_ONCE_MAX) {
            if (!carry(found.subList(from, Math.min(found.size(), from + CARRIED_AT_ONCE_MAX)), left.sequence())) {
                return Carried.NO_SPACE;
            }
        }
        return found.isEmpty() ? Carried.NONE : Carried.SOME;
    }

    /** What became of carrying over. */
    enum Carried {
        NONE,
        SOME,
        NO_SPACE
    }

    /** Takes {@code left}, the oldest, out of the chain. */
    synchronized void remove(Segment left) {
        if (live.size() < 2 || live.removeFirst() != left) {
            throw new IllegalStateException("segment " + left + " (expected: the oldest of several)");
        }
        linesRemoved += left.lines();
    }

    /** Line records appended and replayed in all. */
    synchronized long lines() {
        return lines;
    }

    /** Those of them that were in segments which have been taken out. */
    synchronized long linesRemoved() {
        return linesRemoved;
    }

    /** Bytes of records after {@code position}. */
    synchronized long bytesAfter(JournalPosition position) {
        long bytes = 0;
        for (Segment segment : live) {
            if (segment.sequence() >= position.segment()) {
                int from = segment.sequence() == position.segment() ? position.offset() : Segment.HEADER_BYTES;
                bytes += Math.max(0, segment.end() - from);
            }
        }
        return bytes;
    }

    synchronized long appendedBytes() {
        return appendedBytes;
    }

    synchronized int openIntents() {
        return open.size();
    }

    /** Unparks the calling thread once {@code bytes} have been appended in all; false if they have been already. */
    synchronized boolean wakeAt(long bytes) {
        reader = Thread.currentThread();
        wakeAtBytes = appendedBytes >= bytes ? Long.MAX_VALUE : bytes;
        return appendedBytes < bytes;
    }

    private synchronized boolean carry(List<OpenIntents.Open> some, long segment) {
        for (OpenIntents.Open candidate : some) {
            if (!open.isIn(candidate, segment)) {
                continue;
            }
            encoder.encode(candidate.intent());
            int bytes = Segment.recordBytes(encoder.end() - Segment.SALT_BYTES);
            if (available() - bytes < open.reservedBytes()) {
                return false;
            }
            write(bytes);
            open.moved(candidate, current.sequence());
        }
        return true;
    }

    private void end(String attemptId, int bytes) {
        if (!open.isOpen(attemptId)) {
            claim(bytes, 0);
        }
        write(bytes);
        open.end(attemptId);
    }

    /** Refuses if {@code bytes} now and {@code later} more would use what is kept back for other intents' ends. */
    private void claim(int bytes, int later) {
        long left = available() - open.reservedBytes() - bytes - later;
        if (left < spareBytes && !asked) {
            asked = true;
            attention.run();
        }
        if (left < 0 || failing) {
            throw unavailable();
        }
    }

    private long available() {
        return current.free() + spares.size() * spareBytes;
    }

    /** Writes what the encoder holds, in the current segment or, where that has no room, in the next one. */
    private void write(int bytes) {
        if (closed) {
            throw new JournalUnavailableException("journal is closed");
        }
        if (current.free() < bytes) {
            Segment next = spares.poll();
            if (next == null) {
                throw unavailable();
            }
            current = next;
            live.add(next);
            attention.run();
        }
        current.append(encoder.bytes(), encoder.end(), crc);
        appendedBytes += bytes;
    }

    private JournalUnavailableException unavailable() {
        return new JournalUnavailableException(
                trouble.isEmpty() ? "journal: no segment is ready yet" : "journal: " + trouble);
    }
}
