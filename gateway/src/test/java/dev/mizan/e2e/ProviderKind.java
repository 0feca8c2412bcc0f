package dev.mizan.e2e;

import dev.mizan.upstream.Answer;
import dev.mizan.upstream.AnthropicAnswer;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.ChatAnswer.Flavour;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.GeminiAnswer;
import dev.mizan.upstream.SignedOnly;
import dev.mizan.upstream.VertexAnswer;
import java.nio.file.Path;
import java.util.Locale;

/** The kinds of provider that answer calls, each with an alias of its own name in front of it. */
enum ProviderKind {
    OPENAI(ProviderWire.CHAT, "gpt-4o-mini", "kind: openai, base_url: \"V1\", api_key: KEY", "/v1/chat/completions"),
    COMPATIBLE(
            ProviderWire.CHAT,
            "gpt-4o-mini",
            "kind: openai-compatible, base_url: \"V1\", api_key: KEY",
            "/v1/chat/completions"),
    AZURE(
            ProviderWire.CHAT,
            "gpt-4o-mini",
            "kind: azure-openai, base_url: \"ORIGIN\", api_key: KEY",
            "/openai/deployments/gpt-4o-mini/chat/completions"),
    ANTHROPIC(
            ProviderWire.MESSAGES,
            "claude-haiku-4-5",
            "kind: anthropic, base_url: \"ORIGIN\", api_key: KEY",
            "/v1/messages"),
    GEMINI(
            ProviderWire.GENERATE_CONTENT,
            "gemini-2.0-flash",
            "kind: gemini, base_url: \"ORIGIN\", api_key: KEY",
            "/v1beta/models/gemini-2.0-flash:"),
    BEDROCK(
            ProviderWire.CONVERSE,
            "amazon.nova-lite-v1:0",
            "kind: bedrock, base_url: \"ORIGIN\", region: us-west-2, access_key_id: AKIDEXAMPLE, secret_access_key: KEY",
            "/model/amazon.nova-lite-v1%3A0/converse"),
    /** Reached with Anthropic's bodies by Anthropic's callers, with Converse by others. */
    BEDROCK_CLAUDE(
            ProviderWire.CONVERSE,
            "us.anthropic.claude-haiku-4-5-20251001-v1:0",
            "kind: bedrock, base_url: \"ORIGIN\", region: us-west-2, access_key_id: AKIDEXAMPLE, secret_access_key: KEY",
            "/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/"),
    VERTEX(
            ProviderWire.GENERATE_CONTENT,
            "gemini-2.0-flash",
            "kind: vertex, base_url: \"ORIGIN\", location: europe-west4, credentials: \"KEYFILE\"",
            "/v1/projects/acme-prod/locations/europe-west4/publishers/google/models/gemini-2.0-flash:"),
    VERTEX_CLAUDE(
            ProviderWire.MESSAGES,
            "claude-haiku-4-5@20251001",
            "kind: vertex, base_url: \"ORIGIN\", location: europe-west4, credentials: \"KEYFILE\"",
            "/v1/projects/acme-prod/locations/europe-west4/publishers/anthropic/models/claude-haiku-4-5@20251001:"),
    OLLAMA(ProviderWire.OLLAMA_CHAT, "llama3.2", "kind: ollama, api: native, base_url: \"ORIGIN\"", "/api/chat"),
    OLLAMA_OPENAI(ProviderWire.CHAT, "llama3.2", "kind: ollama, base_url: \"V1\"", "/v1/chat/completions");

    private final ProviderWire wire;
    private final String model;
    private final String settings;
    private final String path;

    ProviderKind(ProviderWire wire, String model, String settings, String path) {
        this.wire = wire;
        this.model = model;
        this.settings = settings;
        this.path = path;
    }

    /** The alias that reaches it, and the name of the provider. */
    String alias() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it speaks, unless the caller's format is another that it has. */
    ProviderWire wire() {
        return wire;
    }

    /** What the path of a call starts with. */
    String path() {
        return path;
    }

    /** {@code answer} with this kind's own ways: what it checks of a request, and what it adds. */
    Answer own(Answer answer) {
        return switch (this) {
            case AZURE -> answer instanceof ChatAnswer chat ? chat.flavour(Flavour.AZURE) : answer;
            case OLLAMA_OPENAI -> answer instanceof ChatAnswer chat ? chat.flavour(Flavour.OLLAMA) : answer;
            case BEDROCK, BEDROCK_CLAUDE ->
                new SignedOnly("AKIDEXAMPLE", Gateway.UPSTREAM_KEY, "", "us-west-2", answer);
            case VERTEX ->
                answer instanceof GeminiAnswer gemini ? new VertexAnswer(gemini, AnthropicAnswer.of()) : answer;
            case VERTEX_CLAUDE ->
                answer instanceof AnthropicAnswer anthropic ? new VertexAnswer(GeminiAnswer.of(), anthropic) : answer;
            case OPENAI, COMPATIBLE, ANTHROPIC, GEMINI, OLLAMA -> answer;
        };
    }

    /**
     * A configuration with a provider and an alias of each kind at {@code upstream}, and the aliases {@code canned} and
     * {@code simulated}.
     *
     * @param googleKey a service account's key file
     */
    static String configuration(FakeUpstream upstream, Path googleKey) {
        StringBuilder providers = new StringBuilder("providers:\n");
        StringBuilder models = new StringBuilder("models:\n");
        StringBuilder prices = new StringBuilder("prices:\n");
        for (ProviderKind kind : values()) {
            String settings = kind.settings
                    .replace("ORIGIN", upstream.origin().toString())
                    .replace("V1", upstream.v1().toString())
                    .replace("KEYFILE", googleKey.toString())
                    .replace(": KEY", ": " + Gateway.UPSTREAM_KEY);
            providers.append("  %s: {%s}\n".formatted(kind.alias(), settings));
            models.append(
                    "  %s: {retries: 0, deployments: [\"%s/%s\"]}\n".formatted(kind.alias(), kind.alias(), kind.model));
            prices.append(
                    "  - {provider: %s, model: \"*\", input: 2, output: 8, cache_read: 0.5}\n".formatted(kind.alias()));
        }
        providers.append("""
                canned: {kind: rules, rules: [{match: scales, answer: Hello there!}], otherwise: No.}
                simulated: {kind: simulated, output_tokens: 4, first_token: 1ms, tokens_per_second: 1000}
                """.indent(2));
        models.append("  canned: canned/rules\n  simulated: simulated/simulated\n");
        return providers.append(models).append(prices).toString();
    }
}
