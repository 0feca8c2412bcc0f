package dev.mizan.edge;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.dialect.openai.OpenAiErrors;
import dev.mizan.edge.CallTable.Found;
import dev.mizan.edge.CallTable.Target;
import dev.mizan.wire.Slice;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP listener of one event loop. Calls are what {@link CallTable} lists; everything else is the control plane's.
 */
public final class Listener {
    /** A connection on which nothing moves for so long is closed; longer than any attempt may take. */
    private static final int IDLE_SECONDS = 900;

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    /** The one that callers that know it choose, and the one that all know. */
    private static final List<String> APPLICATION_PROTOCOLS = List.of("h2", "http/1.1");

    /** How often the files of certificate and key are looked at. */
    private static final long CERTIFICATE_MILLIS = 1_000;

    private final HttpServer server;
    private @Nullable ServerCertificate identity;

    /** Why the files that are there now can't be used; empty if they can. */
    private String refused = "";

    /** What the data plane serves. */
    public interface Calls {
        /**
         * A call that costs money.
         *
         * @param model the model that the path names; empty where the body does
         */
        void call(HttpServerRequest request, Route route, String model);

        /**
         * Counts the tokens of a call that is not made.
         *
         * @param model the model that the path names; empty where the body does
         */
        void count(HttpServerRequest request, WireFormat format, String model);

        /**
         * Takes a request that may be a call of an operation.
         *
         * @return whether it is one
         */
        boolean operation(HttpServerRequest request, String path);

        /**
         * The list of models, or one of them.
         *
         * @param format how it is told
         * @param id the model asked for; empty for all
         */
        void models(HttpServerRequest request, WireFormat format, String id);

        /** One model, which the body names, as Ollama tells it. */
        void show(HttpServerRequest request);

        /** Which version of Ollama's API this is. */
        void version(HttpServerRequest request);
    }

    public Listener(Vertx vertx, ServerSettings settings, Calls calls, Handler<HttpServerRequest> others) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.host())
                .setMaxHeaderSize(settings.maxHeaderBytes())
                .setMaxInitialLineLength(8192)
                .setHandle100ContinueAutomatically(true)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
        if (settings.tls().isOn()) {
            identity = ServerCertificate.read(settings.tls());
            options.setSsl(true).setKeyCertOptions(identity.options()).setUseAlpn(true);
            vertx.setPeriodic(CERTIFICATE_MILLIS, timer -> renew(vertx, settings.tls()));
        }
        server = vertx.createHttpServer(options);
        // What breaks on a connection is told to the call on it; there is nobody else to tell.
        server.connectionHandler(connection -> connection.exceptionHandler(cause -> {}));
        server.invalidRequestHandler(Listener::invalid);
        Cors cors = new Cors(settings.corsOrigins());
        server.requestHandler(request -> {
            if (!cors.takes(request)) {
                dispatch(request, calls, others);
            }
        });
    }

    /** Starts to listen; fails if the port is taken. Port 0 is any free one, -1 one shared by all listeners. */
    public Future<Integer> listen(int port) {
        return server.listen(port).map(HttpServer::actualPort);
    }

    /** Stops accepting and closes what is open. */
    public Future<Void> close() {
        return server.close();
    }

    /** Takes what the files hold now for new connections; what can't be used is said once, and what was stays. */
    private void renew(Vertx vertx, TlsSettings tls) {
        vertx.executeBlocking(() -> ServerCertificate.read(tls))
                .compose(now -> {
                    if (now.equals(identity)) {
                        return Future.succeededFuture();
                    }
                    return server.updateSSLOptions(new ServerSSLOptions()
                                    .setKeyCertOptions(now.options())
                                    .setApplicationLayerProtocols(APPLICATION_PROTOCOLS))
                            .onSuccess(done -> {
                                identity = now;
                                LOG.info("listener: the certificate in {} is in force", tls.certificate());
                            });
                })
                .onSuccess(done -> refused = "")
                .onFailure(cause -> {
                    String reason = String.valueOf(cause.getMessage());
                    if (!reason.equals(refused)) {
                        LOG.error("listener: the certificate stays as it was: {}", reason);
                    }
                    refused = reason;
                });
    }

    private static void dispatch(HttpServerRequest request, Calls calls, Handler<HttpServerRequest> others) {
        String path = request.path();
        if (path == null) {
            others.handle(request);
            return;
        }
        Optional<Found> found = CallTable.find(request.method(), path);
        if (found.isPresent()) {
            String model = found.get().model();
            switch (found.get().entry().target()) {
                case Target.Paid(Route route) -> calls.call(request, route, model);
                case Target.Count(WireFormat format) -> calls.count(request, format, model);
                case Target.Models(WireFormat format) -> calls.models(request, format, model);
                case Target.Show() -> calls.show(request);
                case Target.Version() -> calls.version(request);
            }
            return;
        }
        Optional<HttpMethod> other = CallTable.otherMethod(path);
        if (other.isPresent()) {
            wrongMethod(request, other.get().name());
        } else if (!calls.operation(request, path)) {
            others.handle(request);
        }
    }

    /** Refuses a request whose method is not the {@code expected} one. */
    public static void wrongMethod(HttpServerRequest request, String expected) {
        request.response().putHeader("allow", expected);
        Answers.refuse(
                request.response(),
                Refusal.of(
                        ErrorCode.METHOD_NOT_ALLOWED,
                        request.path() + " was called with " + request.method() + " (expected: " + expected + ")."));
    }

    /** Answers a request that is not HTTP, or whose head is over the limit, and closes the connection. */
    private static void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        String type = cause == null ? "" : cause.getClass().getSimpleName();
        Refusal refusal =
                switch (type) {
                    case "TooLongHttpHeaderException" ->
                        Refusal.of(ErrorCode.HEADERS_TOO_LARGE, "The request's headers are too large.");
                    case "TooLongHttpLineException" ->
                        Refusal.of(
                                ErrorCode.HEADERS_TOO_LARGE,
                                "The request line is too long (expected: at most 8192 bytes).");
                    default -> Refusal.of(ErrorCode.INVALID_REQUEST, "The request is not valid HTTP.");
                };
        request.response()
                .setStatusCode(refusal.code().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Answers.JSON)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end(Answers.buffer(Slice.of(OpenAiErrors.body(refusal))))
                .eventually(() -> request.connection().close());
    }
}
