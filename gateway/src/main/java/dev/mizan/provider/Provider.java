package dev.mizan.provider;

import dev.mizan.provider.ProviderSettings.Kind;
import dev.mizan.wire.Slice;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.PoolOptions;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One provider, with connections of its own event loop: nothing crosses threads. Knows its addresses and its
 * credential; what is sent is the caller's. Not safe for use by many threads.
 */
public final class Provider {
    private static final int HEADER_BYTES_MAX = 64 * 1024;
    private static final int WAITING_PER_CONNECTION = 1;
    private static final int KEEP_ALIVE_SECONDS = 55;

    /** The one version that there is (https://docs.anthropic.com/en/api/versioning). */
    private static final String ANTHROPIC_VERSION = "2023-06-01";

    private final ProviderSettings settings;
    private final HttpClientAgent client;
    private final Addresses addresses;
    private final Map<CharSequence, CharSequence> headers = new LinkedHashMap<>();

    public Provider(Vertx vertx, ProviderSettings settings) {
        this.settings = settings;
        this.addresses = new Addresses(settings);
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setSsl(addresses.isTls())
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setConnectTimeout((int) settings.timeouts().connect().toMillis())
                        .setMaxHeaderSize(HEADER_BYTES_MAX))
                .with(new PoolOptions()
                        .setHttp1MaxSize(settings.maxConnections())
                        .setMaxWaitQueueSize(settings.maxConnections() * WAITING_PER_CONNECTION)
                        .setMaxLifetime(10)
                        .setMaxLifetimeUnit(TimeUnit.MINUTES))
                .withConnectHandler(connection -> {
                    // What breaks on a connection is told to the call on it; there is nobody else to tell.
                    connection.exceptionHandler(cause -> {});
                    ChunkJoiner.install(connection);
                })
                .build();
        headers.put(HttpHeaders.CONTENT_TYPE, HttpHeaders.createOptimized("application/json"));
        headers.put(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.createOptimized("identity"));
        if (settings.kind() == Kind.ANTHROPIC) {
            headers.put(HttpHeaders.createOptimized("anthropic-version"), ANTHROPIC_VERSION);
        }
        settings.headers().forEach((name, value) -> headers.put(HttpHeaders.createOptimized(name), value));
        credential();
    }

    public ProviderSettings settings() {
        return settings;
    }

    /**
     * A request for {@code call} on a connection, with the operator's credential; nothing has been sent yet. Fails if
     * there is no connection to be had within the connect timeout.
     */
    public Future<HttpClientRequest> request(Outgoing call) {
        return client.request(addresses.of(call)).map(request -> {
            MultiMap target = request.headers();
            headers.forEach(target::set);
            return request;
        });
    }

    /** Closes its connections once the calls on them have ended, or after {@code timeoutSeconds}. */
    public void close(long timeoutSeconds) {
        client.shutdown(timeoutSeconds, TimeUnit.SECONDS);
    }

    /** {@code body} without the operator's credential. */
    public Slice redacted(Slice body) {
        if (settings.apiKey().isEmpty()) {
            return body;
        }
        String text = body.latin1();
        return text.contains(settings.apiKey())
                ? Slice.of(text.replace(settings.apiKey(), "***").getBytes(StandardCharsets.ISO_8859_1))
                : body;
    }

    private void credential() {
        if (settings.apiKey().isEmpty()) {
            return;
        }
        switch (settings.kind()) {
            case AZURE_OPENAI -> headers.put(HttpHeaders.createOptimized("api-key"), settings.apiKey());
            case OPENAI, OPENAI_COMPATIBLE, OLLAMA, SIMULATED, RULES ->
                headers.put(HttpHeaders.AUTHORIZATION, HttpHeaders.createOptimized("Bearer " + settings.apiKey()));
            case ANTHROPIC -> headers.put(HttpHeaders.createOptimized("x-api-key"), settings.apiKey());
            case GEMINI -> headers.put(HttpHeaders.createOptimized("x-goog-api-key"), settings.apiKey());
        }
    }
}
