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

/**
 * What eight limits add to a call: loads a gateway without limits and one with eight in turn, and tells the processor
 * time a call of both. Counters are in memory.
 */
public final class LimitsCost {
    private static final String EIGHT = """
            limits:
              - {subject: global, meter: cost, per: month, cap: 1000000}
              - {subject: "team:*", meter: cost, per: month, cap: 1000000}
              - {subject: "team:*", meter: tokens, per: day, cap: 1000000000000}
              - {subject: "user:*", meter: cost, per: day, cap: 1000000}
              - {subject: "key:*", meter: requests, per: minute, cap: 1000000000}
              - {subject: "key:*", meter: tokens, per: minute, cap: 1000000000000}
              - {subject: "key:*", meter: cost, per: month, cap: 1000000}
              - {subject: "key:*", meter: concurrency, per: in_flight, cap: 1000}
            """;
    private static final int WARM_UP_TURNS = 6;

    private LimitsCost() {}

    /**
     * Measures and prints.
     *
     * @param args the checkout, how many rounds, seconds of a turn
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path checkout = Path.of(args[0]).toAbsolutePath().normalize();
        int rounds = Integer.parseInt(args[1]);
        Duration turn = Duration.ofSeconds(Long.parseLong(args[2]));
        Path scratch = Files.createTempDirectory("mizan-limits-");
        int port = Ports.free();
        Process upstream = Upstream.start(port, scratch);
        URI provider = URI.create("http://127.0.0.1:" + port);
        try (GatewayProcess without = GatewayProcess.start(checkout, folder(scratch, "without"), provider);
                GatewayProcess with = GatewayProcess.start(checkout, folder(scratch, "with"), provider, EIGHT)) {
            Wrk wrk = new Wrk(scratch, Settings.CONNECTIONS);
            PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
            for (int i = 0; i < WARM_UP_TURNS; i++) {
                turn(wrk, without, turn);
                turn(wrk, with, turn);
            }
            List<Double> differences = new ArrayList<>();
            List<Double> bases = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                // Each first as often as the other.
                Turn first = turn(wrk, i % 2 == 0 ? without : with, turn);
                Turn second = turn(wrk, i % 2 == 0 ? with : without, turn);
                Turn none = i % 2 == 0 ? first : second;
                Turn eight = i % 2 == 0 ? second : first;
                bases.add(own(none));
                differences.add(own(eight) - own(none));
                out.printf(
                        "without %.1f µs, with eight %.1f µs a call; event loops %.1f and %.1f; failures %d and %d%n",
                        own(none),
                        own(eight),
                        none.microsPerCall(Processor.Part.DATA_PLANE),
                        eight.microsPerCall(Processor.Part.DATA_PLANE),
                        none.result().failures(),
                        eight.result().failures());
            }
            out.printf(
                    "medians of %d: without %.1f µs, eight limits add %.1f µs (%.1f to %.1f)%n",
                    rounds,
                    Turn.median(bases),
                    Turn.median(differences),
                    differences.stream().min(Double::compare).orElse(0.0),
                    differences.stream().max(Double::compare).orElse(0.0));
        } finally {
            upstream.destroy();
            upstream.waitFor();
        }
    }

    private static Turn turn(Wrk wrk, GatewayProcess gateway, Duration turn) throws IOException, InterruptedException {
        Processor before = gateway.processor();
        Wrk.Result result = wrk.run(gateway.target(), Shape.PLAIN, turn);
        gateway.awaitDrained();
        return new Turn("mizan", Shape.PLAIN, result, gateway.processor().since(before));
    }

    /** Processor time a call but for the compiler's. */
    private static double own(Turn turn) {
        return turn.microsPerCall() - turn.microsPerCall(Processor.Part.COMPILER);
    }

    private static Path folder(Path scratch, String name) throws IOException {
        return Files.createDirectories(scratch.resolve(name));
    }
}
