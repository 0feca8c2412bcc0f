package dev.mizan.provider;

import dev.mizan.dialect.Protocols;
import dev.mizan.dialect.WireFormat;
import dev.mizan.provider.ProviderSettings.Kind;
import dev.mizan.provider.bedrock.AwsCredentials;
import dev.mizan.provider.bedrock.EventStream;
import dev.mizan.provider.bedrock.Signature;
import dev.mizan.provider.vertex.AccessTokens;
import dev.mizan.provider.vertex.ServiceAccount;
import dev.mizan.wire.Slice;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.PoolOptions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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

    private static final String BEARER = "Bearer ";
    private static final int UNAUTHORIZED = 401;

    private static final HttpDecoderConfig DECODING = new HttpDecoderConfig().setMaxHeaderSize(HEADER_BYTES_MAX);

    private final ProviderSettings settings;
    private final HttpClientAgent client;
    private final Addresses addresses;
    private final Map<CharSequence, CharSequence> headers = new LinkedHashMap<>();
    private final Clock clock;
    private final @Nullable Signature signature;
    private final @Nullable AccessTokens tokens;

    public Provider(Vertx vertx, ProviderSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.signature = settings.own() instanceof KindSettings.Aws(String region, AwsCredentials credentials)
                        && !credentials.isEmpty()
                ? new Signature(credentials, region, "bedrock")
                : null;
        this.tokens = settings.own() instanceof KindSettings.Google(String _, String _, ServiceAccount account)
                ? new AccessTokens(vertx, account, clock)
                : null;
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
                    ChunkJoiner.install(connection, DECODING);
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
     * there is no connection to be had within the connect timeout, or no token to call with.
     */
    public Future<HttpClientRequest> request(Outgoing call) {
        AccessTokens needed = tokens;
        return needed == null
                ? connected(call)
                : needed.token().compose(token -> connected(call)
                        .map(request -> request.putHeader(HttpHeaders.AUTHORIZATION, BEARER + token)));
    }

    /** Takes note of an answer: a token that it refuses is not used again. */
    public void answered(HttpClientResponse response) {
        AccessTokens used = tokens;
        if (used != null && response.statusCode() == UNAUTHORIZED) {
            String sent = response.request().headers().get(HttpHeaders.AUTHORIZATION);
            used.forget(sent == null ? "" : sent.substring(BEARER.length()));
        }
    }

    private Future<HttpClientRequest> connected(Outgoing call) {
        return client.request(addresses.of(call)).map(request -> {
            MultiMap target = request.headers();
            headers.forEach(target::set);
            sign(request, call);
            return request;
        });
    }

    /** What the bytes of {@code response} must go through; empty if they are plain. */
    public Optional<AnswerDecoder> decoder(Outgoing call, HttpClientResponse response) {
        return isFramed() && isStream(call, response)
                ? Optional.of(new EventStream(call.format() == WireFormat.ANTHROPIC_MESSAGES))
                : ContentDecoder.of(response);
    }

    /** Whether {@code response} is a stream as {@code call} asked for. */
    public boolean isStream(Outgoing call, HttpClientResponse response) {
        String expected = isFramed()
                ? EventStream.MEDIA_TYPE
                : Protocols.of(call.format()).streamType();
        String type = response.headers().get(HttpHeaders.CONTENT_TYPE);
        return call.streaming() && type != null && type.regionMatches(true, 0, expected, 0, expected.length());
    }

    /** Whether streams come in frames of AWS's. */
    private boolean isFramed() {
        return settings.kind() == Kind.BEDROCK;
    }

    private void sign(HttpClientRequest request, Outgoing call) {
        Signature signing = signature;
        if (signing != null) {
            Map<String, String> signed = Map.of("host", addresses.authority(), "content-type", "application/json");
            signing.headers("POST", request.getURI(), signed, call.body(), clock.instant())
                    .forEach(request::putHeader);
        }
    }

    /** Closes its connections once the calls on them have ended, or after {@code timeoutSeconds}. */
    public void close(long timeoutSeconds) {
        client.shutdown(timeoutSeconds, TimeUnit.SECONDS);
        AccessTokens held = tokens;
        if (held != null) {
            held.close(timeoutSeconds);
        }
    }

    /** {@code body} without the operator's credential. */
    public Slice redacted(Slice body) {
        String text = body.latin1();
        boolean found = false;
        for (String secret : secrets()) {
            if (!secret.isEmpty() && text.contains(secret)) {
                text = text.replace(secret, "***");
                found = true;
            }
        }
        return found ? Slice.of(text.getBytes(StandardCharsets.ISO_8859_1)) : body;
    }

    private List<String> secrets() {
        AccessTokens held = tokens;
        if (held != null) {
            return List.of(held.current());
        }
        return settings.own() instanceof KindSettings.Aws(String _, AwsCredentials own)
                ? List.of(settings.apiKey(), own.secretAccessKey(), own.sessionToken(), own.accessKeyId())
                : List.of(settings.apiKey());
    }

    private void credential() {
        if (settings.apiKey().isEmpty()) {
            return;
        }
        switch (settings.kind()) {
            case AZURE_OPENAI -> headers.put(HttpHeaders.createOptimized("api-key"), settings.apiKey());
            case OPENAI, OPENAI_COMPATIBLE, OLLAMA, SIMULATED, RULES, BEDROCK ->
                headers.put(HttpHeaders.AUTHORIZATION, HttpHeaders.createOptimized(BEARER + settings.apiKey()));
            case ANTHROPIC -> headers.put(HttpHeaders.createOptimized("x-api-key"), settings.apiKey());
            case GEMINI -> headers.put(HttpHeaders.createOptimized("x-goog-api-key"), settings.apiKey());
            case VERTEX -> {
                // Tokens are sent instead.
            }
        }
    }
}
