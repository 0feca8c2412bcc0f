package dev.mizan.admin;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.QuotaErrors;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.openai.OpenAiErrors;
import dev.mizan.edge.BodyReader;
import dev.mizan.messages.Language;
import dev.mizan.messages.Texts;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.TooManyRowsException;
import dev.mizan.store.DatabaseUnavailableException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a request through: who asks, what they send, the endpoint's work on a virtual thread, the answer or the
 * refusal. Safe for use by many event loops.
 */
final class Dispatcher {
    /** The longest body. */
    static final int BODY_BYTES_MAX = 1_000_000;

    /** How long a body may take to come. */
    static final int BODY_SECONDS_MAX = 30;

    /** How many requests are worked on at once; more are sent away with 503. */
    static final int REQUESTS_MAX = 64;

    /** How many of them may write a long answer at once. */
    static final int EXPORTS_MAX = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final Pattern KEY_IN_PATH = Pattern.compile("(?i)(?<![a-z])sk(-|%2d)[^/]*");
    private static final String REQUEST_ID = "x-mizan-request-id";

    private final Gate gate;
    private final Texts texts;
    private final Supplier<AdminSettings> settings;
    private final Clock clock;
    private final ExecutorService threads;
    private final Semaphore requests = new Semaphore(REQUESTS_MAX);
    private final Semaphore exports = new Semaphore(EXPORTS_MAX);

    Dispatcher(Gate gate, Texts texts, Supplier<AdminSettings> settings, Clock clock, ExecutorService threads) {
        this.gate = gate;
        this.texts = texts;
        this.settings = settings;
        this.clock = clock;
        this.threads = threads;
    }

    /** What to do with requests for {@code endpoint}. */
    Handler<RoutingContext> handler(Endpoint endpoint) {
        return context -> dispatch(context, endpoint);
    }

    /** Answers that there is no such address. */
    void notFound(RoutingContext context) {
        begin(context);
        HttpServerRequest request = context.request();
        refuse(
                context,
                new Problem(
                        ErrorCode.NOT_FOUND,
                        "error.not_found",
                        Map.of("method", request.method().name(), "path", path(request)),
                        "",
                        0));
    }

    /** Answers that the address is there, but not for this method. */
    void wrongMethod(RoutingContext context, String allowed) {
        begin(context);
        HttpServerRequest request = context.request();
        context.response().putHeader(HttpHeaders.ALLOW, allowed);
        refuse(
                context,
                new Problem(
                        ErrorCode.METHOD_NOT_ALLOWED,
                        "error.method",
                        Map.of("method", request.method().name(), "path", path(request), "allowed", allowed),
                        "",
                        0));
    }

    /** Answers with what went wrong; logs it if nobody expected it. */
    void fail(RoutingContext context, Throwable cause) {
        switch (cause) {
            case ProblemException problem -> refuse(context, problem.problem());
            case RefusedException refused -> refuse(context, tooLarge(refused));
            case DatabaseUnavailableException unavailable -> databaseFailed(context, unavailable);
            case JdbiException failed -> databaseFailed(context, failed);
            case TooManyRowsException many ->
                refuse(
                        context,
                        new Problem(
                                ErrorCode.INVALID_REQUEST,
                                "error.rows",
                                Map.of("max", Integer.toString(LedgerReader.SPEND_ROWS_MAX)),
                                "group_by",
                                0));
            case TimeoutException late -> refuse(context, Problem.of(ErrorCode.REQUEST_TIMEOUT, "error.slow"));
            case HttpClosedException closed -> LOG.debug("the caller has gone");
            case StreamSink.CallerGoneException gone -> context.response().reset();
            default -> {
                String id = context.response().headers().get(REQUEST_ID);
                LOG.error("request {} {} {} failed", id, context.request().method(), path(context.request()), cause);
                refuse(
                        context,
                        new Problem(
                                ErrorCode.INTERNAL_ERROR, "error.internal", Map.of("id", String.valueOf(id)), "", 0));
            }
        }
    }

    private void dispatch(RoutingContext context, Endpoint endpoint) {
        begin(context);
        try {
            AdminSettings now = settings.get();
            Caller caller = gate.admit(context.request(), endpoint.access(), now);
            Future<Buffer> body = endpoint.method().equals(HttpMethod.GET)
                    ? Future.succeededFuture(Buffer.buffer())
                    : body(context.request());
            body.onSuccess(bytes -> work(context, endpoint, exchange(context, bytes, caller, now)))
                    .onFailure(cause -> fail(context, cause));
        } catch (RuntimeException e) {
            fail(context, e);
        }
    }

    private static Future<Buffer> body(HttpServerRequest request) {
        return BodyReader.read(request, BODY_BYTES_MAX, () -> {})
                .timeout(BODY_SECONDS_MAX, TimeUnit.SECONDS)
                .map(slice -> Buffer.buffer(slice.toBytes()));
    }

