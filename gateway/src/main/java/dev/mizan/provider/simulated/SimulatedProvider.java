package dev.mizan.provider.simulated;

import dev.mizan.provider.ProviderSettings;
import dev.mizan.provider.ProviderSettings.Fault;
import dev.mizan.provider.ProviderSettings.Kind;
import dev.mizan.provider.ProviderSettings.Simulated;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import tools.jackson.core.JacksonException;

/**
 * The providers of kinds {@code simulated} and {@code rules}: an OpenAI-speaking server on the loopback interface, so
 * that such a call goes the same way as any other. The same call has the same answer. Safe for use by many threads.
 */
public final class SimulatedProvider {
    private static final String HOST = "127.0.0.1";
    private static final int BODY_BYTES_MAX = 64 << 20;
    private static final int RETRY_AFTER_SECONDS = 1;

    private final Vertx vertx;
    private final HttpServer server;
    private final Function<String, Optional<ProviderSettings>> behaviours;
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<String, RuleBook> books = new ConcurrentHashMap<>();

    /**
     * A simulated provider that does not listen yet.
     *
     * @param behaviours how the provider of a name behaves; asked at every call
     */
    public SimulatedProvider(Vertx vertx, Function<String, Optional<ProviderSettings>> behaviours) {
        this.vertx = vertx;
        this.behaviours = behaviours;
        this.server =
                vertx.createHttpServer(new HttpServerOptions().setHost(HOST).setPort(0));
        server.requestHandler(this::take);
    }

    /** Starts to listen on a free port. */
    public Future<Void> start() {
        return server.listen().mapEmpty();
    }

    /** Stops. */
    public Future<Void> close() {
        return server.close();
    }

    /** {@code settings} with the address of this server; unchanged if they are of another kind. */
    public ProviderSettings addressed(ProviderSettings settings) {
        return settings.isBuiltIn()
                ? settings.withBaseUrl(URI.create("http://" + HOST + ":" + server.actualPort() + "/" + settings.name()))
                : settings;
    }

    private void take(HttpServerRequest request) {
        String[] path = request.path().split("/", 3);
        Optional<ProviderSettings> known = behaviours.apply(path[1]);
        if (known.isEmpty()) {
            refuse(request.response(), 404, "not_found_error", "This provider has been removed.");
            return;
        }
        ProviderSettings settings = known.get();
        Simulated behaviour = settings.simulated();
        String route = "/" + path[2];
        request.body().onSuccess(body -> {
            if (body.length() > BODY_BYTES_MAX) {
                request.response().setStatusCode(413).end();
                return;
            }
            SimulatedCall call;
            try {
                Slice bytes = Slice.of(body.getBytes());
                call = SimulatedCall.read(bytes, behaviour);
                if (settings.kind() == Kind.RULES) {
                    call = call.answeredBy(book(settings).answer(bytes));
                }
            } catch (JacksonException e) {
                refuse(request.response(), 400, "invalid_request_error", "The body is not valid JSON.");
                return;
            }
            answer(request.response(), route, call, faultOf(behaviour));
        });
    }

    private RuleBook book(ProviderSettings settings) {
        return Objects.requireNonNull(books.compute(
                settings.name(),
                (name, known) ->
                        known != null && known.isOf(settings.canned()) ? known : new RuleBook(settings.canned())));
    }

    private Fault faultOf(Simulated behaviour) {
        if (behaviour.fault() == Fault.NONE || behaviour.faultPercent() <= 0) {
            return Fault.NONE;
        }
        int turn = Math.floorMod(calls.getAndIncrement(), 100);
        return turn < behaviour.faultPercent() ? behaviour.fault() : Fault.NONE;
    }

    private void answer(HttpServerResponse response, String route, SimulatedCall call, Fault fault) {
        switch (fault) {
            case ERROR -> refuse(response, 500, "server_error", "A simulated failure.");
            case RATE_LIMIT -> {
                response.putHeader("retry-after", Integer.toString(RETRY_AFTER_SECONDS));
                refuse(response, 429, "rate_limit_error", "A simulated rate limit.");
            }
            case HANG -> {}
            case NONE, CUT, NO_USAGE -> {
                long firstMillis = call.firstTokenMillis();
                after(firstMillis, () -> begin(response, route, call, fault));
            }
        }
    }

    private void begin(HttpServerResponse response, String route, SimulatedCall call, Fault fault) {
        boolean usage = fault != Fault.NO_USAGE;
        if (route.equals("/embeddings") && call.isCanned()) {
            refuse(response, 400, "invalid_request_error", "A provider of rules answers chats and completions only.");
        } else if (route.equals("/embeddings")) {
            whole(response, call.embeddings(usage), fault);
        } else if (!call.streaming()) {
            byte[] body = route.equals("/completions") ? call.completion(usage) : call.chat(usage);
            after(call.generationMillis(), () -> whole(response, body, fault));
        } else {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            boolean chat = !route.equals("/completions");
            next(response, call, chat, fault, 0);
        }
    }

    private static void whole(HttpServerResponse response, byte[] body, Fault fault) {
        response.putHeader("content-type", "application/json");
        if (fault == Fault.CUT) {
            response.putHeader("content-length", Integer.toString(body.length));
            response.write(Buffer.buffer(body).slice(0, body.length / 2)).onComplete(w -> response.reset());
        } else {
            response.end(Buffer.buffer(body));
        }
    }

    private void next(HttpServerResponse response, SimulatedCall call, boolean chat, Fault fault, int index) {
        if (response.closed() || response.ended()) {
            return;
        }
        if (fault == Fault.CUT && index >= call.outputTokens() / 2) {
            response.reset();
            return;
        }
        if (index >= call.outputTokens()) {
            Buffer last = Buffer.buffer(call.lastChunk(chat));
            if (call.usageAsked() && fault != Fault.NO_USAGE) {
                last.appendBytes(call.usageChunk(chat));
            }
            response.end(last.appendString("data: [DONE]\n\n"));
            return;
        }
        int count = Math.min(call.tokensPerChunk(), call.outputTokens() - index);
        Buffer chunk = Buffer.buffer();
        for (int i = 0; i < count; i++) {
            chunk.appendBytes(call.chunk(chat, index + i));
        }
        response.write(chunk);
        after(call.chunkMillis(), () -> next(response, call, chat, fault, index + count));
    }

    private void after(long millis, Runnable action) {
        if (millis <= 0) {
            action.run();
        } else {
            vertx.setTimer(millis, id -> action.run());
        }
    }

    private static void refuse(HttpServerResponse response, int status, String type, String message) {
        response.setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(Buffer.buffer(Json.bytes(json -> json.writeStartObject()
                        .writeObjectPropertyStart("error")
                        .writeStringProperty("message", message)
                        .writeStringProperty("type", type)
                        .writeNullProperty("param")
                        .writeNullProperty("code")
                        .writeEndObject()
                        .writeEndObject())));
    }
}
