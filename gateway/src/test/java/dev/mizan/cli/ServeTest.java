package dev.mizan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code mizan serve} as its own process: start, first call, signal, restart, and what keeps it from starting. */
final class ServeTest {
    private static final String CALL =
            "{\"model\":\"simulated\",\"max_tokens\":3,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path folder = Path.of("");

    @Test
    void answersStopsOnASignalAndStartsAgainWithItsKey() throws Exception {
        String masterKey;
        try (ServeProcess first = ServeProcess.serve(folder)) {
            HttpResponse<String> answer = call(first, first.awaitReady());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            masterKey = first.masterKey();

            first.terminate();
            assertThat(first.awaitExit()).as(first.errors()).isZero();
        }

        try (ServeProcess second = ServeProcess.serve(folder)) {
            HttpResponse<String> answer = call(second, second.awaitReady());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(second.masterKey()).isEqualTo(masterKey);
        }
    }

    @Test
    void startsAgainAfterBeingKilled() throws Exception {
        try (ServeProcess first = ServeProcess.serve(folder)) {
            assertThat(call(first, first.awaitReady()).statusCode()).isEqualTo(200);
            first.kill();
            first.awaitExit();
        }

        try (ServeProcess second = ServeProcess.serve(folder)) {
            assertThat(call(second, second.awaitReady()).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aSignalLetsAnOpenStreamFinish() throws Exception {
        Files.writeString(folder.resolve("mizan.yaml"), """
                providers: {slow: {kind: simulated, output_tokens: 20, tokens_per_second: 20}}
                models: {slow: slow/slow}
                """);
        try (ServeProcess serve = ServeProcess.serve(folder)) {
            String body = "{\"model\":\"slow\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
            HttpResponse<Stream<String>> answer =
                    client.send(serve.chat(serve.awaitReady(), body), HttpResponse.BodyHandlers.ofLines());
            Iterator<String> lines = answer.body().iterator();
            String last = lines.next();

            serve.terminate();

            while (lines.hasNext()) {
                String line = lines.next();
                last = line.isEmpty() ? last : line;
            }
            assertThat(last).isEqualTo("data: [DONE]");
            assertThat(serve.awaitExit()).as(serve.errors()).isZero();
        }
    }

    @Test
    void aPortInUseIsSaid() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServeProcess serve = ServeProcess.start(
                        folder, "serve", "--data", "data", "--port", Integer.toString(taken.getLocalPort()))) {
            assertThat(serve.awaitExit()).isEqualTo(2);
            assertThat(serve.errors()).contains("already in use", Integer.toString(taken.getLocalPort()), "--port");
        }
    }

    @Test
    void aDataFolderInUseIsSaid() throws Exception {
        try (ServeProcess first = ServeProcess.serve(folder)) {
            JsonNode ready = first.awaitReady();
            try (ServeProcess second = ServeProcess.serve(folder)) {
                assertThat(second.awaitExit()).isEqualTo(2);
                assertThat(second.errors()).contains("data folder data is in use by process");
            }
            assertThat(call(first, ready).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aBadConfigurationIsSaidWithItsPlace() throws Exception {
        Path file = Files.writeString(folder.resolve("other.yaml"), "modles: {}\n");
        try (ServeProcess serve = ServeProcess.serve(folder, "--config", file.toString())) {
            assertThat(serve.awaitExit()).isEqualTo(2);
            assertThat(serve.errors())
                    .isEqualToIgnoringNewLines(file + ":1:1: modles: unknown setting (did you mean 'models'?)");
        }
    }

    @Test
    void theDemonstrationsCurlLineWorksAsPrinted() throws Exception {
        try (ServeProcess serve = ServeProcess.start(folder, "serve", "--demo", "--port", "0")) {
            List<String> said = serve.linesUntil("    -d");
            List<String> command = said.subList(said.indexOf("Try it:") + 1, said.size());

            Process shell = new ProcessBuilder(
                            "bash", "-c", String.join("\n", command).replace("curl ", "curl -sS "))
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).contains("\"object\":\"chat.completion\"", "\"model\":\"gpt-4o-mini\"");
            assertThat(folder.resolve("data/demo/mizan.db")).exists();
            serve.terminate();
            assertThat(serve.awaitExit()).isZero();
        }
        assertThat(report("en")).contains("OVERVIEW", "├─ Users: 7", "MOST ACTIVE USERS", "1. ");
        assertThat(report("tr")).contains("GENEL ÖZET", "Toplam kullanıcı: 7", "EN AKTİF KULLANICILAR");
        assertThat(report("ar")).contains("نظرة عامة");
    }

    private String report(String language) throws Exception {
        try (ServeProcess report =
                ServeProcess.start(folder, "report", "daily", "--data", "data/demo", "--language", language)) {
            String output = report.output();
            assertThat(report.awaitExit()).as(report.errors()).isZero();
            return output;
        }
    }

    private HttpResponse<String> call(ServeProcess serve, JsonNode ready) throws IOException, InterruptedException {
        return client.send(serve.chat(ready, CALL), HttpResponse.BodyHandlers.ofString());
    }
}
