package dev.mizan.batch;

import dev.mizan.provider.ProviderSettings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * The calls on files and batches at a provider that speaks OpenAI's
 * (<a href="https://platform.openai.com/docs/api-reference/batch">API reference</a>). Blocking; safe for use by many
 * threads.
 */
final class ProviderFiles implements AutoCloseable {
    /** What a provider may say of a file or batch at most. */
    private static final int ANSWER_BYTES_MAX = 4 << 20;

    private static final Duration TRANSFER = Duration.ofMinutes(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ProviderSettings.Timeouts.DEFAULT.connect())
            .build();

    /** What a provider answered. */
    record Said(int status, String body) {
        boolean isOk() {
            return status >= 200 && status < 300;
        }
    }

    /** Uploads a batch's input file. */
    Said upload(ProviderSettings provider, Path file, String name) throws IOException {
        String boundary = "mizan-" + UUID.randomUUID();
        String head =
                "--" + boundary + "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--" + boundary
                        + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                        + name.replaceAll("[^A-Za-z0-9._-]", "_")
                        + "\"\r\nContent-Type: application/jsonl\r\n\r\n";
        return said(
                provider,
                request(provider, "/files", TRANSFER)
                        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                        .POST(BodyPublishers.concat(
                                BodyPublishers.ofString(head),
                                file(file),
                                BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"))));
    }

    private static BodyPublisher file(Path file) throws IOException {
        try {
            return BodyPublishers.ofFile(file);
        } catch (FileNotFoundException e) {
            throw new IOException("the spooled file is gone", e);
        }
    }

    /** Posts {@code body}, in JSON. */
    Said post(ProviderSettings provider, String path, String body) throws IOException {
        return said(
                provider,
                request(provider, path, provider.timeouts().total())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }

    Said get(ProviderSettings provider, String path) throws IOException {
        return said(
                provider, request(provider, path, provider.timeouts().total()).GET());
    }

    Said delete(ProviderSettings provider, String path) throws IOException {
        return said(
                provider, request(provider, path, provider.timeouts().total()).DELETE());
    }

    /** The content of a file; close it. */
    HttpResponse<InputStream> content(ProviderSettings provider, String id) throws IOException {
        return send(request(provider, "/files/" + id + "/content", TRANSFER).GET());
    }

    private Said said(ProviderSettings provider, HttpRequest.Builder request) throws IOException {
        HttpResponse<InputStream> response = send(request);
        try (InputStream in = response.body()) {
            byte[] body = in.readNBytes(ANSWER_BYTES_MAX + 1);
            if (body.length > ANSWER_BYTES_MAX) {
                throw new IOException("an answer of more than " + ANSWER_BYTES_MAX + " bytes");
            }
            String text = new String(body, StandardCharsets.UTF_8);
            return new Said(
                    response.statusCode(), provider.apiKey().isEmpty() ? text : text.replace(provider.apiKey(), "***"));
        }
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.build(), BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static HttpRequest.Builder request(ProviderSettings provider, String path, Duration timeout) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(provider.baseUrl() + path)).timeout(timeout);
        if (!provider.apiKey().isEmpty()) {
            request.header("Authorization", "Bearer " + provider.apiKey());
        }
        provider.headers().forEach(request::header);
        return request;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
