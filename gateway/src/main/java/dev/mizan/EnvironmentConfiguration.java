package dev.mizan;

import dev.mizan.config.ConfigurationException;
import dev.mizan.config.Problem;
import dev.mizan.edge.ServerSettings;
import dev.mizan.ledger.JournalSettings;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.PriceOverride;
import dev.mizan.provider.CannedAnswers;
import dev.mizan.provider.KindSettings;
import dev.mizan.provider.ProviderSettings;
import dev.mizan.provider.ProviderSettings.Kind;
import dev.mizan.provider.ProviderSettings.Simulated;
import dev.mizan.provider.ProviderSettings.Timeouts;
import dev.mizan.provider.bedrock.AwsCredentials;
import dev.mizan.report.CostSettings;
import dev.mizan.routing.ModelSettings;
import dev.mizan.routing.ModelSettings.DeploymentSettings;
import dev.mizan.routing.ModelSettings.Strategy;
import dev.mizan.store.StorageSettings;
import dev.mizan.usage.Unit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The configuration of a machine without a file: what its environment offers, and the simulated provider. Not safe for
 * use by many threads.
 */
final class EnvironmentConfiguration {
    /** OpenAI models that get an alias of their own name. */
    private static final List<String> OPENAI_MODELS = List.of(
            "gpt-5",
            "gpt-5-mini",
            "gpt-5-nano",
            "gpt-4.1",
            "gpt-4.1-mini",
            "gpt-4.1-nano",
            "gpt-4o",
            "gpt-4o-mini",
            "o3",
            "o4-mini",
            "gpt-3.5-turbo",
            "text-embedding-3-small",
            "text-embedding-3-large");

    /** Anthropic models that get an alias of their own name. */
    private static final List<String> ANTHROPIC_MODELS = List.of(
            "claude-opus-4-1",
            "claude-opus-4-0",
            "claude-sonnet-4-5",
            "claude-sonnet-4-0",
            "claude-haiku-4-5",
            "claude-3-5-haiku-20241022",
            "claude-3-haiku-20240307");

    /** Gemini models that get an alias of their own name. */
    private static final List<String> GEMINI_MODELS =
            List.of("gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.0-flash");

    private static final URI OPENAI = URI.create("https://api.openai.com/v1");
    private static final URI ANTHROPIC = URI.create("https://api.anthropic.com");
    private static final URI GEMINI = URI.create("https://generativelanguage.googleapis.com");
    private static final URI OLLAMA = URI.create("http://127.0.0.1:11434");

    private final Function<String, Optional<String>> environment;
    private final Function<URI, List<String>> ollamaModels;
    private final Map<String, ProviderSettings> providers = new LinkedHashMap<>();
    private final Map<String, ModelSettings> models = new LinkedHashMap<>();
    private final List<PriceOverride> prices = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * @param environment the value of an environment variable
     * @param ollamaModels the models that the Ollama at an address has; none if it does not answer soon
     */
    EnvironmentConfiguration(Function<String, Optional<String>> environment, Function<URI, List<String>> ollamaModels) {
        this.environment = name -> environment.apply(name).filter(value -> !value.isBlank());
        this.ollamaModels = ollamaModels;
    }

    /** What the environment offers. */
    Configuration read() {
        environment.apply("OPENAI_API_KEY").ifPresent(this::addOpenAi);
        environment.apply("ANTHROPIC_API_KEY").ifPresent(this::addAnthropic);
        environment.apply("GEMINI_API_KEY").ifPresent(this::addGemini);
        environment.apply("AWS_ACCESS_KEY_ID").ifPresent(this::addBedrock);
        addOllama();
        addChosenModel();
        addSimulated();
        String masterKey = environment
                .apply("MIZAN_MASTER_KEY")
                .or(() -> environment.apply("LITELLM_MASTER_KEY"))
                .orElse("");
        Configuration byDefault = Configuration.DEFAULT;
        CostSettings cost = new CostSettings(usd("MAX_DAILY_LLM_COST"), usd("MAX_MONTHLY_LLM_COST"), false);
        return new Configuration(
                "the environment: " + String.join("; ", notes),
                ServerSettings.DEFAULT,
                byDefault.language(),
                masterKey,
                new StorageSettings(
                        StorageSettings.DEFAULT.folder(),
                        environment.apply("DATABASE_URL").orElse(""),
                        JournalSettings.DEFAULT,
                        false,
                        new RedisReader(environment).environment()),
                byDefault.timeZone(),
                providers,
                models,
                prices,
                List.of(),
                byDefault.unpriced(),
                cost,
                byDefault.onDisconnect(),
                byDefault.metrics(),
                new AlertsReader(environment)
                        .environment(byDefault.language(), byDefault.timeZone(), usd("MAX_MONTHLY_LLM_COST")),
                byDefault.licensing(),
                Rules.NONE.withCost(cost, byDefault.timeZone()),
                Map.of(),
                "");
    }

    /** A provider with the defaults of its kind. */
    static ProviderSettings provider(String name, Kind kind, URI baseUrl, String apiKey, String catalogue) {
        return new ProviderSettings(
                name,
                kind,
                baseUrl,
                apiKey,
                "",
                Map.of(),
                catalogue,
                Timeouts.DEFAULT,
                ProviderSettings.CONNECTIONS_DEFAULT,
                Simulated.DEFAULT,
                CannedAnswers.NONE);
    }

