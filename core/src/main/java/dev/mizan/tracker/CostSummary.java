package dev.mizan.tracker;

import dev.mizan.money.NanoUsd;
import java.io.StringWriter;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What was spent in a day or a month.
 *
 * @param period {@code 2026-01-31} or {@code 2026-01}
 * @param byModel cost by the model's name; the other maps by theirs, without what was not named
 */
public record CostSummary(
        String period,
        NanoUsd totalCost,
        long totalRequests,
        long totalInputTokens,
        long totalOutputTokens,
        Map<String, NanoUsd> byModel,
        Map<String, NanoUsd> byProvider,
        Map<String, NanoUsd> byTenant,
        Map<String, NanoUsd> byUser,
        Map<String, NanoUsd> byEndpoint) {
    private static final JsonFactory JSON = new JsonFactory();

    public CostSummary {
        byModel = sorted(byModel);
        byProvider = sorted(byProvider);
        byTenant = sorted(byTenant);
        byUser = sorted(byUser);
        byEndpoint = sorted(byEndpoint);
    }

    private static Map<String, NanoUsd> sorted(Map<String, NanoUsd> costs) {
        return Collections.unmodifiableMap(new TreeMap<>(costs));
    }

    /** As JSON: {@code total_cost} and the others in USD, exact, as numbers. */
    public String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("period", period);
            cost(json, "total_cost", totalCost);
            json.writeNumberProperty("total_requests", totalRequests);
            json.writeNumberProperty("total_input_tokens", totalInputTokens);
            json.writeNumberProperty("total_output_tokens", totalOutputTokens);
            costs(json, "by_model", byModel);
            costs(json, "by_provider", byProvider);
            costs(json, "by_tenant", byTenant);
            costs(json, "by_user", byUser);
            costs(json, "by_endpoint", byEndpoint);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void costs(JsonGenerator json, String name, Map<String, NanoUsd> costs) {
        json.writeObjectPropertyStart(name);
        costs.forEach((key, cost) -> cost(json, key, cost));
        json.writeEndObject();
    }

    private static void cost(JsonGenerator json, String name, NanoUsd cost) {
        json.writeName(name);
        json.writeNumber(cost.toDecimal());
    }
}
