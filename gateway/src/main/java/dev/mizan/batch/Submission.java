package dev.mizan.batch;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.mizan.admission.Admission;
import dev.mizan.admission.CallLimits;
import dev.mizan.admission.Touch;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.identity.Key;
import dev.mizan.identity.Membership;
import dev.mizan.ledger.Call;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.Intent;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.ledger.Principal;
import dev.mizan.ledger.Release;
import dev.mizan.ledger.Target;
import dev.mizan.limit.Amounts;
import dev.mizan.messages.Language;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.Receipt;
import dev.mizan.provider.ProviderSettings;
import dev.mizan.relay.Snapshot;
import dev.mizan.routing.Alias;
import dev.mizan.routing.Deployment;
import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageSource;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Submits batches: what the file's lines may use is set aside on every limit that applies, then sent, then booked as
 * one line at that bound, which stands until the answers are booked in its place. So the reservation is where all use
 * is, in the ledger, and survives whatever the ledger does. Blocking; safe for use by many threads.
 */
final class Submission {
    /** The path that batches count for. */
    static final String ENDPOINT = "/v1/batches";

    private static final Logger LOG = LoggerFactory.getLogger(Submission.class);

    /** When a new batch is first looked at. */
    private static final long FIRST_LOOK_MILLIS = 2_000;

    private final BatchParts parts;
    private final ProviderFiles files;

    Submission(BatchParts parts, ProviderFiles files) {
        this.parts = parts;
        this.files = files;
    }

    /** What is asked for, by whom. */
    record Asked(Key key, String address, Language language, String body) {}

    /** What holds for one batch on its way. */
    private record Way(
            String lineId,
            String attemptId,
            Reserving reserving,
            Principal principal,
            Call call,
            Target target,
            Usage bound,
            NanoUsd cost,
            long startMillis) {}

    /** Submits the batch; the provider's answer. Throws the refusal if it may not be. */
    ProviderFiles.Said submit(Asked asked) {
        JsonNode json = JsonMapper.shared().readTree(asked.body());
        BatchFile file = parts.store()
                .file(json.path("input_file_id").asString(""))
                .filter(found ->
                        found.keyId().equals(asked.key().id()) && found.bound().lines() > 0)
                .orElseThrow(() -> new Refusal(
                                ErrorCode.NOT_FOUND,
                                "There is no such input file (expected: one that was uploaded with this key).",
                                "input_file_id",
                                0)
                        .thrown());
        Snapshot snapshot = parts.snapshot().get();
        Alias alias = snapshot.aliases().find(file.alias()).orElseThrow(() -> Admission.unknownModel(file.alias()));
        Deployment deployment = alias.deployments().stream()
                .filter(one -> one.id().equals(file.deployment()))
                .findFirst()
                .orElseThrow(() -> Admission.unknownModel(file.alias()));
        Way way = reserve(asked, file, snapshot, alias, deployment);
        ProviderSettings provider = snapshot.provider(deployment.provider());
        parts.journal().append(intent(way));
        ProviderFiles.Said said;
        try {
            said = files.post(provider, "/batches", asked.body());
        } catch (IOException e) {
            LOG.warn("batch: provider '{}' did not answer: {}", provider.name(), e.toString());
            book(way, snapshot);
            throw Refusal.of(
                            ErrorCode.UPSTREAM_ERROR,
                            "The provider '" + provider.name() + "' did not answer; the batch may have been submitted.")
                    .thrown();
        }
        if (!said.isOk()) {
            parts.journal().append(new Release(way.attemptId, parts.clock().millis()));
            way.reserving.release();
            return said;
        }
        book(way, snapshot);
        long now = parts.clock().millis();
        String id = JsonMapper.shared().readTree(said.body()).path("id").asString("");
        parts.store()
                .add(new Batch(
                        id,
                        file.keyId(),
                        file.provider(),
                        file.id(),
                        way.lineId,
                        said.body(),
                        true,
                        now + FIRST_LOOK_MILLIS,
                        0,
                        now));
        return said;
    }

