package dev.mizan.provider;

import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.provider.bedrock.ModelIds;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One provider of the configuration ({@code providers.NAME}). Prints its secret as {@code ***}.
 *
 * @param name its name in the configuration
 * @param baseUrl where it is, without a trailing slash, e.g. {@code https://api.openai.com/v1}; not used by
 *     {@code simulated} and {@code rules}
 * @param apiKey the operator's credential; empty if it needs none
 * @param apiVersion Azure's {@code api-version}; empty for the others
 * @param headers sent with every call, beside the credential
 * @param catalogue the provider's id in the price catalogue, e.g. {@code openai}
 * @param maxConnections connections to it per event loop, ≥ 1; default {@link #CONNECTIONS_DEFAULT}
 * @param simulated how the simulated provider behaves; ignored by the others
 * @param canned what a provider of kind {@code rules} answers; ignored by the others
 * @param own what only its kind has
 */
public record ProviderSettings(
        String name,
        Kind kind,
        URI baseUrl,
        String apiKey,
        String apiVersion,
        Map<String, String> headers,
        String catalogue,
        Timeouts timeouts,
        int maxConnections,
        Simulated simulated,
        CannedAnswers canned,
        KindSettings own) {
    /** Enough that open streams never wait for each other; connections that nobody needs are not opened. */
    public static final int CONNECTIONS_DEFAULT = 10_000;

    public ProviderSettings {
        headers = Map.copyOf(headers);
    }

    /** Of a kind that has nothing of its own. */
    public ProviderSettings(
            String name,
            Kind kind,
            URI baseUrl,
            String apiKey,
            String apiVersion,
            Map<String, String> headers,
            String catalogue,
            Timeouts timeouts,
            int maxConnections,
            Simulated simulated,
            CannedAnswers canned) {
        this(
                name,
                kind,
                baseUrl,
                apiKey,
                apiVersion,
                headers,
                catalogue,
                timeouts,
                maxConnections,
                simulated,
                canned,
                KindSettings.NONE);
    }

    /** What calls of {@code route} to {@code model} are written in. */
    public WireFormat format(Route route, String model) {
        return switch (kind) {
            case BEDROCK ->
                route == Route.MESSAGES && ModelIds.isAnthropic(model)
                        ? WireFormat.ANTHROPIC_MESSAGES
                        : WireFormat.BEDROCK_CONVERSE;
            case OLLAMA -> {
                boolean isNative = own instanceof KindSettings.Ollama(boolean chosen) && chosen;
                yield route.format() == WireFormat.OLLAMA || (isNative && route.isChat())
                        ? WireFormat.OLLAMA
                        : WireFormat.OPENAI_CHAT;
            }
            case VERTEX -> model.startsWith("claude") ? WireFormat.ANTHROPIC_MESSAGES : WireFormat.GEMINI;
            case ANTHROPIC -> WireFormat.ANTHROPIC_MESSAGES;
            case GEMINI -> WireFormat.GEMINI;
            case OPENAI, AZURE_OPENAI, OPENAI_COMPATIBLE ->
                route == Route.RESPONSES && hasResponses() ? WireFormat.OPENAI_RESPONSES : WireFormat.OPENAI_CHAT;
            case SIMULATED, RULES -> WireFormat.OPENAI_CHAT;
        };
    }

    /** Whether it has calls of {@code route} at all, in whatever format. */
    public boolean has(Route route) {
        return route != Route.MODERATIONS || kind == Kind.OPENAI || kind == Kind.OPENAI_COMPATIBLE;
    }

    private boolean hasResponses() {
        return own instanceof KindSettings.OpenAi(boolean chosen) ? chosen : kind != Kind.OPENAI_COMPATIBLE;
    }

    /** Whether this program itself answers: there is no upstream. */
    public boolean isBuiltIn() {
        return kind == Kind.SIMULATED || kind == Kind.RULES;
    }

    /**
     * The names by which the price of {@code model} is looked up, the first that is known counts.
     *
     * @param priceAs the model whose price it has; empty for its own
     */
    public List<String> pricedNames(String model, String priceAs) {
        List<String> names = new ArrayList<>();
        names.add(model);
        if (!priceAs.isEmpty()) {
            names.add(priceAs);
        }
        if (kind == Kind.BEDROCK) {
            ModelIds.addPriced(priceAs.isEmpty() ? model : priceAs, names);
        }
        return names;
    }

    /** The same at another address. */
    public ProviderSettings withBaseUrl(URI other) {
        return with(other, own);
    }

    /** The same with what only its kind has. */
    public ProviderSettings withOwn(KindSettings other) {
        return with(baseUrl, other);
    }

    private ProviderSettings with(URI address, KindSettings ownSettings) {
        return new ProviderSettings(
                name,
                kind,
                address,
                apiKey,
                apiVersion,
                headers,
                catalogue,
                timeouts,
                maxConnections,
                simulated,
                canned,
                ownSettings);
    }

    /** The kinds of provider. */
    public enum Kind {
        OPENAI("openai"),
        OPENAI_COMPATIBLE("openai-compatible"),
        AZURE_OPENAI("azure-openai"),
        OLLAMA("ollama"),
        SIMULATED("simulated"),
        RULES("rules"),
        ANTHROPIC("anthropic"),
        GEMINI("gemini"),
        BEDROCK("bedrock"),
        VERTEX("vertex");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** The name in the configuration. */
        public String label() {
            return label;
        }
    }

    /**
     * How long to wait.
     *
     * @param connect for a connection; default 5 s
     * @param firstByte from the request sent to the answer's first byte; default 120 s
     * @param idle between two chunks of an answer; default 60 s
     * @param total for one attempt; default 600 s
     */
    public record Timeouts(Duration connect, Duration firstByte, Duration idle, Duration total) {
        /** What holds where nothing is configured. */
        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(120), Duration.ofSeconds(60), Duration.ofSeconds(600));
    }

    /**
     * How the simulated provider answers. A call's {@code metadata} may override each by {@code simulated_…} keys.
     *
     * @param outputTokens tokens of an answer unless {@code max_tokens} is lower, ≥ 0; default 64
     * @param firstToken time to the first token; default 20 ms
     * @param tokensPerSecond speed of a stream, ≥ 1; default 200
     * @param fault what goes wrong; default {@code none}
     * @param faultPercent how many calls in a hundred it happens to, 0 to 100; default 100
     */
    public record Simulated(int outputTokens, Duration firstToken, int tokensPerSecond, Fault fault, int faultPercent) {
        /** What holds where nothing is configured. */
        public static final Simulated DEFAULT = new Simulated(64, Duration.ofMillis(20), 200, Fault.NONE, 100);
    }

    /** What the simulated provider can do wrong. */
    public enum Fault {
        NONE,
        /** HTTP 500. */
        ERROR,
        /** HTTP 429 with {@code Retry-After}. */
        RATE_LIMIT,
        /** Never answers. */
        HANG,
        /** A stream or body that ends in the middle. */
        CUT,
        /** An answer without usage. */
        NO_USAGE;

        /** The name in the configuration: lower case, with underscores. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String toString() {
        return "ProviderSettings[name=" + name + ", kind=" + kind.label() + ", baseUrl=" + baseUrl + ", apiKey="
                + (apiKey.isEmpty() ? "" : "***") + ", catalogue=" + catalogue + "]";
    }
}
