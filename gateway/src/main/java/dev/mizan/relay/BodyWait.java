package dev.mizan.relay;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.edge.Answers;
import dev.mizan.relay.Exchange.Arrival;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The wait for a request's body: a sender that stalls, or dribbles for ever, is dropped. */
final class BodyWait extends Deadlines.Entry {
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long TOTAL_NANOS = TimeUnit.SECONDS.toNanos(300);

    private final HttpServerRequest request;
    private final Arrival arrival;
    private final LongSupplier nanoTime;

    BodyWait(HttpServerRequest request, Arrival arrival, LongSupplier nanoTime) {
        this.request = request;
        this.arrival = arrival;
        this.nanoTime = nanoTime;
    }

    /** Until when the next bytes must come, of the nanosecond source. */
    long nextNanos() {
        return Math.min(nanoTime.getAsLong() + IDLE_NANOS, arrival.nanos() + TOTAL_NANOS);
    }

    @Override
    void expired() {
        Answers.refuse(arrival.response(), Refusal.of(ErrorCode.REQUEST_TIMEOUT, "The body did not come in time."));
        request.connection().close();
    }
}
