package dev.mizan.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The intents that have not ended, and the space kept back for their ends. Guarded by the journal's lock; not safe for
 * use by many threads.
 */
final class OpenIntents {
    /** What a line takes beyond what its intent took: the receipt, the outcome and more usage. */
    private static final int LINE_BEYOND_INTENT_BYTES = 1_024;

    private final Map<String, Open> open = new HashMap<>();
    private long reservedBytes;

    /** An open intent, and which segment its latest record is in. */
    static final class Open {
        private final Intent intent;
        private final int reservedBytes;
        private long segment;

        private Open(Intent intent, int reservedBytes, long segment) {
            this.intent = intent;
            this.reservedBytes = reservedBytes;
            this.segment = segment;
        }

        Intent intent() {
            return intent;
        }
    }

    /** Space to keep back for the end of an intent whose record took {@code recordBytes}. */
    static int reserveBytes(int recordBytes) {
        return recordBytes + LINE_BEYOND_INTENT_BYTES;
    }

    /** Opens {@code intent}, or moves it if it is open. */
    void open(Intent intent, int recordBytes, long segment) {
        Open before = open.put(intent.attemptId(), new Open(intent, reserveBytes(recordBytes), segment));
        reservedBytes += reserveBytes(recordBytes) - (before == null ? 0 : before.reservedBytes);
    }

    boolean isOpen(String attemptId) {
        return open.containsKey(attemptId);
    }

    /** Ends the intent {@code attemptId}, if it is open. */
    void end(String attemptId) {
        Open ended = open.remove(attemptId);
        if (ended != null) {
            reservedBytes -= ended.reservedBytes;
        }
    }

    /** Space kept back for all of them. */
    long reservedBytes() {
        return reservedBytes;
    }

    int size() {
        return open.size();
    }

    /** Those whose latest record is in {@code segment} or one before. */
    List<Open> upTo(long segment) {
        List<Open> found = new ArrayList<>();
        for (Open candidate : open.values()) {
            if (candidate.segment <= segment) {
                found.add(candidate);
            }
        }
        return found;
    }

    /** Whether {@code candidate} is open and its latest record still where {@link #upTo} found it. */
    boolean isIn(Open candidate, long segment) {
        return open.get(candidate.intent.attemptId()) == candidate && candidate.segment <= segment;
    }

    /** Notes that {@code moved} has a later record in {@code segment}. */
    void moved(Open moved, long segment) {
        moved.segment = segment;
    }
}
