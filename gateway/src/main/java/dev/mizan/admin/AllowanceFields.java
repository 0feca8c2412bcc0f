package dev.mizan.admin;

import dev.mizan.admission.Networks;
import dev.mizan.dialect.Route;
import dev.mizan.identity.Allowance;
import dev.mizan.identity.Allowance.ModelQuota;
import dev.mizan.identity.Allowance.TimedBudget;
import dev.mizan.identity.Quota;
import dev.mizan.limit.Limit;
import dev.mizan.money.NanoUsd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The fields that say how much somebody may use, and from where. Money is rounded down to nano-USD. */
final class AllowanceFields {
    /** What budgets and plans have. */
    static final Set<String> SHARED = Stream.concat(
                    Arrays.stream(Quota.values())
                            .filter(quota -> quota != Quota.TEMP_BUDGET_INCREASE)
                            .map(Quota::field),
                    Stream.of("budget_duration", "budget_limits"))
            .collect(Collectors.toUnmodifiableSet());

    /** What tenants, customers and tags have. */
    static final Set<String> OF_HOLDER = with(SHARED, "temp_budget_increase", "temp_budget_expiry", "budget_id");

    /** What teams and users have. */
    static final Set<String> OF_CALLER = with(OF_HOLDER, "model_max_budget", "model_rpm_limit", "model_tpm_limit");

    /** What keys have. */
    static final Set<String> OF_KEY = with(OF_CALLER, "allowed_routes", "allowed_networks");

    private static final int MODELS_MAX = 100;
    private static final int BUDGETS_MAX = 10;
    private static final int NETWORKS_MAX = 100;
    private static final int NETWORK_LENGTH_MAX = 64;
    private static final BigDecimal AMOUNT_MAX = BigDecimal.valueOf(Limit.CAP_MAX);
    private static final String DURATION_EXPECTED =
            "a duration like 30s, 12h, 30d (rolling, at most 366d), or day, week, month, 1mo (calendar), lifetime";
    private static final String ALL_ROUTES = "llm_api_routes";

    private AllowanceFields() {}

