package dev.mizan.relay;

import com.github.f4b6a3.ulid.UlidFactory;
import dev.mizan.admission.Admission;
import dev.mizan.admission.CallLimits;
import dev.mizan.admission.Decision;
import dev.mizan.admission.Decision.Refused;
import dev.mizan.admission.Decision.Reserved;
import dev.mizan.admission.Decision.Unavailable;
import dev.mizan.admission.Degradation;
import dev.mizan.admission.Hold;
import dev.mizan.admission.LimitRefusals;
import dev.mizan.admission.LimitStore;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Breach;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Standing;
import dev.mizan.messages.Language;
import dev.mizan.routing.Alias;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageSource;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sets aside what a call may use on every limit that it touches, before anything is sent, and settles it once the
 * line is in the journal (rules 5 to 8 of the promise). Belongs to one event loop.
 */
final class Reservations {
    /** How often a call that does not fit is made smaller before it is refused. */
    private static final int SMALLER_MAX = 3;

    private final LimitStore store;
    private final LimitRefusals refusals;
    private final UlidFactory ids;
    private final Function<Exchange, Future<Long>> countInput;

    /** @param countInput counts the tokens of a call's text exactly, on this event loop's side; -1 if it can't */
    Reservations(
            LimitStore store, LimitRefusals refusals, UlidFactory ids, Function<Exchange, Future<Long>> countInput) {
        this.store = store;
        this.refusals = refusals;
        this.ids = ids;
        this.countInput = countInput;
    }

    /**
     * Decides on a call: which alias answers it, and whether it fits. Fails with a refusal.
     *
     * @return {@code exchange}, which holds its reservation
     */
    Future<Exchange> admit(Exchange exchange) {
        CallLimits limits = exchange.limits();
        if (limits.isEmpty()) {
            return Future.succeededFuture(exchange);
        }
        return degrade(exchange, limits).compose(decided -> reserve(exchange, SMALLER_MAX));
    }

    /**
     * Sets aside what an attempt needs beyond what its call holds: on the limits of its provider and deployment, and on
     * the call's own where it is dearer than what was held or an earlier attempt's outcome is unknown.
     *
     * @return why its target must be skipped; empty if it may be sent
     */
    Future<Optional<Refusal>> prepare(Exchange exchange, Attempt attempt) {
        CallLimits limits = exchange.snapshot.attemptLimits(attempt.target, exchange.touch);
        Future<Optional<Refusal>> raised = raise(exchange, attempt);
        if (limits.isEmpty()) {
            return raised;
        }
        return raised.compose(refusal -> {
            if (refusal.isPresent()) {
                return Future.succeededFuture(refusal);
            }
            Amounts bound = exchange.amounts(attempt.bound, attempt.reserved, 1);
            Amounts expected = exchange.expected(attempt.meter, attempt.bound, attempt.reserved, 1);
            return store.reserve(limits.prepared(), new Claim(attempt.id, bound, expected))
                    .map(decision -> switch (decision) {
                        case Reserved(Hold hold) -> {
                            attempt.hold = hold;
                            yield Optional.<Refusal>empty();
                        }
                        case Refused(Breach breach) -> Optional.of(refusal(exchange, breach));
                        case Unavailable(var reason) -> Optional.of(refusals.of(reason, exchange.language));
                    });
        });
    }

    /** {@code cost} of an answered call that used {@code usage}, with what it is charged for going beyond caps. */
    static Cost withOverage(Exchange exchange, Usage usage, Cost cost) {
        Hold hold = exchange.hold;
        if (hold == null) {
            return cost;
        }
        Amounts used = new Amounts(
                1,
                usage.inputTokens(),
                usage.outputTokens(),
                cost.provider().nanos(),
                cost.charged().nanos(),
                exchange.toolCalls());
        return cost.withOverage(exchange.limits().overage(hold, used));
    }

    /** Right before something is sent: why it must not be, if what was set aside for it may be gone by now. */
    Optional<Refusal> lapsed(Exchange exchange) {
        Hold hold = exchange.hold;
        return hold == null || hold.isInForce()
                ? Optional.empty()
                : Optional.of(refusals.of(Decision.Reason.REBUILDING, exchange.language));
    }

