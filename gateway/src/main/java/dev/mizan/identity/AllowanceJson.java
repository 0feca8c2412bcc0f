package dev.mizan.identity;

import dev.mizan.identity.Allowance.ModelQuota;
import dev.mizan.identity.Allowance.TimedBudget;
import dev.mizan.money.NanoUsd;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Allowances as JSON by LiteLLM's names: as they are stored, shown and audited. What is not set is left out. */
public final class AllowanceJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private AllowanceJson() {}

    /** The JSON object that {@link #read} reads. */
    public static ObjectNode write(Allowance allowance) {
        ObjectNode json = MAPPER.createObjectNode();
        allowance.amounts().forEach((quota, amount) -> {
            if (quota.isMoney()) {
                json.put(quota.field(), usd(amount));
            } else {
                json.put(quota.field(), amount);
            }
        });
        if (!allowance.budgetDuration().isEmpty()) {
            json.put("budget_duration", allowance.budgetDuration());
        }
        if (allowance.increasedUntilMillis() > 0) {
            json.put(
                    "temp_budget_expiry",
                    Instant.ofEpochMilli(allowance.increasedUntilMillis()).toString());
        }
        for (TimedBudget timed : allowance.budgets()) {
            json.withArray("budget_limits")
                    .addObject()
                    .put("max_budget", usd(timed.amount()))
                    .put("budget_duration", timed.duration());
        }
        allowance.models().forEach(model -> put(json, model));
        allowance.endpoints().forEach(json.withArray("allowed_routes")::add);
        allowance.networks().forEach(json.withArray("allowed_networks")::add);
        if (!allowance.budget().isEmpty()) {
            json.put("budget_id", allowance.budget());
        }
        return json;
    }

    /** The text of {@link #write}. */
    public static String text(Allowance allowance) {
        return MAPPER.writeValueAsString(write(allowance));
    }

    /** The allowance that {@link #text} was made of. */
    public static Allowance read(String text) {
        JsonNode json = MAPPER.readTree(text);
        Map<Quota, Long> amounts = new EnumMap<>(Quota.class);
        for (Quota quota : Quota.values()) {
            if (json.has(quota.field())) {
                amounts.put(
                        quota,
                        quota.isMoney()
                                ? nanos(json.get(quota.field()))
                                : json.get(quota.field()).asLong());
            }
        }
        List<TimedBudget> budgets = new ArrayList<>();
        for (JsonNode timed : json.path("budget_limits")) {
            budgets.add(new TimedBudget(
                    nanos(timed.path("max_budget")),
                    timed.path("budget_duration").asString("")));
        }
        String until = json.path("temp_budget_expiry").asString("");
        return new Allowance(
                amounts,
                json.path("budget_duration").asString(""),
                until.isEmpty() ? 0 : Instant.parse(until).toEpochMilli(),
                budgets,
                models(json),
                texts(json.path("allowed_routes")),
                texts(json.path("allowed_networks")),
                json.path("budget_id").asString(""));
    }

    private static void put(ObjectNode json, ModelQuota model) {
        switch (model.quota()) {
            case RPM_LIMIT -> json.withObject("/model_rpm_limit").put(model.model(), model.amount());
            case TPM_LIMIT -> json.withObject("/model_tpm_limit").put(model.model(), model.amount());
            default -> {
                ObjectNode budget = MAPPER.createObjectNode().put("budget_limit", usd(model.amount()));
                if (!model.duration().isEmpty()) {
                    budget.put("time_period", model.duration());
                }
                json.withObject("/model_max_budget").set(model.model(), budget);
            }
        }
    }

    private static List<ModelQuota> models(JsonNode json) {
        List<ModelQuota> models = new ArrayList<>();
        json.path("model_max_budget")
                .properties()
                .forEach(entry -> models.add(new ModelQuota(
                        entry.getKey(),
                        Quota.MAX_BUDGET,
                        nanos(entry.getValue().path("budget_limit")),
                        entry.getValue().path("time_period").asString(""))));
        json.path("model_rpm_limit")
                .properties()
                .forEach(entry -> models.add(new ModelQuota(
                        entry.getKey(), Quota.RPM_LIMIT, entry.getValue().asLong(), "")));
        json.path("model_tpm_limit")
                .properties()
                .forEach(entry -> models.add(new ModelQuota(
                        entry.getKey(), Quota.TPM_LIMIT, entry.getValue().asLong(), "")));
        return models;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asString("")));
        return texts;
    }

    private static BigDecimal usd(long nanos) {
        BigDecimal plain = NanoUsd.ofNanos(nanos).usd().stripTrailingZeros();
        return plain.scale() < 1 ? plain.setScale(1) : plain;
    }

    private static long nanos(JsonNode usd) {
        return usd.decimalValue().movePointRight(9).longValueExact();
    }
}
