package dev.mizan.telemetry;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Target;
import dev.mizan.money.NanoUsd;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * The metrics of this process, in Prometheus text. Labels are bounded: the names that the configuration gives, never
 * those that callers send. Safe for use by many threads.
 */
public final class Telemetry implements CallMetrics, AutoCloseable {
    /** How many (alias, provider, model) have series of their own; what comes after counts as {@code other}. */
    static final int SERIES_MAX = 500;

    /** How many error codes have series of their own. */
    static final int CODES_MAX = 100;

    private static final SeriesKey OTHER = new SeriesKey("other", "other", "other");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbage = new JvmGcMetrics();
    private final ConcurrentHashMap<SeriesKey, CallSeries> series = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, LongAdder> refusals = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, LongAdder> guarded = new ConcurrentHashMap<>();
    private final LongAdder started = new LongAdder();
    private final LongAdder finished = new LongAdder();

    /** Begins to measure. */
    public Telemetry() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        garbage.bindTo(registry);
        gauge("mizan.in.flight", "Calls that have come in and are not answered yet", this::inFlight);
    }

    @Override
    public void started() {
        started.increment();
    }

    @Override
    public void ended(Line line) {
        series(line).add(line);
        if (line.kind() == Line.Kind.CALL) {
            finished.increment();
        }
    }

    @Override
    public void settled(Line line, NanoUsd reserved) {
        series(line).settled(reserved, line.cost().charged());
    }

    @Override
    public void guarded(String action) {
        bounded(guarded, action, "mizan.guarded", "Calls that a guard changed or reported, by what it did", "action")
                .increment();
    }

    @Override
    public void refused(String errorCode) {
        finished.increment();
        refusals(errorCode).increment();
    }

    /** Calls that have come in and are not answered yet. */
    public long inFlight() {
        return Math.max(0, started.sum() - finished.sum());
    }

    /**
     * Shows a number that changes.
     *
     * @param name in words with dots between, e.g. {@code mizan.journal.backlog.bytes}
     * @param value asked for when the metrics are read; must not block for long
     */
    public void gauge(String name, String help, DoubleSupplier value) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .description(help)
                .strongReference(true)
                .register(registry);
    }

    /** All metrics in Prometheus' text format 0.0.4. */
    public String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        garbage.close();
        registry.close();
    }

    private CallSeries series(Line line) {
        Target target = line.target();
        return series(new SeriesKey(line.call().alias(), target.provider(), target.upstreamModel()));
    }

    private CallSeries series(SeriesKey key) {
        CallSeries known = series.get(key);
        if (known != null) {
            return known;
        }
        SeriesKey bounded = series.size() < SERIES_MAX ? key : OTHER;
        return series.computeIfAbsent(
                bounded,
                k -> new CallSeries(registry, Tags.of("alias", k.alias, "provider", k.provider, "model", k.model)));
    }

    private LongAdder refusals(String code) {
        return bounded(
                refusals, code, "mizan.refusals", "Calls refused before anything was booked, by error code", "code");
    }

    private LongAdder bounded(
            ConcurrentHashMap<String, LongAdder> adders, String value, String name, String help, String label) {
        LongAdder known = adders.get(value);
        if (known != null) {
            return known;
        }
        return adders.computeIfAbsent(adders.size() < CODES_MAX ? value : "other", v -> {
            LongAdder adder = new LongAdder();
            FunctionCounter.builder(name, adder, LongAdder::sum)
                    .description(help)
                    .tags(label, v)
                    .register(registry);
            return adder;
        });
    }

    private record SeriesKey(String alias, String provider, String model) {}
}
