package dev.mizan.bench.jmh;

import dev.mizan.bench.Samples;
import dev.mizan.identity.Key;
import dev.mizan.identity.KeyHasher;
import dev.mizan.identity.KeyProfile;
import dev.mizan.identity.Keys;
import dev.mizan.ledger.Line;
import dev.mizan.store.Database;
import dev.mizan.store.JdbcKeys;
import dev.mizan.telemetry.Telemetry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What every call pays beside its own work: finding its key among a thousand, and the metrics. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Threads(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class PerCallBenchmark {
    private static final int KEYS = 1_000;

    private final Telemetry telemetry = new Telemetry();
    private final Line line = Samples.line(Samples.intent(7), 7);
    private Optional<Database> database = Optional.empty();
    private Optional<Keys> keys = Optional.empty();
    private String text = "";

    /** Makes the keys in a database of their own. */
    @Setup
    public void open() throws IOException {
        Path folder = Files.createTempDirectory("mizan-bench-");
        Database opened = Database.open(folder, "", Database.Access.SERVE);
        KeyHasher hasher = new KeyHasher("a secret of this benchmark, 32 b".getBytes(StandardCharsets.UTF_8));
        Keys made = new Keys(new JdbcKeys(opened), hasher, "sk-master-of-this-benchmark", Clock.systemUTC());
        for (int i = 0; i < KEYS; i++) {
            text = made.issue(KeyProfile.DEFAULT, "", "master").text();
        }
        database = Optional.of(opened);
        keys = Optional.of(made);
    }

    /** Closes the database. */
    @TearDown
    public void close() {
        database.ifPresent(Database::close);
        telemetry.close();
    }

    @Benchmark
    public Optional<Key> authenticate() {
        return keys.orElseThrow().authenticate(text);
    }

    @Benchmark
    public void metrics() {
        telemetry.started();
        telemetry.ended(line);
    }
}
