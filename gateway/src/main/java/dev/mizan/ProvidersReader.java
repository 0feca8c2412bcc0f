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
import dev.mizan.provider.bedrock.AwsCredentials;
import dev.mizan.provider.vertex.ServiceAccount;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads {@code providers}. */
final class ProvidersReader {
    /** The API version that Azure OpenAI's stable calls have. */
    private static final String AZURE_API_VERSION = "2024-10-21";

    private static final Pattern REGION = Pattern.compile("[a-z]{2,}(?:-[a-z]+)+-[0-9]{1,2}");

    private static final Pattern LOCATION = Pattern.compile("global|us|eu|[a-z]+(?:-[a-z]+)*-?[a-z]+[0-9]{1,2}");

    private static final List<String> ONLY_SIMULATED =
            List.of("output_tokens", "first_token", "tokens_per_second", "fault", "fault_percent");

    private static final List<String> ONLY_BEDROCK = List.of("access_key_id", "secret_access_key", "session_token");

    private final Function<String, Optional<String>> environment;

    /** @param environment the value of an environment variable */
    ProvidersReader(Function<String, Optional<String>> environment) {
        this.environment = environment;
    }

    Map<String, ProviderSettings> read(Settings providers) {
        Map<String, ProviderSettings> read = new LinkedHashMap<>();
        providers.groups().forEach((name, provider) -> read.put(name, provider(name, provider)));
        return read;
    }

