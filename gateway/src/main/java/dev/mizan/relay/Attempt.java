package dev.mizan.relay;

import dev.mizan.admission.Hold;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Protocol;
import dev.mizan.dialect.Refusal;
import dev.mizan.edge.BodyReader;
import dev.mizan.ledger.Target;
import dev.mizan.money.NanoUsd;
import dev.mizan.provider.AnswerDecoder;
import dev.mizan.provider.Provider;
import dev.mizan.provider.ProviderCall;
import dev.mizan.provider.ProviderSettings.Timeouts;
import dev.mizan.routing.Deployment;
import dev.mizan.routing.Watch;
import dev.mizan.translation.model.Problem;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Slice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt: a request to one deployment, from the connection to the answer's first bytes, or to all of them where
 * it is not a stream. Knows whether anything was sent, which decides what a failure costs. Belongs to one event loop.
 */
final class Attempt {
    /** The longest answer that is not a stream, in bytes. */
    static final int ANSWER_BYTES_MAX = 64 << 20;

    private static final int ERROR_BYTES_MAX = 1 << 20;

    final String id;
    final Deployment deployment;
    final DeploymentMeter meter;
    final Usage bound;
    final NanoUsd reserved;
    final Target target;
    final Transfer transfer;
    final long startedNanos;

    /** What is set aside for this attempt alone, on the limits of its provider and deployment; null if nothing is. */
    @Nullable
    Hold hold;

    private final Exchange exchange;
    private final Provider provider;
    private final LongSupplier nanoTime;
    private final Promise<Answer> promise = Promise.promise();
    private @Nullable Watch watch;
    private @Nullable ProviderCall upstream;
    private @Nullable AnswerDecoder decoder;
    private boolean sent;
    private boolean ended;
    private String failure = ErrorCode.UPSTREAM_ERROR.code();

    Attempt(
            String id,
            Exchange exchange,
            Deployment deployment,
            DeploymentMeter meter,
            Usage bound,
            Provider provider,
            LongSupplier nanoTime) {
        this.id = id;
        this.exchange = exchange;
        this.deployment = deployment;
        this.meter = meter;
        this.bound = bound;
        this.reserved = meter.reserved(exchange.request, bound, exchange.arrival.millis());
        this.provider = provider;
        this.nanoTime = nanoTime;
        this.target = exchange.snapshot.target(deployment, exchange.alias);
        this.transfer = new Transfer(
                exchange, meter, deployment.model(), provider.settings().kind());
        this.startedNanos = nanoTime.getAsLong();
    }

    /** Whether bytes may have reached the provider: from then on a failure's outcome is unknown. */
    boolean sent() {
        return sent;
    }

    /** The error code of a failed attempt: {@code upstream_timeout} or {@code upstream_error}. */
    String failure() {
        return failure;
    }

    Exchange exchange() {
        return exchange;
    }

    Provider provider() {
        return provider;
    }

    /** What {@code bytes} of the answer mean where it is compressed. */
    Slice decoded(Slice bytes) {
        AnswerDecoder decoding = decoder;
        return decoding == null ? bytes : decoding.decode(bytes);
    }

    /** Whether what comes behind what was decoded last can't be read. */
    boolean isUnreadable() {
        AnswerDecoder decoding = decoder;
        return decoding != null && decoding.hasFailed();
    }

    /** Whether what came of the answer ends where it may. */
    boolean isWhole() {
        AnswerDecoder decoding = decoder;
        return decoding == null || decoding.isWhole();
    }

    /** The latest time until which the next bytes may take, of the nanosecond source. */
    long idleDeadline() {
        Timeouts timeouts = timeouts();
        return Math.min(
                nanoTime.getAsLong() + timeouts.idle().toNanos(),
                startedNanos + timeouts.total().toNanos());
    }

    /** Sends the request and waits for the answer; a failure is an {@link AttemptFailedException}. */
    Future<Answer> send(HttpServerRequest caller) {
        watch = exchange.snapshot
                .aliases()
                .condition(deployment)
                .begin(meter.usual(exchange.textBytes(), bound).totalTokens());
        exchange.listen(this::expired, this::cancel);
        exchange.deadline(startedNanos + timeouts().firstByte().toNanos());
        provider.request(transfer.outgoing()).onComplete(request -> connected(caller, request), this::fail);
        return promise.future();
    }

