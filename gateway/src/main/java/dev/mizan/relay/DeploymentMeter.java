package dev.mizan.relay;

import dev.mizan.admission.Bounds;
import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.Protocol;
import dev.mizan.dialect.Protocols;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.ledger.Cost;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.Bound;
import dev.mizan.price.ModelPrices;
import dev.mizan.price.Priced;
import dev.mizan.price.Receipt;
import dev.mizan.provider.ProviderSettings;
import dev.mizan.routing.Deployment;
import dev.mizan.usage.TokenCounter;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageReader;
import dev.mizan.usage.UsageReading;
import dev.mizan.usage.UsageSource;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * How one deployment's calls are metered: which reader its usage has, how its tokens are counted where there is none,
 * and what they cost. Made once a configuration. Safe for use by many threads.
 */
final class DeploymentMeter {
    private static final int LEARN_EVERY = 64;

    /** A tokenizer takes about 2 µs a character of odd text: a fifth of a second in all. */
    private static final int COUNTED_CHARACTERS_MAX = 100_000;

    /** What OpenAI's chat format adds (https://github.com/openai/openai-cookbook, "How to count tokens"). */
    private static final int TOKENS_PER_MESSAGE = 3;

    private static final int TOKENS_PER_ANSWER = 3;

    /**
     * Models that think before they answer, whether the call asks for it or not, by how their names begin or what is in
     * them.
     */
    private static final Pattern REASONING = Pattern.compile(
            "(?:.*/)?(?:o[134](?:-|$)|gpt-5(?!.*chat)).*|.*(?:reason|think|deepseek-r1|qwq|gemini-2\\.5|gemini-3).*");

    private final String model;
    private final boolean reasoning;
    private final boolean free;
    private final byte[] modelJson;
    private final Map<Route, Protocol> protocols = new EnumMap<>(Route.class);
    private final Map<Route, UsageReader> readers = new EnumMap<>(Route.class);
    private final Optional<ModelPrices> prices;
    private final String unpriced;
    private final TokenCounter counter;
    private final boolean exact;
    private final String outputField;
    private final UsualUse usual = new UsualUse();
    private final AtomicInteger calls = new AtomicInteger();

    /** Usage and how it is known. */
    record Metered(Usage usage, UsageSource source) {
        static final Metered NOTHING = new Metered(Usage.NONE, UsageSource.NONE);

        /** This, of an answer that broke off, with what the provider had said of its beginning. */
        Metered within(Usage stated) {
            long output = Math.max(usage.get(Unit.OUTPUT), stated.get(Unit.OUTPUT));
            return new Metered(stated.toBuilder().set(Unit.OUTPUT, output).build(), source);
        }
    }

    DeploymentMeter(
            Deployment deployment, ProviderSettings provider, Optional<ModelPrices> prices, TokenCounter counter) {
        this.model = deployment.model();
        this.outputField = switch (provider.kind()) {
            // The older name is refused by newer models of these two.
            case OPENAI, AZURE_OPENAI -> "max_completion_tokens";
            default -> "max_tokens";
        };
        this.reasoning = REASONING.matcher(model.toLowerCase(Locale.ROOT)).matches();
        this.free = provider.kind() == ProviderSettings.Kind.RULES;
        this.modelJson = Json.string(model);
        this.prices = prices;
        this.counter = counter;
        this.exact = counter.isExact(model);
        this.unpriced = "no price is known for model '" + model + "' of provider '" + provider.name() + "'";
        for (Route route : Route.values()) {
            WireFormat format = provider.format(route, model);
            protocols.put(route, Protocols.of(format));
            String flavor = format == route.format() ? route.flavor() : flavor(format);
            readers.put(
                    route,
                    UsageReader.of(provider.catalogue(), flavor)
                            .or(() -> UsageReader.of("", flavor))
                            .orElseThrow(() -> new IllegalStateException("flavor: " + flavor)));
        }
    }

