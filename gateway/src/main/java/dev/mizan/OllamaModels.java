package dev.mizan;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Asks an Ollama which models it has; blocks for at most {@link #ANSWER_MILLIS}. */
final class OllamaModels implements Function<URI, List<String>> {
    private static final int CONNECT_MILLIS = 100;
    private static final int ANSWER_MILLIS = 500;
    private static final int PORT_BY_DEFAULT = 11434;

    /** The names of the models at {@code root}; none if nothing there answers in time. */
    @Override
    public List<String> apply(URI root) {
        // Most machines have none: a plain connection finds that out without the HTTP client's start-up time.
        int port = root.getPort() < 0 ? PORT_BY_DEFAULT : root.getPort();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(root.getHost(), port), CONNECT_MILLIS);
        } catch (IOException e) {
            return List.of();
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(root.resolve("/api/tags"))
                    .timeout(Duration.ofMillis(ANSWER_MILLIS))
                    .build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            List<String> names = new ArrayList<>();
            JsonMapper.shared()
                    .readTree(response.body())
                    .path("models")
                    .forEach(model -> names.add(model.path("name").asString()));
            return names;
        } catch (IOException | JacksonException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}
