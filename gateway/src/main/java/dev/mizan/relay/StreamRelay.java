package dev.mizan.relay;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Protocol;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.StreamEvent;
import dev.mizan.edge.Answers;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.JournalUnavailableException;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.provider.ProviderCall;
import dev.mizan.relay.DeploymentMeter.Metered;
import dev.mizan.translation.StreamTranslator;
import dev.mizan.usage.UsageReading;
import dev.mizan.usage.UsageSource;
import dev.mizan.wire.JsonArrayStream;
import dev.mizan.wire.Slice;
import dev.mizan.wire.StreamScanner;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays one stream: every event goes to the caller when it arrives, as the bytes it arrived in. Usage, the end marker
 * and the end itself are held back until the line is in the journal. Belongs to one event loop.
 */
final class StreamRelay implements StreamScanner.Sink {
    /** Slow callers make the upstream wait beyond this many bytes. */
    private static final int WRITE_QUEUE_BYTES = 256 * 1024;

    private static final byte[] EVENT_END = {'\n', '\n'};

    private static final String UNREADABLE = "The provider's stream can't be read.";

    private static final Logger LOG = LoggerFactory.getLogger(StreamRelay.class);

    private final Exchange exchange;
    private final Attempt attempt;
    private final ProviderCall upstream;
    private final HttpServerResponse caller;
    private final Bookkeeper books;
    private final LongSupplier nanoTime;
    private final Runnable whenEnded;

    private final Protocol protocol;
    private final StreamScanner scanner;
    private final Relayed relayed;
    private final @Nullable StreamTranslator translator;
    private final List<Slice> out = new ArrayList<>(2);
    private final @Nullable JsonArrayStream array;
    private @Nullable UsageReading reading;
    private boolean isWholeUsage;
    private final List<StreamEvent> held = new ArrayList<>(1);
    private @Nullable Slice endMarker;
    private String streamError = "";
    private long firstByteNanos;
    private boolean draining;
    private boolean finished;

    StreamRelay(Exchange exchange, Answer.Stream answer, Bookkeeper books, LongSupplier nanoTime, Runnable whenEnded) {
        this.exchange = exchange;
        this.attempt = answer.attempt();
        this.upstream = answer.call();
        this.protocol = attempt.meter.protocol(exchange.request.route());
        this.translator = attempt.transfer.stream().orElse(null);
        // Every event is looked at where each is translated.
        this.scanner = protocol.scanner(translator == null ? protocol::firstMark : (text, from, to) -> from);
        this.relayed = new Relayed(protocol.text());
        this.array = exchange.arrival.asArray() ? new JsonArrayStream() : null;
        this.caller = exchange.response();
        this.books = books;
        this.nanoTime = nanoTime;
        this.whenEnded = whenEnded;
    }

    /** Begins with what has arrived. */
    void start(Slice first) {
        exchange.listen(this::expired, this::callerLeft);
        caller.setStatusCode(upstream.status()).setChunked(true).setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        Headers.answer(exchange, attempt, upstream);
        if (array != null) {
            caller.putHeader(HttpHeaders.CONTENT_TYPE, Answers.JSON);
        } else if (attempt.transfer.isChanged()) {
            caller.putHeader(
                    HttpHeaders.CONTENT_TYPE, exchange.arrival.protocol().streamType());
        }
        upstream.exceptionHandler(cause -> broken(ErrorCode.UPSTREAM_ERROR, "The provider's stream broke off."));
        upstream.endHandler(end -> upstreamEnded());
        upstream.handler(this::decode);
        if (exchange.callerGone()) {
            callerLeft();
        }
        feed(first);
        upstream.resume();
    }

    private void decode(Slice bytes) {
        if (finished) {
            return;
        }
        Slice decoded;
        try {
            decoded = attempt.decoded(bytes);
        } catch (RuntimeException e) {
            broken(ErrorCode.UPSTREAM_ERROR, UNREADABLE);
            return;
        }
        feed(decoded);
    }

    private void feed(Slice bytes) {
        if (finished) {
            return;
        }
        exchange.deadline(attempt.idleDeadline());
        scanner.feed(bytes, this);
        if (finished) {
            return;
        }
        if (attempt.isUnreadable()) {
            broken(ErrorCode.UPSTREAM_ERROR, UNREADABLE);
        } else if (endMarker != null) {
            finish(streamError.isEmpty() ? Status.OK : Status.ERROR, streamError);
        } else {
            flush();
        }
    }

    @Override
    public void plain(Slice run) {
        if (translator != null) {
            // Only what is too large to be looked at comes here.
            relayed.add(run);
            broken(ErrorCode.UPSTREAM_ERROR, "The provider's stream has an event that is too large to be translated.");
        } else if (endMarker == null) {
            if (firstByteNanos == 0) {
                firstByteNanos = nanoTime.getAsLong();
            }
            relayed.add(run);
            out.add(run);
        }
    }

    @Override
    public void marked(Slice event) {
        if (endMarker != null) {
            plain(event);
            return;
        }
        StreamEvent read = protocol.event(event);
        if (read.hasUsage()) {
            UsageReading stated = attempt.meter.read(exchange.request.route(), read.data());
            reading = reading == null ? stated : reading.then(stated);
            isWholeUsage |= read.hasWholeUsage();
        }
        if (read.kind() == StreamEvent.Kind.ERROR) {
            streamError = ErrorCode.UPSTREAM_ERROR.code();
        }
        if (translator != null) {
            translate(translator, read, event);
            return;
        }
        switch (read.kind()) {
            // Nothing overtakes what is held.
            case CONTENT, ERROR -> {
                if (held.isEmpty() || read.kind() == StreamEvent.Kind.ERROR) {
                    plain(event);
                } else {
                    held.add(read);
                }
            }
            case HELD -> held.add(read);
            case DONE -> endMarker = event;
        }
    }

