package dev.mizan.litellm;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Collects the {@code providers} of an import: LiteLLM says with each deployment how to reach its provider, Mizan once.
 * Deployments that agree in everything share a provider. Not safe for use by many threads.
 */
final class ImportedProviders {
    private static final Map<String, String> COMPATIBLE = Map.ofEntries(
            Map.entry("groq", "https://api.groq.com/openai/v1"),
            Map.entry("mistral", "https://api.mistral.ai/v1"),
            Map.entry("deepseek", "https://api.deepseek.com"),
            Map.entry("openrouter", "https://openrouter.ai/api/v1"),
            Map.entry("together_ai", "https://api.together.xyz/v1"),
            Map.entry("fireworks_ai", "https://api.fireworks.ai/inference/v1"),
            Map.entry("perplexity", "https://api.perplexity.ai"),
            Map.entry("xai", "https://api.x.ai/v1"),
            Map.entry("cerebras", "https://api.cerebras.ai/v1"),
            Map.entry("moonshot", "https://api.moonshot.ai/v1"),
            Map.entry("nvidia_nim", "https://integrate.api.nvidia.com/v1"));

    /** Where LiteLLM looks for a key that the file does not give. */
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("openai", "OPENAI_API_KEY"),
            Map.entry("azure", "AZURE_API_KEY"),
            Map.entry("anthropic", "ANTHROPIC_API_KEY"),
            Map.entry("gemini", "GEMINI_API_KEY"),
            Map.entry("groq", "GROQ_API_KEY"),
            Map.entry("mistral", "MISTRAL_API_KEY"),
            Map.entry("deepseek", "DEEPSEEK_API_KEY"),
            Map.entry("openrouter", "OPENROUTER_API_KEY"),
            Map.entry("together_ai", "TOGETHERAI_API_KEY"),
            Map.entry("fireworks_ai", "FIREWORKS_AI_API_KEY"),
            Map.entry("perplexity", "PERPLEXITYAI_API_KEY"),
            Map.entry("xai", "XAI_API_KEY"),
            Map.entry("cerebras", "CEREBRAS_API_KEY"),
            Map.entry("moonshot", "MOONSHOT_API_KEY"),
            Map.entry("nvidia_nim", "NVIDIA_NIM_API_KEY"));

    private final Map<String, Map<String, Object>> providers = new LinkedHashMap<>();
    private final Map<String, Set<String>> namesOfPrefix = new TreeMap<>();
    private final Optional<BigDecimal> timeoutSeconds;

    /** @param timeoutSeconds how long a call may take where a deployment says nothing of it */
    ImportedProviders(Optional<BigDecimal> timeoutSeconds) {
        this.timeoutSeconds = timeoutSeconds;
    }

    /** All of them, by name. */
    Map<String, Map<String, Object>> all() {
        return providers;
    }

    /** The names of the providers that LiteLLM's prefix became; empty if nothing was called by it. */
    Set<String> named(String prefix) {
        return namesOfPrefix.getOrDefault(prefix, Set.of());
    }

    /** Whether {@code prefix} is one that LiteLLM puts before models' names and Mizan knows. */
    static boolean knows(String prefix) {
        return COMPATIBLE.containsKey(prefix)
                || Set.of(
                                "openai",
                                "azure",
                                "anthropic",
                                "gemini",
                                "vertex_ai",
                                "bedrock",
                                "ollama",
                                "ollama_chat",
                                "hosted_vllm",
                                "vllm",
                                "lm_studio",
                                "llamafile",
                                "openai_like",
                                "custom_openai")
                        .contains(prefix);
    }

    /**
     * The name of the provider that {@code prefix} and {@code params} say; empty, with a remark, if there is none like
     * it.
     */
    Optional<String> add(String prefix, Section params) {
        Map<String, Object> provider = new LinkedHashMap<>();
        switch (prefix) {
            case "openai" -> provider.put("kind", params.has("api_base") ? "openai-compatible" : "openai");
            case "azure" -> provider.put("kind", "azure-openai");
            case "anthropic" -> provider.put("kind", "anthropic");
            case "gemini" -> provider.put("kind", "gemini");
            case "vertex_ai" -> vertex(provider, params);
            case "bedrock" -> bedrock(provider, params);
            case "ollama", "ollama_chat" -> provider.put("kind", "ollama");
            default -> provider.put("kind", "openai-compatible");
        }
        if (!address(provider, prefix, params)) {
            return Optional.empty();
        }
        key(provider, prefix, params);
        params.text("api_version").ifPresent(version -> {
            if (prefix.equals("azure")) {
                provider.put("api_version", version);
            }
        });
        headers(provider, params);
        timeouts(provider, params);
        return Optional.of(name(prefix, provider));
    }

    private boolean address(Map<String, Object> provider, String prefix, Section params) {
        Optional<String> base = params.text(params.has("api_base") ? "api_base" : "base_url");
        String byDefault = COMPATIBLE.getOrDefault(prefix, "");
        String address = base.orElse(byDefault);
        Object kind = provider.getOrDefault("kind", "");
        if (address.isEmpty() && (kind.equals("openai-compatible") || kind.equals("azure-openai"))) {
            params.left("model", "names a provider whose address is not known (add 'api_base')");
            return false;
        }
        if (!address.isEmpty() && !kind.equals("vertex")) {
            provider.put("base_url", address);
        }
        return true;
    }

    private static void key(Map<String, Object> provider, String prefix, Section params) {
        Object kind = provider.getOrDefault("kind", "");
        Optional<String> key = params.text("api_key");
        if (key.isPresent() && !key.get().startsWith("${")) {
            params.differs("api_key", "is written in the file; better a variable, such as ${NAME}");
        }
        String variable = KEYS.getOrDefault(prefix, "");
        if (key.isPresent()) {
            if (!kind.equals("vertex")) {
                provider.put("api_key", key.get());
            }
        } else if (!variable.isEmpty() && !(prefix.equals("openai") && kind.equals("openai-compatible"))) {
            provider.put("api_key", "${" + variable + "}");
        } else if (kind.equals("openai-compatible")) {
            provider.put("api_key", "none");
        }
    }

    private static void headers(Map<String, Object> provider, Section params) {
        Map<String, Object> headers = new LinkedHashMap<>();
        Section extra = params.group("extra_headers");
        extra.names().forEach(name -> extra.text(name).ifPresent(value -> headers.put(name, value)));
        params.text("organization").ifPresent(value -> headers.put("openai-organization", value));
        if (!headers.isEmpty()) {
            provider.put("headers", headers);
        }
    }

    private static void vertex(Map<String, Object> provider, Section params) {
        provider.put("kind", "vertex");
        params.text("vertex_project").ifPresent(value -> provider.put("project", value));
        params.text("vertex_location").ifPresent(value -> provider.put("location", value));
        Optional<String> credentials = params.text("vertex_credentials");
        if (credentials.isPresent()
                && credentials.get().contains("{")
                && !credentials.get().startsWith("${")) {
            params.left("vertex_credentials", "is a key written in the file (expected: the path of a key file)");
        } else {
            credentials.ifPresent(value -> provider.put("credentials", value));
        }
    }

    private static void bedrock(Map<String, Object> provider, Section params) {
        provider.put("kind", "bedrock");
        params.text("aws_region_name").ifPresent(value -> provider.put("region", value));
        params.text("aws_access_key_id").ifPresent(value -> provider.put("access_key_id", value));
        params.text("aws_secret_access_key").ifPresent(value -> provider.put("secret_access_key", value));
        params.text("aws_session_token").ifPresent(value -> provider.put("session_token", value));
        for (String name : List.of("aws_role_name", "aws_session_name", "aws_profile_name", "aws_web_identity_token")) {
            if (params.has(name)) {
                params.left(name, "roles and profiles are not taken on (expected: keys that sign, or AWS_… variables)");
            }
        }
    }

    private void timeouts(Map<String, Object> provider, Section params) {
        Map<String, Object> timeouts = new LinkedHashMap<>();
        params.number("stream_timeout").ifPresent(seconds -> timeouts.put("first_byte", duration(seconds)));
        params.number("timeout")
                .or(() -> timeoutSeconds)
                .ifPresent(seconds -> timeouts.put("total", duration(seconds)));
        if (!timeouts.isEmpty()) {
            provider.put("timeouts", timeouts);
        }
    }

    /** {@code seconds} as Mizan writes a duration. */
    static String duration(BigDecimal seconds) {
        BigDecimal millis = seconds.movePointRight(3);
        long whole =
                millis.max(BigDecimal.ONE).min(BigDecimal.valueOf(86_400_000)).longValue();
        return whole % 1_000 == 0 ? whole / 1_000 + "s" : whole + "ms";
    }

    private String name(String prefix, Map<String, Object> provider) {
        for (Map.Entry<String, Map<String, Object>> known : providers.entrySet()) {
            if (known.getValue().equals(provider)) {
                return known.getKey();
            }
        }
        String stem = "p".repeat(Character.isLetterOrDigit(prefix.charAt(0)) ? 0 : 1)
                + prefix.substring(0, Math.min(prefix.length(), 50)).replaceAll("[^A-Za-z0-9._-]", "-");
        String name = stem;
        for (int i = 2; providers.containsKey(name); i++) {
            name = stem + "-" + i;
        }
        providers.put(name, provider);
        namesOfPrefix.computeIfAbsent(prefix, key -> new LinkedHashSet<>()).add(name);
        return name;
    }
}
