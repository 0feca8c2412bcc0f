package dev.mizan.ledger;

import dev.mizan.ledger.JournalSettings.Fsync;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's background work: flushes what was appended, frees segments whose records are in the database, makes
 * segments ahead of need. What fails is tried again at every turn, for ever.
 *
 * <p>One thread runs it; {@link #attention} may be called by any.
 */
final class Upkeep implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    /** Empty segments that are kept rather than deleted when they are not wanted now. */
    private static final int IDLE_SPARES_MAX = 2;

    private final SegmentFiles files;
    private final JournalSettings settings;
    private final Thread thread;
    private long nextSequence;
    private String trouble = "";

    /** Freed segments that could not be deleted yet. */
    private final List<Segment> discarded = new ArrayList<>();

    private volatile boolean asked;
    private volatile boolean stopping;
    private volatile JournalPosition committed = JournalPosition.START;

    @SuppressWarnings("NullAway.Init") // the chain needs this to be woken, and this needs the chain
    private SegmentChain chain;

    /** @param nextSequence number of the next segment that is made */
    Upkeep(SegmentFiles files, JournalSettings settings, String instance, long nextSequence) {
        this.files = files;
        this.settings = settings;
        this.nextSequence = nextSequence;
        this.thread =
                Thread.ofPlatform().name("journal-" + instance).daemon(true).unstarted(this);
    }

    void start(SegmentChain chain) {
        this.chain = chain;
        thread.start();
    }

    /** Asks for a turn now. Does not block. */
    void attention() {
        asked = true;
        LockSupport.unpark(thread);
    }

    /** Everything before {@code position} is in the database, durably. */
    void committed(JournalPosition position) {
        JournalPosition before = committed;
        committed = position;
        if (position.segment() != before.segment()) {
            attention();
        }
    }

    /** Frees nothing from when this returns until {@link #committed} is called: a new reader begins at the oldest. */
    synchronized void keepAll() {
        committed = JournalPosition.START;
    }

    JournalPosition committed() {
        return committed;
    }

    /** Ends the thread; what it did not do is left. */
    void stop() {
        stopping = true;
        attention();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        long interval = settings.flushInterval().toNanos();
        while (!stopping) {
            turn();
            if (!asked) {
                LockSupport.parkNanos(this, Math.min(interval, TimeUnit.SECONDS.toNanos(1)));
            }
            asked = false;
        }
    }

    /** One turn: flush, free, make ready. */
    void turn() {
        String problem = attempt(this::flush);
        boolean failing = !problem.isEmpty();
        if (!failing) {
            problem = attempt(this::free);
        }
        String shortage = attempt(this::prepare);
        tell(problem.isEmpty() ? shortage : problem, failing);
    }

    private interface Step {
        void run() throws IOException;
    }

    private static String attempt(Step step) {
        try {
            step.run();
            return "";
        } catch (IOException e) {
            return e.getMessage() == null ? e.toString() : e.getMessage();
        } catch (RuntimeException e) {
            LOG.error("journal: upkeep failed", e);
            return e.toString();
        }
    }

    /**
     * Writes what was appended to the disk and runs what waited for it.
     *
     * @throws IOException if the disk fails; those who wait go on waiting, and the next flush writes it all again
     */
    void flush() throws IOException {
        List<Runnable> waiting = chain.takeWaiting();
        if (settings.fsync() != Fsync.NEVER) {
            try {
                for (Segment segment : chain.segments()) {
                    flush(segment);
                }
            } catch (IOException | RuntimeException e) {
                chain.putBackWaiting(waiting);
                throw e;
            }
        }
        for (Runnable action : waiting) {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.error("journal: an action after a flush failed", e);
            }
        }
    }

    private void flush(Segment segment) throws IOException {
        int from = segment.flushed();
        int to = segment.end();
        if (from >= to) {
            return;
        }
        boolean done = false;
        try {
            files.force(segment, from, to);
            segment.flushed(to);
            done = true;
        } finally {
            if (!done) {
                segment.dirty(from, to);
            }
        }
    }

    /**
     * Frees the segments before the one that the reader stands in. That one stays, even if all of it is committed and
     * it has been left: a freed segment comes back under a later number, and the reader would take that for its own.
     */
    private synchronized void free() throws IOException {
        discard();
        JournalPosition upTo = committed;
        while (true) {
            Segment left = chain.oldestLeft().orElse(null);
            if (left == null || left.sequence() >= upTo.segment()) {
                return;
            }
            switch (chain.carryOver(left)) {
                case NO_SPACE -> {
                    return;
                }
                // The copies must be on the disk before the originals go.
                case SOME -> flush();
                case NONE -> {}
            }
            chain.remove(left);
            recycle(left);
        }
    }

    private void recycle(Segment left) throws IOException {
        boolean done = false;
        try {
            if (files.fits(left) && (chain.wantsSpare() || chain.spares() < IDLE_SPARES_MAX)) {
                files.reuse(left, nextSequence());
                chain.addSpare(left);
            } else {
                files.delete(left);
            }
            done = true;
        } finally {
            if (!done) {
                discarded.add(left);
            }
        }
    }

    private void discard() throws IOException {
        while (!discarded.isEmpty()) {
            files.delete(discarded.getFirst());
            discarded.removeFirst();
        }
    }

    /** Never the same twice, not even after a failure: a half-made file under a number may still be there. */
    long nextSequence() {
        return nextSequence++;
    }

    private void prepare() throws IOException {
        while (chain.wantsSpare()) {
            if (chain.totalBytes() + settings.segmentBytes() > settings.totalBytesMax()) {
                throw new IOException("at its limit of " + settings.totalBytesMax()
                        + " bytes: the database is behind (expected: journal max_bytes is never reached)");
            }
            chain.addSpare(files.create(nextSequence()));
        }
    }

    /** Says a problem once, and once that it is over. */
    private void tell(String problem, boolean failing) {
        if (problem.isEmpty() && !trouble.isEmpty()) {
            LOG.info("journal in {} recovered from: {}", files.folder(), trouble);
        } else if (!problem.isEmpty() && trouble.isEmpty()) {
            LOG.error("journal in {}: {}", files.folder(), problem);
        }
        trouble = problem;
        chain.trouble(problem, failing);
    }
}
