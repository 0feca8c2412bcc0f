package dev.mizan.batch;

/**
 * A file at a provider, and whose it is. Output files have an empty bound.
 *
 * @param id the provider's
 * @param keyId the key it belongs to
 * @param alias the model alias that its lines name; empty for an output file
 * @param deployment id of the deployment that will answer; empty for an output file
 * @param json what the provider says of it
 */
public record BatchFile(
        String id,
        String keyId,
        String provider,
        String alias,
        String deployment,
        Bound bound,
        String json,
        long createdAtMillis) {
    /**
     * The most that a file's lines may use together.
     *
     * @param costNanos nano-USD at the batch price; 0 where no price is known
     * @param unbounded the field of a line because of which nobody can say what it will use; empty if there is none
     */
    public record Bound(int lines, long inputTokens, long outputTokens, long costNanos, String unbounded) {
        public static final Bound NONE = new Bound(0, 0, 0, 0, "");
    }
}
