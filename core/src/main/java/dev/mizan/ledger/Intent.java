package dev.mizan.ledger;

import dev.mizan.money.NanoUsd;
import dev.mizan.usage.Usage;
import java.util.List;

/**
 * The record that an attempt is about to be sent upstream, appended before its first byte. An intent ends with a
 * {@link Line} or a {@link Release} that names its {@code attemptId}; one that never does (the process died) becomes a
 * line {@code unresolved}, {@code assumed}, at the reserved amounts.
 *
 * @param attemptId ULID of the attempt
 * @param requestId ULID of the call
 * @param reservationId the reservation it draws on; empty if no limit applied
 * @param timeMillis when it was appended, Unix milliseconds
 * @param bound the upper bound of what the attempt may use
 * @param reservedProvider the bound's cost to the operator
 * @param reservedCharged the bound's cost to the caller
 * @param windows ids of the limit windows that the reservation counts in
 */
public record Intent(
        String attemptId,
        String requestId,
        String reservationId,
        long timeMillis,
        long admittedAtMillis,
        Principal principal,
        Call call,
        Target target,
        Usage bound,
        NanoUsd reservedProvider,
        NanoUsd reservedCharged,
        List<String> windows)
        implements Entry {
    public Intent {
        windows = List.copyOf(windows);
    }
}
