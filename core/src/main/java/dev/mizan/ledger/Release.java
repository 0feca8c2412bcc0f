package dev.mizan.ledger;

/**
 * The end of an intent whose attempt cost nothing: it failed before a byte was sent, or was refused by the provider.
 *
 * @param attemptId ULID of the attempt
 * @param timeMillis when it ended, Unix milliseconds
 */
public record Release(String attemptId, long timeMillis) implements Entry {}
