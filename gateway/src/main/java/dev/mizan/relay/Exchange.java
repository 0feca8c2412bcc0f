package dev.mizan.relay;

import dev.mizan.admission.Bounds;
import dev.mizan.admission.CallLimits;
import dev.mizan.admission.Guards;
import dev.mizan.admission.Hold;
import dev.mizan.admission.Touch;
import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.ErrorStyle;
import dev.mizan.dialect.Protocol;
import dev.mizan.dialect.Question;
import dev.mizan.identity.Key;
import dev.mizan.ledger.Call;
import dev.mizan.ledger.Principal;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Limit;
import dev.mizan.messages.Language;
import dev.mizan.money.NanoUsd;
import dev.mizan.operation.Operation;
import dev.mizan.routing.Alias;
import dev.mizan.routing.CallFacts;
import dev.mizan.routing.Complexity;
import dev.mizan.routing.ComplexityRule;
import dev.mizan.routing.Deployment;
import dev.mizan.routing.Targets;
import dev.mizan.usage.Usage;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One admitted call on its way: what is known of it, who must hear when its caller leaves or its time is up. Belongs to
 * one event loop.
 */
final class Exchange extends Deadlines.Entry {
    final Arrival arrival;
    final Snapshot snapshot;
    final Key key;
    final Touch touch;
    final CallRequest request;
    final Language language;
    /** What guards have changed of it or say of it. */
    final List<String> guarded;

    Call call;
    Alias alias;
    Targets targets;

    /** What is set aside for it on the limits that it touches; null if it touches none, or not yet. */
    @Nullable
    Hold hold;

    /** 1, or 0 once its request was counted by a refusal that it got over. */
    long claimedRequests = 1;

    /** Tokens of its text where they were counted; -1 where its bytes are their bound. */
    long textTokens = -1;

    /** Whether a limit holds only if the provider is sent the bound of its output. */
    boolean sendsBound;

    private final ErrorStyle errorStyle;
    private final CallFacts facts;

    /** What its user asks; null until someone wants to know. */
    private @Nullable String question;

    private String complexity = "";
    private @Nullable CallLimits limits;
    private long clamp = Long.MAX_VALUE;
    private boolean clamped;
    private boolean degraded;
    private Amounts heldAmounts = Amounts.NONE;
    private Amounts lost = Amounts.NONE;
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
     * @param protocol what the caller speaks
     * @param operation the operation that is called; null if it is a call of the API
     * @param asArray whether a stream is answered as one JSON array instead of events
     */
    record Arrival(
            String requestId,
            long nanos,
            long millis,
            HttpServerResponse response,
            Language language,
            Protocol protocol,
            @Nullable Operation operation,
            boolean asArray) {}

    Exchange(
            Arrival arrival,
            Snapshot snapshot,
            Key key,
            Touch touch,
            CallRequest request,
            Call call,
            Alias alias,
            List<String> guarded) {
        this.arrival = arrival;
        this.snapshot = snapshot;
        this.key = key;
        this.touch = touch;
        this.request = request;
        this.call = call;
        this.guarded = guarded;
        this.language = arrival.language();
        this.facts = new CallFacts(key.id(), this::expectedNanos, this::classify);
        this.alias = alias.answering(facts);
        this.targets = targets(this.alias);
        Guards guards = snapshot.guards();
        if (guards.outputTokensMax() > 0 && (guards.clampsOutput() || request.maxOutputTokens() < 0)) {
            this.clamp = guards.outputTokensMax();
        }
        Operation operation = arrival.operation();
        if (operation != null) {
            this.clamp = Math.min(clamp, operation.outputTokensMax());
        }
        this.errorStyle = operation == null ? alias.errorStyle() : operation.errorStyle();
    }

    private Targets targets(Alias from) {
        return new Targets(snapshot.aliases(), from, facts);
    }

