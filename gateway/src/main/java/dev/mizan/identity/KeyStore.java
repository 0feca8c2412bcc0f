package dev.mizan.identity;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Keeps virtual keys. Blocking; safe for use by many threads and processes. */
public interface KeyStore {
    /** Adds {@code key}. */
    Saved insert(StoredKey key);

    /**
     * Replaces the key with this id by what {@code change} makes of it, atomically: no other change to it comes
     * between. Deleted keys are not found.
     */
    Saved update(String id, UnaryOperator<StoredKey> change);

    /** The key with this id, deleted ones too. */
    Optional<StoredKey> find(String id);

    /** The key whose text, or the text before it, has this hash; deleted ones too. */
    Optional<StoredKey> findByHash(String hash);

    /** The key with this alias that is not deleted. */
    Optional<StoredKey> findByAlias(String alias);

    /**
     * Keys that are not deleted, newest first.
     *
     * @param offset how many to leave out, ≥ 0
     * @param limit 1 to 100
     */
    Page list(Filter filter, int offset, int limit);

    /**
     * Keys that were added or changed after {@code revision}, deleted ones too, in the order of their revision.
     *
     * @param limit 1 to 10,000
     */
    List<StoredKey> changedAfter(long revision, int limit);

    /**
     * What identifies the secret that the stored hashes were made with: {@code offered} if there is none yet, and then
     * always that.
     */
    String fingerprint(String offered);

    /** Which keys are listed; an empty string for all. */
    record Filter(String alias, String tenant, String team, String user) {
        /** Every key. */
        public static final Filter ALL = new Filter("", "", "", "");
    }

    /**
     * One page.
     *
     * @param total how many keys fit, on all pages
     */
    record Page(List<StoredKey> keys, long total) {
        public Page {
            keys = List.copyOf(keys);
        }
    }

    /** What became of a change. */
    sealed interface Saved {
        /** It is stored. */
        record Done(StoredKey key) implements Saved {}

        /** There is no such key. */
        record NotFound() implements Saved {}

        /**
         * Another key has it.
         *
         * @param field {@code key_alias} or {@code key}
         */
        record Taken(String field) implements Saved {}
    }
}
