package dev.mizan.batch;

import dev.mizan.admission.Admission;
import dev.mizan.admission.Bounds;
import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.Protocols;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.Route;
import dev.mizan.price.Bound;
import dev.mizan.price.Reach;
import dev.mizan.provider.ProviderSettings.Kind;
import dev.mizan.relay.Snapshot;
import dev.mizan.routing.Alias;
import dev.mizan.routing.Deployment;
import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Json;
import dev.mizan.wire.JsonSpan;
import dev.mizan.wire.Slice;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Reads a batch's input file line by line and writes what the provider is sent: the upstream model's name, and a limit
 * of output where a line has none, so that the sum of the lines' bounds holds. Reads one file; not safe for use by many
 * threads.
 */
final class InputFile {
    /** As many as OpenAI takes (https://platform.openai.com/docs/guides/batch). */
    static final int LINES_MAX = 50_000;

    private static final Set<Route> ROUTES =
            EnumSet.of(Route.CHAT_COMPLETIONS, Route.COMPLETIONS, Route.EMBEDDINGS, Route.RESPONSES);

    private final Snapshot snapshot;
    private final BiConsumer<String, String> permission;
    private final long nowMillis;
    private final Set<String> customIds = new HashSet<>();
    private @Nullable Alias alias;
    private @Nullable Deployment deployment;
    private long inputTokens;
    private long outputTokens;
    private long costNanos;
    private String unbounded = "";
    private String endpoint = "";

    /**
     * What a file holds.
     *
     * @param deployment what answers it
     */
    record Read(Alias alias, Deployment deployment, BatchFile.Bound bound) {}

    /** @param permission throws if the caller may not call an alias by a path */
    InputFile(Snapshot snapshot, BiConsumer<String, String> permission, long nowMillis) {
        this.snapshot = snapshot;
        this.permission = permission;
        this.nowMillis = nowMillis;
    }

