package dev.mizan.litellm;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * Makes a configuration of Mizan's from LiteLLM's {@code config.yaml}
 * (https://docs.litellm.ai/docs/proxy/config_settings). Whatever is not carried over, or means something else here, has
 * a {@link Remark}; no setting is lost in silence.
 */
public final class LiteLlmImport {
    private static final int CHARACTERS_MAX = 4 * 1024 * 1024;
    private static final BigDecimal OPEN_SECONDS_MAX = BigDecimal.valueOf(3_600);
    private static final Map<String, String> STRATEGIES = Map.of(
            "simple-shuffle", "weighted",
            "least-busy", "least-busy",
            "usage-based-routing", "usage-based",
            "usage-based-routing-v2", "usage-based",
            "latency-based-routing", "lowest-latency",
            "cost-based-routing", "lowest-cost");

    private final List<Remark> remarks = new ArrayList<>();
    private final Map<String, Object> configuration = new LinkedHashMap<>();
    private final List<Map<String, Object>> limits = new ArrayList<>();

    private LiteLlmImport() {}

    /**
     * What came of an import.
     *
     * @param configuration YAML, as {@code mizan serve --config} takes it
     * @param remarks what is not as it was, in the order of the file's parts
     */
    public record Imported(String configuration, List<Remark> remarks) {}

    /**
     * Imports {@code yaml}.
     *
     * @throws IllegalArgumentException if it is not YAML or not a mapping, or names no model that can be carried over
     */
    public static Imported of(String yaml) {
        if (yaml.length() > CHARACTERS_MAX) {
            throw new IllegalArgumentException(
                    yaml.length() + " characters (expected: at most " + CHARACTERS_MAX + ")");
        }
        if (yaml.isBlank()) {
            throw new IllegalArgumentException("is empty (expected: model_list, litellm_settings, …)");
        }
        Object tree;
        try {
            // Numbers stay as written: prices are read exactly.
            tree = new Load(LoadSettings.builder()
                            .setSchema(new FailsafeSchema())
                            .setAllowDuplicateKeys(false)
                            .setCodePointLimit(CHARACTERS_MAX)
                            .build())
                    .loadFromString(yaml);
        } catch (MarkedYamlEngineException e) {
            // Without its excerpt of the file, which may have secrets.
            String place = e.getProblemMark()
                    .map(mark -> "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ": ")
                    .orElse("");
            throw new IllegalArgumentException(place + "not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("not YAML: " + e.getMessage());
        }
        if (!(tree instanceof Map<?, ?>)) {
            throw new IllegalArgumentException("has no settings (expected: model_list, litellm_settings, …)");
        }
        LiteLlmImport made = new LiteLlmImport();
        made.read(new Section("", tree, made.remarks));
        return new Imported(made.dump(), List.copyOf(made.remarks));
    }

    private void read(Section file) {
        Section general = file.group("general_settings");
        Section litellm = file.group("litellm_settings");
        Section router = file.group("router_settings");
        ImportedProviders providers =
                new ImportedProviders(litellm.number("request_timeout").or(() -> router.number("timeout")));
        ImportedModels models = new ImportedModels(providers);
        file.list("model_list").forEach(models::add);
        if (models.deployments().isEmpty()) {
            throw new IllegalArgumentException("model_list: no model that can be carried over (expected: at least one)"
                    + remarks.stream()
                            .map(left -> "\n  " + left.path() + ": " + left.text())
                            .reduce("", String::concat));
        }
        general.text("master_key").ifPresent(key -> {
            configuration.put("master_key", key);
            if (!key.startsWith("${")) {
                general.differs("master_key", "is written in the file; better a variable, such as ${MIZAN_MASTER_KEY}");
            }
        });
        litellm.text("timezone").ifPresent(zone -> configuration.put("time_zone", zone));
        storage(general, litellm, router);
        configuration.put("providers", providers.all());
        configuration.put("models", aliases(models, litellm, router));
        if (!models.prices().isEmpty()) {
            configuration.put("prices", models.prices());
        }
        breaker(router);
        budgets(litellm, general, router, providers);
        alerts(general);
        if (!limits.isEmpty()) {
            configuration.put("limits", limits);
        }
        Section variables = file.group("environment_variables");
        for (String name : variables.names()) {
            variables.differs(name, "set it in the environment that Mizan starts in");
        }
        rest(file, general, litellm, router);
    }

    private void storage(Section general, Section litellm, Section router) {
        Map<String, Object> storage = new LinkedHashMap<>();
        general.text("database_url").ifPresent(url -> storage.put("database_url", url));
        Optional<String> redis = redis(router, "redis_").or(() -> redis(litellm.group("cache_params"), ""));
        redis.ifPresent(url -> storage.put("redis_url", url));
        if (redis.isPresent() && !storage.containsKey("database_url")) {
            router.differs("redis_host", "shared limits need 'storage.database_url' beside 'storage.redis_url'");
        }
        if (!storage.isEmpty()) {
            configuration.put("storage", storage);
        }
    }

    private static Optional<String> redis(Section section, String prefix) {
        Optional<String> url = section.text(prefix + "url");
        Optional<String> host = section.text(prefix + "host");
        String port = section.text(prefix + "port").orElse("6379");
        Optional<String> password = section.text(prefix + "password");
        return url.or(() -> host.map(
                name -> "redis://" + password.map(secret -> ":" + secret + "@").orElse("") + name + ":" + port));
    }

    private Map<String, Object> aliases(ImportedModels models, Section litellm, Section router) {
        Map<String, Object> aliases = new LinkedHashMap<>();
        Set<String> known = models.deployments().keySet();
        Optional<Long> retries = router.whole("num_retries").or(() -> litellm.whole("num_retries"));
        litellm.whole("num_retries");
        Optional<String> strategy = strategy(router);
        boolean drops = litellm.flag("drop_params");
        Map<String, List<String>> fallbacks = fallbacks("fallbacks", known, litellm, router);
        Map<String, List<String>> window = fallbacks("context_window_fallbacks", known, litellm, router);
        Map<String, List<String>> policy = fallbacks("content_policy_fallbacks", known, litellm, router);
        List<String> byDefault = new ArrayList<>(litellm.texts("default_fallbacks"));
        byDefault.addAll(router.texts("default_fallbacks"));
        models.deployments().forEach((name, deployments) -> {
            Map<String, Object> alias = new LinkedHashMap<>();
            strategy.ifPresent(routing -> alias.put("routing", routing));
            retries.ifPresent(count -> alias.put("retries", count));
            List<String> others = fallbacks.getOrDefault(
                    name,
                    byDefault.stream()
                            .filter(other -> known.contains(other) && !other.equals(name))
                            .toList());
            put(alias, "fallbacks", others);
            put(alias, "context_window_fallbacks", window.getOrDefault(name, List.of()));
            put(alias, "content_policy_fallbacks", policy.getOrDefault(name, List.of()));
            if (drops) {
                alias.put("drop_unsupported", true);
            }
            alias.put("deployments", deployments);
            aliases.put(name, alias);
        });
        Section renamed = router.group("model_group_alias");
        for (String name : renamed.names()) {
            Optional<String> target = renamed.text(name).filter(known::contains);
            if (target.isEmpty() || aliases.containsKey(name)) {
                renamed.left(name, "names no model that was carried over, or one that is there already");
            } else {
                aliases.put(name, Map.of("deployments", List.of(Map.of("alias", target.get()))));
            }
        }
        return aliases;
    }

    private static void put(Map<String, Object> alias, String setting, List<String> names) {
        if (!names.isEmpty()) {
            alias.put(setting, names);
        }
    }

    private Optional<String> strategy(Section router) {
        Optional<String> theirs = router.text("routing_strategy");
        Optional<String> ours = theirs.map(name -> STRATEGIES.getOrDefault(name, ""));
        if (ours.filter(String::isEmpty).isPresent()) {
            router.left("routing_strategy", "is not known here; deployments are chosen by their weights");
        }
        return ours.filter(name -> !name.isEmpty());
    }

    private Map<String, List<String>> fallbacks(String setting, Set<String> known, Section... sections) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        for (Section section : sections) {
            section.listsByName(setting).forEach((name, others) -> {
                List<String> there = others.stream()
                        .filter(other -> known.contains(other) && !other.equals(name))
                        .toList();
                if (!known.contains(name) || there.size() < others.size()) {
                    section.left(setting, "of '" + name + "' names models that were not carried over");
                }
                if (known.contains(name)) {
                    lists.put(name, there);
                }
            });
        }
        return lists;
    }

    private void breaker(Section router) {
        Map<String, Object> breaker = new LinkedHashMap<>();
        router.number("cooldown_time").ifPresent(seconds -> {
            BigDecimal within = seconds.max(BigDecimal.ONE).min(OPEN_SECONDS_MAX);
            breaker.put("open_for", ImportedProviders.duration(within));
            router.differs("cooldown_time", "how long a breaker stays open; it opens by rates, not by a count");
        });
        if (router.has("allowed_fails")) {
            router.left("allowed_fails", "breakers open by the share of failures (routing.breaker.failure_percent)");
        }
        if (router.flag("disable_cooldowns")) {
            breaker.put("enabled", false);
        }
        if (!breaker.isEmpty()) {
            configuration.put("routing", Map.of("breaker", breaker));
        }
    }

    private void budgets(Section litellm, Section general, Section router, ImportedProviders providers) {
        budget(litellm, "global", "max_budget", "budget_duration");
        budget(litellm, "user:*", "max_internal_user_budget", "internal_user_budget_duration");
        budget(litellm, "end_user:*", "max_end_user_budget", "max_end_user_budget_duration");
        for (Section section : List.of(litellm, general, router)) {
            rate(section, "requests", "default_user_rpm_limit");
            rate(section, "tokens", "default_user_tpm_limit");
        }
        rate(general, "concurrency", "global_max_parallel_requests");
        Section perProvider = router.group("provider_budget_config");
        for (String prefix : perProvider.names()) {
            Set<String> names = providers.named(prefix);
            if (names.size() == 1) {
                Section budget = perProvider.group(prefix);
                budget(budget, "provider:" + names.iterator().next(), "budget_limit", "time_period");
                budget(budget, "provider:" + names.iterator().next(), "max_budget", "budget_duration");
                budget.end();
            } else {
                perProvider.left(
                        prefix,
                        names.isEmpty()
                                ? "no model of this provider was carried over"
                                : "became several providers (put a limit on each)");
            }
        }
    }

    private void budget(Section section, String subject, String cap, String duration) {
        Optional<BigDecimal> amount = section.number(cap);
        Optional<String> lasts = section.text(duration);
        if (amount.isEmpty()) {
            return;
        }
        String per = lasts.map(LiteLlmImport::window).orElse("lifetime");
        if (lasts.isPresent() && per.equals(lasts.get())) {
            section.differs(
                    duration,
                    "the last " + per + " at every moment, not from a reset on"
                            + " (day, week and month are the calendar's)");
        } else if (lasts.isEmpty()) {
            section.differs(cap, "has no duration: it is for life");
        }
        limits.add(limit(subject, "cost", per, ImportedModels.plain(amount.get())));
    }

    private static String window(String duration) {
        return duration.endsWith("mo") ? "month" : duration;
    }

    private void rate(Section section, String meter, String cap) {
        boolean isConcurrency = meter.equals("concurrency");
        section.whole(cap)
                .ifPresent(most -> limits.add(limit(
                        isConcurrency ? "global" : "user:*", meter, isConcurrency ? "in_flight" : "minute", most)));
    }

    private static Map<String, Object> limit(String subject, String meter, String per, Object cap) {
        Map<String, Object> limit = new LinkedHashMap<>();
        limit.put("subject", subject);
        limit.put("meter", meter);
        limit.put("per", per);
        limit.put("cap", cap);
        return limit;
    }

    private void alerts(Section general) {
        Map<String, Object> alerts = new LinkedHashMap<>();
        for (String channel : general.texts("alerting")) {
            switch (channel) {
                case "slack" -> alerts.put("slack", "${SLACK_WEBHOOK_URL:-}");
                case "webhook" -> alerts.put("webhook", "${WEBHOOK_URL:-}");
                default ->
                    general.left("alerting", "'" + channel + "' is set up otherwise (alerts.email.to and .smtp)");
            }
        }
        if (!alerts.isEmpty()) {
            configuration.put("alerts", alerts);
        }
    }

    /** What Mizan always does, never does, or does not have. */
    private static void rest(Section file, Section general, Section litellm, Section router) {
        litellm.pass("turn_off_message_logging", "include_cost_in_streaming_usage", "set_verbose", "json_logs");
        litellm.pass("redact_messages_in_exceptions", "suppress_debug_info");
        general.pass("database_connection_pool_limit", "proxy_batch_write_at", "use_redis_transaction_buffer");
        general.pass("user_api_key_cache_ttl", "database_connection_timeout", "disable_spend_logs");
        general.pass("store_prompts_in_spend_logs", "reject_clientside_metadata_tags");
        if (litellm.flag("cache")) {
            litellm.left("cache", "answers are not cached yet");
        }
        litellm.pass("cache", "cache_params");
        for (String list : List.of("callbacks", "success_callback", "failure_callback", "service_callback")) {
            for (String callback : litellm.texts(list)) {
                if (callback.startsWith("prometheus")) {
                    litellm.differs(list, "Prometheus reads /metrics, which is always there");
                } else {
                    litellm.left(list, "'" + callback + "': nothing is sent to it");
                }
            }
        }
        if (general.has("fail_closed_budget_enforcement")) {
            general.differs(
                    "fail_closed_budget_enforcement",
                    "limits of money are always closed when Redis is gone, unless storage.on_store_failure is open or local");
            general.pass("fail_closed_budget_enforcement");
        }
        general.end();
        litellm.end();
        router.end();
        file.end();
    }

    private String dump() {
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.AUTO)
                .setWidth(160)
                .setBestLineBreak("\n")
                .build();
        return "# Made from LiteLLM's configuration by `mizan config import-litellm`.\n"
                + new Dump(settings).dumpToString(configuration);
    }
}
