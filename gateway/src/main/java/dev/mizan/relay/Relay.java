package dev.mizan.relay;

import com.github.f4b6a3.ulid.UlidFactory;
import dev.mizan.admission.Admission;
import dev.mizan.admission.Guards;
import dev.mizan.admission.Guards.Guarded;
import dev.mizan.admission.LimitRefusals;
import dev.mizan.admission.LimitStore;
import dev.mizan.admission.Touch;
import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Protocols;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.Route;
import dev.mizan.edge.Answers;
import dev.mizan.edge.BodyReader;
import dev.mizan.edge.Credentials;
import dev.mizan.identity.Authenticator;
import dev.mizan.identity.Directory;
import dev.mizan.identity.Key;
import dev.mizan.identity.Membership;
import dev.mizan.ledger.Call;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.JournalAppender;
import dev.mizan.ledger.JournalUnavailableException;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.ledger.Principal;
import dev.mizan.messages.Language;
import dev.mizan.operation.Operation;
import dev.mizan.operation.OperationReply;
import dev.mizan.provider.Providers;
import dev.mizan.relay.DeploymentMeter.Metered;
import dev.mizan.relay.Exchange.Arrival;
import dev.mizan.routing.Alias;
import dev.mizan.routing.Complaint;
import dev.mizan.routing.Deployment;
import dev.mizan.telemetry.CallMetrics;
import dev.mizan.wire.JsonArrayStream;
import dev.mizan.wire.Slice;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of a call, on one event loop: {@link #serve} reads from top to bottom what happens to it. Not safe for use by
 * many threads.
 */
final class Relay {

    /** What guards estimate input by. */
    private static final long BYTES_PER_TOKEN = 4;

    private final Vertx vertx;
    private final Context context;
    private final Parts parts;
    private final Providers providers;
    private final Deadlines deadlines;
    private final Bookkeeper books;
    private final UlidFactory ids;
    private final Backoff backoff;
    private final Reservations reservations;
    private final Refusing refusing;
    private boolean stopping;

    /** What the relays of all event loops share. */
    record Parts(
            Supplier<Snapshot> snapshot,
            Authenticator authenticator,
            Directory directory,
            LimitStore limits,
            LimitRefusals refusals,
            JournalAppender journal,
            CallMetrics metrics,
            Clock clock,
            LongSupplier nanoTime,
            int bodyBytesMax) {}

    Relay(Vertx vertx, Parts parts, LongSupplier random) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.parts = parts;
        this.providers = new Providers(vertx, parts.clock(), parts.nanoTime());
        this.deadlines = new Deadlines(vertx, parts.nanoTime());
        this.ids = UlidFactory.newMonotonicInstance(random, parts.clock()::millis);
        this.reservations = new Reservations(parts.limits(), parts.refusals(), ids, this::countInput);
        this.books = new Bookkeeper(
                parts.journal(), reservations, parts.metrics(), parts.clock(), parts.nanoTime(), context);
        this.backoff = new Backoff(random);
        this.refusing = new Refusing(parts.metrics(), parts.refusals().texts());
    }

    /** The way of a call of the API. */
    void serve(HttpServerRequest http, Route route, String model) {
        serve(http, route, model, null);
    }

    /** The way of a call of an operation: that of the chat completion that it becomes. */
    void serve(HttpServerRequest http, Operation operation) {
        serve(http, Route.CHAT_COMPLETIONS, "", operation);
    }

    /** The whole way of one call. */
    private void serve(HttpServerRequest http, Route route, String model, @Nullable Operation operation) {
        Arrival arrival = arrive(http, route, operation);
        identify(http, arrival)
                .compose(key -> question(http, arrival, key)
                        .map(body -> arrival.protocol().read(route, body, model))
                        .map(request -> admit(http, arrival, key, request)))
                .compose(exchange -> reservations
                        .admit(exchange)
                        .compose(admitted -> attempt(http, admitted))
                        .compose(this::relay)
                        .onFailure(cause -> abandon(exchange)))
                .onFailure(cause -> refusing.refuse(arrival, cause));
    }

    /** How many calls are under way. */
    int inFlight() {
        return deadlines.size();
    }

    /** Refuses new calls from now on. */
    void stopTaking() {
        stopping = true;
    }

    /** Ends what is still under way and closes the providers' connections. */
    void close() {
        deadlines.expireAll();
        deadlines.close();
        providers.close();
    }

    private Arrival arrive(HttpServerRequest http, Route route, @Nullable Operation operation) {
        parts.metrics().started();
        HttpServerResponse response = http.response();
        String id = ids.create().toString();
        response.putHeader(Answers.REQUEST_ID, id);
        return new Arrival(
                id,
                parts.nanoTime().getAsLong(),
                parts.clock().millis(),
                response,
                language(http),
                Protocols.of(route.format()),
                operation,
                route == Route.STREAM_GENERATE_CONTENT && !"sse".equals(http.getParam("alt")));
    }

    private Future<Key> identify(HttpServerRequest http, Arrival arrival) {
        if (stopping) {
            return Future.failedFuture(
                    new Refusal(ErrorCode.OVERLOADED, "The gateway is stopping; try again.", "", 1).thrown());
        }
        Optional<Key> key = parts.authenticator().authenticate(Credentials.of(http));
        return Admission.refuseKey(key, arrival.millis())
                .map(refusal -> Future.<Key>failedFuture(refusal.thrown()))
                .orElseGet(() -> Future.succeededFuture(key.orElseThrow()));
    }

    /** Reads the body, as long as its bytes keep coming. */
    private Future<Slice> read(HttpServerRequest http, Arrival arrival) {
        BodyWait wait = new BodyWait(http, arrival, parts.nanoTime());
        deadlines.add(wait, wait.nextNanos());
        return BodyReader.read(http, parts.bodyBytesMax(), () -> wait.deadline(wait.nextNanos()))
                .onComplete(read -> deadlines.remove(wait))
                .recover(cause ->
                        Future.failedFuture(cause instanceof IOException ? new CallerGoneException(false) : cause));
    }

    /** The body of the call: the caller's own, or, beside this event loop, what the operation makes of it. */
    private Future<Slice> question(HttpServerRequest http, Arrival arrival, Key key) {
        Operation operation = arrival.operation();
        Future<Slice> body = read(http, arrival);
        return operation == null
                ? body
                : body.compose(sent -> books.computed(() ->
                        operation.question(sent, name -> Objects.requireNonNullElse(http.getParam(name), ""), key)));
    }

    private Exchange admit(HttpServerRequest http, Arrival arrival, Key key, CallRequest read) {
        Snapshot snapshot = parts.snapshot().get();
        Alias alias = snapshot.aliases().find(read.model()).orElseThrow(() -> Admission.unknownModel(read.model()));
        Admission.checkModel(key, read.model());
        Membership membership = parts.directory().of(key);
        Membership endUser = read.endUser().isEmpty()
                ? Membership.FREE
                : parts.directory().ofEndUser(key.principal().tenant(), read.endUser());
        Operation operation = arrival.operation();
        String path = operation == null ? read.route().path() : operation.path();
        String address =
                membership.networks().isEmpty() ? "" : http.remoteAddress().hostAddress();
        Admission.checkMembership(membership, read.model(), path, address);
        Admission.checkMembership(endUser, read.model(), path, address);
        snapshot.checkServes(alias, read.route());
        snapshot.checkPriced(alias, false);
        Guarded guarded = guard(arrival, snapshot, read);
        CallRequest request = guarded.request();
        Principal principal = key.principal().withEndUser(request.endUser());
        if (!membership.plan().isEmpty()) {
            principal = principal.withPlan(membership.plan());
        }
        Call call = Headers.call(http, request, operation, alias.name(), key.tags());
        Membership tagged = parts.directory().ofTags(call.tags());
        Admission.checkMembership(tagged, request.model(), path, address);
        Exchange exchange = new Exchange(
                arrival,
                snapshot,
                key,
                new Touch(principal, membership, endUser, tagged, alias.name(), path, call.tags()),
                request,
                call,
                alias,
                guarded.acted());
        HttpServerResponse response = exchange.response();
        response.exceptionHandler(cause -> exchange.leave());
        response.closeHandler(closed -> exchange.leave());
        deadlines.add(exchange, Long.MAX_VALUE / 2 + arrival.nanos());
        return exchange;
    }

    /** The call as guards let it go on; throws what they refuse it with. */
    private Guarded guard(Arrival arrival, Snapshot snapshot, CallRequest read) {
        long estimated = Math.ceilDiv(read.body().length() - read.extent().mediaBytes(), BYTES_PER_TOKEN);
        Guards guards = snapshot.guards();
        guards.refuse(read, estimated, parts.refusals().texts(), arrival.language())
                .ifPresent(refusal -> {
                    throw refusal.thrown();
                });
        Guarded guarded = guards.apply(read, arrival.protocol());
        guarded.acted().forEach(parts.metrics()::guarded);
        return guarded;
    }

    /** Tries the call's targets until one answers. */
    private Future<Answer> attempt(HttpServerRequest http, Exchange exchange) {
        return attempt(http, exchange, exchange.targets.next().orElseThrow());
    }

    private Future<Answer> attempt(HttpServerRequest http, Exchange exchange, Deployment deployment) {
        Attempt attempt = begin(exchange, deployment);
        Optional<Refusal> unfit = attempt.transfer.prepare(http);
        if (unfit.isPresent()) {
            return skipped(http, exchange, unfit.get());
        }
        return reservations
                .prepare(exchange, attempt)
                .compose(refusal ->
                        refusal.isPresent() ? skipped(http, exchange, refusal.get()) : send(http, exchange, attempt));
    }

    /** A target that does not fit is not tried. */
    private Future<Answer> skipped(HttpServerRequest http, Exchange exchange, Refusal refusal) {
        return exchange.targets
                .instead()
                .map(next -> attempt(http, exchange, next))
                .orElseGet(() -> Future.failedFuture(refusal.thrown()));
    }

    private Future<Answer> send(HttpServerRequest http, Exchange exchange, Attempt attempt) {
        if (exchange.callerGone()) {
            reservations.release(attempt);
            return Future.failedFuture(new CallerGoneException(false));
        }
        Optional<Refusal> lapsed = reservations.lapsed(exchange);
        if (lapsed.isPresent()) {
            reservations.release(attempt);
            return Future.failedFuture(lapsed.get().thrown());
        }
        exchange.nextAttempt();
        try {
            books.intend(exchange, attempt);
        } catch (JournalUnavailableException e) {
            reservations.release(attempt);
            return Future.failedFuture(e);
        }
        return attempt.send(http)
                .transform(sent ->
                        sent.succeeded() ? answered(http, exchange, sent.result()) : failed(http, exchange, attempt));
    }

    private Attempt begin(Exchange exchange, Deployment deployment) {
        DeploymentMeter meter = exchange.snapshot.meter(deployment);
        return new Attempt(
                ids.create().toString(),
                exchange,
                deployment,
                meter,
                exchange.bound(meter),
                providers.of(exchange.snapshot.provider(deployment.provider())),
                parts.nanoTime());
    }

    /** An answer counts, unless it is an error that another try or another model may mend. */
    private Future<Answer> answered(HttpServerRequest http, Exchange exchange, Answer answer) {
        if (!(answer instanceof Answer.Failed failed) || exchange.callerGone()) {
            return Future.succeededFuture(answer);
        }
        long waitMillis = Backoff.retryAfterMillis(failed.call());
        Complaint complaint = Complaint.of(failed.status(), failed.body());
        Optional<Deployment> next = exchange.targets.after(
                complaint, Backoff.mayPass(failed.status()), waitMillis <= Backoff.WAIT_MILLIS_MAX);
        if (next.isEmpty()) {
            return Future.succeededFuture(answer);
        }
        books.release(answer.attempt());
        return again(http, exchange, next.get(), waitMillis);
    }

    /** No answer: what was sent is booked at what was reserved, and another target is tried. */
    private Future<Answer> failed(HttpServerRequest http, Exchange exchange, Attempt attempt) {
        if (exchange.callerGone()) {
            return abandoned(exchange, attempt);
        }
        Optional<Deployment> next = exchange.targets.next();
        if (next.isPresent()) {
            if (attempt.sent()) {
                books.lost(exchange, attempt);
            } else {
                books.release(attempt);
            }
            return again(http, exchange, next.get(), 0);
        }
        ErrorCode code = attempt.failure().equals(ErrorCode.UPSTREAM_TIMEOUT.code())
                ? ErrorCode.UPSTREAM_TIMEOUT
                : ErrorCode.UPSTREAM_ERROR;
        if (attempt.sent()) {
            books.unresolved(exchange, attempt, code);
        } else {
            books.ended(exchange, attempt, Metered.NOTHING, Status.ERROR, code.code(), code.status(), 0);
        }
        Headers.mizan(exchange, attempt, exchange.response().headers());
        return Future.failedFuture(new AnsweredException(Refusal.of(
                code,
                code == ErrorCode.UPSTREAM_TIMEOUT
                        ? "The provider '" + attempt.deployment.provider() + "' did not answer in time."
                        : "The provider '" + attempt.deployment.provider() + "' could not be reached or broke off.")));
    }

    /** The caller left before anything was relayed: the question is charged if it was put. */
    private Future<Answer> abandoned(Exchange exchange, Attempt attempt) {
        Future<Metered> metered = attempt.sent()
                ? books.computed(() -> attempt.meter.counted(exchange.request, "", 0))
                : Future.succeededFuture(Metered.NOTHING);
        return metered.compose(used -> {
            books.ended(exchange, attempt, used, Status.CANCELLED, "", 0, 0);
            return Future.failedFuture(new CallerGoneException(true));
        });
    }

    private Future<Answer> again(HttpServerRequest http, Exchange exchange, Deployment next, long waitMillis) {
        long delayMillis = exchange.targets.isRepeat() ? backoff.delayMillis(exchange.attempts(), waitMillis) : 0;
        if (delayMillis == 0) {
            return attempt(http, exchange, next);
        }
        Promise<Answer> later = Promise.promise();
        vertx.setTimer(delayMillis, id -> {
            if (exchange.callerGone()) {
                later.fail(new CallerGoneException(false));
            } else {
                Future.succeededFuture(next)
                        .compose(target -> attempt(http, exchange, target))
                        .onComplete(later);
            }
        });
        return later.future();
    }

    /** Relays what came: line, settlement, last byte. */
    private Future<Answer> relay(Answer answer) {
        return switch (answer) {
            case Answer.Stream stream -> Future.succeededFuture(stream(stream));
            case Answer.Whole whole -> whole(whole);
            case Answer.Failed failed -> Future.succeededFuture(error(failed));
        };
    }

    private Answer stream(Answer.Stream stream) {
        Exchange exchange = stream.attempt().exchange();
        Runnable whenEnded = () -> deadlines.remove(exchange);
        new StreamRelay(exchange, stream, books, parts.nanoTime(), whenEnded).start(stream.first());
        return stream;
    }

    private Future<Answer> whole(Answer.Whole whole) {
        Exchange exchange = whole.attempt().exchange();
        DeploymentMeter meter = whole.attempt().meter;
        return meter.stated(exchange.request, whole.body())
                .map(Future::succeededFuture)
                .orElseGet(() -> books.computed(() -> meter.counted(exchange.request, whole.body())))
                .map(metered -> whole(whole, metered));
    }

    private Answer whole(Answer.Whole whole, Metered metered) {
        Exchange exchange = whole.attempt().exchange();
        Attempt attempt = whole.attempt();
        Status status = exchange.callerGone() ? Status.CANCELLED : Status.OK;
        int httpStatus = whole.call().status();
        Operation operation = exchange.arrival.operation();
        Slice body;
        try {
            body = attempt.transfer.answer(whole.body());
        } catch (RefusedException e) {
            String code = ErrorCode.UPSTREAM_ERROR.code();
            books.ended(
                    exchange, attempt, metered, Status.ERROR, code, e.refusal().status(), 0);
            throw new AnsweredException(e.refusal());
        }
        OperationReply reply = operation == null ? null : operation.reply(body);
        if (reply != null && !reply.documentType().isEmpty()) {
            exchange.call = exchange.call.withDocumentType(reply.documentType());
        }
        // An answer that comes whole has no first token: only its duration says how fast it was.
        Cost cost = books.ended(exchange, attempt, metered, status, "", httpStatus, 0);
        exchange.response().setStatusCode(httpStatus);
        Headers.answer(exchange, attempt, whole.call());
        exchange.response().putHeader(Headers.COST, cost.charged().toDecimal());
        release(
                exchange,
                reply == null
                        ? exchange.arrival.asArray() ? JsonArrayStream.of(body) : body
                        : reply.answer(
                                attempt.deployment.model(),
                                metered.usage(),
                                cost,
                                exchange.snapshot.liraPerUsd(exchange.arrival.millis())));
        return whole;
    }

    /** Relays a provider's error: its status and message, without the operator's credential. */
    private Answer error(Answer.Failed failed) {
        Exchange exchange = failed.attempt().exchange();
        Attempt attempt = failed.attempt();
        int httpStatus = failed.status();
        Status status = exchange.callerGone() ? Status.CANCELLED : Status.ERROR;
        String code = ErrorCode.UPSTREAM_ERROR.code();
        books.ended(exchange, attempt, Metered.NOTHING, status, code, httpStatus, 0);
        exchange.response().setStatusCode(httpStatus);
        Headers.answer(exchange, attempt, failed.call());
        if (attempt.transfer.isChanged()) {
            exchange.response().putHeader(HttpHeaders.CONTENT_TYPE, Answers.JSON);
        }
        release(exchange, attempt.transfer.error(httpStatus, attempt.provider().redacted(failed.body())));
        return failed;
    }

    private void release(Exchange exchange, Slice body) {
        books.whenDurable(() -> end(exchange, body));
    }

    private void end(Exchange exchange, Slice body) {
        deadlines.remove(exchange);
        HttpServerResponse response = exchange.response();
        if (!response.closed() && !response.ended()) {
            response.end(Answers.buffer(body));
        }
    }

    /** Nothing, or nothing more, comes of an admitted call. */
    private void abandon(Exchange exchange) {
        deadlines.remove(exchange);
        reservations.abandon(exchange);
    }

    /** Counts a call's text beside this event loop; -1 where only an estimate would come of it. */
    private Future<Long> countInput(Exchange exchange) {
        return books.computed(exchange::countText);
    }

    private Language language(HttpServerRequest http) {
        Language configured = parts.snapshot().get().language();
        String accepted = http.headers().get(HttpHeaders.ACCEPT_LANGUAGE);
        return accepted == null ? configured : Language.preferred(accepted, configured);
    }
}
