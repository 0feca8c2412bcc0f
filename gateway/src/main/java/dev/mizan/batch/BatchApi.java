package dev.mizan.batch;

import dev.mizan.admission.Admission;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.RefusedException;
import dev.mizan.edge.Answers;
import dev.mizan.edge.BodyReader;
import dev.mizan.edge.Credentials;
import dev.mizan.edge.Listener;
import dev.mizan.identity.Key;
import dev.mizan.ledger.JournalUnavailableException;
import dev.mizan.messages.Language;
import dev.mizan.wire.Slice;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * OpenAI's files and batches: {@code /v1/files} and {@code /v1/batches}, also without the version; every other request
 * is passed on. Blocking work is done on virtual threads; safe for use by many event loops.
 */
public final class BatchApi implements Handler<HttpServerRequest>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchApi.class);
    private static final int BODY_BYTES_MAX = 1 << 20;
    private static final String VERSION = "/v1";

    private final Handler<HttpServerRequest> others;
    private final BatchParts parts;
    private final BatchCalls calls;
    private final Uploads uploads;
    private final Poller poller;
    private final ProviderFiles files = new ProviderFiles();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("batch-", 0).factory());

    /**
     * Starts to look at open batches.
     *
     * @param others gets every request that is none of these
     */
    public BatchApi(Vertx vertx, BatchParts parts, Handler<HttpServerRequest> others) {
        this.parts = parts;
        this.others = others;
        Submission submission = new Submission(parts, files);
        Settlement settlement = new Settlement(parts, files, submission);
        this.calls = new BatchCalls(parts, files, submission, settlement);
        this.uploads = new Uploads(vertx, parts.spool());
        this.poller = new Poller(parts, settlement);
    }

    @Override
    public void handle(HttpServerRequest request) {
        String path = request.path() == null ? "" : request.path();
        String plain = path.startsWith(VERSION + "/") ? path.substring(VERSION.length()) : path;
        String[] segments = plain.split("/", -1);
        boolean isOurs = segments.length >= 2 && (segments[1].equals("files") || segments[1].equals("batches"));
        if (!isOurs) {
            others.handle(request);
            return;
        }
        Optional<Key> key = parts.authenticator().authenticate(Credentials.of(request));
        Optional<Refusal> refusal = Admission.refuseKey(key, parts.clock().millis());
        if (refusal.isPresent()) {
            Answers.refuse(request.response(), refusal.get());
        } else {
            route(request, key.orElseThrow(), segments);
        }
    }

    private void route(HttpServerRequest request, Key key, String[] segments) {
        boolean isFile = segments[1].equals("files");
        String id = segments.length > 2 ? segments[2] : "";
        String rest = segments.length > 3 ? segments[3] : "";
        HttpMethod method = request.method();
        if (segments.length > 4 || (segments.length > 2 && !id.matches("[A-Za-z0-9_.-]{1,200}"))) {
            notFound(request);
        } else if (id.isEmpty() && method.equals(HttpMethod.POST)) {
            if (isFile) {
                upload(request, key);
            } else {
                submit(request, key);
            }
        } else if (id.isEmpty() && method.equals(HttpMethod.GET)) {
            run(request, () -> isFile ? calls.files(key) : calls.batches(key));
        } else if (id.isEmpty()) {
            Listener.wrongMethod(request, "GET, POST");
        } else if (rest.isEmpty() && method.equals(HttpMethod.GET)) {
            run(request, () -> isFile ? calls.file(key, id) : calls.batch(key, id));
        } else if (rest.isEmpty() && isFile && method.equals(HttpMethod.DELETE)) {
            run(request, () -> calls.delete(key, id));
        } else if (rest.equals("content") && isFile && method.equals(HttpMethod.GET)) {
            threads.execute(() -> guarded(request, () -> calls.content(key, id, request.response())));
        } else if (rest.equals("cancel") && !isFile && method.equals(HttpMethod.POST)) {
            run(request, () -> calls.cancel(key, id));
        } else {
            notFound(request);
        }
    }

    private void upload(HttpServerRequest request, Key key) {
        String address = request.remoteAddress().hostAddress();
        uploads.take(request)
                .onSuccess(upload -> run(request, () -> {
                    try (upload) {
                        return calls.upload(key, address, upload);
                    }
                }))
                .onFailure(cause -> failed(request, cause));
    }

    private void submit(HttpServerRequest request, Key key) {
        String address = request.remoteAddress().hostAddress();
        Language configured = parts.snapshot().get().language();
        String accepted = request.headers().get(HttpHeaders.ACCEPT_LANGUAGE);
        Language language = accepted == null ? configured : Language.preferred(accepted, configured);
        BodyReader.read(request, BODY_BYTES_MAX, () -> {})
                .onSuccess(body -> run(
                        request,
                        () -> calls.submit(new Submission.Asked(
                                key, address, language, new String(body.toBytes(), StandardCharsets.UTF_8)))))
                .onFailure(cause -> failed(request, cause));
    }

    /** Answers with what {@code work} gives, done on a thread of its own. */
    private void run(HttpServerRequest request, Callable<ProviderFiles.Said> work) {
        threads.execute(() -> guarded(request, () -> {
            ProviderFiles.Said said = work.call();
            request.response()
                    .setStatusCode(said.status())
                    .putHeader(HttpHeaders.CONTENT_TYPE, Answers.JSON)
                    .end(Answers.buffer(Slice.of(said.body().getBytes(StandardCharsets.UTF_8))));
            return true;
        }));
    }

    private static void guarded(HttpServerRequest request, Callable<Boolean> work) {
        try {
            var _ = work.call();
        } catch (Exception e) {
            failed(request, e);
        }
    }

    private static void failed(HttpServerRequest request, Throwable cause) {
        Refusal refusal =
                switch (cause) {
                    case RefusedException refused -> refused.refusal();
                    case JacksonException malformed -> Refusal.field("body", "The body is no JSON object.");
                    case JournalUnavailableException unavailable ->
                        new Refusal(
                                ErrorCode.JOURNAL_UNAVAILABLE,
                                "The books can't be written now; nothing was sent.",
                                "",
                                1);
                    case IOException io -> {
                        LOG.warn("{} {} failed: {}", request.method(), request.path(), io.toString());
                        yield Refusal.of(ErrorCode.UPSTREAM_ERROR, "The provider could not be reached or broke off.");
                    }
                    default -> {
                        LOG.error("{} {} failed", request.method(), request.path(), cause);
                        yield Refusal.of(ErrorCode.INTERNAL_ERROR, "The gateway failed; see its log.");
                    }
                };
        Answers.refuse(request.response(), refusal);
    }

    private static void notFound(HttpServerRequest request) {
        Answers.refuse(
                request.response(),
                Refusal.of(
                        ErrorCode.NOT_FOUND, "There is nothing at " + request.path() + " (" + request.method() + ")."));
    }

    @Override
    public void close() {
        poller.close();
        files.close();
        threads.shutdownNow();
        threads.close();
    }
}
