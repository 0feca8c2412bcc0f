package dev.mizan.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The closed-loop load generator {@code wrk}: each of its connections sends the next call when it has the answer. */
public final class Wrk {
    private static final Pattern SUMMARY = Pattern.compile("SUMMARY (\\d+) (\\d+) (\\d+)");

    private final Path scratch;
    private final int connections;

    /**
     * A generator.
     *
     * @param scratch a folder for its script
     * @param connections how many calls are open at a time
     */
    public Wrk(Path scratch, int connections) {
        this.scratch = scratch;
        this.connections = connections;
    }

    /**
     * What came of a run.
     *
     * @param calls calls that were answered
     * @param micros how long it took
     * @param failures answers that were not 2xx or 3xx, and broken connections
     */
    public record Result(long calls, long micros, long failures) {
        /** Calls per second. */
        public double rate() {
            return calls * 1e6 / micros;
        }

        static Result parse(String output) {
            Matcher summary = SUMMARY.matcher(output);
            if (!summary.find()) {
                throw new IllegalStateException("wrk said: " + output);
            }
            return new Result(
                    Long.parseLong(summary.group(1)),
                    Long.parseLong(summary.group(2)),
                    Long.parseLong(summary.group(3)));
        }
    }

    /** Sends calls for {@code time}. Throws {@link IllegalStateException} if wrk can't be run. */
    public Result run(Target target, Shape shape, Duration time) throws IOException, InterruptedException {
        Path script = Files.writeString(scratch.resolve(target.name() + "-" + shape.label() + ".lua"), """
                wrk.method = "POST"
                wrk.body = [==[%s]==]
                wrk.headers["Content-Type"] = "application/json"
                wrk.headers["Authorization"] = "Bearer %s"
                done = function(summary)
                  local e = summary.errors
                  io.write(string.format("SUMMARY %%d %%d %%d\\n", summary.requests, summary.duration,
                    e.connect + e.read + e.write + e.status + e.timeout))
                end
                """.formatted(
                        shape.body(), target.credential()));
        Process process = new ProcessBuilder(List.of(
                        "wrk",
                        "-t1",
                        "-c" + connections,
                        "-d" + time.toSeconds() + "s",
                        "-s",
                        script.toString(),
                        target.chat().toString()))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return Result.parse(output);
    }
}
