package dev.mizan.store.redis;

/** Redis did not answer in time, or can't be reached, or answered with an error. */
public final class RedisUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RedisUnavailableException(String message) {
        super(message);
    }
}
