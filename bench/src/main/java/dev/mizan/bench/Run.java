package dev.mizan.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * The load run: starts a local upstream, nginx and the gateway, drives the same load at each in turn, and writes
 * {@code bench/target/report.md}. Turns are short and alternate, so that whatever else the machine does falls on both.
 */
public final class Run {
    private final Settings settings;
    private final Path scratch;
    private final PrintStream log;
    private final Wrk wrk;
    private final OpenLoop openLoop = new OpenLoop(Settings.CONNECTIONS);

    private Run(Settings settings, Path scratch, PrintStream log) {
        this.settings = settings;
        this.scratch = scratch;
        this.log = log;
        this.wrk = new Wrk(scratch, Settings.CONNECTIONS);
    }

    /**
     * Measures and writes the report.
     *
     * @param args see {@link Settings#of}
     */
    public static void main(String[] args) throws Exception {
        Settings settings = Settings.of(List.of(args));
        Path scratch = Files.createTempDirectory("mizan-bench-");
        Run run = new Run(settings, scratch, new PrintStream(System.err, true, StandardCharsets.UTF_8));
        String report = run.measure();
        Path file = settings.checkout().resolve("bench/target/report.md");
        Files.writeString(file, report);
        new PrintStream(System.out, true, StandardCharsets.UTF_8).println(report);
        run.log.println("report: " + file + "; logs and data: " + scratch);
    }

    private String measure() throws IOException, InterruptedException, ExecutionException {
        MemoryProbe probe = MemoryProbe.run(settings.turn());
        int port = Ports.free();
        URI upstreamUri = URI.create("http://127.0.0.1:" + port);
        Process upstream = Upstream.start(port, scratch);
        try (Nginx nginx = Nginx.start(scratch, upstreamUri, Settings.NGINX_WORKERS)) {
            List<Double> starts = starts(upstreamUri);
            try (GatewayProcess gateway = GatewayProcess.start(settings.checkout(), folder("gateway"), upstreamUri)) {
                warmUp(gateway, nginx);
                Memory memory = new Memory(gateway.pid());
                List<Turn> turns = turns(gateway, nginx, memory);
                List<Report.Added> added = latencies(gateway, nginx, new Target("direct", upstreamUri, "none"));
                String profile = settings.profile() ? Profile.record(this::load, gateway, scratch) : "";
                gateway.awaitDrained();
                log.println("ledger writer …");
                WriterRate writer = WriterRate.measure(folder("writer"));
                return new Report(settings, turns, added, memory.maxKib(), starts, writer, probe, profile).markdown();
            }
        } finally {
            upstream.destroy();
            upstream.waitFor();
        }
    }

    private List<Double> starts(URI upstream) throws IOException, InterruptedException {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < settings.starts(); i++) {
            try (GatewayProcess gateway = GatewayProcess.start(settings.checkout(), folder("start-" + i), upstream)) {
                seconds.add(gateway.firstAnswer().toMillis() / 1e3);
                log.printf("start to first answer: %.2f s%n", seconds.getLast());
            }
        }
        return seconds;
    }

    /** Loads the gateway with both shapes until the compiler has little left to do: the steady state is measured. */
    private void warmUp(GatewayProcess gateway, Nginx nginx) throws IOException, InterruptedException {
        for (Shape shape : Shape.values()) {
            wrk.run(nginx.target(shape), shape, Duration.ofSeconds(2));
        }
        for (int turn = 1; turn <= settings.warmUpTurnsMax(); turn++) {
            Processor before = gateway.processor();
            for (Shape shape : Shape.values()) {
                wrk.run(gateway.target(), shape, settings.turn());
            }
            gateway.awaitDrained();
            double compiling = gateway.processor().since(before).share(Processor.Part.COMPILER);
            log.printf("warming up, turn %d: %.0f %% of the time is the compiler's%n", turn, compiling * 100);
            if (compiling < Settings.COMPILING_MAX) {
                return;
            }
        }
    }

    private List<Turn> turns(GatewayProcess gateway, Nginx nginx, Memory memory)
            throws IOException, InterruptedException {
        List<Turn> turns = new ArrayList<>();
        for (int round = 0; round < settings.rounds(); round++) {
            for (Shape shape : Shape.values()) {
                Processor before = nginx.processor();
                Wrk.Result result = wrk.run(nginx.target(shape), shape, settings.turn());
                turns.add(logged(
                        new Turn("nginx", shape, result, nginx.processor().since(before))));

                before = gateway.processor();
                result = memory.watching(() -> wrk.run(gateway.target(), shape, settings.turn()));
                gateway.awaitDrained();
                turns.add(logged(
                        new Turn("mizan", shape, result, gateway.processor().since(before))));
            }
        }
        return turns;
    }

    private Turn logged(Turn turn) {
        log.printf(
                "%s %s: %.1f µs/call (books %.1f, gc %.1f, jit %.1f), %,.0f calls/s, %d failures%n",
                turn.who(),
                turn.shape().label(),
                turn.microsPerCall(),
                turn.microsPerCall(Processor.Part.BOOKS),
                turn.microsPerCall(Processor.Part.GARBAGE),
                turn.microsPerCall(Processor.Part.COMPILER),
                turn.result().rate(),
                turn.result().failures());
        return turn;
    }

    private List<Report.Added> latencies(GatewayProcess gateway, Nginx nginx, Target direct)
            throws InterruptedException, ExecutionException {
        List<Report.Added> added = new ArrayList<>();
        for (int round = 0; round < settings.latencyRounds(); round++) {
            for (Shape shape : Shape.values()) {
                OpenLoop.Latency floor = openLoop.run(direct, shape, Settings.RATE, settings.turn());
                OpenLoop.Latency proxy = openLoop.run(nginx.target(shape), shape, Settings.RATE, settings.turn());
                OpenLoop.Latency own = openLoop.run(gateway.target(), shape, Settings.RATE, settings.turn());
                added.add(new Report.Added(shape, floor, proxy, own));
                log.printf(
                        "%s at %d/s: p50 %.0f µs, p99 %.0f µs (nginx %.0f, %.0f; directly %.0f, %.0f), %d failures%n",
                        shape.label(),
                        Settings.RATE,
                        own.p50(),
                        own.p99(),
                        proxy.p50(),
                        proxy.p99(),
                        floor.p50(),
                        floor.p99(),
                        own.failures());
            }
        }
        return added;
    }

    private void load(GatewayProcess gateway, Shape shape) throws IOException, InterruptedException {
        wrk.run(gateway.target(), shape, settings.turn());
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectories(scratch.resolve(name));
    }
}
