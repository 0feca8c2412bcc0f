package dev.mizan.provider;

import dev.mizan.dialect.Route;
import dev.mizan.provider.ProviderSettings.Kind;
import dev.mizan.wire.Slice;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
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
    private static final int MODELS_REMEMBERED = 1000;
    private static final String MESSAGES = "/v1/messages";

    /** The one version that there is (https://docs.anthropic.com/en/api/versioning). */
    private static final String ANTHROPIC_VERSION = "2023-06-01";

    private final ProviderSettings settings;
    private final HttpClientAgent client;
    private final String host;
    private final int port;
    private final boolean tls;
    private final String basePath;
    private final Map<CharSequence, CharSequence> headers = new LinkedHashMap<>();
    private final Map<Route, RequestOptions> fixed = new EnumMap<>(Route.class);
    private final Map<String, RequestOptions> perModel = new HashMap<>();

    public Provider(Vertx vertx, ProviderSettings settings) {
        this.settings = settings;
        URI base = settings.baseUrl();
        this.tls = "https".equalsIgnoreCase(base.getScheme());
        this.host = base.getHost();
        this.port = base.getPort() >= 0 ? base.getPort() : tls ? 443 : 80;
        this.basePath = base.getRawPath() == null ? "" : base.getRawPath();
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setSsl(tls)
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
     * A request for {@code route} on a connection, with the operator's credential; nothing has been sent yet. Fails if
     * there is no connection to be had within the connect timeout.
     */
    public Future<HttpClientRequest> request(Route route, String model) {
        return client.request(options(route, model)).map(request -> {
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

    private RequestOptions options(Route route, String model) {
        return switch (settings.kind()) {
            case OPENAI, OPENAI_COMPATIBLE, SIMULATED, RULES ->
                fixed.computeIfAbsent(route, r -> post(basePath + r.upstreamPath()));
            case ANTHROPIC -> fixed.computeIfAbsent(route, r -> post(basePath + MESSAGES));
            case OLLAMA -> fixed.computeIfAbsent(route, r -> post(basePath + r.path()));
            case AZURE_OPENAI, GEMINI -> {
                if (perModel.size() > MODELS_REMEMBERED) {
                    perModel.clear();
                }
                yield perModel.computeIfAbsent(
                        route.name() + ' ' + model,
                        key -> post(settings.kind() == Kind.GEMINI ? gemini(route, model) : azure(route, model)));
            }
        };
    }

    /** See https://ai.google.dev/api/generate-content. */
    private String gemini(Route route, String model) {
        String name = URLEncoder.encode(model, StandardCharsets.UTF_8);
        String stream = route == Route.STREAM_GENERATE_CONTENT ? "?alt=sse" : "";
        return basePath + "/v1beta/models/" + name + ":" + route.method() + stream;
    }

    /** See https://learn.microsoft.com/azure/ai-services/openai/reference. */
    private String azure(Route route, String model) {
        String deployment = URLEncoder.encode(model, StandardCharsets.UTF_8);
        return basePath + "/openai/deployments/" + deployment + route.upstreamPath() + "?api-version="
                + settings.apiVersion();
    }

    private RequestOptions post(String uri) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(host)
                .setPort(port)
                .setSsl(tls)
                .setURI(uri)
                .setConnectTimeout(settings.timeouts().connect().toMillis());
    }
}