    private ProviderSettings provider(String name, Settings provider) {
        Kind kind = kind(provider.text("kind", ""));
        String apiKey = provider.text("api_key", "");
        Map<String, String> headers = new LinkedHashMap<>();
        Settings group = provider.group("headers");
        group.groups().keySet().forEach(header -> headers.put(header, group.text(header, "")));
        if (kind != Kind.SIMULATED) {
            refuseOthers(provider, kind, Kind.SIMULATED, ONLY_SIMULATED);
        }
        if (kind != Kind.AZURE_OPENAI) {
            refuseOthers(provider, kind, Kind.AZURE_OPENAI, List.of("api_version"));
        }
        if (kind != Kind.OLLAMA) {
            refuseOthers(provider, kind, Kind.OLLAMA, List.of("api"));
        }
        boolean isOpenAi = kind == Kind.OPENAI || kind == Kind.AZURE_OPENAI || kind == Kind.OPENAI_COMPATIBLE;
        if (!isOpenAi && provider.has("responses")) {
            provider.refuse(
                    "responses", "set for kind " + kind.label() + " (expected: only for kinds of OpenAI's dialect)");
        }
        if (kind != Kind.RULES) {
            refuseOthers(provider, kind, Kind.RULES, List.of("rules", "otherwise"));
        }
        if (kind != Kind.BEDROCK) {
            refuseOthers(provider, kind, Kind.BEDROCK, List.of("region"));
            refuseOthers(provider, kind, Kind.BEDROCK, ONLY_BEDROCK);
        }
        if (kind != Kind.VERTEX) {
            refuseOthers(provider, kind, Kind.VERTEX, List.of("project", "location", "credentials"));
        }
        KindSettings own = own(kind, provider, apiKey);
        URI baseUrl = baseUrl(kind, provider, own);
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
                own);
    }

    /** Refuses settings that only providers of another kind have. */
    private static void refuseOthers(Settings provider, Kind kind, Kind owner, List<String> settings) {
        for (String setting : settings) {
            if (provider.has(setting)) {
                provider.refuse(
                        setting, "set for kind " + kind.label() + " (expected: only for kind " + owner.label() + ")");
            }
        }
    }

    private KindSettings own(Kind kind, Settings provider, String apiKey) {
        return switch (kind) {
            case BEDROCK -> aws(provider, apiKey);
            case VERTEX -> google(provider, apiKey);
            case OLLAMA ->
                new KindSettings.Ollama(provider.text("api", "openai").equals("native"));
            case OPENAI, OPENAI_COMPATIBLE, AZURE_OPENAI ->
                new KindSettings.OpenAi(provider.flag("responses", kind != Kind.OPENAI_COMPATIBLE));
            case SIMULATED, RULES, ANTHROPIC, GEMINI -> KindSettings.NONE;
        };
    }

    /** What is not in the file is taken from the variables that AWS's own tools read. */
    private KindSettings aws(Settings provider, String apiKey) {
        String region = provider.text(
                "region",
                variable("AWS_REGION").or(() -> variable("AWS_DEFAULT_REGION")).orElse(""));
        if (!REGION.matcher(region).matches()) {
            provider.refuse(
                    provider.has("region") ? "region" : "",
                    region.isEmpty()
                            ? "has no 'region' (expected: one for kind bedrock, or AWS_REGION)"
                            : "'" + region + "' (expected: a region such as eu-central-1)");
        }
        boolean isInFile = ONLY_BEDROCK.stream().anyMatch(provider::has);
        AwsCredentials credentials = isInFile
                ? new AwsCredentials(
                        provider.text("access_key_id", ""),
                        provider.text("secret_access_key", ""),
                        provider.text("session_token", ""))
                : new AwsCredentials(
                        variable("AWS_ACCESS_KEY_ID").orElse(""),
                        variable("AWS_SECRET_ACCESS_KEY").orElse(""),
                        variable("AWS_SESSION_TOKEN").orElse(""));
        if (!apiKey.isEmpty() && !isInFile) {
            return new KindSettings.Aws(region, AwsCredentials.NONE);
        }
        if (!apiKey.isEmpty()) {
            provider.refuse("api_key", "set beside keys that sign (expected: one of both)");
        } else if (credentials.isEmpty() || credentials.secretAccessKey().isEmpty()) {
            provider.refuse(
                    "",
                    "has no credential (expected: 'access_key_id' and 'secret_access_key', 'api_key', or"
                            + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)");
        }
        return new KindSettings.Aws(region, credentials);
    }

    /** What is not in the file is taken from the variables that Google's own tools read, and from the key file. */
    private KindSettings google(Settings provider, String apiKey) {
        if (!apiKey.isEmpty()) {
            provider.refuse("api_key", "set for kind vertex (expected: 'credentials', a service account's key file)");
        }
        String path = provider.text(
                "credentials", variable("GOOGLE_APPLICATION_CREDENTIALS").orElse(""));
        if (path.isEmpty()) {
            provider.refuse(
                    "",
                    "has no 'credentials' (expected: a service account's key file, or"
                            + " GOOGLE_APPLICATION_CREDENTIALS)");
            return KindSettings.NONE;
        }
        ServiceAccount account;
        try {
            account = ServiceAccount.read(Files.readString(Path.of(path)));
        } catch (IOException | IllegalArgumentException e) {
            String why = e instanceof IOException ? "can't be read (expected: a file)" : e.getMessage();
            provider.refuse(provider.has("credentials") ? "credentials" : "", "'" + path + "': " + why);
            return KindSettings.NONE;
        }
        String project =
                provider.text("project", variable("GOOGLE_CLOUD_PROJECT").orElse(account.project()));
        if (project.isEmpty()) {
            provider.refuse("", "has no 'project' (expected: one for kind vertex, or GOOGLE_CLOUD_PROJECT)");
        }
        String location =
                provider.text("location", variable("GOOGLE_CLOUD_LOCATION").orElse("global"));
        if (!LOCATION.matcher(location).matches()) {
            provider.refuse(
                    provider.has("location") ? "location" : "",
                    "'" + location + "' (expected: a location such as europe-west4, or global)");
        }
        return new KindSettings.Google(project, location, account);
    }

    private Optional<String> variable(String name) {
        return environment.apply(name).filter(value -> !value.isBlank());
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
            case BEDROCK -> "aws";
            case VERTEX -> "google";
            case OLLAMA -> "ollama";
            case OPENAI_COMPATIBLE -> PriceCatalog.shipped().providerOf(baseUrl).orElse(name);
            case SIMULATED, RULES -> name;
        };
    }

    private static URI baseUrl(Kind kind, Settings provider, KindSettings own) {
        String byDefault =
                switch (kind) {
                    case OPENAI -> "https://api.openai.com/v1";
                    case ANTHROPIC -> "https://api.anthropic.com";
                    case GEMINI -> "https://generativelanguage.googleapis.com";
                    case OLLAMA -> "http://127.0.0.1:11434";
                    case BEDROCK -> bedrock(own);
                    case VERTEX -> vertex(own);
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

    /** See https://docs.aws.amazon.com/general/latest/gr/bedrock.html. */
    static String bedrock(KindSettings own) {
        String region =
                own instanceof KindSettings.Aws(String named, AwsCredentials _) && !named.isEmpty() ? named : "none";
        return "https://bedrock-runtime." + region + ".amazonaws.com" + (region.startsWith("cn-") ? ".cn" : "");
    }

    /** See https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations. */
    private static String vertex(KindSettings own) {
        String location =
                own instanceof KindSettings.Google(String _, String named, ServiceAccount _) ? named : "global";
        return switch (location) {
            case "global" -> "https://aiplatform.googleapis.com";
            case "us", "eu" -> "https://aiplatform." + location + ".rep.googleapis.com";
            default -> "https://" + location + "-aiplatform.googleapis.com";
        };
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