    /** The line of a call or of one of its attempts is in the journal, up to {@code place}: its amounts are posted. */
    void settle(Exchange exchange, Attempt attempt, Line line, long place) {
        Amounts booked = line.kind() == Line.Kind.CALL
                ? amounts(line, 1)
                : new Amounts(0, 0, 0, line.cost().provider().nanos(), 0, 0);
        Hold ofAttempt = attempt.hold;
        if (ofAttempt != null) {
            ofAttempt.booked(place, booked);
            ofAttempt.settle(amounts(line, 1));
        }
        Hold hold = exchange.hold;
        if (hold == null) {
            return;
        }
        hold.booked(place, booked);
        switch (line.kind()) {
            case CALL -> {
                hold.settle(amounts(line, exchange.claimedRequests).plus(exchange.takeLost()));
                if (line.usageSource() == UsageSource.PROVIDER && line.outcome().status() == Status.OK) {
                    attempt.meter.learn(exchange.textBytes(), attempt.bound, line.usage());
                }
            }
            // Posted with the next attempt's hold, or with the call's line.
            case ATTEMPT -> exchange.addLost(booked);
            case CORRECTION -> throw new IllegalStateException("line: a correction (expected: a call or an attempt)");
        }
    }

    /** An attempt cost nothing. */
    void release(Attempt attempt) {
        Hold hold = attempt.hold;
        if (hold != null) {
            hold.release();
        }
    }

    /** The call ended without a line of its own: what it held is given back, but for what its attempts cost. */
    void abandon(Exchange exchange) {
        Hold hold = exchange.hold;
        if (hold == null) {
            return;
        }
        Amounts lost = exchange.takeLost();
        if (lost.equals(Amounts.NONE)) {
            hold.release();
        } else {
            hold.settle(new Amounts(exchange.claimedRequests, 0, 0, 0, 0, 0).plus(lost));
        }
    }

    private Future<Void> degrade(Exchange exchange, CallLimits limits) {
        List<Degradation> degradations = limits.degradations();
        if (degradations.isEmpty()) {
            return Future.succeededFuture();
        }
        return store.standings(degradations.stream().map(Degradation::limit).toList())
                .recover(cause -> Future.failedFuture(refusals.of(Decision.Reason.UNREACHABLE, exchange.language)
                        .thrown()))
                .compose(standings -> {
                    Degradation.@Nullable Step step = step(degradations, standings);
                    if (step == null) {
                        return Future.succeededFuture();
                    }
                    if (step.disable().contains(exchange.touch.endpoint())) {
                        return Future.failedFuture(disabled(exchange).thrown());
                    }
                    if (!step.to().isEmpty()) {
                        exchange.degrade(step.to());
                    }
                    return Future.succeededFuture();
                });
    }

    /** The step that is reached with the largest share. */
    private static Degradation.@Nullable Step step(List<Degradation> degradations, List<Standing> standings) {
        Degradation.Step reached = null;
        for (int i = 0; i < standings.size(); i++) {
            for (Degradation.Step step : degradations.get(i).steps()) {
                boolean further = reached == null || step.percent() >= reached.percent();
                if (further && standings.get(i).isUsed(step.percent())) {
                    reached = step;
                }
            }
        }
        return reached;
    }

    private Refusal disabled(Exchange exchange) {
        return Refusal.of(
                ErrorCode.ENDPOINT_DISABLED,
                refusals.texts()
                        .text(exchange.language, "endpoint.disabled", Map.of("path", exchange.touch.endpoint())));
    }

