package dev.mizan.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeUpstreamTest {
    private static final String CHAT = "{\"model\":\"m\",\"messages\":[],\"zeta\":1.10,\"alpha\":1e400}";
    private static final String STREAM =
            "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[]}";

    private final FakeUpstream upstream = FakeUpstream.start();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void close() {
        http.close();
        upstream.close();
    }

    @Test
    void keepsWhatItReceivedByteForByte() throws Exception {
        assertThat(post("/v1/chat/completions", CHAT).statusCode()).isEqualTo(200);

        Received received = upstream.take();
        assertThat(received.text()).isEqualTo(CHAT);
        assertThat(received.path()).isEqualTo("/v1/chat/completions");
        assertThat(received.header("X-Test")).contains("Yes");
        assertThat(received.awaitFinished(1_000)).isTrue();
        assertThat(received.cancelled()).isFalse();
    }

    @Test
    void streamsAsOpenAiDoes() throws Exception {
        String stream = post("/v1/chat/completions", STREAM).body();

        assertThat(stream.split("\n\n")).hasSize(7).endsWith("data: [DONE]");
        assertThat(stream)
                .contains("\"choices\":[],\"usage\":{\"prompt_tokens\":9")
                .contains("\"usage\":null");
    }

    @Test
    void takesScriptedAnswersInTheirOrderAndThenTheDefault() throws Exception {
        upstream.enqueue(Answers.rateLimited("Retry-After: 1"), Answers.status(503, "{}"));

        assertThat(post("/v1/chat/completions", CHAT).statusCode()).isEqualTo(429);
        assertThat(post("/v1/chat/completions", CHAT).statusCode()).isEqualTo(503);
        assertThat(post("/v1/chat/completions", CHAT).statusCode()).isEqualTo(200);
        assertThat(post("/nowhere", CHAT).statusCode()).isEqualTo(404);
        assertThat(upstream.requests()).isEqualTo(4);
    }

    @Test
    void sendsAStepOnlyWhenTold() throws Exception {
        Steps steps = new Steps();
        upstream.enqueue(steps);
        try (Socket socket = send(STREAM)) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            steps.open();
            assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
            skipHead(in);
            assertThat(in.ready()).isFalse();

            steps.delta("one");
            in.readLine();
            assertThat(in.readLine()).contains("one");
            steps.end();
            assertThat(steps.request().cancelled()).isFalse();
        }
    }

    @Test
    void noticesAPeerThatLeaves() throws Exception {
        Steps steps = new Steps();
        upstream.enqueue(steps);
        Socket socket = send(STREAM);
        steps.open().delta("one");

        socket.close();

        assertThat(steps.awaitCancelled(5_000)).isTrue();
    }

    @Test
    void resetsAndCutsAsTold() {
        upstream.enqueue(
                Answers.reset(),
                Answers.resetAfterHeaders(),
                Answers.shortBody(),
                new ChatAnswer().cut(2, ChatAnswer.Cut.RESET),
                new ChatAnswer().cut(2, ChatAnswer.Cut.HALF_EVENT));

        for (String body : new String[] {CHAT, CHAT, CHAT, STREAM, STREAM}) {
            assertThatThrownBy(() -> post("/v1/chat/completions", body)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void answersEmbeddingsModelsCompletionsAndOllama() throws Exception {
        assertThat(post("/v1/embeddings", "{\"model\":\"e\",\"input\":[\"a\",\"b\"]}")
                        .body())
                .contains("\"index\":1", "\"prompt_tokens\":8");
        assertThat(post("/openai/deployments/d/completions?api-version=1", "{\"prompt\":\"x\"}")
                        .body())
                .contains("text_completion");
        assertThat(post("/api/chat", "{\"model\":\"l\"}").body().lines()).hasSize(4);
        assertThat(post("/v1/models", "").body()).contains("gpt-4o-mini");
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(upstream.origin() + path))
                        .header("X-Test", "Yes")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private Socket send(String body) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), upstream.port());
        String request =
                "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n";
        socket.getOutputStream().write((request + body).getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private static void skipHead(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (!line.isEmpty()) {
            line = in.readLine();
        }
    }
}
