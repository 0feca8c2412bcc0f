package dev.mizan.limit;

import java.util.List;

/** What became of a claim on a {@link LimitBook}. */
public sealed interface Outcome {
    /** All of it is set aside. */
    record Reserved(Reservation reservation) implements Outcome {}

    /** It does not fit. */
    record Refused(Breach breach) implements Outcome {}

    /**
     * Nothing is set aside, since it is not known yet what was used in some accounts.
     *
     * @param missing what to load, see {@link Loading}
     */
    record Unloaded(List<Loading> missing) implements Outcome {}
}
