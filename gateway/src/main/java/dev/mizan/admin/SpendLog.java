package dev.mizan.admin;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import tools.jackson.databind.node.ObjectNode;

/** A ledger line in the shape of a row of LiteLLM's {@code /spend/logs}. */
final class SpendLog {
    private SpendLog() {}

    static ObjectNode of(Line line, Caller caller) {
        long startMillis = line.timeMillis() - line.outcome().durationMicros() / 1_000;
        ObjectNode json = Json.object();
        json.put("request_id", line.requestId());
        json.put("call_type", line.call().operation());
        json.put("api_key", line.principal().keyId());
        json.put(
                "spend",
                Json.number(
                        caller.isMaster() ? line.cost().provider() : line.cost().charged()));
        json.put("total_tokens", line.usage().totalTokens());
        json.put("prompt_tokens", line.usage().inputTokens());
        json.put("completion_tokens", line.usage().outputTokens());
        json.put("startTime", Json.time(startMillis));
        json.put("endTime", Json.time(line.timeMillis()));
        if (line.outcome().firstTokenMicros() < 0) {
            json.putNull("completionStartTime");
        } else {
            json.put(
                    "completionStartTime",
                    Json.time(startMillis + line.outcome().firstTokenMicros() / 1_000));
        }
        json.put("request_duration_ms", line.outcome().durationMicros() / 1_000);
        json.put("model", line.target().upstreamModel());
        json.put("model_id", line.target().deployment());
        json.put("model_group", line.call().alias());
        json.put("custom_llm_provider", line.target().provider());
        json.put("user", line.principal().user());
        json.put("team_id", line.principal().team());
        json.put("organization_id", line.principal().tenant());
        json.put("end_user", line.principal().endUser());
        json.put("session_id", line.call().chatId());
        json.put("status", line.outcome().status() == Outcome.Status.OK ? "success" : "failure");
        json.put("cache_hit", line.cache().equals("exact") || line.cache().equals("semantic") ? "True" : "False");
        json.set("request_tags", KeyJson.array(line.call().tags()));
        ObjectNode metadata = Json.object();
        metadata.put("ledger_id", line.id());
        metadata.put("kind", line.kind().label());
        metadata.put("error_code", line.outcome().errorCode());
        metadata.put("attempts", line.outcome().attempts());
        metadata.set("usage", LineJson.usage(line.usage()));
        json.set("metadata", metadata);
        return json;
    }
}
