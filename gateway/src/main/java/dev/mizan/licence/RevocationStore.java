package dev.mizan.licence;

import java.util.List;
import java.util.Optional;

/** Keeps which licences are revoked. Blocking; safe for use by many threads and processes. */
public interface RevocationStore {
    /**
     * A licence that is refused from now on, for ever.
     *
     * @param atMillis Unix milliseconds
     * @param by id of the key that asked for it, or {@code command}
     * @param revision grows with each revocation; set by the store
     */
    record Revocation(String licence, long atMillis, String by, long revision) {}

    /** Revokes {@code licence}; what was revoked before stays as it was, and is returned. */
    Revocation revoke(String licence, long atMillis, String by);

    /** When {@code licence} was revoked; empty if it was not. */
    Optional<Revocation> find(String licence);

    /**
     * The revocations after {@code revision}, in order.
     *
     * @param limit 1 to 10,000
     */
    List<Revocation> after(long revision, int limit);
}
