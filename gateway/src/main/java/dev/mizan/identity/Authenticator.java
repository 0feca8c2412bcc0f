package dev.mizan.identity;

import java.util.Optional;

/**
 * Finds the key that a caller's credential is. Does no I/O; safe for use by many threads. Compares hashes in constant
 * time. Blocked and expired keys are found too: the caller of this decides, so that the refusal can say which it was.
 */
public interface Authenticator {
    /** The key whose text is {@code credential}; empty if there is none. */
    Optional<Key> authenticate(String credential);
}
