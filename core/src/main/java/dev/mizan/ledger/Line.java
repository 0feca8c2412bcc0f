package dev.mizan.ledger;

import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageSource;

/**
 * One immutable line of the ledger: one {@code CALL} per answered call, its final attempt included, and one
 * {@code ATTEMPT} for every other attempt that may have cost something.
 *
 * @param id ULID, the idempotency key all the way to the database; of a call line it equals {@code requestId}
 * @param requestId ULID of the call, the answer's {@code x-mizan-request-id}; joins a call with its attempts
 * @param attemptId ULID of the {@link Intent} that this line ends; empty if nothing was sent upstream
 * @param timeMillis when the call or attempt ended, Unix milliseconds
 * @param admittedAtMillis when it was admitted: decides the limit windows it counts in, Unix milliseconds
 * @param cache {@code miss}, {@code exact}, {@code semantic} or {@code bypass}
 * @param complexity the complexity class it was routed by; empty if it was not
 * @param region region of the process that wrote it; empty if not configured
 * @param corrects id of the line that this one corrects; empty if none
 */
public record Line(
        String id,
        Kind kind,
        String requestId,
        String attemptId,
        long timeMillis,
        long admittedAtMillis,
        Principal principal,
        Call call,
        Target target,
        Usage usage,
        UsageSource usageSource,
        Cost cost,
        Outcome outcome,
        String cache,
        String complexity,
        String region,
        String corrects)
        implements Entry {
    /** The kind of a line. The order of the constants is part of the journal's format: append only. */
    public enum Kind {
        CALL,
        ATTEMPT,
        CORRECTION;

        /** The name in JSON and columns. */
        public String label() {
            return switch (this) {
                case CALL -> "call";
                case ATTEMPT -> "attempt";
                case CORRECTION -> "correction";
            };
        }
    }
}
