package dev.mizan.litellm;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Collects the {@code models} and {@code prices} of an import from {@code model_list}. Not safe for use by many
 * threads.
 */
final class ImportedModels {
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final Set<String> SERVED = Set.of("chat", "completion", "embedding", "responses", "moderation");
    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-[0-9]");
    private static final List<Component> COMPONENTS = List.of(
            new Component("input_cost_per_token", "input"),
            new Component("output_cost_per_token", "output"),
            new Component("cache_read_input_token_cost", "cache_read"),
            new Component("cache_creation_input_token_cost", "cache_write_5m"),
            new Component("cache_creation_input_token_cost_above_1hr", "cache_write_1h"),
            new Component("output_cost_per_reasoning_token", "reasoning"),
            new Component("input_cost_per_audio_token", "input_audio"),
            new Component("output_cost_per_audio_token", "output_audio"));

    private final ImportedProviders providers;
    private final Map<String, List<Map<String, Object>>> deployments = new LinkedHashMap<>();
    private final List<Map<String, Object>> prices = new ArrayList<>();

    /** A part of a price: LiteLLM's name, in USD a token, and Mizan's, in USD a million. */
    private record Component(String litellm, String mizan) {}

    ImportedModels(ImportedProviders providers) {
        this.providers = providers;
    }

    /** Deployments by the alias that they serve. */
    Map<String, List<Map<String, Object>>> deployments() {
        return deployments;
    }

    /** Prices that deployments state of their own. */
    List<Map<String, Object>> prices() {
        return prices;
    }

    /** Takes one entry of {@code model_list}. */
    void add(Section entry) {
        String alias = entry.text("model_name").orElse("");
        Section params = entry.group("litellm_params");
        Section info = entry.group("model_info");
        String model = params.text("model").orElse("");
        if (alias.isEmpty() || model.isEmpty()) {
            entry.left(alias.isEmpty() ? "model_name" : "litellm_params", "has no name or no model");
        } else if (alias.contains("*") || model.contains("*")) {
            entry.left("model_name", "stands for many models (name each one under 'models')");
        } else if (info.text("mode").filter(mode -> !SERVED.contains(mode)).isPresent()) {
            info.left("mode", "is of a kind of call that is not served");
        } else {
            deployment(alias, model, params, info);
            params.end();
            info.pass("max_tokens", "max_input_tokens", "max_output_tokens", "supported_environments");
            info.end();
        }
        entry.end();
    }

    private void deployment(String alias, String model, Section params, Section info) {
        String prefix = prefix(model, params);
        String name = model.startsWith(prefix + "/") ? model.substring(prefix.length() + 1) : model;
        if (prefix.equals("bedrock")) {
            name = bedrockModel(name);
        }
        if (!ImportedProviders.knows(prefix) && !params.has("api_base")) {
            params.left("model", "is of a provider that is not known here (add 'api_base' if it speaks OpenAI's API)");
            return;
        }
        Optional<String> provider = providers.add(prefix, params);
        if (provider.isEmpty()) {
            return;
        }
        Map<String, Object> deployment = new LinkedHashMap<>();
        deployment.put("provider", provider.get());
        deployment.put("model", name);
        info.text("id").ifPresent(id -> deployment.put("id", id));
        params.whole("weight").filter(weight -> weight > 0).ifPresent(weight -> deployment.put("weight", weight));
        params.whole("rpm").ifPresent(rpm -> deployment.put("rpm", rpm));
        params.whole("tpm").ifPresent(tpm -> deployment.put("tpm", tpm));
        info.text("base_model")
                .ifPresent(base -> deployment.put("price_as", base.substring(base.lastIndexOf('/') + 1)));
        prices(provider.get(), name, params, info);
        remarks(params);
        deployments.computeIfAbsent(alias, key -> new ArrayList<>()).add(deployment);
    }

    /** LiteLLM guesses the provider of a model without one from the name. */
    private static String prefix(String model, Section params) {
        Optional<String> stated = params.text("custom_llm_provider");
        if (stated.isPresent()) {
            return stated.get();
        }
        int slash = model.indexOf('/');
        if (slash > 0) {
            return model.substring(0, slash);
        }
        String prefix = model.startsWith("claude") ? "anthropic" : model.startsWith("gemini") ? "vertex_ai" : "openai";
        params.differs("model", "names no provider; taken to be at " + prefix);
        return prefix;
    }

    /** Without LiteLLM's words for how a model is called, and where. */
    private static String bedrockModel(String name) {
        String model = name;
        for (String form : List.of("converse/", "invoke/", "converse_like/")) {
            model = model.startsWith(form) ? model.substring(form.length()) : model;
        }
        int slash = model.indexOf('/');
        return slash > 0 && REGION.matcher(model.substring(0, slash)).matches() ? model.substring(slash + 1) : model;
    }

    private void prices(String provider, String model, Section params, Section info) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("provider", provider);
        entry.put("model", model);
        for (Component component : COMPONENTS) {
            params.number(component.litellm)
                    .or(() -> info.number(component.litellm))
                    .ifPresent(perToken -> entry.put(component.mizan, plain(perToken.multiply(MILLION))));
        }
        params.number("input_cost_per_query").ifPresent(each -> entry.put("per_request", plain(each)));
        if (entry.size() == 2) {
            return;
        }
        if (!prices.contains(entry)) {
            prices.add(entry);
        }
    }

    private static void remarks(Section params) {
        if (params.has("order")) {
            params.left("order", "deployments have no order (name what comes later under 'fallbacks')");
        }
        if (params.has("tags")) {
            params.left("tags", "calls are not routed by tags");
        }
        for (String name : List.of("max_budget", "budget_duration")) {
            if (params.has(name)) {
                params.left(name, "deployments have no budget of their own (put a limit on the provider or the model)");
            }
        }
        for (String name : List.of("temperature", "top_p", "max_tokens", "max_completion_tokens", "seed", "stop")) {
            if (params.has(name)) {
                params.left(name, "nothing is put into calls but what limits need");
            }
        }
    }

    /** {@code number} as configurations have it: a whole one where it is one, never with an exponent. */
    static Object plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() <= 0 ? (Object) stripped.longValueExact() : stripped;
    }
}
