package dev.mizan.alert;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What fired, and how far its deliveries are: shared by all processes. Blocking; safe for use by many threads. Every
 * method throws an unchecked exception if the database can't be reached.
 */
public interface AlertStore {
    /**
     * Writes the alert and one waiting delivery for each of {@code channels}, all or nothing.
     *
     * @return whether it fired: false if it had already, here or in another process
     */
    boolean fire(Firing firing, Set<String> channels);

    /**
     * Takes the delivery that has been due for longest: nobody else gets it before {@code leaseUntilMillis}.
     *
     * @return empty if none is due at {@code nowMillis}
     */
    Optional<Delivery> claim(String channel, long nowMillis, long leaseUntilMillis);

    /** The channel has taken it. */
    void delivered(Delivery delivery, long nowMillis);

    /** The channel has not; it is due again at {@code nextAtMillis}. */
    void failed(Delivery delivery, String error, long nextAtMillis, long nowMillis);

    /** The channel has not, and it is not tried again. It stays listed. */
    void givenUp(Delivery delivery, String error, long nowMillis);

    /**
     * What fired, newest first.
     *
     * @param cursor {@link Page#nextCursor} of the page before; empty for the first
     * @param limit ≥ 1
     */
    Page page(Filter filter, String cursor, int limit);

    /** How each channel does that ever had a delivery, by name. */
    Map<String, ChannelState> states();

    /**
     * Deletes alerts from before {@code beforeMillis}, at most {@code max}, with their deliveries, and what is no
     * longer needed to fire once.
     *
     * @return how many alerts
     */
    int prune(long beforeMillis, int max);

    /**
     * One alert on its way to one channel.
     *
     * @param attempts how often it was tried, this time included
     */
    record Delivery(Alert alert, String channel, int attempts) {}

    /**
     * What alerts are asked for; an empty text means any.
     *
     * @param kind a {@link Alert.Kind#label}
     * @param level an {@link Alert.Level}
     * @param subject as in {@link Alert#subject}
     * @param fromMillis inclusive
     * @param toMillis exclusive
     */
    record Filter(String kind, String level, String subject, long fromMillis, long toMillis) {
        /** Everything. */
        public static final Filter ALL = new Filter("", "", "", 0, Long.MAX_VALUE);
    }

    /** One page; {@code nextCursor} is empty on the last. */
    record Page(List<Fired> fired, String nextCursor) {
        public Page {
            fired = List.copyOf(fired);
        }
    }

    /** An alert and where it went. */
    record Fired(Alert alert, List<DeliveryState> deliveries) {
        public Fired {
            deliveries = List.copyOf(deliveries);
        }
    }

    /**
     * How far a delivery is.
     *
     * @param state {@code waiting}, {@code delivered} or {@code given_up}
     * @param error of the last try; empty if it did not fail
     * @param changedAtMillis when the state was last written
     */
    record DeliveryState(String channel, String state, int attempts, String error, long changedAtMillis) {}

    /**
     * How a channel does.
     *
     * @param waiting deliveries that are still to be made
     * @param failing those among them that were tried in vain
     * @param givenUp deliveries that were given up
     * @param lastError of the failing delivery that was tried last; empty if none fails
     * @param deliveredAtMillis when it last took one; 0 for never
     */
    record ChannelState(long waiting, long failing, long givenUp, String lastError, long deliveredAtMillis) {
        /** Nothing was ever sent. */
        public static final ChannelState NEW = new ChannelState(0, 0, 0, "", 0);
    }
}
