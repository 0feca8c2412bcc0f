package dev.mizan.telemetry;

import dev.mizan.ledger.Line;
import dev.mizan.money.NanoUsd;

/**
 * What the data plane reports of each call. Costs less than a microsecond a call; safe for use by many threads.
 */
public interface CallMetrics {
    /** Reports nothing. */
    CallMetrics NONE = new CallMetrics() {
        @Override
        public void started() {}

        @Override
        public void ended(Line line) {}

        @Override
        public void settled(Line line, NanoUsd reserved) {}

        @Override
        public void guarded(String action) {}

        @Override
        public void refused(String errorCode) {}
    };

    /** A call has come in: it is in flight until {@link #ended} or {@link #refused}. */
    void started();

    /** The line of a call that {@link #started}, or of one of its attempts, was appended to the journal. */
    void ended(Line line);

    /**
     * A call's reservation was settled: what it used took the place of what was set aside.
     *
     * @param line the call's own
     * @param reserved the most that the call could be charged, at its end
     */
    void settled(Line line, NanoUsd reserved);

    /**
     * A guard has changed a call, or reports it.
     *
     * @param action what it did, one of a few words, e.g. {@code tools_off}
     */
    void guarded(String action);

    /**
     * A call that {@link #started} was refused before anything was booked.
     *
     * @param errorCode the stable error code, e.g. {@code model_not_found}
     */
    void refused(String errorCode);
}