    /** The shape of its usage, whatever the caller speaks. */
    private static String flavor(WireFormat format) {
        return switch (format) {
            case OPENAI_CHAT -> "chat";
            case ANTHROPIC_MESSAGES -> "anthropic";
            case GEMINI -> "gemini";
            case OLLAMA -> "ollama";
            case BEDROCK_CONVERSE -> "bedrock";
            case OPENAI_RESPONSES ->
                throw new IllegalStateException("format: " + format.label() + " (expected: one of a provider)");
        };
    }

    /** What the provider is spoken to in for calls of {@code route}. */
    Protocol protocol(Route route) {
        Protocol protocol = protocols.get(route);
        if (protocol == null) {
            throw new IllegalStateException("route: " + route);
        }
        return protocol;
    }

    /** The upstream model's name as a JSON string. */
    byte[] modelJson() {
        return modelJson;
    }

    /** Whether the model reasons of itself: its usage can't be counted from what it relays. */
    boolean isReasoning() {
        return reasoning;
    }

    Optional<ModelPrices> prices() {
        return prices;
    }

    /** Whether a price is known. */
    boolean isPriced() {
        return prices.isPresent();
    }

    /** What a call may produce at most where the caller did not say: the model's own limit, else {@code otherwise}. */
    long outputTokensMax(long otherwise) {
        return prices.map(known -> known.maxOutputTokens().orElse(otherwise)).orElse(otherwise);
    }

    /** The most tokens that the model reads and writes in one call, where the catalogue knows it. */
    OptionalLong contextWindow() {
        return prices.map(ModelPrices::contextWindow).orElse(OptionalLong.empty());
    }

    /** Whether {@link #countText} knows the model's tokenizer, and the call is text that it counts whole. */
    boolean countsExactly(CallRequest request) {
        return exact && request.extent().mediaBytes() == 0 && request.body().length() <= COUNTED_CHARACTERS_MAX;
    }

    /** Tokens of the whole body, taken as text: with its names and quotes no fewer than what is in them. */
    long countText(CallRequest request) {
        return counter.count(
                model,
                new String(
                        request.body().array(),
                        request.body().from(),
                        request.body().length(),
                        StandardCharsets.UTF_8));
    }

    /** Whether the model's own limit of output is known. */
    boolean limitsOutput() {
        return prices.isPresent() && prices.get().maxOutputTokens().isPresent();
    }

    String model() {
        return model;
    }

    /** The provider's own field for the limit of output of a call of {@code route}. */
    String outputField(Route route) {
        return switch (route) {
            case CHAT_COMPLETIONS -> outputField;
            case RESPONSES -> "max_output_tokens";
            default -> "max_tokens";
        };
    }

    /** What calls with so many bytes of text usually use, at most {@code bound}. */
    Usage usual(long textBytes, Usage bound) {
        return usual.of(textBytes, bound);
    }

    /** {@code bound}, widened by how much answers of this deployment went beyond theirs. */
    Usage widened(Usage bound) {
        // Rules use no tokens.
        return free ? Usage.NONE : usual.widened(bound);
    }

    /** Learns from a call what calls usually use, and by how much they may go beyond their bound. */
    void learn(long textBytes, Usage bound, Usage used) {
        usual.learn(textBytes, bound, used);
    }

    /** The dearest that {@code bound} of {@code request} can become; zero where no price is known. */
    NanoUsd reserved(CallRequest request, Usage bound, long atMillis) {
        if (prices.isEmpty()) {
            return NanoUsd.ZERO;
        }
        return switch (prices.get().bound(bound, atMillis, Bounds.reach(request))) {
            case Bound.Known(NanoUsd amount) -> amount;
            case Bound.Unknown(String reason) -> NanoUsd.ZERO;
        };
    }

    /** What {@code json} says about usage. */
    UsageReading read(Route route, Slice json) {
        UsageReader reader = readers.get(route);
        if (reader == null) {
            throw new IllegalStateException("route: " + route);
        }
        return reader.read(json.array(), json.from(), json.length());
    }

    /** The usage that a whole answer states, if it does. */
    Optional<Metered> stated(CallRequest request, Slice answer) {
        UsageReading reading = read(request.route(), answer);
        if (!reading.isComplete()) {
            return Optional.empty();
        }
        learn(request, answer, reading.usage());
        return Optional.of(new Metered(reading.usage(), UsageSource.PROVIDER));
    }

