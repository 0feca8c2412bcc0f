package dev.mizan.relay;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Protocol;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.StreamEvent;
import dev.mizan.dialect.WireFormat;
import dev.mizan.dialect.anthropic.HostedBody;
import dev.mizan.provider.Outgoing;
import dev.mizan.provider.ProviderSettings.Kind;
import dev.mizan.translation.StreamTranslator;
import dev.mizan.translation.Translation;
import dev.mizan.translation.Translations;
import dev.mizan.wire.Slice;
import dev.mizan.wire.StreamScanner;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one attempt's call and answer get across: as they are where caller and provider speak the same, else translated.
 * Belongs to one event loop.
 */
final class Transfer {
    static final Refusal UNTRANSLATED =
            Refusal.of(ErrorCode.UPSTREAM_ERROR, "The provider's answer could not be translated.");

    private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);
    private static final CharSequence BETA = HttpHeaders.createOptimized("anthropic-beta");
    private static final long MILLIS_PER_SECOND = 1_000;

    private final Exchange exchange;
    private final DeploymentMeter meter;
    private final String model;
    private final @Nullable Translation translation;
    private final Kind kind;
    private @Nullable Outgoing outgoing;

    /** @param kind the provider's */
    Transfer(Exchange exchange, DeploymentMeter meter, String model, Kind kind) {
        this.kind = kind;
        this.exchange = exchange;
        this.meter = meter;
        this.model = model;
        this.translation = Translations.of(callerFormat(), format()).orElse(null);
    }

    /** Whether calls of {@code route} can be made in {@code format}. */
    static boolean isPossible(Route route, WireFormat format) {
        return route.format() == format
                || (route.isChat() && Translations.of(route.format(), format).isPresent());
    }

    /** The route by which the provider is called. */
    Route route() {
        Route asked = exchange.request.route();
        if (translation == null) {
            return asked;
        }
        return switch (format()) {
            case ANTHROPIC_MESSAGES -> Route.MESSAGES;
            case GEMINI -> exchange.request.streaming() ? Route.STREAM_GENERATE_CONTENT : Route.GENERATE_CONTENT;
            case OPENAI_CHAT, OPENAI_RESPONSES, OLLAMA, BEDROCK_CONVERSE -> Route.CHAT_COMPLETIONS;
        };
    }

    /** Makes the body that is sent; empty if that can be done, else why it can't. */
    Optional<Refusal> prepare(HttpServerRequest caller) {
        try {
            outgoing = new Outgoing(route(), format(), model, exchange.request.streaming(), made(caller));
            return Optional.empty();
        } catch (RefusedException e) {
            return Optional.of(e.refusal());
        }
    }

    /** What is sent, after {@link #prepare}. */
    Outgoing outgoing() {
        Outgoing made = outgoing;
        if (made == null) {
            throw new IllegalStateException("outgoing: nothing was prepared");
        }
        return made;
    }

    /** Whether the caller gets its answer in another form than it came in. */
    boolean isChanged() {
        return translation != null || isHosted();
    }

    /** Whether a cloud hosts Anthropic's model, in a form of its own. */
    private boolean isHosted() {
        return format() == WireFormat.ANTHROPIC_MESSAGES && (kind == Kind.BEDROCK || kind == Kind.VERTEX);
    }

    private Slice made(HttpServerRequest caller) {
        Slice plain = plain();
        if (!isHosted()) {
            return plain;
        }
        return kind == Kind.BEDROCK
                ? HostedBody.of(plain, "bedrock-2023-05-31", Set.of("model", "stream"), betas(caller))
                : HostedBody.of(plain, "vertex-2023-10-16", Set.of("model"), List.of());
    }

    /** What the caller asks for that Anthropic's clients say in a header. */
    private static List<String> betas(HttpServerRequest caller) {
        String named = caller.headers().get(BETA);
        return named == null ? List.of() : List.of(named.strip().split("\\s*,\\s*", -1));
    }

    private Slice plain() {
        String field = meter.outputField(route());
        long output = exchange.sentOutputTokens(meter);
        Translation translating = translation;
        if (translating == null) {
            return exchange.request.bodyFor(model, meter.modelJson(), output, field);
        }
        // A format that must be told a limit is told the one that was reserved.
        boolean isNeeded = exchange.request.maxOutputTokens() < 0 && output < 0;
        return translating.request(
                exchange.request.body(),
                new Translation.Target(
                        model,
                        isNeeded ? exchange.outputTokens(meter) : output,
                        field,
                        exchange.request.streaming(),
                        exchange.alias.dropsUnsupported(),
                        // Vertex AI refuses them as fields that it does not know.
                        kind != Kind.VERTEX));
    }

    /**
     * A whole answer as the caller understands it.
     *
     * @throws RefusedException (502) if it is none
     */
    Slice answer(Slice upstream) {
        Translation translating = translation;
        if (translating == null) {
            return upstream;
        }
        try {
            return translating.answer(upstream, call());
        } catch (RefusedException e) {
            throw e;
        } catch (RuntimeException e) {
            // The provider is paid all the same: the call must get to its line.
            LOG.error("An answer in the format {} could not be translated", format().label(), e);
            throw UNTRANSLATED.thrown();
        }
    }

    /** A provider's error as the caller understands it. */
    Slice error(int status, Slice upstream) {
        Translation translating = translation;
        if (translating != null) {
            return translating.error(status, upstream);
        }
        return isHosted() ? Translations.error(callerFormat(), status, upstream) : upstream;
    }

    /**
     * What a stream says that begins with an error instead of an answer; empty where it begins well. Only of streams
     * that are no server-sent events: their providers find out after they have said 200.
     */
    Optional<Slice> refusal(Slice first) {
        if (format() != WireFormat.OLLAMA && kind != Kind.BEDROCK) {
            return Optional.empty();
        }
        Protocol protocol = meter.protocol(exchange.request.route());
        Opening opening = new Opening();
        protocol.scanner((text, from, to) -> from).feed(first, opening);
        return Optional.ofNullable(opening.event)
                .map(protocol::event)
                .filter(event -> event.kind() == StreamEvent.Kind.ERROR)
                .map(StreamEvent::data);
    }

    /** The first event of a stream. */
    private static final class Opening implements StreamScanner.Sink {
        private @Nullable Slice event;

        @Override
        public void plain(Slice run) {
            // Too long to be an error.
        }

        @Override
        public void marked(Slice marked) {
            event = event == null ? marked : event;
        }
    }

    /** Translates the answer's stream; empty where it is relayed as it comes. */
    Optional<StreamTranslator> stream() {
        return Optional.ofNullable(translation).map(translating -> translating.stream(call()));
    }

    private WireFormat format() {
        return meter.protocol(exchange.request.route()).format();
    }

    private WireFormat callerFormat() {
        return exchange.request.route().format();
    }

    private Translation.Call call() {
        return new Translation.Call(
                exchange.arrival.requestId(),
                exchange.request.model(),
                exchange.arrival.millis() / MILLIS_PER_SECOND,
                exchange.request.route());
    }
}
