package dev.mizan.relay;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.StreamTranslator;
import dev.mizan.translation.Translation;
import dev.mizan.translation.Translations;
import dev.mizan.wire.Slice;
import java.util.Optional;
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
    private static final long MILLIS_PER_SECOND = 1_000;

    private final Exchange exchange;
    private final DeploymentMeter meter;
    private final String model;
    private final @Nullable Translation translation;
    private @Nullable Slice body;

    Transfer(Exchange exchange, DeploymentMeter meter, String model) {
        this.exchange = exchange;
        this.meter = meter;
        this.model = model;
        this.translation =
                Translations.of(callerFormat(), meter.protocol().format()).orElse(null);
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
        return switch (meter.protocol().format()) {
            case ANTHROPIC_MESSAGES -> Route.MESSAGES;
            case GEMINI -> exchange.request.streaming() ? Route.STREAM_GENERATE_CONTENT : Route.GENERATE_CONTENT;
            case OPENAI_CHAT, OPENAI_RESPONSES, OLLAMA, BEDROCK_CONVERSE -> Route.CHAT_COMPLETIONS;
        };
    }

    /** Makes the body that is sent; empty if that can be done, else why it can't. */
    Optional<Refusal> prepare() {
        try {
            body = made();
            return Optional.empty();
        } catch (RefusedException e) {
            return Optional.of(e.refusal());
        }
    }

    /** The body that is sent, after {@link #prepare}. */
    Slice body() {
        Slice made = body;
        return made == null ? made() : made;
    }

    private Slice made() {
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
                        exchange.alias.dropsUnsupported()));
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
            LOG.error(
                    "An answer in the format {} could not be translated",
                    meter.protocol().format().label(),
                    e);
            throw UNTRANSLATED.thrown();
        }
    }

    /** A provider's error as the caller understands it. */
    Slice error(int status, Slice upstream) {
        Translation translating = translation;
        return translating == null ? upstream : translating.error(status, upstream);
    }

    /** Translates the answer's stream; empty where it is relayed as it comes. */
    Optional<StreamTranslator> stream() {
        return Optional.ofNullable(translation).map(translating -> translating.stream(call()));
    }

    private WireFormat callerFormat() {
        return exchange.request.route().format();
    }

    private Translation.Call call() {
        return new Translation.Call(
                exchange.arrival.requestId(), exchange.request.model(), exchange.arrival.millis() / MILLIS_PER_SECOND);
    }
}