    private static Set<String> with(Set<String> names, String... more) {
        return Stream.concat(names.stream(), Arrays.stream(more)).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * {@code old} with what the fields say.
     *
     * @param names fields that are acted on; of others, {@code old} stays
     */
    static Allowance read(FieldReader fields, Set<String> names, Allowance old) {
        Map<Quota, Long> amounts = new EnumMap<>(Quota.class);
        for (Quota quota : Quota.values()) {
            JsonNode value = fields.field(quota.field());
            if (value.isMissingNode() || !names.contains(quota.field())) {
                Long before = old.amounts().get(quota);
                if (before != null) {
                    amounts.put(quota, before);
                }
            } else if (!value.isNull()) {
                amounts.put(quota, amount(quota.field(), quota, value));
            }
        }
        long until = names.contains("temp_budget_expiry")
                ? until(fields, old.increasedUntilMillis())
                : old.increasedUntilMillis();
        if (amounts.containsKey(Quota.TEMP_BUDGET_INCREASE) != (until > 0)) {
            throw Problem.value(
                    "temp_budget_increase",
                    fields.field("temp_budget_increase").toString(),
                    "temp_budget_increase and temp_budget_expiry, both or neither");
        }
        return new Allowance(
                amounts,
                names.contains("budget_duration")
                        ? duration("budget_duration", fields.text("budget_duration", old.budgetDuration()))
                        : old.budgetDuration(),
                until,
                names.contains("budget_limits") ? budgets(fields, old.budgets()) : old.budgets(),
                names.contains("model_max_budget") ? models(fields, old.models()) : old.models(),
                names.contains("allowed_routes") ? endpoints(fields, old.endpoints()) : old.endpoints(),
                names.contains("allowed_networks") ? networks(fields, old.networks()) : old.networks(),
                names.contains("budget_id") ? fields.text("budget_id", old.budget()) : old.budget());
    }

    /** What {@code value} says of {@code quota}, in its meter's unit; refused by the name of {@code field}. */
    static long amount(String field, Quota quota, JsonNode value) {
        (quota.isMoney() ? FieldType.NUMBER : FieldType.WHOLE).check(field, value);
        BigDecimal units = quota.isMoney()
                ? value.decimalValue().movePointRight(9).setScale(0, RoundingMode.DOWN)
                : value.decimalValue();
        if (units.compareTo(AMOUNT_MAX) > 0) {
            throw Problem.value(field, value.toString(), "at most " + most(quota));
        }
        return units.longValueExact();
    }

    private static String most(Quota quota) {
        return quota.isMoney() ? NanoUsd.ofNanos(Limit.CAP_MAX).toDecimal() : Long.toString(Limit.CAP_MAX);
    }

    /** {@code text} as the window of a budget; empty for lifetime. */
    static String duration(String field, String text) {
        if (!Allowance.isDuration(text)) {
            throw Problem.value(field, text, DURATION_EXPECTED);
        }
        return text.equals("lifetime") ? "" : text;
    }

    private static long until(FieldReader fields, long old) {
        String text = fields.text("temp_budget_expiry", "-");
        if (text.equals("-") || text.isEmpty()) {
            return text.isEmpty() ? 0 : old;
        }
        try {
            return text.indexOf('T') < 0
                    ? LocalDate.parse(text)
                            .plusDays(1)
                            .atStartOfDay(fields.zone())
                            .toInstant()
                            .toEpochMilli()
                    : OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException e) {
            throw Problem.value(
                    "temp_budget_expiry", text, "the last day as YYYY-MM-DD, or a time as 2027-01-31T12:00:00Z");
        }
    }

    private static List<TimedBudget> budgets(FieldReader fields, List<TimedBudget> old) {
        JsonNode list = fields.field("budget_limits");
        if (list.isMissingNode() || list.isNull()) {
            return list.isNull() ? List.of() : old;
        }
        String expected = "a list of at most " + BUDGETS_MAX + " objects with max_budget and budget_duration";
        if (!list.isArray() || list.size() > BUDGETS_MAX) {
            throw Problem.value("budget_limits", list.toString(), expected);
        }
        List<TimedBudget> budgets = new ArrayList<>();
        for (JsonNode one : list) {
            if (!one.hasNonNull("max_budget") || !one.path("budget_duration").isString() || one.size() != 2) {
                throw Problem.value("budget_limits", one.toString(), expected);
            }
            budgets.add(new TimedBudget(
                    amount("budget_limits", Quota.MAX_BUDGET, one.path("max_budget")),
                    duration("budget_limits", one.path("budget_duration").stringValue())));
        }
        return budgets;
    }

    private static List<ModelQuota> models(FieldReader fields, List<ModelQuota> old) {
        List<ModelQuota> models = new ArrayList<>();
        Set<String> given = new LinkedHashSet<>();
        for (String field : List.of("model_max_budget", "model_rpm_limit", "model_tpm_limit")) {
            JsonNode value = fields.field(field);
            if (value.isMissingNode()) {
                continue;
            }
            FieldType.OBJECT.check(field, value);
            if (value.size() > MODELS_MAX) {
                throw Problem.value(field, value.toString(), "at most " + MODELS_MAX + " models");
            }
            given.add(field);
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                models.addAll(ModelQuotas.read(field, entry.getKey(), entry.getValue()));
            }
        }
        old.stream().filter(model -> !given.contains(field(model))).forEach(models::add);
        return models;
    }

    /** The field that a quota on a model is of. */
    private static String field(ModelQuota model) {
        return switch (model.quota()) {
            case RPM_LIMIT -> "model_rpm_limit";
            case TPM_LIMIT -> "model_tpm_limit";
            default -> "model_max_budget";
        };
    }