    /** It ended as far as its deployment goes: whole, or broken off unless it was the caller who left. */
    void ended(boolean whole) {
        release();
        Watch watching = watch;
        if (watching == null) {
            return;
        }
        if (whole) {
            watching.answered();
        } else if (exchange.callerGone()) {
            watching.abandoned();
        } else {
            watching.failed();
        }
    }

    /** Nothing more of the answer is decoded. */
    private void release() {
        AnswerDecoder decoding = decoder;
        if (decoding != null) {
            decoder = null;
            decoding.close();
        }
    }

    /** Closes the upstream call. */
    void cancel() {
        fail(new AttemptFailedException("cancelled"));
    }

    private Timeouts timeouts() {
        return provider.settings().timeouts();
    }

    private void connected(HttpServerRequest caller, ProviderCall request) {
        if (ended) {
            request.reset();
            return;
        }
        upstream = request;
        provider.forward(caller.headers(), request);
        sent = true;
        request.send(transfer.outgoing().body()).onComplete(this::answered, this::fail);
    }

    private void answered(ProviderCall response) {
        if (ended) {
            return;
        }
        exchange.deadline(idleDeadline());
        decoder = provider.decoder(transfer.outgoing(), response).orElse(null);
        int status = response.status();
        provider.answered(response);
        if (status >= 200 && status < 300) {
            if (provider.isStream(transfer.outgoing(), response)) {
                firstBytes(response);
            } else {
                read(response, ANSWER_BYTES_MAX)
                        .onSuccess(body -> succeed(
                                protocol().isError(body)
                                        ? new Answer.Failed(this, response, body, ErrorCode.UPSTREAM_ERROR.status())
                                        : new Answer.Whole(this, response, body)));
            }
        } else {
            int told = status >= 400 ? status : ErrorCode.UPSTREAM_ERROR.status();
            read(response, ERROR_BYTES_MAX).onSuccess(body -> succeed(new Answer.Failed(this, response, body, told)));
        }
    }

    private Future<Slice> read(ProviderCall response, int bytesMax) {
        return BodyReader.read(response, bytesMax, Attempt::tooLong, () -> exchange.deadline(idleDeadline()))
                .map(this::decoded)
                .onFailure(this::fail);
    }

    private static Refusal tooLong() {
        return Refusal.of(ErrorCode.UPSTREAM_ERROR, "The provider's answer is too long.");
    }

    private void firstBytes(ProviderCall response) {
        response.exceptionHandler(this::fail);
        response.endHandler(end -> fail(new AttemptFailedException("the stream was empty")));
        response.handler(bytes -> begun(response, bytes));
    }

    /** A stream begins with its first whole event, unless that says that there will be none. */
    private void begun(ProviderCall response, Slice bytes) {
        Slice first;
        try {
            first = decoded(bytes);
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        if (first.length() == 0) {
            return;
        }
        response.pause();
        Optional<Slice> refusal = transfer.refusal(first);
        if (refusal.isEmpty()) {
            succeed(new Answer.Stream(this, response, first));
            return;
        }
        int status = Problem.read(0, refusal.get()).status();
        succeed(new Answer.Failed(this, response, refusal.get(), status));
        response.reset();
    }

    private void succeed(Answer answer) {
        if (!ended) {
            ended = true;
            exchange.ignore();
            if (!(answer instanceof Answer.Stream)) {
                release();
            }
            watch(answer);
            promise.complete(answer);
        }
    }

    private void expired() {
        failure = ErrorCode.UPSTREAM_TIMEOUT.code();
        fail(new AttemptFailedException("no answer in time"));
    }

    private void fail(Throwable cause) {
        if (ended) {
            return;
        }
        ended = true;
        exchange.ignore();
        ended(false);
        ProviderCall request = upstream;
        if (request != null) {
            request.reset();
        }
        promise.fail(cause);
    }

    private void watch(Answer answer) {
        Watch watching = watch;
        if (watching != null) {
            switch (answer) {
                case Answer.Stream stream -> watching.begun();
                case Answer.Whole whole -> watching.answered();
                case Answer.Failed failed -> watching.refused(failed.status());
            }
        }
    }

    private Protocol protocol() {
        return meter.protocol(exchange.request.route());
    }
}
