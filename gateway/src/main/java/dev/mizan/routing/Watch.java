package dev.mizan.routing;

/**
 * One attempt at a deployment, from its sending to its end, for the deployment's {@link Condition}. Only its first end
 * counts. Not safe for use by many threads.
 */
public final class Watch {
    private final Condition condition;
    private final boolean permitted;
    private final long expectedTokens;
    private final long startedNanos;
    private long streamNanos;
    private boolean ended;

    /** How an attempt ended, as far as the deployment goes. */
    enum End {
        /** It answered, even if only that the call is wrong. */
        ANSWERED,
        /** It could not be reached, broke off, was silent or said that it failed. */
        FAILED,
        /** It refused for its pace or a conflict: it works, but proves nothing. */
        RATE_LIMITED,
        /** The caller left before it answered. */
        ABANDONED
    }

    Watch(Condition condition, boolean permitted, long expectedTokens) {
        this.condition = condition;
        this.permitted = permitted;
        this.expectedTokens = expectedTokens;
        this.startedNanos = condition.nanos();
    }

    /** A stream has begun. */
    public void begun() {
        streamNanos = Math.max(1, condition.nanos() - startedNanos);
        condition.measured(streamNanos);
    }

    /** The whole answer is here, or the end of its stream. */
    public void answered() {
        if (!ended && streamNanos == 0) {
            condition.measured(Math.max(1, condition.nanos() - startedNanos));
        }
        end(End.ANSWERED);
    }

    /** The provider answered with an error of {@code status}; 502 for an error in an answer with 200. */
    public void refused(int status) {
        if (status >= 500 || status == 408) {
            end(End.FAILED);
        } else {
            end(status == 429 || status == 409 || status == 425 ? End.RATE_LIMITED : End.ANSWERED);
        }
    }

    /** No connection, no answer in time, or a broken one. */
    public void failed() {
        end(End.FAILED);
    }

    /** The caller left before there was an answer. */
    public void abandoned() {
        end(End.ABANDONED);
    }

    boolean isPermitted() {
        return permitted;
    }

    long expectedTokens() {
        return expectedTokens;
    }

    private void end(End end) {
        if (!ended) {
            ended = true;
            // Only streams tell how fast a deployment is: an answer that comes whole is slow because it is long.
            condition.ended(this, end, streamNanos);
        }
    }
}