    private Way reserve(Asked asked, BatchFile file, Snapshot snapshot, Alias alias, Deployment deployment) {
        Key key = asked.key();
        Admission.checkModel(key, alias.name());
        Membership membership = parts.directory().of(key);
        Admission.checkMembership(
                membership.endpoints().isEmpty() ? membership : anyEndpoint(membership),
                alias.name(),
                ENDPOINT,
                asked.address());
        Principal principal =
                membership.plan().isEmpty() ? key.principal() : key.principal().withPlan(membership.plan());
        Target target = snapshot.target(deployment, alias);
        List<CallLimits> touched = limits(snapshot, principal, alias.name(), target, key.tags());
        boolean needsBound = touched.stream().anyMatch(CallLimits::needsBound);
        if (!file.bound().unbounded().isEmpty() && needsBound && !snapshot.allowsUnbounded()) {
            throw Admission.unbounded(file.bound().unbounded());
        }
        snapshot.checkPriced(alias, touched.stream().anyMatch(CallLimits::limitsMoney));
        BatchFile.Bound bound = file.bound();
        Amounts amounts = amounts(bound.inputTokens(), bound.outputTokens(), bound.costNanos());
        Reserving reserving =
                Reserving.of(parts.limits(), touched, amounts, parts.refusals(), snapshot, asked.language());
        Usage usage = Usage.builder()
                .set(Unit.INPUT, bound.inputTokens())
                .set(Unit.OUTPUT, bound.outputTokens())
                .tier(ServiceTier.BATCH)
                .build();
        return new Way(
                UlidCreator.getMonotonicUlid().toString(),
                UlidCreator.getMonotonicUlid().toString(),
                reserving,
                principal,
                new Call(ENDPOINT, "batch", "", "", "", key.tags(), alias.name(), alias.name(), "openai-batch", false),
                target,
                usage,
                NanoUsd.ofNanos(bound.costNanos()),
                parts.clock().millis());
    }

    /** Which paths may be called was checked line by line when the file came. */
    private static Membership anyEndpoint(Membership membership) {
        return new Membership(
                membership.limits(),
                membership.models(),
                Set.of(),
                membership.networks(),
                membership.blocked(),
                membership.plan());
    }

    /** The limits that a batch touches: its caller's, and those of its provider and deployment. */
    List<CallLimits> limits(Snapshot snapshot, Principal principal, String alias, Target target, List<String> tags) {
        Key key = new Key(principal.keyId(), principal, false, Long.MAX_VALUE, Set.of(), tags);
        Touch touch = new Touch(
                principal,
                parts.directory().of(key),
                Membership.FREE,
                parts.directory().ofTags(tags),
                alias,
                ENDPOINT,
                tags);
        return List.of(snapshot.limits(touch), snapshot.attemptLimits(target, touch));
    }

    /** One request with these. */
    static Amounts amounts(long inputTokens, long outputTokens, long costNanos) {
        return new Amounts(1, inputTokens, outputTokens, costNanos, costNanos, 0);
    }

    private Intent intent(Way way) {
        long now = parts.clock().millis();
        return new Intent(
                way.attemptId,
                way.lineId,
                way.reserving.id(),
                now,
                way.reserving.admittedAtMillis(now),
                way.principal,
                way.call,
                way.target,
                way.bound,
                way.cost,
                way.cost,
                way.reserving.windows());
    }

    /** The line at the bound, then the settlement at it. */
    private void book(Way way, Snapshot snapshot) {
        long now = parts.clock().millis();
        long place = parts.journal()
                .append(new Line(
                        way.lineId,
                        Line.Kind.CALL,
                        way.lineId,
                        way.attemptId,
                        now,
                        way.reserving.admittedAtMillis(way.startMillis),
                        way.principal,
                        way.call,
                        way.target,
                        way.bound,
                        UsageSource.ASSUMED,
                        new Cost(way.cost, way.cost, Receipt.NONE, NanoUsd.ZERO, NanoUsd.ZERO, NanoUsd.ZERO, ""),
                        new Outcome(Outcome.Status.UNRESOLVED, "", 200, 1_000 * (now - way.startMillis), -1, 1),
                        "miss",
                        "",
                        snapshot.region(),
                        ""));
        way.reserving.settle(place, amounts(way.bound.inputTokens(), way.bound.outputTokens(), way.cost.nanos()));
    }
}