    /** An alias with one deployment. */
    static ModelSettings model(String alias, String provider, String model) {
        DeploymentSettings deployment =
                new DeploymentSettings(alias + "/" + provider + "/" + model, provider, model, "", 1);
        return new ModelSettings(alias, Strategy.WEIGHTED, 2, List.of(), List.of(deployment), 4_096);
    }

    private void addOpenAi(String apiKey) {
        URI baseUrl = environment.apply("OPENAI_BASE_URL").map(URI::create).orElse(OPENAI);
        providers.put("openai", provider("openai", Kind.OPENAI, baseUrl, apiKey, "openai"));
        OPENAI_MODELS.forEach(model -> models.put(model, model(model, "openai", model)));
        notes.add("openai (OPENAI_API_KEY), " + OPENAI_MODELS.size() + " models");
    }

    private void addAnthropic(String apiKey) {
        URI baseUrl = environment.apply("ANTHROPIC_BASE_URL").map(URI::create).orElse(ANTHROPIC);
        providers.put("anthropic", provider("anthropic", Kind.ANTHROPIC, baseUrl, apiKey, "anthropic"));
        ANTHROPIC_MODELS.forEach(model -> models.put(model, model(model, "anthropic", model)));
        notes.add("anthropic (ANTHROPIC_API_KEY), " + ANTHROPIC_MODELS.size() + " models");
    }

    private void addGemini(String apiKey) {
        URI baseUrl = environment.apply("GEMINI_BASE_URL").map(URI::create).orElse(GEMINI);
        providers.put("gemini", provider("gemini", Kind.GEMINI, baseUrl, apiKey, "google"));
        GEMINI_MODELS.forEach(model -> models.put(model, model(model, "gemini", model)));
        notes.add("gemini (GEMINI_API_KEY), " + GEMINI_MODELS.size() + " models");
    }

    /** Which models an account may call differs: {@code LLM_MODEL} names one. */
    private void addBedrock(String accessKeyId) {
        Optional<String> secret = environment.apply("AWS_SECRET_ACCESS_KEY");
        Optional<String> region = environment.apply("AWS_REGION").or(() -> environment.apply("AWS_DEFAULT_REGION"));
        if (secret.isEmpty() || region.isEmpty()) {
            notes.add("AWS_ACCESS_KEY_ID is set, but " + (secret.isEmpty() ? "AWS_SECRET_ACCESS_KEY" : "AWS_REGION")
                    + " is not");
            return;
        }
        String token = environment.apply("AWS_SESSION_TOKEN").orElse("");
        KindSettings own = new KindSettings.Aws(region.get(), new AwsCredentials(accessKeyId, secret.get(), token));
        URI address = URI.create(ProvidersReader.bedrock(own));
        providers.put(
                "bedrock", provider("bedrock", Kind.BEDROCK, address, "", "aws").withOwn(own));
        notes.add("bedrock (AWS_ACCESS_KEY_ID), models by LLM_MODEL");
    }

    private void addOllama() {
        Optional<String> host = environment.apply("OLLAMA_HOST");
        URI root = host.map(text -> URI.create(text.contains("://") ? text : "http://" + text))
                .orElse(OLLAMA);
        List<String> found = ollamaModels.apply(root);
        if (found.isEmpty() && host.isEmpty()) {
            return;
        }
        providers.put("ollama", provider("ollama", Kind.OLLAMA, root.resolve("/v1"), "", "ollama"));
        found.forEach(model -> models.putIfAbsent(model, model(model, "ollama", model)));
        notes.add("ollama at " + root + ", " + found.size() + " models");
    }

    /** {@code LLM_PROVIDER} and {@code LLM_MODEL}: one more alias, if that provider is there. */
    private void addChosenModel() {
        Optional<String> model = environment.apply("LLM_MODEL");
        if (model.isEmpty()) {
            return;
        }
        String provider = environment.apply("LLM_PROVIDER").orElse("openai");
        if (!providers.containsKey(provider)) {
            notes.add("LLM_MODEL is set, but there is no provider '" + provider + "'");
            return;
        }
        models.putIfAbsent(model.get(), model(model.get(), provider, model.get()));
    }

    private void addSimulated() {
        providers.put(
                "simulated", provider("simulated", Kind.SIMULATED, URI.create("http://simulated"), "", "simulated"));
        models.put("simulated", model("simulated", "simulated", "simulated"));
        prices.add(new PriceOverride(
                "simulated",
                "*",
                Map.of(Unit.INPUT, NanoUsd.ofNanos(150_000_000), Unit.OUTPUT, NanoUsd.ofNanos(600_000_000))));
        notes.add("the simulated provider");
    }

    private NanoUsd usd(String variable) {
        Optional<String> text = environment.apply(variable);
        if (text.isEmpty()) {
            return NanoUsd.ZERO;
        }
        try {
            BigDecimal amount = new BigDecimal(text.get());
            if (amount.signum() >= 0 && amount.compareTo(BigDecimal.valueOf(9_000_000_000L)) <= 0) {
                return NanoUsd.of(amount, RoundingMode.HALF_EVEN);
            }
        } catch (NumberFormatException e) {
            // Falls through to the same refusal.
        }
        throw new ConfigurationException(List.of(
                new Problem("environment", 0, 0, variable, "'" + text.get() + "' (expected: an amount in USD)")));
    }
}