    /** The class of its question by {@code rule}; from now on the class that it was routed by. */
    private Complexity classify(ComplexityRule rule) {
        String known = question;
        if (known == null) {
            known = Question.of(request);
            question = known;
        }
        Complexity found = rule.of(known);
        complexity = found.label();
        return found;
    }

    /** The class of complexity that it was routed by; empty if it was not. */
    String complexity() {
        return complexity;
    }

    /** What it usually costs at {@code deployment}, in nano-USD; the largest long where no price is known. */
    private long expectedNanos(Deployment deployment) {
        DeploymentMeter meter = snapshot.meter(deployment);
        if (!meter.isPriced()) {
            return Long.MAX_VALUE;
        }
        Usage usual = meter.usual(textBytes(), bound(meter));
        return meter.reserved(request, usual, arrival.millis()).nanos();
    }

    /** How a spent budget is told. */
    ErrorStyle errorStyle() {
        return errorStyle;
    }

    Principal principal() {
        return touch.principal();
    }

    /** The limits that it touches. */
    CallLimits limits() {
        CallLimits known = limits;
        if (known == null) {
            known = snapshot.limits(touch.alias().equals(alias.name()) ? touch : touch.withAlias(alias.name()));
            limits = known;
        }
        return known;
    }

    /**
     * Lets alias {@code to} answer it.
     *
     * @return whether that is another one than did, and there is one
     */
    boolean degrade(String to) {
        Optional<Alias> other =
                to.equals(alias.name()) ? Optional.empty() : snapshot.aliases().find(to);
        other.ifPresent(found -> {
            complexity = "";
            alias = found.answering(facts);
            limits = null;
            targets = targets(alias);
            call = call.withAlias(found.name());
            degraded = true;
        });
        return other.isPresent();
    }

    /** Whether another alias answers than the one that was asked for, since a limit is used up. */
    boolean isDegraded() {
        return degraded;
    }

    /** The most that one answer of it may have, in tokens, from a deployment with {@code meter}. */
    long outputTokens(DeploymentMeter meter) {
        long wanted = request.maxOutputTokens() >= 0
                ? request.maxOutputTokens()
                : meter.outputTokensMax(alias.maxOutputTokens());
        return Math.min(wanted, clamp);
    }

    /** The limit of output that the provider is sent; {@link CallRequest#AS_IT_IS} for what the caller sent. */
    long sentOutputTokens(DeploymentMeter meter) {
        if (!request.route().hasOutput()) {
            return CallRequest.AS_IT_IS;
        }
        long allowed = outputTokens(meter);
        boolean lowered = request.maxOutputTokens() > allowed || (request.maxOutputTokens() < 0 && allowed == clamp);
        boolean unheard = request.maxOutputTokens() < 0 && sendsBound && !meter.limitsOutput();
        return lowered || unheard ? allowed : CallRequest.AS_IT_IS;
    }

    /** The output that a limit left it; -1 if none lowered it. */
    long clampedTo() {
        return clamped ? clamp : -1;
    }

    /** Calls of tools whose results it brings: known before it is sent, and what it counts as. */
    long toolCalls() {
        return request.extent().toolResults();
    }

    /** Bytes of its text. */
    long textBytes() {
        return request.body().length() - request.extent().mediaBytes();
    }

    /**
     * Tokens of its text, all of the body counted as text; -1 if the tokenizer of one of its deployments is not known,
     * or it is not text alone. Takes its time: not for an event loop.
     */
    long countText() {
        long most = -1;
        for (Deployment deployment : alias.deployments()) {
            DeploymentMeter meter = snapshot.meter(deployment);
            if (!meter.countsExactly(request)) {
                return -1;
            }
            most = Math.max(most, meter.countText(request));
        }
        return most;
    }

    /** The most that an attempt at a deployment with {@code meter} may use. */
    Usage bound(DeploymentMeter meter) {
        long text = textTokens < 0 ? textBytes() : textTokens;
        if (!request.extent().unbounded().isEmpty()) {
            // What is read is not all in the body, but it fits the model.
            text = Math.max(text, meter.contextWindow().orElse(text));
        }
        return meter.widened(Bounds.bound(request, meter.model(), text, outputTokens(meter)));
    }

