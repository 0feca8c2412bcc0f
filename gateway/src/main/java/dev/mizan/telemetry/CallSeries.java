package dev.mizan.telemetry;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.money.NanoUsd;
import dev.mizan.usage.Unit;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The metrics of one (alias, provider, model). Meters are made once, so that a call only adds to numbers. Money is
 * added up in nano-USD and becomes a floating point number only where Prometheus' text asks for one.
 */
final class CallSeries {
    private static final Outcome.Status[] STATUSES = Outcome.Status.values();
    private static final Unit[] UNITS = Unit.values();
    private static final double MICROS_PER_SECOND = 1e6;

    private static final Duration[] LATENCIES =
            durations(10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000);
    private static final Duration[] FIRST_TOKENS =
            durations(10, 25, 50, 100, 200, 400, 800, 1_500, 3_000, 6_000, 15_000, 30_000);
    private static final double[] SPEEDS = {1, 5, 10, 20, 40, 80, 160, 320, 640, 1_280};

    private final MeterRegistry registry;
    private final Tags tags;

    private final LongAdder[] requests = new LongAdder[STATUSES.length];
    private final LongAdder[] attempts = new LongAdder[STATUSES.length];
    private final LongAdder[] tokens = new LongAdder[UNITS.length];
    private final LongAdder providerNanos;
    private final LongAdder chargedNanos;
    private final LongAdder savedNanos;
    private final LongAdder reservedNanos;
    private final LongAdder unusedNanos;
    private final LongAdder unpriced;
    private final LongAdder toolCalls;
    private final ConcurrentHashMap<String, LongAdder> cacheResults = new ConcurrentHashMap<>();
    private final Timer latency;
    private final Timer firstToken;
    private final DistributionSummary speed;

    CallSeries(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
        for (Outcome.Status status : STATUSES) {
            Tags withStatus = tags.and("status", status.label());
            requests[status.ordinal()] = counter("mizan.requests", "Calls answered", withStatus);
            attempts[status.ordinal()] =
                    counter("mizan.attempts", "Attempts at an upstream, the last of each call included", withStatus);
        }
        for (Unit unit : UNITS) {
            tokens[unit.ordinal()] = new LongAdder();
        }
        providerNanos = money("mizan.cost.usd", "What calls and attempts cost the operator", tags);
        chargedNanos = money("mizan.charged.usd", "What calls cost the callers", tags);
        savedNanos = money("mizan.saved.usd", "What caches saved", tags);
        reservedNanos = money("mizan.reserved.usd", "What calls under limits had set aside", tags);
        unusedNanos = money("mizan.reserved.unused.usd", "What of it they gave back when they ended", tags);
        unpriced = counter("mizan.unpriced", "Lines whose model has no known price", tags);
        toolCalls = counter("mizan.tool.calls", "Calls of tools whose results calls brought to models", tags);
        latency = Timer.builder("mizan.request.duration")
                .description("From a call's arrival to its end")
                .tags(tags)
                .serviceLevelObjectives(LATENCIES)
                .register(registry);
        firstToken = Timer.builder("mizan.time.to.first.token")
                .description("From a call's arrival to the first byte of its answer's body")
                .tags(tags)
                .serviceLevelObjectives(FIRST_TOKENS)
                .register(registry);
        speed = DistributionSummary.builder("mizan.tokens.per.second")
                .description("Output tokens by the time from the first to the last of them")
                .tags(tags)
                .serviceLevelObjectives(SPEEDS)
                .register(registry);
    }

    void add(Line line) {
        Outcome outcome = line.outcome();
        if (!line.target().provider().isEmpty()) {
            attempts[outcome.status().ordinal()].increment();
        }
        line.usage().forEach(this::addTokens);
        add(providerNanos, line.cost().provider());
        add(chargedNanos, line.cost().charged());
        add(savedNanos, line.cost().saved());
        if (!line.cost().unpricedReason().isEmpty()) {
            unpriced.increment();
        }
        if (line.kind() == Line.Kind.CALL) {
            requests[outcome.status().ordinal()].increment();
            cacheResult(line.cache()).increment();
            addTimes(line, outcome);
        }
    }

    void settled(NanoUsd reserved, NanoUsd charged) {
        reservedNanos.add(reserved.nanos());
        unusedNanos.add(Math.max(0, reserved.nanos() - charged.nanos()));
    }

    private void addTimes(Line line, Outcome outcome) {
        latency.record(outcome.durationMicros(), TimeUnit.MICROSECONDS);
        if (outcome.firstTokenMicros() < 0) {
            return;
        }
        firstToken.record(outcome.firstTokenMicros(), TimeUnit.MICROSECONDS);
        long outputTokens = line.usage().outputTokens();
        long generatingMicros = outcome.durationMicros() - outcome.firstTokenMicros();
        if (line.call().streaming() && outputTokens > 0 && generatingMicros > 0) {
            speed.record(outputTokens * MICROS_PER_SECOND / generatingMicros);
        }
    }

    private void addTokens(Unit unit, long count) {
        if (unit == Unit.TOOL_CALLS) {
            toolCalls.add(count);
            return;
        }
        LongAdder adder = tokens[unit.ordinal()];
        if (adder.sum() == 0) {
            register(unit, adder);
        }
        adder.add(count);
    }

    /** Shows a unit once it is used; registering it again changes nothing. */
    private void register(Unit unit, LongAdder adder) {
        FunctionCounter.builder("mizan.tokens", adder, LongAdder::sum)
                .description("Tokens used, by type")
                .tags(tags.and("type", unit.label()))
                .register(registry);
    }

    private LongAdder cacheResult(String result) {
        LongAdder known = cacheResults.get(result);
        return known != null
                ? known
                : cacheResults.computeIfAbsent(
                        result, r -> counter("mizan.cache.results", "Calls by cache result", tags.and("result", r)));
    }

    private LongAdder counter(String name, String help, Tags tags) {
        LongAdder adder = new LongAdder();
        FunctionCounter.builder(name, adder, LongAdder::sum)
                .description(help)
                .tags(tags)
                .register(registry);
        return adder;
    }

    private LongAdder money(String name, String help, Tags tags) {
        LongAdder nanos = new LongAdder();
        FunctionCounter.builder(name, nanos, n -> n.sum() / (double) NanoUsd.PER_USD)
                .description(help)
                .tags(tags)
                .register(registry);
        return nanos;
    }

    private static void add(LongAdder nanos, NanoUsd amount) {
        if (!amount.isZero()) {
            nanos.add(amount.nanos());
        }
    }

    private static Duration[] durations(long... millis) {
        Duration[] durations = new Duration[millis.length];
        for (int i = 0; i < millis.length; i++) {
            durations[i] = Duration.ofMillis(millis[i]);
        }
        return durations;
    }
}
