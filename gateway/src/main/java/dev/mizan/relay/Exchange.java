package dev.mizan.relay;

import dev.mizan.dialect.CallRequest;
import dev.mizan.identity.Key;
import dev.mizan.ledger.Call;
import dev.mizan.ledger.Principal;
import dev.mizan.routing.Alias;
import dev.mizan.routing.Targets;
import io.vertx.core.http.HttpServerResponse;

/**
 * One admitted call on its way: what is known of it, who must hear when its caller leaves or its time is up. Belongs to
 * one event loop.
 */
final class Exchange extends Deadlines.Entry {
    final Arrival arrival;
    final Snapshot snapshot;
    final Key key;
    final Principal principal;
    final CallRequest request;
    final Call call;
    final Alias alias;
    final Targets targets;

    private int attempts;
    private boolean callerGone;
    private Runnable whenExpired = Exchange::nobody;
    private Runnable whenCallerGone = Exchange::nobody;

    /**
     * What is known when a call arrives.
     *
     * @param requestId ULID of the call
     * @param nanos when it arrived, of the nanosecond source
     * @param millis when it arrived, Unix milliseconds
     */
    record Arrival(String requestId, long nanos, long millis, HttpServerResponse response) {}

    Exchange(
            Arrival arrival,
            Snapshot snapshot,
            Key key,
            Principal principal,
            CallRequest request,
            Call call,
            Alias alias) {
        this.arrival = arrival;
        this.snapshot = snapshot;
        this.key = key;
        this.principal = principal;
        this.request = request;
        this.call = call;
        this.alias = alias;
        this.targets = new Targets(snapshot.aliases(), alias);
    }

    /** Counts one more attempt and says how many there were. */
    int nextAttempt() {
        return ++attempts;
    }

    int attempts() {
        return attempts;
    }

    boolean callerGone() {
        return callerGone;
    }

    HttpServerResponse response() {
        return arrival.response();
    }

    /** From now on, {@code expired} hears of a passed deadline and {@code gone} of a caller that left. */
    void listen(Runnable expired, Runnable gone) {
        whenExpired = expired;
        whenCallerGone = gone;
    }

    /** From now on nobody needs to hear. */
    void ignore() {
        whenExpired = Exchange::nobody;
        whenCallerGone = Exchange::nobody;
    }

    private static void nobody() {}

    /** The caller has left; only the first time counts. */
    void leave() {
        if (!callerGone) {
            callerGone = true;
            whenCallerGone.run();
        }
    }

    @Override
    void expired() {
        whenExpired.run();
    }
}
