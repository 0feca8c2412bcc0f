package dev.mizan.batch;

/**
 * A batch at a provider, and whose it is.
 *
 * @param id the provider's
 * @param keyId the key it belongs to
 * @param lineId the ledger's line that holds its bound until it is settled
 * @param json what the provider said of it last
 * @param isOpen whether it is not settled yet
 * @param nextPollMillis when it is looked at again, Unix milliseconds; who changes it may look
 * @param polls how often it was looked at
 */
public record Batch(
        String id,
        String keyId,
        String provider,
        String fileId,
        String lineId,
        String json,
        boolean isOpen,
        long nextPollMillis,
        int polls,
        long createdAtMillis) {
    /** The same as the provider says it is now. */
    Batch withJson(String now) {
        return new Batch(id, keyId, provider, fileId, lineId, now, isOpen, nextPollMillis, polls, createdAtMillis);
    }

    /** The same, to be looked at at another time. */
    Batch lookedAt(long nextMillis) {
        return new Batch(id, keyId, provider, fileId, lineId, json, isOpen, nextMillis, polls + 1, createdAtMillis);
    }

    /** The same, settled. */
    Batch settled() {
        return new Batch(id, keyId, provider, fileId, lineId, json, false, nextPollMillis, polls, createdAtMillis);
    }
}
