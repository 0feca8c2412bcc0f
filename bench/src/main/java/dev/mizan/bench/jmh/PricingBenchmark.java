package dev.mizan.bench.jmh;

import dev.mizan.bench.Samples;
import dev.mizan.price.Bound;
import dev.mizan.price.ModelPrices;
import dev.mizan.price.PriceCatalog;
import dev.mizan.price.Priced;
import dev.mizan.price.Reach;
import dev.mizan.usage.Usage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a price costs: the receipt of a usage, and the bound before a call. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class PricingBenchmark {
    private static final long AT = 1_767_225_600_000L;

    private final ModelPrices flat =
            PriceCatalog.shipped().model("openai", "gpt-4o-mini").orElseThrow();
    private final ModelPrices tiered =
            PriceCatalog.shipped().model("anthropic", "claude-sonnet-4-5").orElseThrow();
    private final Usage usage = Samples.usage(7);

    @Benchmark
    public Priced receipt() {
        return flat.price(usage, AT);
    }

    @Benchmark
    public Priced receiptWithTiers() {
        return tiered.price(usage, AT);
    }

    @Benchmark
    public Bound bound() {
        return flat.bound(usage, AT, Reach.TEXT);
    }
}
