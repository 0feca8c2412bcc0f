package dev.mizan.provider.vertex;

import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The token of a service account, kept as long as it holds. It is renewed before it ends, beside the calls, one renewal
 * at a time; calls wait only where there is none that holds. After a renewal that failed the next one waits, so that
 * calls fail at once instead of each asking again. Belongs to one event loop. Nothing of a token is ever logged.
 */
public final class AccessTokens {
    /** How long before its end a token is no longer used, or a tenth of its life. */
    static final Duration MARGIN = Duration.ofSeconds(30);

    /** How long before its end a token is renewed, or a quarter of its life. */
    static final Duration RENEWAL = Duration.ofMinutes(5);

    /** How long after a failure the next renewal waits, doubled with each failure. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    private static final long LIFETIME_SECONDS_MAX = 86_400;
    private static final int ANSWER_BYTES_MAX = 64 * 1024;
    private static final int CONNECT_MILLIS = 5_000;
    private static final long ANSWER_MILLIS = 10_000;
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final Logger LOG = LoggerFactory.getLogger(AccessTokens.class);

    private final Vertx vertx;
    private final ServiceAccount account;
    private final Clock clock;
    private final HttpClientAgent client;
    private String token = "";
    private long takenMillis;
    private long renewsMillis;
    private long endsMillis;
    private int failures;
    private long pausedUntilMillis;
    private @Nullable Future<String> renewal;

    public AccessTokens(Vertx vertx, ServiceAccount account, Clock clock) {
        this.vertx = vertx;
        this.account = account;
        this.clock = clock;
        boolean tls = "https".equalsIgnoreCase(account.tokenUri().getScheme());
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions().setSsl(tls).setConnectTimeout(CONNECT_MILLIS))
                // What breaks on a connection is told to the request on it.
                .withConnectHandler(connection -> connection.exceptionHandler(cause -> {}))
                .build();
    }

    /** A token that holds. */
    public Future<String> token() {
        long now = clock.millis();
        boolean holds = !token.isEmpty() && now < endsMillis;
        boolean isDue = !holds || now >= renewsMillis;
        Future<String> running = renewal;
        if (running == null && isDue) {
            running = now < pausedUntilMillis
                    ? Future.failedFuture(new TokenException("the last request for a token failed; the next waits"))
                    : renew();
        }
        return holds || running == null ? Future.succeededFuture(token) : running;
    }

    /** The token that was used last; empty if there is none. */
    public String current() {
        return token;
    }

    /** Forgets {@code refused}, which the provider did not take, unless it is so new that another would not help. */
    public void forget(String refused) {
        if (token.equals(refused) && clock.millis() - takenMillis > PAUSE_MAX.toMillis()) {
            token = "";
        }
    }

    /** Closes its connections once they are not needed, or after {@code timeoutSeconds}. */
    public void close(long timeoutSeconds) {
        client.shutdown(timeoutSeconds, TimeUnit.SECONDS);
    }

    private Future<String> renew() {
        Promise<String> promise = Promise.promise();
        Future<String> running = promise.future();
        renewal = running;
        vertx.executeBlocking(() -> account.assertion(clock.instant()), false)
                .compose(this::exchange)
                .onComplete(
                        answer -> {
                            renewal = null;
                            failures = 0;
                            token = answer.token();
                            long life = TimeUnit.SECONDS.toMillis(answer.seconds());
                            takenMillis = clock.millis();
                            renewsMillis = takenMillis + life - Math.min(RENEWAL.toMillis(), life / 4);
                            endsMillis = takenMillis + life - Math.min(MARGIN.toMillis(), life / 10);
                            promise.complete(token);
                        },
                        cause -> {
                            renewal = null;
                            long pause = PAUSE.toMillis() << Math.min(failures++, 10);
                            pausedUntilMillis = clock.millis() + Math.min(pause, PAUSE_MAX.toMillis());
                            LOG.warn(
                                    "No token for {} from {}: {}",
                                    account.email(),
                                    account.tokenUri(),
                                    cause.getMessage());
                            promise.fail(cause);
                        });
        return running;
    }

    private Future<Answer> exchange(String assertion) {
        String form = "grant_type=" + URLEncoder.encode(GRANT, StandardCharsets.UTF_8) + "&assertion=" + assertion;
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(account.tokenUri().toString())
                .setConnectTimeout(CONNECT_MILLIS)
                .setIdleTimeout(ANSWER_MILLIS)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/x-www-form-urlencoded");
        return client.request(options)
                .compose(request ->
                        request.send(form).compose(AccessTokens::read).onFailure(cause -> request.reset()))
                .timeout(CONNECT_MILLIS + ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Future<Answer> read(HttpClientResponse response) {
        Promise<Answer> promise = Promise.promise();
        Buffer body = Buffer.buffer();
        response.handler(bytes -> {
            body.appendBuffer(bytes);
            if (body.length() > ANSWER_BYTES_MAX) {
                promise.tryFail(new TokenException("an answer that is too long"));
            }
        });
        response.exceptionHandler(promise::tryFail);
        response.endHandler(end -> {
            try {
                promise.tryComplete(Answer.read(response.statusCode(), Slice.of(body.getBytes())));
            } catch (TokenException e) {
                promise.tryFail(e);
            }
        });
        return promise.future();
    }

    /** What a token endpoint answers (RFC 6749, 5.1 and 5.2). */
    private record Answer(String token, long seconds) {
        static Answer read(int status, Slice body) {
            String token = "";
            String error = "";
            long seconds = TimeUnit.HOURS.toSeconds(1);
            try (JsonParser json = Json.parser(body)) {
                if (json.nextToken() == JsonToken.START_OBJECT) {
                    for (String name = json.nextName(); name != null; name = json.nextName()) {
                        JsonToken value = json.nextToken();
                        if (name.equals("access_token") && value == JsonToken.VALUE_STRING) {
                            token = json.getString();
                        } else if (name.equals("expires_in") && value == JsonToken.VALUE_NUMBER_INT) {
                            seconds = Math.clamp(json.getValueAsLong(), 0, LIFETIME_SECONDS_MAX);
                        } else if (name.equals("error") && value == JsonToken.VALUE_STRING) {
                            error = json.getString();
                        } else {
                            json.skipChildren();
                        }
                    }
                }
            } catch (JacksonException e) {
                throw new TokenException("status " + status + " and no JSON");
            }
            if (status != 200 || token.isEmpty()) {
                throw new TokenException("status " + status + (error.matches("[a-z_]{1,40}") ? ", " + error : ""));
            }
            return new Answer(token, seconds);
        }
    }
}
