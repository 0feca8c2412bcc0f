package dev.mizan.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the time goes: a flight recording of the gateway under load, and what the JDK's {@code jfr view} says of it.
 */
final class Profile {
    private Profile() {}

    /** Something that loads the gateway for a while. */
    interface Load {
        void run(GatewayProcess gateway, Shape shape) throws IOException, InterruptedException;
    }

    /** Records each shape of call in turn; the views as Markdown. */
    static String record(Load load, GatewayProcess gateway, Path scratch) throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        for (Shape shape : Shape.values()) {
            Path file = scratch.resolve(shape.label() + ".jfr");
            String pid = Long.toString(gateway.pid());
            run("jcmd", pid, "JFR.start", "name=" + shape.label(), "settings=profile");
            load.run(gateway, shape);
            run("jcmd", pid, "JFR.dump", "name=" + shape.label(), "filename=" + file);
            run("jcmd", pid, "JFR.stop", "name=" + shape.label());
            for (String view : List.of("hot-methods", "allocation-by-class", "allocation-by-site", "gc-pauses")) {
                text.append("\n### ")
                        .append(shape.label())
                        .append(": ")
                        .append(view)
                        .append("\n```\n");
                text.append(run("jfr", "view", "--width", "140", view, file.toString())
                        .strip());
                text.append("\n```\n");
            }
        }
        return text.toString();
    }

    private static String run(String... command) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(List.of(command));
        whole.set(0, Path.of(System.getProperty("java.home"), "bin", command[0]).toString());
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
