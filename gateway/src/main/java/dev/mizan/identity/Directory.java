package dev.mizan.identity;

import java.util.List;

/** Finds what holds for a caller, in memory. Safe for use by many threads; does no I/O. */
public interface Directory {
    /** Knows of nobody: nothing is limited. */
    Directory EMPTY = new Directory() {
        @Override
        public Membership of(Key key) {
            return Membership.FREE;
        }

        @Override
        public Membership ofEndUser(String tenant, String endUser) {
            return Membership.FREE;
        }

        @Override
        public Membership ofTags(List<String> tags) {
            return Membership.FREE;
        }
    };

    /** What the holders of {@code key} allow and limit; {@link Membership#FREE} for the master key. */
    Membership of(Key key);

    /** What is set of the end-user (customer) {@code endUser} of {@code tenant}: limits, models, whether blocked. */
    Membership ofEndUser(String tenant, String endUser);

    /** What is set of the tags that a call carries: limits, each of one tag. */
    Membership ofTags(List<String> tags);
}
