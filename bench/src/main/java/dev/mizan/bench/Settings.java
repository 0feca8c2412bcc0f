package dev.mizan.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How long and how often a run measures.
 *
 * @param checkout the folder that {@code ./mizan} is in
 * @param rounds how often each of nginx and the gateway takes its turn under saturation
 * @param turn how long a turn is
 * @param warmUpTurnsMax how many turns of each shape the gateway is loaded with at most before anything is measured
 * @param latencyRounds how often each takes its turn at the fixed rate
 * @param starts how many starts are timed
 * @param profile whether a flight recording of the gateway is made and shown at the end
 */
public record Settings(
        Path checkout, int rounds, Duration turn, int warmUpTurnsMax, int latencyRounds, int starts, boolean profile) {
    /** Calls open at a time. */
    public static final int CONNECTIONS = 64;

    /** Calls a second when latency is measured. */
    public static final int RATE = 1_000;

    /** Warm is a gateway whose compiler uses less than this share of its processor time. */
    public static final double COMPILING_MAX = 0.03;

    /** nginx's worker processes: one, as the gateway's floor is processor time per call, not throughput. */
    public static final int NGINX_WORKERS = 1;

    /** What the command line asks for: {@code --quick}, {@code --profile}, {@code --checkout FOLDER}. */
    static Settings of(List<String> args) {
        boolean quick = args.contains("--quick");
        boolean profile = args.contains("--profile");
        int checkout = args.indexOf("--checkout");
        Path folder = Path.of(checkout < 0 ? "." : args.get(checkout + 1))
                .toAbsolutePath()
                .normalize();
        return quick
                ? new Settings(folder, 3, Duration.ofSeconds(4), 20, 1, 1, profile)
                : new Settings(folder, 7, Duration.ofSeconds(8), 20, 3, 5, profile);
    }
}