    private void translate(StreamTranslator translating, StreamEvent read, Slice event) {
        if (read.kind() == StreamEvent.Kind.DONE) {
            endMarker = event;
        } else if (read.data().length() > 0) {
            if (firstByteNanos == 0) {
                firstByteNanos = nanoTime.getAsLong();
            }
            relayed.add(event);
            try {
                translating.event(read.data(), out);
            } catch (RuntimeException e) {
                LOG.error("Call {}: an event could not be translated", exchange.arrival.requestId(), e);
                broken(ErrorCode.UPSTREAM_ERROR, Transfer.UNTRANSLATED.message());
                return;
            }
            if (translating.hasFailed()) {
                streamError = ErrorCode.UPSTREAM_ERROR.code();
            }
        }
    }

    private void flush() {
        if (out.isEmpty()) {
            return;
        }
        if (draining) {
            out.clear();
            return;
        }
        frame();
        if (out.isEmpty()) {
            return;
        }
        caller.write(Answers.buffer(out));
        out.clear();
        if (caller.writeQueueFull()) {
            upstream.pause();
            caller.drainHandler(drained -> upstream.resume());
        }
    }

    private void upstreamEnded() {
        if (!finished && !attempt.isWhole()) {
            broken(ErrorCode.UPSTREAM_ERROR, "The provider's stream broke off.");
        } else if (!finished) {
            scanner.end(this);
            finish(streamError.isEmpty() ? Status.OK : Status.ERROR, streamError);
        }
    }

    private void expired() {
        if (!draining && caller.writeQueueFull()) {
            exchange.leave();
        } else {
            broken(ErrorCode.UPSTREAM_TIMEOUT, "The provider's stream fell silent.");
        }
    }

    private void broken(ErrorCode code, String message) {
        if (finished) {
            return;
        }
        // First: closing the upstream tells this relay at once that it broke.
        finished = true;
        upstream.reset();
        if (translator != null) {
            translator.broken(Refusal.of(code, message), out);
        } else {
            if (scanner.isWithinEvent()) {
                out.add(Slice.of(EVENT_END));
            }
            out.add(errorEvent(Refusal.of(code, message)));
        }
        finish(Status.ERROR, code.code());
    }

    private void callerLeft() {
        if (finished) {
            return;
        }
        draining = true;
        out.clear();
        if (!drains()) {
            finished = true;
            upstream.reset();
            finish(Status.CANCELLED, "");
        } else {
            upstream.resume();
        }
    }

    private boolean reasons() {
        return exchange.request.reasoning() || attempt.meter.isReasoning();
    }

    private boolean drains() {
        return exchange.snapshot.onDisconnect() == OnDisconnect.DRAIN || reasons();
    }

    private void finish(Status status, String errorCode) {
        finished = true;
        exchange.ignore();
        attempt.ended(status != Status.ERROR);
        metered().onComplete(metered -> book(metered, status, errorCode), this::unbooked);
    }

    /** Line, then settlement, then the last byte. */
    private void book(Metered metered, Status status, String errorCode) {
        Status booked = exchange.callerGone() ? Status.CANCELLED : status;
        try {
            Cost cost =
                    books.ended(exchange, attempt, metered, booked, errorCode, caller.getStatusCode(), firstByteNanos);
            books.whenDurable(() -> release(metered, cost, errorCode));
        } catch (JournalUnavailableException e) {
            unbooked(e);
        }
    }

    private void unbooked(Throwable cause) {
        LOG.error("Call {} could not be booked", exchange.arrival.requestId(), cause);
        out.clear();
        out.add(errorEvent(Refusal.of(
                ErrorCode.JOURNAL_UNAVAILABLE, "The books can't be written now; the answer is incomplete.")));
        end();
    }

    private void release(Metered metered, Cost cost, String errorCode) {
        if (translator != null && errorCode.isEmpty()) {
            translator.end(metered.usage(), cost.charged().toDecimal(), exchange.request.usageAsked(), out);
        }
        for (StreamEvent event : held) {
            event.released(cost.charged().toDecimal(), exchange.request.usageAsked())
                    .ifPresent(out::add);
        }
        Slice done = endMarker;
        if (done != null && translator == null) {
            out.add(done);
        }
        caller.putTrailer(Headers.COST, cost.charged().toDecimal());
        end();
    }

    private Slice errorEvent(Refusal refusal) {
        return Slice.of(exchange.arrival.protocol().errorEvent(refusal, exchange.arrival.requestId()));
    }

    /** Puts what goes out into the caller's framing, where it is not that of events. */
    private void frame() {
        JsonArrayStream framing = array;
        if (framing != null) {
            out.replaceAll(framing::next);
            out.removeIf(framed -> framed.length() == 0);
        }
    }

    private void end() {
        frame();
        if (array != null) {
            out.add(array.end());
        }
        if (!caller.closed() && !caller.ended()) {
            if (out.isEmpty()) {
                caller.end();
            } else {
                caller.end(Answers.buffer(out));
            }
        }
        whenEnded.run();
    }

    private Future<Metered> metered() {
        UsageReading read = reading;
        if (read != null && read.isComplete() && isWholeUsage) {
            return Future.succeededFuture(new Metered(read.usage(), UsageSource.PROVIDER));
        }
        if (exchange.callerGone() && reasons()) {
            return Future.succeededFuture(new Metered(attempt.bound, UsageSource.ASSUMED));
        }
        return books.computed(() -> {
            Metered counted = attempt.meter.counted(exchange.request, relayed.text(), relayed.beyond());
            return read != null && read.isComplete() ? counted.within(read.usage()) : counted;
        });
    }
}
