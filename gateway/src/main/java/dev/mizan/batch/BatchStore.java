package dev.mizan.batch;

import java.util.List;
import java.util.Optional;

/** Which files and batches there are, and whose. Blocking; safe for use by many threads and processes. */
public interface BatchStore {
    /** Adds a file; one that is there stays as it is. */
    void add(BatchFile file);

    Optional<BatchFile> file(String id);

    /** The files of a key, the last made first. */
    List<BatchFile> files(String keyId, int max);

    void deleteFile(String id);

    void add(Batch batch);

    Optional<Batch> batch(String id);

    /** The batches of a key, the last made first. */
    List<Batch> batches(String keyId, int max);

    /** Open batches that are to be looked at, the longest due first. */
    List<Batch> due(long nowMillis, int max);

    /**
     * Takes a batch for looking at it until {@code untilMillis}.
     *
     * @return whether it is still open, and nobody else has taken it for a time that is not over
     */
    boolean claim(Batch batch, long nowMillis, long untilMillis);

    /** The id of the line that stands in place of {@code lineId} in the books; empty if none does. */
    Optional<String> correction(String lineId);

    /** Keeps what may change of a batch: what the provider says, whether it is open, when it is looked at. */
    void update(Batch batch);
}
