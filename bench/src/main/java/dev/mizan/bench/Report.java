package dev.mizan.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What a run measured, as Markdown.
 *
 * @param maxKib the gateway's most anonymous memory under load
 * @param startSeconds from the start of the process to the first answer
 * @param writer how fast the ledger's writer is with SQLite
 * @param probe how evenly memory answered before anything was started
 * @param profile where the time goes, as Markdown; empty if it was not asked for
 */
record Report(
        Settings settings,
        List<Turn> turns,
        List<Added> added,
        long maxKib,
        List<Double> startSeconds,
        WriterRate writer,
        MemoryProbe probe,
        String profile) {

    /** Latencies of one round at the fixed rate. */
    record Added(Shape shape, OpenLoop.Latency direct, OpenLoop.Latency nginx, OpenLoop.Latency mizan) {
        /** The 99th percentile that the gateway adds, in microseconds. */
        double p99() {
            return mizan.p99() - direct.p99();
        }

        /** The median that the gateway adds, in microseconds. */
        double p50() {
            return mizan.p50() - direct.p50();
        }

        /** The 99th percentile that nginx adds, in microseconds. */
        double nginxP99() {
            return nginx.p99() - direct.p99();
        }

        /** The median that nginx adds, in microseconds. */
        double nginxP50() {
            return nginx.p50() - direct.p50();
        }
    }

    /** The whole report. */
    String markdown() throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        head(text);
        rows(text);
        text.append("\n| figure | target | |\n|---|---|---:|\n");
        text.append(String.format(
                Locale.ROOT, "| **anonymous memory under load** | ≤ 250 MB | **%.0f MB** |%n", maxKib * 1024 / 1e6));
        text.append(String.format(
                Locale.ROOT,
                "| **start to first answer** (empty ledger) | ≤ 2 s | **%.2f s** |%n",
                Turn.median(startSeconds)));
        text.append(String.format(
                Locale.ROOT,
                "| **ledger writer, SQLite** | ≥ 60,000 lines/s | **%,.0f lines/s** |%n",
                writer.linesPerSecond()));
        text.append(String.format(
                Locale.ROOT,
                "| its processor time per line, so on a processor of its own | | %.1f µs, %,.0f lines/s |%n",
                writer.microsPerLine(),
                1e6 / writer.microsPerLine()));
        text.append(String.format(
                Locale.ROOT,
                "| memory more than twice as slow while the machine was idle | | %.1f %% of the time, up to %.0f ms |%n",
                probe.slowShare() * 100,
                probe.longestMillis()));
        return text.append(profile).toString();
    }

    /** When, where and how it was measured, and the head of the table. */
    private void head(StringBuilder text) throws IOException, InterruptedException {
        text.append("Measured ")
                .append(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT)
                        .format(ZonedDateTime.now(Clock.systemUTC())))
                .append(" at commit ")
                .append(output("git", "rev-parse", "--short", "HEAD"))
                .append(", on ")
                .append(machine())
                .append(", Java ")
                .append(Runtime.version())
                .append(", ")
                .append(output("nginx", "-v").replace("nginx version: ", ""))
                .append("; ")
                .append(Settings.CONNECTIONS)
                .append(" connections; medians of ")
                .append(settings.rounds())
                .append(" turns of ")
                .append(settings.turn().toSeconds())
                .append(" s.\n\n| figure | target | plain | streamed 12 KB |\n|---|---|---:|---:|\n");
    }

    /** The figures that differ between plain and streamed calls. */
    private void rows(StringBuilder text) {
        row(
                text,
                "processor time per call, gateway",
                "",
                "%.1f µs",
                shape -> median("mizan", shape, Turn::microsPerCall));
        row(
                text,
                "processor time per call, nginx",
                "",
                "%.1f µs",
                shape -> median("nginx", shape, Turn::microsPerCall));
        row(text, "**gateway / nginx**", "≤ 4.5 ×, ≤ 2.8 ×", "**%.2f ×**", shape -> ratio(shape, Turn::microsPerCall));
        row(
                text,
                "**data plane alone / nginx**",
                "≤ 3.2 ×, ≤ 2.0 ×",
                "**%.2f ×**",
                shape -> ratio(shape, Turn::dataPlaneMicrosPerCall));
        for (Processor.Part part : Processor.Part.values()) {
            row(
                    text,
                    "of the gateway's: " + part.label(),
                    "",
                    "%.1f µs",
                    shape -> median("mizan", shape, turn -> turn.microsPerCall(part)));
        }
        row(
                text,
                "calls/s at saturation, gateway",
                "",
                "%,.0f",
                shape -> median("mizan", shape, turn -> turn.result().rate()));
        row(
                text,
                "calls/s at saturation, nginx (1 worker)",
                "",
                "%,.0f",
                shape -> median("nginx", shape, turn -> turn.result().rate()));
        row(text, "added p50 at 1,000 calls/s", "", "%.0f µs", shape -> median(shape, Added::p50));
        row(text, "**added p99 at 1,000 calls/s**", "≤ 2,000 µs", "**%,.0f µs**", shape -> median(shape, Added::p99));
        row(text, "nginx's added p50 and", "", "%.0f µs", shape -> median(shape, Added::nginxP50));
        row(text, "nginx's added p99", "", "%,.0f µs", shape -> median(shape, Added::nginxP99));
        row(text, "calls that failed", "0", "%.0f", this::failures);
    }

    private static void row(
            StringBuilder text, String figure, String target, String format, ToDoubleFunction<Shape> value) {
        text.append("| ").append(figure).append(" | ").append(target).append(" |");
        for (Shape shape : Shape.values()) {
            text.append(' ')
                    .append(String.format(Locale.ROOT, format, value.applyAsDouble(shape)))
                    .append(" |");
        }
        text.append('\n');
    }

    private double median(String who, Shape shape, ToDoubleFunction<Turn> value) {
        return Turn.median(of(who, shape).stream().mapToDouble(value).boxed().toList());
    }

    private double median(Shape shape, ToDoubleFunction<Added> value) {
        return Turn.median(added.stream()
                .filter(round -> round.shape() == shape)
                .mapToDouble(value)
                .boxed()
                .toList());
    }

    /** The median of the ratios of neighbouring turns. */
    private double ratio(Shape shape, ToDoubleFunction<Turn> own) {
        List<Turn> floor = of("nginx", shape);
        List<Turn> gateway = of("mizan", shape);
        return Turn.median(IntStream.range(0, gateway.size())
                .mapToObj(i -> own.applyAsDouble(gateway.get(i)) / floor.get(i).microsPerCall())
                .toList());
    }

    private double failures(Shape shape) {
        long saturated = of("mizan", shape).stream()
                .mapToLong(turn -> turn.result().failures())
                .sum();
        return saturated
                + added.stream()
                        .filter(round -> round.shape() == shape)
                        .mapToLong(round -> round.mizan().failures())
                        .sum();
    }

    private List<Turn> of(String who, Shape shape) {
        Predicate<Turn> fits = turn -> turn.who().equals(who) && turn.shape() == shape;
        return turns.stream().filter(fits).toList();
    }

    private static String machine() throws IOException {
        String model = Files.readString(Path.of("/proc/cpuinfo"))
                .lines()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse("an unknown processor");
        return Runtime.getRuntime().availableProcessors() + " × " + model;
    }

    private String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(settings.checkout().toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.strip();
    }
}
