package dev.mizan;

import dev.mizan.config.Settings;
import dev.mizan.price.PriceCatalog;
import dev.mizan.provider.CannedAnswers;
import dev.mizan.provider.KindSettings;
import dev.mizan.provider.ProviderSettings;
import dev.mizan.provider.ProviderSettings.Fault;
import dev.mizan.provider.ProviderSettings.Kind;
import dev.mizan.provider.ProviderSettings.Simulated;
import dev.mizan.provider.ProviderSettings.Timeouts;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads {@code providers}. */
final class ProvidersReader {
    /** The API version that Azure OpenAI's stable calls have. */
    private static final String AZURE_API_VERSION = "2024-10-21";

    private static final List<String> ONLY_SIMULATED =
            List.of("output_tokens", "first_token", "tokens_per_second", "fault", "fault_percent");

    Map<String, ProviderSettings> read(Settings providers) {
        Map<String, ProviderSettings> read = new LinkedHashMap<>();
        providers.groups().forEach((name, provider) -> read.put(name, provider(name, provider)));
        return read;
    }

    private static ProviderSettings provider(String name, Settings provider) {
        Kind kind = kind(provider.text("kind", ""));
        String apiKey = provider.text("api_key", "");
        Map<String, String> headers = new LinkedHashMap<>();
        Settings group = provider.group("headers");
        group.groups().keySet().forEach(header -> headers.put(header, group.text(header, "")));
        if (kind != Kind.SIMULATED) {
            for (String setting : ONLY_SIMULATED) {
                if (provider.has(setting)) {
                    provider.refuse(setting, "set for kind " + kind.label() + " (expected: only for kind simulated)");
                }
            }
        }
        if (kind != Kind.AZURE_OPENAI && provider.has("api_version")) {
            provider.refuse("api_version", "set for kind " + kind.label() + " (expected: only for kind azure-openai)");
        }
        if (kind != Kind.OLLAMA && provider.has("api")) {
            provider.refuse("api", "set for kind " + kind.label() + " (expected: only for kind ollama)");
        }
        if (kind != Kind.RULES && (provider.has("rules") || provider.has("otherwise"))) {
            String setting = provider.has("rules") ? "rules" : "otherwise";
            provider.refuse(setting, "set for kind " + kind.label() + " (expected: only for kind rules)");
        }
        URI baseUrl = baseUrl(kind, provider);
        return new ProviderSettings(
                name,
                kind,
                baseUrl,
                apiKey.equals("none") ? "" : apiKey,
                provider.text("api_version", kind == Kind.AZURE_OPENAI ? AZURE_API_VERSION : ""),
                headers,
                provider.text("catalogue", catalogue(name, kind, baseUrl)),
                timeouts(provider.group("timeouts")),
                provider.integer("max_connections", ProviderSettings.CONNECTIONS_DEFAULT),
                simulated(provider),
                kind == Kind.RULES ? canned(provider) : CannedAnswers.NONE,
                own(kind, provider));
    }

    private static KindSettings own(Kind kind, Settings provider) {
        return switch (kind) {
            case OLLAMA ->
                new KindSettings.Ollama(provider.text("api", "openai").equals("native"));
            case OPENAI, OPENAI_COMPATIBLE, AZURE_OPENAI, SIMULATED, RULES, ANTHROPIC, GEMINI -> KindSettings.NONE;
        };
    }

    private static Kind kind(String label) {
        for (Kind kind : Kind.values()) {
            if (kind.label().equals(label)) {
                return kind;
            }
        }
        throw new IllegalStateException("kind: '" + label + "' (expected: one that the schema knows)");
    }

    /** The provider's id in the price catalogue, where nothing is configured. */
    private static String catalogue(String name, Kind kind, URI baseUrl) {
        return switch (kind) {
            case OPENAI -> "openai";
            case ANTHROPIC -> "anthropic";
            case GEMINI -> "google";
            case AZURE_OPENAI -> "azure";
            case OLLAMA -> "ollama";
            case OPENAI_COMPATIBLE -> PriceCatalog.shipped().providerOf(baseUrl).orElse(name);
            case SIMULATED, RULES -> name;
        };
    }

    private static URI baseUrl(Kind kind, Settings provider) {
        String byDefault =
                switch (kind) {
                    case OPENAI -> "https://api.openai.com/v1";
                    case ANTHROPIC -> "https://api.anthropic.com";
                    case GEMINI -> "https://generativelanguage.googleapis.com";
                    case OLLAMA -> "http://127.0.0.1:11434";
                    case SIMULATED -> "http://simulated";
                    case RULES -> "http://rules";
                    case AZURE_OPENAI, OPENAI_COMPATIBLE -> "";
                };
        String text = provider.text("base_url", byDefault);
        if (text.isEmpty()) {
            provider.refuse("", "has no 'base_url' (expected: one for kind " + kind.label() + ")");
        }
        try {
            URI address = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            if (address.getHost() == null && !text.isEmpty()) {
                provider.refuse("base_url", "'" + text + "' (expected: an address with a host)");
            }
            return address;
        } catch (IllegalArgumentException e) {
            provider.refuse("base_url", "'" + text + "' (expected: an http or https address)");
            return URI.create("http://refused");
        }
    }

    private static Timeouts timeouts(Settings timeouts) {
        Timeouts byDefault = Timeouts.DEFAULT;
        Duration min = Duration.ofMillis(1);
        Duration max = Duration.ofHours(24);
        return new Timeouts(
                timeouts.duration("connect", byDefault.connect(), min, max),
                timeouts.duration("first_byte", byDefault.firstByte(), min, max),
                timeouts.duration("idle", byDefault.idle(), min, max),
                timeouts.duration("total", byDefault.total(), min, max));
    }

    private static CannedAnswers canned(Settings provider) {
        List<CannedAnswers.Rule> rules = new ArrayList<>();
        for (Settings rule : provider.list("rules")) {
            String match = rule.text("match", "");
            try {
                rules.add(new CannedAnswers.Rule(Pattern.compile(match).pattern(), rule.text("answer", "")));
            } catch (PatternSyntaxException e) {
                rule.refuse("match", "'" + match + "' (expected: a regular expression: " + e.getDescription() + ")");
            }
        }
        if (!provider.has("otherwise")) {
            provider.refuse("", "has no 'otherwise' (expected: what is answered where no rule matches)");
        }
        return new CannedAnswers(rules, provider.text("otherwise", ""));
    }

    private static Simulated simulated(Settings provider) {
        Simulated byDefault = Simulated.DEFAULT;
        return new Simulated(
                provider.integer("output_tokens", byDefault.outputTokens()),
                provider.duration("first_token", byDefault.firstToken(), Duration.ZERO, Duration.ofMinutes(10)),
                provider.integer("tokens_per_second", byDefault.tokensPerSecond()),
                Fault.valueOf(provider.text("fault", "none").toUpperCase(Locale.ROOT)),
                provider.integer("fault_percent", byDefault.faultPercent()));
    }
}
