package dev.mizan.bench.jmh;

import dev.mizan.bench.Shape;
import dev.mizan.bench.Upstream;
import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.openai.OpenAiChunk;
import dev.mizan.dialect.openai.OpenAiRequest;
import dev.mizan.usage.UsageReader;
import dev.mizan.usage.UsageReading;
import dev.mizan.wire.EventScanner;
import dev.mizan.wire.Slice;
import dev.mizan.wire.StreamScanner;
import java.nio.charset.StandardCharsets;
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

/** What looking at bytes costs: a request's fields, an answer's usage, the events of a 12 KB stream. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ScanningBenchmark {
    private final Slice request = Slice.of(Shape.STREAM.body().getBytes(StandardCharsets.UTF_8));
    private final Slice answer = Slice.of(Upstream.plainBody().getBytes(StandardCharsets.UTF_8));
    private final Slice events = Slice.of(Upstream.events().getBytes(StandardCharsets.UTF_8));
    private final UsageReader usage = UsageReader.of("openai", "chat").orElseThrow();
    private final Counting sink = new Counting();

    @Benchmark
    public CallRequest requestFields() {
        return OpenAiRequest.read(Route.CHAT_COMPLETIONS, request);
    }

    @Benchmark
    public UsageReading answersUsage() {
        return usage.read(answer.array(), answer.from(), answer.length());
    }

    @Benchmark
    public int streamInOneRead() {
        EventScanner scanner = new EventScanner(OpenAiChunk::firstMark);
        scanner.feed(events, sink);
        return sink.seen;
    }

    @Benchmark
    public int streamInSmallReads() {
        EventScanner scanner = new EventScanner(OpenAiChunk::firstMark);
        for (int from = 0; from < events.length(); from += 100) {
            scanner.feed(new Slice(events.array(), from, Math.min(events.length(), from + 100)), sink);
        }
        return sink.seen;
    }

    private static final class Counting implements StreamScanner.Sink {
        private int seen;

        @Override
        public void plain(Slice run) {
            seen += run.length();
        }

        @Override
        public void marked(Slice event) {
            seen += event.length();
        }
    }
}
