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
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One provider, with connections of its own event loop: nothing crosses threads. Knows its addresses and its
 * credential; what is sent is the caller's. Not safe for use by many threads.
 */
public final class Provider {
    /** The one version that there is (https://docs.anthropic.com/en/api/versioning). */
    private static final String ANTHROPIC_VERSION = "2023-06-01";

    private static final String BEARER = "Bearer ";
    private static final int UNAUTHORIZED = 401;

    /** What a caller says for the provider; an operator may say it for all callers that don't. */
    private static final List<CharSequence> FORWARDED = List.of(
            HttpHeaders.createOptimized("openai-beta"),
            HttpHeaders.createOptimized("anthropic-beta"),
            HttpHeaders.createOptimized("idempotency-key"),
            HttpHeaders.createOptimized("traceparent"),
            HttpHeaders.createOptimized("tracestate"),
            HttpHeaders.USER_AGENT);

    private final ProviderSettings settings;
    private final ConnectionPool connections;
    private final Addresses addresses;
    private final Clock clock;
    private final @Nullable Signature signature;
    private final @Nullable AccessTokens tokens;

    /** What each request has behind its path, up to what differs from call to call. */
    private final String start;

    /** What the operator says where the caller does not. */
    private final Map<String, String> defaults = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /**
     * A provider without connections.
     *
     * @param clock the time in what is signed
     * @param nanoTime a nanosecond source for how long connections are kept
     */
    public Provider(Vertx vertx, ProviderSettings settings, Clock clock, LongSupplier nanoTime) {
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
        this.start = start();
        this.connections =
                new ConnectionPool(vertx, addresses.host(), addresses.port(), addresses.isTls(), settings, nanoTime);
    }

    private String start() {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("content-type", "application/json");
        headers.put("accept-encoding", "identity");
        if (settings.kind() == Kind.ANTHROPIC) {
            headers.put("anthropic-version", ANTHROPIC_VERSION);
        }
        headers.putAll(settings.headers());
        credential(headers);
        for (CharSequence name : FORWARDED) {
            String value = headers.remove(name.toString());
            if (value != null) {
                defaults.put(name.toString(), value);
            }
        }
        headers.putIfAbsent("host", addresses.authority());
        StringBuilder lines = new StringBuilder(" HTTP/1.1\r\n");
        headers.forEach((name, value) -> {
            if (!ProviderCall.isName(name) || !ProviderCall.isValue(value)) {
                throw new IllegalArgumentException("providers." + settings.name() + ": the header '" + name
                        + "' has characters that no header can have");
            }
            lines.append(name).append(": ").append(value).append("\r\n");
        });
        return lines.toString();
    }

    public ProviderSettings settings() {
        return settings;
    }

    /**
     * A request for {@code call} on a connection, with the operator's credential; nothing has been sent yet. Fails if
     * there is no connection to be had within the connect timeout, or no token to call with.
     */
    public Future<ProviderCall> request(Outgoing call) {
        AccessTokens needed = tokens;
        return needed == null ? connected(call, "") : needed.token().compose(token -> connected(call, BEARER + token));
    }

    private Future<ProviderCall> connected(Outgoing call, String authorization) {
        String path = addresses.of(call);
        Map<String, String> signed = signed(path, call);
        return connections.take().map(connection -> {
            ProviderCall made = new ProviderCall(connection, path, start, authorization);
            signed.forEach(made::putHeader);
            return made;
        });
    }

    /** Gives {@code call} what the caller says in its {@code headers} for the provider. */
    public void forward(MultiMap headers, ProviderCall call) {
        for (CharSequence name : FORWARDED) {
            String value = headers.get(name);
            if (value == null && !defaults.isEmpty()) {
                value = defaults.get(name.toString());
            }
            if (value != null) {
                call.putHeader(name, value);
            }
        }
    }

    /** Takes note of an answer: a token that it refuses is not used again. */
    public void answered(ProviderCall call) {
        AccessTokens used = tokens;
        if (used != null && call.status() == UNAUTHORIZED) {
            used.forget(call.authorization().substring(BEARER.length()));
        }
    }

    /** What the bytes of {@code answer} must go through; empty if they are plain. */
    public Optional<AnswerDecoder> decoder(Outgoing call, ProviderCall answer) {
        return isFramed() && isStream(call, answer)
                ? Optional.of(new EventStream(call.format() == WireFormat.ANTHROPIC_MESSAGES))
                : ContentDecoder.of(answer);
    }

    /** Whether {@code answer} is a stream as {@code call} asked for. */
    public boolean isStream(Outgoing call, ProviderCall answer) {
        String expected = isFramed()
                ? EventStream.MEDIA_TYPE
                : Protocols.of(call.format()).streamType();
        String type = answer.header(HttpHeaders.CONTENT_TYPE);
        return call.streaming() && type != null && type.regionMatches(true, 0, expected, 0, expected.length());
    }

    /** Whether streams come in frames of AWS's. */
    private boolean isFramed() {
        return settings.kind() == Kind.BEDROCK;
    }

    private Map<String, String> signed(String path, Outgoing call) {
        Signature signing = signature;
        return signing == null
                ? Map.of()
                : signing.headers(
                        "POST",
                        path,
                        Map.of("host", addresses.authority(), "content-type", "application/json"),
                        call.body(),
                        clock.instant());
    }

    /** Closes its connections once the calls on them have ended, or after {@code timeoutSeconds}. */
    public void close(long timeoutSeconds) {
        connections.close(timeoutSeconds);
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

    private void credential(Map<String, String> headers) {
        if (settings.apiKey().isEmpty()) {
            return;
        }
        switch (settings.kind()) {
            case AZURE_OPENAI -> headers.put("api-key", settings.apiKey());
            case OPENAI, OPENAI_COMPATIBLE, OLLAMA, SIMULATED, RULES, BEDROCK ->
                headers.put("authorization", BEARER + settings.apiKey());
            case ANTHROPIC -> headers.put("x-api-key", settings.apiKey());
            case GEMINI -> headers.put("x-goog-api-key", settings.apiKey());
            case VERTEX -> {
                // Tokens are sent instead.
            }
        }
    }
}