    private Future<Exchange> reserve(Exchange exchange, int smaller) {
        CallLimits limits = exchange.limits();
        check(exchange, limits);
        Alias alias = exchange.alias;
        Amounts bound = exchange.bound(alias);
        Claim claim = new Claim(ids.create().toString(), bound, exchange.expected(alias));
        return store.reserve(limits.prepared(), claim).compose(decision -> switch (decision) {
            case Reserved(Hold hold) -> {
                exchange.held(hold, bound);
                yield Future.succeededFuture(exchange);
            }
            case Refused(Breach breach) -> {
                // From here on, its request is counted wherever it can be.
                exchange.claimedRequests = breach.limit().meter().isGate() ? exchange.claimedRequests : 0;
                yield smaller > 0
                        ? smaller(exchange, breach, smaller - 1)
                        : Future.failedFuture(refusal(exchange, breach).thrown());
            }
            case Unavailable(var reason) ->
                Future.failedFuture(refusals.of(reason, exchange.language).thrown());
        });
    }

    /** What can't be limited is refused where a limit must hold. */
    private static void check(Exchange exchange, CallLimits limits) {
        exchange.snapshot.checkPriced(exchange.alias, limits.limitsMoney());
        String unbounded = exchange.request.extent().unbounded();
        if (!unbounded.isEmpty() && limits.needsBound() && !exchange.snapshot.allowsUnbounded()) {
            throw Admission.unbounded(unbounded);
        }
        exchange.sendsBound = limits.needsBound();
    }

    /** A call that does not fit: another model, an exact count of its text, or a lower output may make it fit. */
    private Future<Exchange> smaller(Exchange exchange, Breach breach, int smaller) {
        Limit limit = breach.limit();
        if (limit.atCap() instanceof AtCap.Degrade(String to) && exchange.degrade(to)) {
            return reserve(exchange, smaller);
        }
        if (limit.meter().isGate()) {
            return Future.failedFuture(refusal(exchange, breach).thrown());
        }
        if (exchange.textTokens < 0) {
            return countInput.apply(exchange).compose(counted -> {
                exchange.textTokens = counted < 0 ? exchange.textBytes() : counted;
                return counted < 0 ? smaller(exchange, breach, smaller) : reserve(exchange, smaller);
            });
        }
        if (limit.clamp() && exchange.clampTo(limit, breach.available())) {
            return reserve(exchange, smaller);
        }
        return Future.failedFuture(refusal(exchange, breach).thrown());
    }

    private Future<Optional<Refusal>> raise(Exchange exchange, Attempt attempt) {
        Hold hold = exchange.hold;
        if (hold == null) {
            return Future.succeededFuture(Optional.empty());
        }
        Amounts needed = exchange.amounts(attempt.bound, attempt.reserved, exchange.claimedRequests);
        if (exchange.holdsFor(needed)) {
            return Future.succeededFuture(Optional.empty());
        }
        Amounts lost = exchange.takeLost();
        Amounts bound = needed.max(exchange.heldAmounts());
        Amounts expected = exchange.expected(attempt.meter, attempt.bound, attempt.reserved, exchange.claimedRequests);
        return hold.raise(lost, new Claim(hold.id(), bound, expected)).map(decision -> switch (decision) {
            case Reserved(Hold same) -> {
                exchange.held(same, bound);
                yield Optional.<Refusal>empty();
            }
            case Refused(Breach breach) -> {
                exchange.addLost(lost);
                yield Optional.of(refusal(exchange, breach));
            }
            case Unavailable(var reason) -> {
                exchange.addLost(lost);
                yield Optional.of(refusals.of(reason, exchange.language));
            }
        });
    }

    private Refusal refusal(Exchange exchange, Breach breach) {
        Language language = exchange.language;
        return refusals.of(
                breach, language, exchange.snapshot.zone(), exchange.snapshot.budgetStatus(), exchange.errorStyle());
    }

    private static Amounts amounts(Line line, long requests) {
        return new Amounts(
                requests,
                line.kind() == Line.Kind.CALL ? line.usage().inputTokens() : 0,
                line.kind() == Line.Kind.CALL ? line.usage().outputTokens() : 0,
                line.cost().provider().nanos(),
                line.cost().charged().nanos(),
                line.kind() == Line.Kind.CALL ? line.usage().get(Unit.TOOL_CALLS) : 0);
    }
}
