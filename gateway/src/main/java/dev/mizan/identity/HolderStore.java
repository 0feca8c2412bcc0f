package dev.mizan.identity;

import java.util.List;
import java.util.function.UnaryOperator;

/** Keeps holders. Blocking; safe for use by many threads and processes. */
public interface HolderStore {
    /** Adds {@code holder}; one of its id that was deleted makes room. */
    Saved insert(Holder holder);

    /**
     * Replaces the holder by what {@code change} makes of it, atomically: no other change to it comes between. Deleted
     * ones are not found.
     */
    Saved update(Holder.Kind kind, String id, UnaryOperator<Holder> change);

    /**
     * Holders that were added or changed after {@code revision}, deleted ones too, in the order of their revision.
     *
     * @param limit 1 to 10,000
     */
    List<Holder> changedAfter(long revision, int limit);

    /** What became of a change. */
    sealed interface Saved {
        /** It is stored. */
        record Done(Holder holder) implements Saved {}

        /** There is no such holder. */
        record NotFound() implements Saved {}

        /** There is one with this id. */
        record Taken() implements Saved {}
    }
}