    /** The usage of a whole answer that states none. Takes its time: not for an event loop. */
    Metered counted(CallRequest request, Slice answer) {
        StringBuilder text = new StringBuilder();
        if (request.route().hasOutput()) {
            protocol(request.route()).text().addOutput(answer, text);
        }
        return counted(request, text.toString(), 0);
    }

    /** Tokens of the text in {@code body}, a call of {@code caller}'s. Takes its time: not for an event loop. */
    long countInput(Protocol caller, Slice body) {
        StringBuilder asked = new StringBuilder();
        caller.text().addInput(body, asked);
        return tokens(asked.toString(), 0) + TOKENS_PER_ANSWER;
    }

    /**
     * The usage of an answer of which only {@code text} is known, and that it goes on for {@code beyond} characters.
     * Takes its time: not for an event loop.
     */
    Metered counted(CallRequest request, String text, long beyond) {
        StringBuilder asked = new StringBuilder();
        Protocols.of(request.route().format()).text().addInput(request.body(), asked);
        long input = tokens(asked.toString(), 0) + (long) TOKENS_PER_MESSAGE * request.messages() + TOKENS_PER_ANSWER;
        long output = tokens(text, beyond);
        return new Metered(
                Usage.builder().set(Unit.INPUT, input).set(Unit.OUTPUT, output).build(), UsageSource.COUNTED);
    }

    /** What {@code metered} costs, against a reservation of {@code reserved}. */
    Cost cost(Metered metered, NanoUsd reserved, long atMillis, boolean charged) {
        if (metered.source() == UsageSource.NONE) {
            return Cost.NONE;
        }
        if (prices.isEmpty()) {
            return unpriced(unpriced);
        }
        return switch (prices.get().price(metered.usage(), atMillis)) {
            case Priced.Known(Receipt receipt) -> {
                NanoUsd total = receipt.totalCost();
                NanoUsd overrun = total.compareTo(reserved) > 0 ? total.minus(reserved) : NanoUsd.ZERO;
                yield new Cost(total, charged ? total : NanoUsd.ZERO, receipt, overrun, NanoUsd.ZERO, NanoUsd.ZERO, "");
            }
            case Priced.Unknown(String reason) -> unpriced(reason);
        };
    }

    /** The cost of an attempt whose outcome is unknown: what was reserved for it. */
    Cost assumed(NanoUsd reserved, boolean charged) {
        return new Cost(
                reserved,
                charged ? reserved : NanoUsd.ZERO,
                Receipt.NONE,
                NanoUsd.ZERO,
                NanoUsd.ZERO,
                NanoUsd.ZERO,
                prices.isEmpty() ? unpriced : "");
    }

    /**
     * Tokens of {@code text} and of {@code beyond} characters after it: counted as far as it takes no time that anyone
     * could notice, and the rest at the same ratio, rounded up.
     */
    private long tokens(String text, long beyond) {
        String head = text.length() <= COUNTED_CHARACTERS_MAX ? text : text.substring(0, COUNTED_CHARACTERS_MAX);
        long counted = counter.count(model, head);
        long rest = text.length() - head.length() + beyond;
        return rest == 0 ? counted : counted + Math.ceilDiv(rest * counted, Math.max(1, head.length()));
    }

    /** Lets one call in {@link #LEARN_EVERY} teach the counter how many characters a token of this model has. */
    private void learn(CallRequest request, Slice answer, Usage usage) {
        if (exact || !request.route().hasOutput() || calls.getAndIncrement() % LEARN_EVERY != 0) {
            return;
        }
        StringBuilder text = new StringBuilder();
        protocol(request.route()).text().addOutput(answer, text);
        counter.learn(model, text.length(), usage.outputTokens());
    }

    private static Cost unpriced(String reason) {
        return new Cost(NanoUsd.ZERO, NanoUsd.ZERO, Receipt.NONE, NanoUsd.ZERO, NanoUsd.ZERO, NanoUsd.ZERO, reason);
    }
}
