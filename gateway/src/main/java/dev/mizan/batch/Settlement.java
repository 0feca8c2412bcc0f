package dev.mizan.batch;

import dev.mizan.admission.CallLimits;
import dev.mizan.dialect.Route;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.limit.Amounts;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.ModelPrices;
import dev.mizan.price.Priced;
import dev.mizan.price.Receipt;
import dev.mizan.provider.ProviderSettings;
import dev.mizan.relay.Snapshot;
import dev.mizan.routing.Alias;
import dev.mizan.routing.Deployment;
import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageReading;
import dev.mizan.usage.UsageSource;
import dev.mizan.wire.JsonSpan;
import dev.mizan.wire.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Looks at batches, and books the answers of those that have ended: a line for each, at the batch price, by an id that
 * batch and {@code custom_id} make, so that doing it again books nothing twice; then a correction takes the place of
 * the line at the bound. Blocking; safe for use by many threads and processes.
 */
final class Settlement {
    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);
    private static final Set<String> ENDED = Set.of("completed", "expired", "cancelled", "failed");

    /** How long looking at a batch may take until somebody else may. */
    private static final long LEASE_MILLIS = 5 * 60_000L;

    private static final long PAUSE_MILLIS_MIN = 2_000;
    private static final long PAUSE_MILLIS_MAX = 10 * 60_000L;

    private final BatchParts parts;
    private final ProviderFiles files;
    private final Submission submission;

    Settlement(BatchParts parts, ProviderFiles files, Submission submission) {
        this.parts = parts;
        this.files = files;
        this.submission = submission;
    }

    /** Whether {@code json} tells of a batch of which nothing more will come. */
    static boolean hasEnded(JsonNode json) {
        return ENDED.contains(json.path("status").asString(""));
    }

    /**
     * Looks at {@code batch} at its provider, and settles it if it has ended, unless somebody else does.
     *
     * @return the batch as it is now
     */
    Batch look(Batch batch) throws IOException {
        long now = parts.clock().millis();
        if (!batch.isOpen() || !parts.store().claim(batch, now, now + LEASE_MILLIS)) {
            return parts.store().batch(batch.id()).orElse(batch);
        }
        Batch seen = batch;
        try {
            ProviderFiles.Said said = files.get(provider(batch), "/batches/" + batch.id());
            if (!said.isOk()) {
                throw new IOException("HTTP " + said.status());
            }
            seen = batch.withJson(said.body());
            JsonNode json = JsonMapper.shared().readTree(said.body());
            if (hasEnded(json) && settle(seen, json)) {
                seen = seen.settled();
            }
        } finally {
            parts.store().update(seen.lookedAt(now + pause(seen.polls())));
        }
        return seen;
    }

    private static long pause(int polls) {
        return Math.min(PAUSE_MILLIS_MAX, PAUSE_MILLIS_MIN << Math.min(polls, 20));
    }

    private ProviderSettings provider(Batch batch) {
        return parts.snapshot().get().provider(batch.provider());
    }

    /**
     * What a batch's answers are booked by.
     *
     * @param lines of its input file; 1 where that is gone
     */
    private record Booking(
            Batch batch,
            Line held,
            long lines,
            Optional<ModelPrices> prices,
            Deployment deployment,
            Route route,
            List<CallLimits> limits,
            String region) {}

    /** Books the answers; false if the line at the bound is not in the books yet. */
    private boolean settle(Batch batch, JsonNode json) throws IOException {
        // What an earlier try has booked must be seen, so that it is not counted twice.
        Optional<Line> held = parts.written().getAsBoolean() ? parts.ledger().apply(batch.lineId()) : Optional.empty();
        if (held.isEmpty()) {
            return false;
        }
        Booking booking = booking(batch, json, held.get());
        String output = json.path("output_file_id").asString("");
        if (isResolved(booking)) {
            LOG.warn("batch {} was resolved by somebody: its answers are not booked beside that", batch.id());
        } else if (!output.isEmpty()) {
            try (JsonLines lines = new JsonLines(content(batch, output))) {
                for (Optional<Slice> line = lines.next(); line.isPresent(); line = lines.next()) {
                    answer(booking, line.get());
                }
            }
        }
        if (!isResolved(booking)) {
            release(booking);
        }
        for (String id : List.of(output, json.path("error_file_id").asString(""))) {
            if (!id.isEmpty()) {
                adopt(batch, id);
            }
        }
        LOG.info("batch {} is settled", batch.id());
        return true;
    }

    /** Whether somebody has said what the line at the bound really was. */
    private boolean isResolved(Booking booking) {
        Line held = booking.held;
        String own = CustomId.lineId(booking.batch.id(), "\0", held.admittedAtMillis());
        return parts.store().correction(held.id()).filter(id -> !id.equals(own)).isPresent();
    }

    private Booking booking(Batch batch, JsonNode json, Line held) {
        Snapshot snapshot = parts.snapshot().get();
        Alias alias = snapshot.aliases()
                .find(held.call().alias())
                .orElseThrow(() -> new IllegalStateException(
                        "alias: '" + held.call().alias() + "' of batch " + batch.id() + " is not configured any more"));
        Deployment deployment = alias.deployments().stream()
                .filter(one -> one.id().equals(held.target().deployment()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("deployment: '"
                        + held.target().deployment() + "' of batch " + batch.id() + " is not configured any more"));
        Route route = Route.CHAT_COMPLETIONS;
        for (Route one : Route.values()) {
            route = one.path().equals(json.path("endpoint").asString("")) ? one : route;
        }
        int lines = parts.store()
                .file(batch.fileId())
                .map(file -> file.bound().lines())
                .orElse(1);
        return new Booking(
                batch,
                held,
                Math.max(1, lines),
                snapshot.prices(deployment),
                deployment,
                route,
                submission.limits(
                        snapshot,
                        held.principal(),
                        held.call().alias(),
                        held.target(),
                        held.call().tags()),
                snapshot.region());
    }

    private InputStream content(Batch batch, String id) throws IOException {
        HttpResponse<InputStream> response = files.content(provider(batch), id);
        if (response.statusCode() != 200) {
            response.body().close();
            throw new IOException("file " + id + ": HTTP " + response.statusCode());
        }
        return response.body();
    }

    private void answer(Booking booking, Slice line) throws IOException {
        JsonSpan span;
        try {
            span = JsonSpan.of(line);
        } catch (JacksonException e) {
            throw new IOException("a line of the output file is no JSON", e);
        }
        Optional<JsonSpan> id = span.field("custom_id");
        Optional<JsonSpan> response = span.field("response");
        Optional<JsonSpan> body = response.flatMap(found -> found.field("body"));
        boolean isAnswered = response.flatMap(found -> found.field("status_code"))
                .map(status -> new String(slice(line, status).toBytes(), StandardCharsets.US_ASCII))
                .filter(status -> status.startsWith("2"))
                .isPresent();
        if (id.isEmpty() || body.isEmpty() || !isAnswered) {
            // What failed costs nothing.
            return;
        }
        String name = CustomId.text(slice(line, id.get()).toBytes());
        book(booking, name, parts.snapshot().get().read(booking.deployment, booking.route, slice(line, body.get())));
    }

    private static Slice slice(Slice line, JsonSpan span) {
        return new Slice(line.array(), line.from() + span.from(), line.from() + span.to());
    }

    private void book(Booking booking, String name, UsageReading reading) {
        Line held = booking.held;
        String id = CustomId.lineId(booking.batch.id(), name, held.admittedAtMillis());
        if (parts.ledger().apply(id).isPresent()) {
            return;
        }
        boolean isStated = reading.isComplete();
        Usage usage = (isStated ? reading.usage() : share(booking))
                .toBuilder().tier(ServiceTier.BATCH).build();
        Line line = line(
                booking,
                id,
                Line.Kind.CALL,
                usage,
                isStated ? UsageSource.PROVIDER : UsageSource.ASSUMED,
                cost(booking, usage),
                "");
        post(
                booking,
                line,
                parts.journal().append(line),
                Submission.amounts(
                        usage.inputTokens(),
                        usage.outputTokens(),
                        line.cost().provider().nanos()));
    }

    /** An answer that does not say what it used is taken to have used its part of the bound; unknown is not free. */
    private static Usage share(Booking booking) {
        Usage bound = booking.held.usage();
        return Usage.builder()
                .set(Unit.INPUT, Math.ceilDiv(bound.get(Unit.INPUT), booking.lines))
                .set(Unit.OUTPUT, Math.ceilDiv(bound.get(Unit.OUTPUT), booking.lines))
                .build();
    }

    private Cost cost(Booking booking, Usage usage) {
        Optional<Priced> priced = booking.prices.map(prices -> prices.price(usage, booking.held.admittedAtMillis()));
        if (priced.isPresent() && priced.get() instanceof Priced.Known(Receipt receipt)) {
            NanoUsd total = receipt.totalCost();
            return new Cost(total, total, receipt, NanoUsd.ZERO, NanoUsd.ZERO, NanoUsd.ZERO, "");
        }
        String reason = priced.isPresent() && priced.get() instanceof Priced.Unknown(String why)
                ? why
                : "no price is known for model '" + booking.deployment.model() + "' of provider '"
                        + booking.deployment.provider() + "'";
        return new Cost(NanoUsd.ZERO, NanoUsd.ZERO, Receipt.NONE, NanoUsd.ZERO, NanoUsd.ZERO, NanoUsd.ZERO, reason);
    }

    /** A correction that nothing is left of takes the place of the line at the bound. */
    private void release(Booking booking) {
        Line held = booking.held;
        String id = CustomId.lineId(booking.batch.id(), "\0", held.admittedAtMillis());
        if (parts.ledger().apply(id).isPresent()) {
            return;
        }
        Line correction = line(
                booking,
                id,
                Line.Kind.CORRECTION,
                Usage.builder().tier(ServiceTier.BATCH).build(),
                UsageSource.PROVIDER,
                Cost.NONE,
                held.id());
        post(
                booking,
                correction,
                parts.journal().append(correction),
                new Amounts(
                        0,
                        -held.usage().get(Unit.INPUT),
                        -held.usage().get(Unit.OUTPUT),
                        -held.cost().provider().nanos(),
                        -held.cost().charged().nanos(),
                        0));
    }

    private void post(Booking booking, Line line, long place, Amounts delta) {
        for (CallLimits limits : booking.limits) {
            if (!limits.isEmpty()) {
                Reserving.await(parts.limits()
                        .post(limits.prepared(), line.id(), place, booking.held.admittedAtMillis(), delta));
            }
        }
    }

    private Line line(
            Booking booking, String id, Line.Kind kind, Usage usage, UsageSource source, Cost cost, String corrects) {
        Line held = booking.held;
        return new Line(
                id,
                kind,
                kind == Line.Kind.CORRECTION ? held.requestId() : id,
                kind == Line.Kind.CORRECTION ? held.attemptId() : "",
                parts.clock().millis(),
                held.admittedAtMillis(),
                held.principal(),
                held.call(),
                held.target(),
                usage,
                source,
                cost,
                new Outcome(Outcome.Status.OK, "", 200, 0, -1, 1),
                "miss",
                "",
                booking.region,
                corrects);
    }

    /** From now on the batch's owner may read the file: what is in it is booked. */
    private void adopt(Batch batch, String id) throws IOException {
        ProviderFiles.Said said = files.get(provider(batch), "/files/" + id);
        parts.store()
                .add(new BatchFile(
                        id,
                        batch.keyId(),
                        batch.provider(),
                        "",
                        "",
                        BatchFile.Bound.NONE,
                        said.isOk() ? said.body() : "{\"id\":\"" + id + "\",\"object\":\"file\"}",
                        parts.clock().millis()));
    }
}
