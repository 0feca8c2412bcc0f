package dev.mizan.ledger;

import dev.mizan.ledger.JournalSettings.Fsync;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal: holds every intent, line and release before anything else does.
 *
 * <p>Entries go into segment files of fixed size that are mapped into memory, so an append is a copy and not a system
 * call, and a killed process loses nothing. A background thread flushes them, makes the next segment ahead of need, and
 * frees segments that the ledger's writer has committed. An intent keeps space back for its own end: when the disk is
 * full, new intents are refused while the calls in flight still get their lines in.
 *
 * <p>Safe for use by many threads. Owned by the process that opened it, which closes it once.
 */
public final class Journal implements JournalAppender, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final JournalSettings settings;
    private final InstanceFolder folder;
    private final SegmentChain chain;
    private final Upkeep upkeep;
    private volatile JournalReader reader;
    private boolean closed;

    private Journal(JournalSettings settings, InstanceFolder folder, SegmentChain chain, Upkeep upkeep) {
        this.settings = settings;
        this.folder = folder;
        this.chain = chain;
        this.upkeep = upkeep;
        this.reader = new JournalReader(chain, upkeep, JournalPosition.START);
    }

    /**
     * Takes a folder under {@code folder}, replays what it holds, takes over what dead processes left in the folders
     * beside it, and is ready for appending when this returns. Intents without an end have become lines
     * {@code unresolved}.
     *
     * @param folder the folder of all journals, {@code <data>/journal}; made if it is not there
     * @param clock for the name of a new folder
     * @throws FolderLockedException if {@link JournalSettings#instance()} is in use by another process
     * @throws JournalUnavailableException if the folder can't be used or has no space for the first segment
     */
    public static Journal open(Path folder, JournalSettings settings, Clock clock) {
        try {
            InstanceFolder own = InstanceFolder.take(folder, settings.instance(), clock.millis());
            return open(own, new SegmentFiles(own.path(), settings.segmentBytes()), settings);
        } catch (IOException e) {
            throw new JournalUnavailableException("journal in " + folder + ": " + e.getMessage(), e);
        }
    }

    /** As {@link #open(Path, JournalSettings, Clock)}, with {@code files} in {@code own}; gives it back if it fails. */
    static Journal open(InstanceFolder own, SegmentFiles files, JournalSettings settings) throws IOException {
        Journal journal = null;
        try {
            journal = replay(own, files, settings);
            journal.adoptOrphans();
            return journal;
        } finally {
            if (journal == null) {
                own.close();
            }
        }
    }

    /** Name of the folder that this process owns; the ledger's rollup rows carry it as their writer. */
    public String instance() {
        return folder.name();
    }

    @Override
    public long append(Entry entry) {
        return chain.append(entry);
    }

    @Override
    public void whenDurable(Runnable action) {
        if (settings.fsync() == Fsync.EACH) {
            chain.whenFlushed(action);
        } else {
            action.run();
        }
    }

    /**
     * The reader of this journal's lines, from {@code position} on: what the database says was committed last, or
     * {@link JournalPosition#START}. A position that this journal never had counts as the beginning. It replaces the
     * reader there was.
     */
    public JournalReader reader(JournalPosition position) {
        JournalReader replacement = new JournalReader(chain, upkeep, position);
        reader = replacement;
        return replacement;
    }

    /** Whether a new call's intent would be taken now: part of readiness. */
    public boolean writable() {
        return chain.writable();
    }

    /** What keeps the journal from its work now, e.g. a full disk; empty if nothing does. */
    public String trouble() {
        return chain.trouble();
    }

    /** Lines that are not known to be in the database. */
    public long backlogLines() {
        return chain.lines() - reader.linesCommitted();
    }

    /** Lines appended so far; comparable with {@link #committedLines} only. */
    public long appendedLines() {
        return chain.lines();
    }

    /** How many of {@link #appendedLines}, the oldest ones, are known to be in the database. */
    public long committedLines() {
        return reader.linesCommitted();
    }

    /** Up to where its lines are known to be in the database: {@link JournalPosition#number}. */
    public long committedTo() {
        return upkeep.committed().number();
    }

    /** Bytes of entries that are not known to be in the database. */
    public long backlogBytes() {
        return chain.bytesAfter(upkeep.committed());
    }

    /** Intents that have not ended: calls in flight. */
    public int openIntents() {
        return chain.openIntents();
    }

    /**
     * Flushes, ends the background thread and gives the folder back. Entries not yet in the database stay in it.
     * Appends are refused from now on.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        chain.close();
        upkeep.stop();
        try {
            upkeep.flush();
        } catch (IOException e) {
            LOG.error("journal in {}: the last flush failed: {}", folder.path(), e.getMessage());
        }
        chain.unmap();
        folder.close();
    }

    /**
     * Takes over the folders that dead processes left: their lines, and lines for their open intents, are appended here
     * before they are removed. A folder whose lines do not fit now is left for the next time.
     */
    private void adoptOrphans() throws IOException {
        for (InstanceFolder orphan : folder.takeOrphans()) {
            try (orphan) {
                adopt(orphan);
            }
        }
    }

    private void adopt(InstanceFolder orphan) throws IOException {
        SegmentFiles files = new SegmentFiles(orphan.path(), settings.segmentBytes());
        Replay replay = new Replay();
        List<Segment> segments = files.openAll();
        long before = chain.lines();
        try {
            for (Segment segment : segments) {
                replay.read(segment, chain::appendWaiting);
            }
            replay.unresolved(settings.region()).forEach(chain::appendWaiting);
            upkeep.flush();
        } catch (JournalUnavailableException e) {
            LOG.error("journal: {} is not taken over yet: {}", orphan.path(), e.getMessage());
            return;
        } finally {
            segments.forEach(Segment::unmap);
        }
        orphan.remove();
        LOG.info("journal: took over {} with {} lines", orphan.path(), chain.lines() - before);
    }

    private static Journal replay(InstanceFolder own, SegmentFiles files, JournalSettings settings) throws IOException {
        Replay replay = new Replay();
        List<Segment> used = new ArrayList<>();
        Deque<Segment> empty = new ArrayDeque<>();
        long last = 0;
        for (Segment segment : files.openAll()) {
            replay.read(segment, line -> {});
            if (segment.end() > Segment.HEADER_BYTES) {
                used.add(segment);
            } else {
                empty.add(segment);
            }
            last = Math.max(last, segment.sequence());
        }
        Upkeep upkeep = new Upkeep(files, settings, own.name(), last + 1);
        // An empty one that is there, if there is one: a full disk must not keep a process from starting.
        Segment first = next(files, empty, upkeep);
        SegmentChain chain = new SegmentChain(first, settings.segmentBytes(), upkeep::attention);
        chain.restore(used, replay.open());
        if (!empty.isEmpty()) {
            chain.addSpare(next(files, empty, upkeep));
        }
        for (Segment segment : empty) {
            files.delete(segment);
        }
        upkeep.start(chain);
        List<Line> unresolved = replay.unresolved(settings.region());
        unresolved.forEach(chain::appendWaiting);
        if (chain.lines() > 0) {
            LOG.info(
                    "journal: replayed {} with {} lines, {} of them for calls without an end",
                    own.path(),
                    chain.lines(),
                    unresolved.size());
        }
        return new Journal(settings, own, chain, upkeep);
    }

    private static Segment next(SegmentFiles files, Deque<Segment> empty, Upkeep upkeep) throws IOException {
        while (!empty.isEmpty()) {
            Segment segment = empty.poll();
            if (files.fits(segment)) {
                files.reuse(segment, upkeep.nextSequence());
                return segment;
            }
            files.delete(segment);
        }
        return files.create(upkeep.nextSequence());
    }
}