    /** The most that it may use in every meter, whichever of {@code from}'s deployments answers. */
    Amounts bound(Alias from) {
        Amounts most = Amounts.NONE;
        for (Deployment deployment : from.deployments()) {
            DeploymentMeter meter = snapshot.meter(deployment);
            Usage bound = bound(meter);
            most = most.max(amounts(bound, meter.reserved(request, bound, arrival.millis()), claimedRequests));
        }
        return most;
    }

    /** What such a call usually uses, whichever of {@code from}'s deployments answers. */
    Amounts expected(Alias from) {
        Amounts most = Amounts.NONE;
        for (Deployment deployment : from.deployments()) {
            DeploymentMeter meter = snapshot.meter(deployment);
            Usage bound = bound(meter);
            NanoUsd reserved = meter.reserved(request, bound, arrival.millis());
            most = most.max(expected(meter, bound, reserved, claimedRequests));
        }
        return most;
    }

    /** What such a call usually uses of a deployment with {@code meter}, at most its bound. */
    Amounts expected(DeploymentMeter meter, Usage bound, NanoUsd reserved, long requests) {
        Usage usual = meter.usual(textBytes(), bound);
        long cost = Math.min(
                reserved.nanos(),
                meter.reserved(request, usual, arrival.millis()).nanos());
        return amounts(usual, cost, requests);
    }

    /** {@code bound} and what it costs, in every meter. */
    Amounts amounts(Usage bound, NanoUsd reserved, long requests) {
        return amounts(bound, reserved.nanos(), requests);
    }

    private Amounts amounts(Usage used, long costNanos, long requests) {
        Amounts plain =
                new Amounts(requests, used.inputTokens(), used.outputTokens(), costNanos, costNanos, toolCalls());
        long overage = limits().overageBoundNanos(plain);
        return overage == 0 ? plain : plain.plus(new Amounts(0, 0, 0, 0, overage, 0));
    }

    /**
     * Lowers the output so that the call fits what is left of {@code limit}.
     *
     * @return whether it does then, with at least one token of output
     */
    boolean clampTo(Limit limit, long available) {
        long before = clamp;
        long low = 0;
        long high = alias.deployments().stream()
                .mapToLong(deployment -> outputTokens(snapshot.meter(deployment)))
                .max()
                .orElse(0);
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            clamp = Math.min(before, middle);
            if (bound(alias).of(limit) <= available) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        clamp = low > 0 ? Math.min(before, low) : before;
        clamped |= low > 0;
        return low > 0;
    }

    /** From now on {@code amounts} are set aside for it in {@code made}. */
    void held(Hold made, Amounts amounts) {
        hold = made;
        heldAmounts = amounts;
    }

    /** The reservation that it draws on; empty if no limit applies. */
    String reservationId() {
        Hold held = hold;
        return held == null ? "" : held.id();
    }

    /** The moment that decides the windows it counts in, Unix milliseconds. */
    long admittedAtMillis() {
        Hold held = hold;
        return held == null ? arrival.millis() : held.admittedAtMillis();
    }

    /** The windows it counts in. */
    List<String> windows() {
        Hold held = hold;
        return held == null ? List.of() : held.windows();
    }

    Amounts heldAmounts() {
        return heldAmounts;
    }

    /** Whether what is set aside covers {@code needed}, with nothing of earlier attempts to be posted. */
    boolean holdsFor(Amounts needed) {
        return lost.equals(Amounts.NONE) && heldAmounts.max(needed).equals(heldAmounts);
    }

    /** Adds what an attempt of unknown outcome may have cost. */
    void addLost(Amounts amounts) {
        lost = lost.plus(amounts);
    }

    /** What attempts of unknown outcome may have cost and is not posted yet; from now on it is. */
    Amounts takeLost() {
        Amounts taken = lost;
        lost = Amounts.NONE;
        return taken;
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