    private Exchange exchange(RoutingContext context, Buffer body, Caller caller, AdminSettings now) {
        HttpServerRequest request = context.request();
        return new Exchange(
                context.pathParams(),
                new Query(context.queryParams()),
                request.headers(),
                body,
                caller,
                Gate.cookie(request),
                language(context),
                now,
                String.valueOf(request.remoteAddress().hostAddress()),
                request.isSSL() || "https".equals(request.headers().get("x-forwarded-proto")),
                clock.instant());
    }

    private void work(RoutingContext context, Endpoint endpoint, Exchange exchange) {
        if (!requests.tryAcquire()) {
            refuse(context, overloaded());
            return;
        }
        Context loop = context.vertx().getOrCreateContext();
        threads.execute(() -> {
            try {
                answer(context, loop, endpoint.action().answer(exchange));
            } catch (RuntimeException e) {
                loop.runOnContext(v -> fail(context, e));
            } finally {
                requests.release();
            }
        });
    }

    private void answer(RoutingContext context, Context loop, Answer answer) {
        switch (answer) {
            case Answer.Whole whole -> loop.runOnContext(v -> send(context.response(), whole));
            case Answer.Taken taken -> loop.runOnContext(v -> taken.taker().handle(context.response()));
            case Answer.Streamed streamed -> {
                if (!exports.tryAcquire()) {
                    throw overloaded().thrown();
                }
                try {
                    StreamSink.write(context.response(), loop, streamed);
                } finally {
                    exports.release();
                }
            }
        }
    }

    private static void send(HttpServerResponse response, Answer.Whole whole) {
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(whole.status()).putHeader(HttpHeaders.CONTENT_TYPE, whole.type());
        whole.headers().forEach(response::putHeader);
        response.end(whole.body());
    }

    private static void begin(RoutingContext context) {
        context.response()
                .putHeader(REQUEST_ID, UlidCreator.getMonotonicUlid().toString())
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("x-content-type-options", "nosniff");
    }

    private void refuse(RoutingContext context, Problem problem) {
        HttpServerResponse response = context.response();
        if (response.headWritten()) {
            // A long answer broke off: the caller must not take what came for the whole.
            response.reset();
            return;
        }
        if (response.closed()) {
            return;
        }
        response.headers().remove("content-disposition");
        Refusal refusal = new Refusal(
                problem.code(),
                texts.text(language(context), problem.text(), problem.values()),
                problem.param(),
                problem.retryAfterSeconds());
        response.setStatusCode(refusal.code().status()).putHeader(HttpHeaders.CONTENT_TYPE, Answer.JSON);
        if (refusal.retryAfterSeconds() > 0) {
            response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(refusal.retryAfterSeconds()));
        }
        if (refusal.code() == ErrorCode.INVALID_API_KEY) {
            response.putHeader("www-authenticate", "Bearer");
        }
        boolean unread = refusal.code() == ErrorCode.REQUEST_TOO_LARGE || refusal.code() == ErrorCode.REQUEST_TIMEOUT;
        if (unread && context.request().version() != HttpVersion.HTTP_2) {
            // The rest of the body is not read. HTTP/2 closes the stream by itself.
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        response.end(Buffer.buffer(body(context, refusal)));
    }

    private byte[] body(RoutingContext context, Refusal refusal) {
        if (!QuotaErrors.isFor(String.valueOf(context.request().path()))) {
            return OpenAiErrors.body(refusal);
        }
        String message = QuotaErrors.text(refusal.code())
                .map(name -> texts.text(language(context), name))
                .orElse(refusal.message());
        return QuotaErrors.body(refusal.code(), message);
    }

    private void databaseFailed(RoutingContext context, RuntimeException cause) {
        LOG.warn(
                "{} {}: the database failed: {}",
                context.request().method(),
                path(context.request()),
                cause.toString());
        refuse(context, new Problem(ErrorCode.DATABASE_UNAVAILABLE, "error.database", Map.of(), "", 1));
    }

    /** Only reading the body refuses in this way here. */
    private static Problem tooLarge(RefusedException refused) {
        return new Problem(
                refused.refusal().code(), "error.too_large", Map.of("max", Integer.toString(BODY_BYTES_MAX)), "", 0);
    }

    /** The path for logs and messages: a key may stand in it. */
    private static String path(HttpServerRequest request) {
        return KEY_IN_PATH.matcher(String.valueOf(request.path())).replaceAll("sk-***");
    }

    private static Problem overloaded() {
        return new Problem(ErrorCode.OVERLOADED, "error.overloaded", Map.of(), "", 1);
    }

    private Language language(RoutingContext context) {
        String accepted = context.request().headers().get(HttpHeaders.ACCEPT_LANGUAGE);
        Language configured = settings.get().language();
        return accepted == null ? configured : Language.preferred(accepted, configured);
    }
}
