package dev.mizan.store;

import dev.mizan.ledger.Journal;
import dev.mizan.ledger.JournalPosition;
import dev.mizan.ledger.JournalReader;
import dev.mizan.ledger.Line;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves lines from the journal into the ledger's database, on a thread of its own.
 *
 * <p>A batch is one transaction: the lines that are not there yet, their rollups and the journal's position. When the
 * database is locked, full or gone, the same batch is tried again for ever, with pauses, and the journal keeps the
 * lines. Its figures may be read by any thread.
 */
public final class LedgerWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);

    /** With SQLite a transaction keeps others waiting: its size is set so that it takes this long up to the commit. */
    private static final long SQLITE_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    /** With PostgreSQL nobody waits. */
    private static final long POSTGRESQL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final int BATCH_LINES_MIN = 512;
    private static final int BATCH_LINES_MAX = 4_096;
    private static final int BATCH_LINES_START = 1_024;
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long WAKE_BYTES = 1 << 20;
    private static final long PAUSE_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long PAUSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);
    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Journal journal;
    private final Database database;
    private final LongSupplier nanoTime;
    private final long transactionNanos;
    private final Thread thread;
    private final List<Line> batch = new ArrayList<>();
    private final AtomicLong linesWritten = new AtomicLong();
    private JournalReader reader;
    private int batchLines = BATCH_LINES_START;

    /** Lines read and committed, on the writer's thread. */
    private long linesRead;

    private volatile boolean stopping;
    private volatile boolean draining;
    private volatile long pendingSinceNanos;
    private volatile boolean pending;
    private volatile String lastError = "";

    private LedgerWriter(Journal journal, Database database, LongSupplier nanoTime) {
        this.journal = journal;
        this.database = database;
        this.nanoTime = nanoTime;
        this.transactionNanos = database.kind() == Database.Kind.SQLITE ? SQLITE_NANOS : POSTGRESQL_NANOS;
        this.reader = journal.reader(JournalPosition.START);
        this.thread = Thread.ofPlatform().name("ledger-writer").daemon(true).unstarted(this::run);
    }

    /** Starts writing what {@code journal} holds into {@code database}; closed before either of them. */
    public static LedgerWriter start(Journal journal, Database database, LongSupplier nanoTime) {
        LedgerWriter writer = new LedgerWriter(journal, database, nanoTime);
        writer.thread.start();
        return writer;
    }

    /** Lines written since the start: those that were not there before. */
    public long linesWritten() {
        return linesWritten.get();
    }

    /** Lines in the journal that are not in the database. */
    public long backlogLines() {
        return journal.backlogLines();
    }

    /** Bytes in the journal that are not in the database. */
    public long backlogBytes() {
        return journal.backlogBytes();
    }

    /** For how long lines have been waiting that could not be written; zero if none are. */
    public Duration lag() {
        return pending ? Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - pendingSinceNanos)) : Duration.ZERO;
    }

    /** Why the last try to write failed; empty if it did not. */
    public String lastError() {
        return lastError;
    }

    /**
     * Waits until everything that was in the journal is in the database.
     *
     * @return whether it is; false when {@code timeout} is over
     */
    public boolean drain(Duration timeout) {
        draining = true;
        try {
            return await(() -> journal.backlogLines() <= 0, timeout);
        } finally {
            draining = false;
        }
    }

    /**
     * Waits until every line that is in the journal now is in the database, however many follow meanwhile: what {@link
     * JdbcBalances} says after that has them all. May be called by many threads.
     *
     * @return whether they are; false when {@code timeout} is over, the caller is interrupted or the writer has ended
     */
    public boolean awaitWritten(Duration timeout) {
        long lines = journal.appendedLines();
        return await(() -> journal.committedLines() >= lines, timeout);
    }

    private boolean await(BooleanSupplier done, Duration timeout) {
        long until = nanoTime.getAsLong() + timeout.toNanos();
        while (!done.getAsBoolean()) {
            if (nanoTime.getAsLong() - until >= 0 || Thread.currentThread().isInterrupted() || !thread.isAlive()) {
                return false;
            }
            LockSupport.unpark(thread);
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(2));
        }
        return true;
    }

    /** Drains for at most ten seconds, then stops; what is left stays in the journal. */
    @Override
    public void close() {
        if (!stopping && !drain(Duration.ofNanos(STOP_NANOS))) {
            LOG.warn("ledger: {} lines stay in the journal until the next start", backlogLines());
        }
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join(STOP_NANOS / 1_000_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long pause = PAUSE_NANOS_MIN;
        boolean positioned = false;
        while (!stopping) {
            long before = linesRead;
            try (LedgerSession session = LedgerSession.open(database, journal.instance())) {
                if (!positioned) {
                    reader = journal.reader(session.position());
                    if (session.position().compareTo(reader.position()) > 0) {
                        // Of another journal of this name: nobody may take it for how far this one is written.
                        session.write(List.of(), reader.position());
                        session.commit();
                    }
                    positioned = true;
                }
                write(session);
            } catch (SQLException | RuntimeException e) {
                failed(e);
                pause = linesRead > before || draining ? PAUSE_NANOS_MIN : Math.min(PAUSE_NANOS_MAX, pause * 2);
                LockSupport.parkNanos(this, pause);
            }
        }
    }

    private void write(LedgerSession session) throws SQLException {
        while (!stopping) {
            if (batch.isEmpty()) {
                reader.read(batchLines, batch::add);
            }
            if (batch.isEmpty()) {
                // Only intents and releases were read: no line of theirs is missing in the database.
                reader.committed();
                reader.await(WAKE_BYTES, IDLE_NANOS);
                continue;
            }
            if (!pending) {
                pendingSinceNanos = nanoTime.getAsLong();
                pending = true;
            }
            boolean full = batch.size() >= batchLines;
            writeBatch(session);
            pending = false;
            if (!full) {
                // What comes in meanwhile shares the next transaction.
                reader.await(WAKE_BYTES, IDLE_NANOS);
            }
        }
    }

    /** Writes the batch, or throws and leaves it as it is. */
    private void writeBatch(LedgerSession session) throws SQLException {
        ReentrantLock writing = database.writing();
        writing.lock();
        try {
            boolean full = batch.size() >= batchLines;
            long start = nanoTime.getAsLong();
            int written = session.write(batch, reader.position());
            long beforeCommit = nanoTime.getAsLong() - start;
            session.commit();
            linesRead += batch.size();
            linesWritten.addAndGet(written);
            recovered();
            // Last: whoever waits for the backlog to be gone then finds the figures right.
            reader.committed();
            batch.clear();
            if (full) {
                adapt(beforeCommit);
            }
        } finally {
            writing.unlock();
        }
    }

    /** The commit is left out: its flush takes as long for few lines as for many, and few would only need more. */
    private void adapt(long nanos) {
        long fitting = batchLines * transactionNanos / Math.max(1, nanos);
        batchLines = Math.clamp((batchLines + fitting) / 2, BATCH_LINES_MIN, BATCH_LINES_MAX);
    }

    private void failed(Exception e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        if (lastError.isEmpty()) {
            LOG.error("ledger: can't write to the database; lines wait in the journal: {}", message, e);
        }
        lastError = message;
    }

    private void recovered() {
        if (!lastError.isEmpty()) {
            LOG.info("ledger: writing again after: {}", lastError);
            lastError = "";
        }
    }
}