    /** Reads {@code from} and writes {@code to}; throws {@link RefusedException} for what can't be sent. */
    Read read(Path from, Path to) throws IOException {
        int lines = 0;
        try (JsonLines in = new JsonLines(Files.newInputStream(from));
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(to), 1 << 16)) {
            for (Optional<Slice> line = next(in); line.isPresent(); line = next(in)) {
                lines++;
                try {
                    line(line.get(), out);
                } catch (JacksonException e) {
                    throw wrong(in.number(), "is no JSON object");
                } catch (RefusedException e) {
                    Refusal refusal = e.refusal();
                    throw new Refusal(
                                    refusal.code(),
                                    "Line " + in.number() + ": " + refusal.message(),
                                    refusal.param(),
                                    refusal.retryAfterSeconds())
                            .thrown();
                } catch (ArithmeticException e) {
                    throw wrong(in.number(), "makes the file's bound too large");
                }
                if (lines > LINES_MAX) {
                    throw wrong(in.number(), "is one too many (expected: at most " + LINES_MAX + " lines)");
                }
            }
        }
        Alias named = alias;
        Deployment chosen = deployment;
        if (named == null || chosen == null) {
            throw Refusal.field("file", "The file is empty (expected: a JSON object in each line).")
                    .thrown();
        }
        return new Read(named, chosen, new BatchFile.Bound(lines, inputTokens, outputTokens, costNanos, unbounded));
    }

    private static Optional<Slice> next(JsonLines in) throws IOException {
        try {
            return in.next();
        } catch (IOException tooLong) {
            throw Refusal.field("file", "The file can't be read: " + tooLong.getMessage() + ".")
                    .thrown();
        }
    }

    private static RefusedException wrong(int number, String what) {
        return Refusal.field("file", "Line " + number + " " + what + ".").thrown();
    }

    private void line(Slice line, OutputStream out) throws IOException {
        JsonSpan span = JsonSpan.of(line);
        JsonSpan id = span.field("custom_id")
                .orElseThrow(() -> Refusal.field("custom_id", "'custom_id' is missing (expected: a text).")
                        .thrown());
        byte[] customId = new Slice(line.array(), line.from() + id.from(), line.from() + id.to()).toBytes();
        if (!customIds.add(CustomId.text(customId))) {
            throw Refusal.field("custom_id", "'custom_id' stands twice in the file (expected: once).")
                    .thrown();
        }
        Route route = route(span.text("url"));
        JsonSpan body = span.field("body")
                .orElseThrow(() -> Refusal.field("body", "'body' is missing (expected: an object).")
                        .thrown());
        Slice question =
                Slice.of(new Slice(line.array(), line.from() + body.from(), line.from() + body.to()).toBytes());
        CallRequest request = Protocols.of(route.format()).read(route, question, "");
        Deployment target = target(request);
        long output = outputTokens(request, target);
        add(request, target, output);
        boolean isLimited = route != Route.EMBEDDINGS && request.maxOutputTokens() < 0;
        Slice sent = request.bodyFor(
                target.model(),
                Json.string(target.model()),
                isLimited ? output : CallRequest.AS_IT_IS,
                snapshot.outputField(target, route));
        out.write(Json.raw("{\"custom_id\":"));
        out.write(customId);
        out.write(Json.raw(",\"method\":\"POST\",\"url\":\"" + route.path() + "\",\"body\":"));
        out.write(sent.array(), sent.from(), sent.length());
        out.write(Json.raw("}\n"));
    }

    private Route route(String url) {
        for (Route route : ROUTES) {
            if (route.path().equals(url) && (endpoint.isEmpty() || endpoint.equals(url))) {
                endpoint = url;
                return route;
            }
        }
        throw Refusal.field(
                        "url",
                        "'url' is '" + url + "' (expected: one of "
                                + ROUTES.stream().map(Route::path).toList() + ", the same in every line).")
                .thrown();
    }

    private Deployment target(CallRequest request) {
        Alias known = alias;
        if (known == null) {
            known = snapshot.aliases().find(request.model()).orElseThrow(() -> Admission.unknownModel(request.model()));
            alias = known;
            deployment = known.deployments().stream()
                    .filter(one ->
                            takesBatches(snapshot.provider(one.provider()).kind()))
                    .findFirst()
                    .orElseThrow(() -> Refusal.field(
                                    "model",
                                    "The model '" + request.model() + "' takes no batches (expected: one of a"
                                            + " provider of kind openai or openai-compatible).")
                            .thrown());
        }
        if (!known.name().equals(request.model())) {
            throw Refusal.field(
                            "model",
                            "'model' is '" + request.model() + "' (expected: '" + known.name()
                                    + "' in every line of the file).")
                    .thrown();
        }
        if (request.streaming()) {
            throw Refusal.field("stream", "'stream' is true (expected: batches are not streamed).")
                    .thrown();
        }
        permission.accept(known.name(), request.route().path());
        Deployment target = deployment;
        if (target == null) {
            throw new IllegalStateException("deployment: none (expected: one with the alias)");
        }
        return target;
    }

    private static boolean takesBatches(Kind kind) {
        return kind == Kind.OPENAI || kind == Kind.OPENAI_COMPATIBLE;
    }

    private long outputTokens(CallRequest request, Deployment target) {
        Alias known = alias;
        return request.maxOutputTokens() >= 0 || known == null
                ? Math.max(0, request.maxOutputTokens())
                : snapshot.outputTokensMax(known, target);
    }

    private void add(CallRequest request, Deployment target, long output) {
        Usage bound = Bounds.bound(request, target.model(), output);
        Reach reach = new Reach(Bounds.reach(request).units(), EnumSet.of(ServiceTier.BATCH));
        long cost = snapshot.prices(target)
                .map(prices -> prices.bound(bound, nowMillis, reach))
                .map(priced -> priced instanceof Bound.Known(var amount) ? amount.nanos() : 0L)
                .orElse(0L);
        inputTokens = Math.addExact(inputTokens, bound.inputTokens());
        outputTokens = Math.addExact(outputTokens, bound.outputTokens());
        costNanos = Math.addExact(costNanos, cost);
        unbounded = unbounded.isEmpty() ? request.extent().unbounded() : unbounded;
    }
}
