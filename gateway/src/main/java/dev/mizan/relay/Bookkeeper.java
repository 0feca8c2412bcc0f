package dev.mizan.relay;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.Intent;
import dev.mizan.ledger.JournalAppender;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.ledger.Release;
import dev.mizan.ledger.Target;
import dev.mizan.money.NanoUsd;
import dev.mizan.relay.DeploymentMeter.Metered;
import dev.mizan.telemetry.CallMetrics;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageSource;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/**
 * Writes what happens to calls into the journal: an intent before an attempt's first byte, a line or a release at its
 * end. Every method throws {@link dev.mizan.ledger.JournalUnavailableException} if the journal can't take it.
 */
final class Bookkeeper {
    private static final String CACHE_MISS = "miss";

    private final JournalAppender journal;
    private final Reservations reservations;
    private final CallMetrics metrics;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Context context;
    private final EventLoop eventLoop;

    Bookkeeper(
            JournalAppender journal,
            Reservations reservations,
            CallMetrics metrics,
            Clock clock,
            LongSupplier nanoTime,
            Context context) {
        this.reservations = reservations;
        this.context = context;
        this.eventLoop = ((ContextInternal) context).nettyEventLoop();
        this.journal = journal;
        this.metrics = metrics;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** {@code attempt} is about to be sent. */
    void intend(Exchange exchange, Attempt attempt) {
        journal.append(new Intent(
                attempt.id,
                exchange.arrival.requestId(),
                exchange.reservationId(),
                clock.millis(),
                exchange.admittedAtMillis(),
                exchange.principal(),
                exchange.call,
                attempt.target,
                withToolCalls(exchange, attempt.bound),
                attempt.reserved,
                attempt.reserved,
                exchange.windows()));
    }

    /** {@code attempt} cost nothing and another follows. */
    void release(Attempt attempt) {
        journal.append(new Release(attempt.id, clock.millis()));
        reservations.release(attempt);
    }

    /** {@code attempt} was sent and never answered, and another follows: it may have cost all that was reserved. */
    void lost(Exchange exchange, Attempt attempt) {
        Outcome outcome = new Outcome(
                Status.UNRESOLVED, attempt.failure(), 0, micros(attempt.startedNanos), -1, exchange.attempts());
        append(
                exchange,
                attempt,
                line(
                        exchange,
                        attempt,
                        Line.Kind.ATTEMPT,
                        new Metered(attempt.bound, UsageSource.ASSUMED),
                        attempt.meter.assumed(attempt.reserved, false),
                        outcome));
    }

    /** The call ends with {@code attempt}, never answered: it costs what was reserved until someone knows better. */
    void unresolved(Exchange exchange, Attempt attempt, ErrorCode code) {
        Outcome outcome = new Outcome(
                Status.UNRESOLVED,
                code.code(),
                code.status(),
                micros(exchange.arrival.nanos()),
                -1,
                exchange.attempts());
        append(
                exchange,
                attempt,
                line(
                        exchange,
                        attempt,
                        Line.Kind.CALL,
                        new Metered(attempt.bound, UsageSource.ASSUMED),
                        attempt.meter.assumed(attempt.reserved, true),
                        outcome));
    }

    /**
     * The call ends with {@code attempt}.
     *
     * @param firstByteNanos when the first byte was relayed, of the nanosecond source; 0 if none was
     * @return what it cost
     */
    Cost ended(
            Exchange exchange,
            Attempt attempt,
            Metered metered,
            Status status,
            String errorCode,
            int httpStatus,
            long firstByteNanos) {
        Cost cost = Reservations.withOverage(
                exchange,
                metered.usage(),
                attempt.meter.cost(metered, attempt.reserved, exchange.arrival.millis(), true));
        Outcome outcome = new Outcome(
                status,
                errorCode,
                httpStatus,
                micros(exchange.arrival.nanos()),
                firstByteNanos == 0 ? -1 : Math.max(0, firstByteNanos - exchange.arrival.nanos()) / 1000,
                exchange.attempts());
        append(exchange, attempt, line(exchange, attempt, Line.Kind.CALL, metered, cost, outcome));
        return cost;
    }

    /** What {@code counting} finds, on this event loop: tokenizers take their time, so they run beside it. */
    <T> Future<T> computed(Callable<T> counting) {
        return context.executeBlocking(counting, false);
    }

    /** Runs {@code action} on this event loop once all that was written is as durable as the configuration asks. */
    void whenDurable(Runnable action) {
        journal.whenDurable(() -> {
            if (eventLoop.inEventLoop()) {
                action.run();
            } else {
                context.runOnContext(ignored -> action.run());
            }
        });
    }

    private Line line(Exchange exchange, Attempt attempt, Line.Kind kind, Metered metered, Cost cost, Outcome outcome) {
        Target target = attempt.target;
        // A call that failed brought the model nothing; an attempt before the last counts no more than its cost.
        boolean counts = kind == Line.Kind.CALL && outcome.status() != Status.ERROR;
        return new Line(
                kind == Line.Kind.CALL ? exchange.arrival.requestId() : attempt.id,
                kind,
                exchange.arrival.requestId(),
                attempt.id,
                clock.millis(),
                exchange.admittedAtMillis(),
                exchange.principal(),
                exchange.call,
                target,
                counts ? withToolCalls(exchange, metered.usage()) : metered.usage(),
                metered.source(),
                cost,
                outcome,
                CACHE_MISS,
                exchange.complexity(),
                exchange.snapshot.region(),
                "");
    }

    private static Usage withToolCalls(Exchange exchange, Usage usage) {
        long toolCalls = exchange.toolCalls();
        return toolCalls == 0
                ? usage
                : usage.toBuilder().set(Unit.TOOL_CALLS, toolCalls).build();
    }

    /** Line, then settlement; the last byte follows. */
    private void append(Exchange exchange, Attempt attempt, Line line) {
        long place = journal.append(line);
        reservations.settle(exchange, attempt, line, place);
        exchange.snapshot
                .aliases()
                .condition(attempt.deployment)
                .used(line.usage().totalTokens());
        metrics.ended(line);
        if (line.kind() == Line.Kind.CALL && exchange.hold != null) {
            metrics.settled(line, NanoUsd.ofNanos(exchange.heldAmounts().chargedCost()));
        }
    }

    private long micros(long sinceNanos) {
        return (nanoTime.getAsLong() - sinceNanos) / 1000;
    }
}
