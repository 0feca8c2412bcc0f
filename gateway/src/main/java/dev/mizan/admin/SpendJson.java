package dev.mizan.admin;

import dev.mizan.report.Dimension;
import dev.mizan.report.Overview;
import dev.mizan.report.Spend;
import dev.mizan.report.Sums;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Sums as JSON; money as decimal strings. What the operator pays is left out for those who may not see it. */
final class SpendJson {
    private SpendJson() {}

    /** One row: its time if the report is divided by time, its dimensions, its sums. The rest has no dimensions. */
    static ObjectNode row(Spend.Group group, List<Dimension> groupBy, boolean bucketed, ZoneId zone, Caller caller) {
        ObjectNode json = Json.object();
        if (bucketed) {
            json.put("time", zoned(group.bucketMillis(), zone));
        }
        for (int i = 0; i < groupBy.size(); i++) {
            if (group.rest()) {
                json.putNull(groupBy.get(i).label());
            } else {
                json.put(groupBy.get(i).label(), group.values().get(i));
            }
        }
        return json.setAll(sums(group.sums(), caller));
    }

    static ObjectNode sums(Sums sums, Caller caller) {
        ObjectNode json = Json.object();
        json.put("calls", sums.calls());
        json.put("attempts", sums.attempts());
        json.put("failed", sums.failed());
        ObjectNode usage = Json.object();
        sums.usage().forEach((unit, count) -> usage.put(unit.label(), count));
        sums.toolUses().forEach((name, uses) -> usage.put(LineJson.TOOL_PREFIX + name, uses));
        json.set("usage", usage);
        json.put("input_tokens", sums.inputTokens());
        json.put("output_tokens", sums.outputTokens());
        json.put("total_tokens", sums.totalTokens());
        if (caller.isMaster()) {
            json.put("provider_cost_usd", sums.providerCost().toDecimal());
        }
        json.put("charged_cost_usd", sums.charged().toDecimal());
        json.put("saved_usd", sums.saved().toDecimal());
        putMean(json, "avg_latency_ms", sums.calls(), sums.meanLatencyMillis());
        putMean(json, "avg_first_token_ms", sums.firstTokens(), sums.meanFirstTokenMillis());
        return json;
    }

    /** What the first page shows. */
    static ObjectNode overview(Overview overview, ZoneId zone, Caller caller) {
        ObjectNode json = Json.object();
        json.put("time_zone", zone.getId());
        json.put("date", overview.date().toString());
        json.set("today", sums(overview.today(), caller));
        json.set("this_month", sums(overview.thisMonth(), caller));
        json.set("last_month", sums(overview.lastMonth(), caller));
        ArrayNode days = Json.array();
        for (Overview.Day day : overview.days()) {
            ObjectNode row = Json.object();
            row.put("date", day.date().toString());
            days.add(row.setAll(sums(day.sums(), caller)));
        }
        json.set("days", days);
        ArrayNode models = Json.array();
        for (Spend.Group group : overview.models()) {
            if (group.rest() || !group.values().getFirst().isEmpty()) {
                models.add(row(group, List.of(Dimension.MODEL, Dimension.PROVIDER), false, zone, caller));
            }
        }
        json.set("models", models);
        return json;
    }

    /** ISO 8601 with the offset that holds in {@code zone} at that moment. */
    static String zoned(long millis, ZoneId zone) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                Instant.ofEpochMilli(millis).atZone(zone));
    }

    private static void putMean(ObjectNode json, String name, long count, BigDecimal mean) {
        if (count == 0) {
            json.putNull(name);
        } else {
            json.put(name, Json.number(mean));
        }
    }
}