    /** Reads what is said of one model. */
    private static final class ModelQuotas {
        private static final String EXPECTED =
                "an object of models, each with budget_limit (or max_budget) and time_period (or budget_duration)";

        static List<ModelQuota> read(String field, String model, JsonNode value) {
            if (model.isBlank() || model.length() > FieldReader.TEXT_LENGTH_MAX || model.indexOf('\t') >= 0) {
                throw Problem.value(field, model, "the names of models");
            }
            if (!field.equals("model_max_budget")) {
                Quota quota = field.equals("model_rpm_limit") ? Quota.RPM_LIMIT : Quota.TPM_LIMIT;
                if (!value.isNumber()) {
                    throw Problem.value(field, value.toString(), "an object of models and whole numbers");
                }
                return List.of(new ModelQuota(model, quota, amount(field, quota, value), ""));
            }
            return budget(field, model, value);
        }

        private static List<ModelQuota> budget(String field, String model, JsonNode value) {
            Set<String> known =
                    Set.of("budget_limit", "max_budget", "time_period", "budget_duration", "rpm_limit", "tpm_limit");
            if (!value.isObject() || !known.containsAll(value.propertyNames())) {
                throw Problem.value(field, value.toString(), EXPECTED);
            }
            String duration = value.path("time_period")
                    .asString(value.path("budget_duration").asString(""));
            List<ModelQuota> quotas = new ArrayList<>();
            JsonNode limit = value.hasNonNull("budget_limit") ? value.path("budget_limit") : value.path("max_budget");
            if (!limit.isMissingNode() && !limit.isNull()) {
                quotas.add(new ModelQuota(
                        model, Quota.MAX_BUDGET, money(field, limit), AllowanceFields.duration(field, duration)));
            }
            for (Quota quota : List.of(Quota.RPM_LIMIT, Quota.TPM_LIMIT)) {
                if (value.hasNonNull(quota.field())) {
                    quotas.add(new ModelQuota(model, quota, amount(field, quota, value.path(quota.field())), ""));
                }
            }
            if (quotas.isEmpty()) {
                throw Problem.value(field, value.toString(), EXPECTED);
            }
            return quotas;
        }

        /** LiteLLM writes this amount as a text, too. */
        private static long money(String field, JsonNode value) {
            if (!value.isString()) {
                return amount(field, Quota.MAX_BUDGET, value);
            }
            try {
                return amount(field, Quota.MAX_BUDGET, Json.read(value.stringValue()));
            } catch (tools.jackson.core.JacksonException e) {
                throw Problem.value(field, value.toString(), EXPECTED);
            }
        }
    }

    /** Paths as documented, or without {@code /v1}; LiteLLM's word for all of them makes an empty list. */
    private static List<String> endpoints(FieldReader fields, List<String> old) {
        List<String> known = Arrays.stream(Route.values()).map(Route::path).toList();
        Set<String> endpoints = new LinkedHashSet<>();
        List<String> given = fields.texts("allowed_routes", old, 100, FieldReader.TEXT_LENGTH_MAX);
        if (given.contains(ALL_ROUTES)) {
            return List.of();
        }
        for (String route : given) {
            String path = known.contains(route) ? route : "/v1" + route;
            if (!known.contains(path)) {
                throw Problem.value(
                        "allowed_routes", route, "of " + String.join(", ", known) + ", or " + ALL_ROUTES + " for all");
            }
            endpoints.add(path);
        }
        return List.copyOf(endpoints);
    }

    private static List<String> networks(FieldReader fields, List<String> old) {
        List<String> networks = fields.texts("allowed_networks", old, NETWORKS_MAX, NETWORK_LENGTH_MAX);
        for (String network : networks) {
            if (!Networks.isNetwork(network)) {
                throw Problem.value("allowed_networks", network, "CIDR blocks such as 10.0.0.0/8, or addresses");
            }
        }
        return networks;
    }
}
