package dev.mizan.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command line in a process of its own, with an environment of its own. Killed when closed. */
public final class ServeProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final BufferedReader out;
    private final Path errors;
    private final Path folder;

    private ServeProcess(Process process, Path errors, Path folder) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.errors = errors;
        this.folder = folder;
    }

    /** Runs {@code mizan ARGUMENTS} in {@code folder}. */
    public static ServeProcess start(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.mizan.cli.Main"));
        command.addAll(List.of(arguments));
        try {
            Path errors = Files.createTempFile(folder, "stderr", ".txt");
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
            String path = builder.environment().getOrDefault("PATH", "");
            builder.environment().clear();
            builder.environment().put("PATH", path);
            return new ServeProcess(builder.start(), errors, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs {@code mizan serve} on a free port with the data folder {@code data} in {@code folder}. */
    public static ServeProcess serve(Path folder, String... arguments) {
        List<String> all = new ArrayList<>(List.of("serve", "--port", "0", "--json", "--data", "data"));
        all.addAll(List.of(arguments));
        return start(folder, all.toArray(String[]::new));
    }

    /** Waits for the line that says where it listens; its JSON. */
    public JsonNode awaitReady() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IllegalStateException("ended before it was ready: " + errors());
        }
        return JsonMapper.shared().readTree(line);
    }

    /** Everything it prints to standard output until it ends. */
    public String output() throws IOException {
        return out.readAllAsString();
    }

    /** Lines of standard output until there is one that starts with {@code end}. */
    public List<String> linesUntil(String end) throws IOException {
        List<String> lines = new ArrayList<>();
        String line = out.readLine();
        while (line != null) {
            lines.add(line);
            if (line.startsWith(end)) {
                return lines;
            }
            line = out.readLine();
        }
        throw new IllegalStateException("no line starts with '" + end + "': " + lines + errors());
    }

    /** What it has printed to standard error. */
    public String errors() throws IOException {
        return Files.readString(errors);
    }

    /** The text of the master key that it made. */
    public String masterKey() throws IOException {
        return Files.readString(folder.resolve("data/master-key")).strip();
    }

    /** A plain or streamed chat call with the master key. */
    public HttpRequest chat(JsonNode ready, String body) throws IOException {
        return HttpRequest.newBuilder(URI.create(ready.path("address").asString() + "/v1/chat/completions"))
                .header("Authorization", "Bearer " + masterKey())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Sends SIGKILL. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Waits for the end; the exit code. */
    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("still running after " + PATIENCE_SECONDS + " s");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
