package dev.mizan.admin;

import dev.mizan.ledger.Call;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.ledger.Principal;
import dev.mizan.ledger.Target;
import dev.mizan.price.Receipt;
import dev.mizan.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A ledger line as JSON: flat, in snake case, money as decimal strings. An empty string means that there is none. Who
 * does not see what the operator pays gets neither the field {@code provider_cost_usd} nor what it can be told from.
 */
final class LineJson {
    /** In components and usage, before the name of a server-side tool. */
    static final String TOOL_PREFIX = "tool:";

    private static final BigDecimal MICROS_PER_SECOND = BigDecimal.valueOf(1_000_000);

    private LineJson() {}

    /** The line, as {@code caller} may see it. */
    static ObjectNode of(Line line, Caller caller) {
        ObjectNode json = Json.object();
        json.put("id", line.id());
        json.put("kind", line.kind().label());
        json.put("request_id", line.requestId());
        json.put("attempt_id", line.attemptId());
        json.put("time", Json.time(line.timeMillis()));
        json.put("admitted_at", Json.time(line.admittedAtMillis()));
        putPrincipal(json, line.principal());
        putCall(json, line.call());
        putTarget(json, line.target());
        json.put("dialect", line.call().dialect());
        json.put("streaming", line.call().streaming());
        putUsage(json, line);
        putCost(json, line, caller);
        putOutcome(json, line);
        json.put("cache", line.cache());
        json.put("complexity", line.complexity());
        json.put("region", line.region());
        json.put("corrects", line.corrects());
        return json;
    }

    /** Units by name, then uses of tools by name behind {@code tool:}; without those that are zero. */
    static ObjectNode usage(Usage usage) {
        ObjectNode json = Json.object();
        usage.forEach((unit, count) -> json.put(unit.label(), count));
        usage.toolUses().forEach((name, uses) -> json.put(TOOL_PREFIX + name, uses));
        return json;
    }

    /**
     * Whether {@code caller} may see how the cost comes about: whoever sees what the operator pays, and whoever is
     * charged just that.
     */
    static boolean isReceiptShown(Line line, Caller caller) {
        return caller.isMaster()
                || line.cost()
                        .charged()
                        .equals(line.cost()
                                .receipt()
                                .totalCost()
                                .plus(line.cost().overage()));
    }

    private static void putPrincipal(ObjectNode json, Principal principal) {
        json.put("tenant", principal.tenant());
        json.put("team", principal.team());
        json.put("user", principal.user());
        json.put("key", principal.keyId());
        json.put("end_user", principal.endUser());
        json.put("licence", principal.licence());
        json.put("plan", principal.plan());
    }

    private static void putCall(ObjectNode json, Call call) {
        json.put("endpoint", call.endpoint());
        json.put("operation", call.operation());
        json.put("document_type", call.documentType());
        json.put("chat_id", call.chatId());
        json.put("message_id", call.messageId());
        json.set("tags", KeyJson.array(call.tags()));
        json.put("requested_model", call.requestedModel());
        json.put("alias", call.alias());
    }

    private static void putTarget(ObjectNode json, Target target) {
        json.put("provider", target.provider());
        json.put("deployment", target.deployment());
        json.put("model", target.upstreamModel());
        json.set("via", KeyJson.array(target.via()));
    }

    private static void putUsage(ObjectNode json, Line line) {
        Usage usage = line.usage();
        json.set("usage", usage(usage));
        json.put("input_tokens", usage.inputTokens());
        json.put("output_tokens", usage.outputTokens());
        json.put("total_tokens", usage.totalTokens());
        json.put("service_tier", usage.tier().label());
        json.put("usage_source", line.usageSource().label());
    }

    private static void putCost(ObjectNode json, Line line, Caller caller) {
        Cost cost = line.cost();
        Receipt receipt = cost.receipt();
        if (caller.isMaster()) {
            json.put("provider_cost_usd", cost.provider().toDecimal());
        }
        json.put("charged_cost_usd", cost.charged().toDecimal());
        if (isReceiptShown(line, caller)) {
            json.put("input_cost_usd", receipt.inputCost().toDecimal());
            json.put("output_cost_usd", receipt.outputCost().toDecimal());
        }
        if (caller.isMaster()) {
            json.put("overrun_usd", cost.overrun().toDecimal());
        }
        json.put("overage_usd", cost.overage().toDecimal());
        json.put("saved_usd", cost.saved().toDecimal());
        json.put("price_card", receipt.cardId());
        json.put("unpriced_reason", cost.unpricedReason());
    }

    private static void putOutcome(ObjectNode json, Line line) {
        Outcome outcome = line.outcome();
        json.put("status", outcome.status().label());
        json.put("http_status", outcome.httpStatus());
        json.put("error_code", outcome.errorCode());
        json.put("duration_ms", millis(outcome.durationMicros()));
        if (outcome.firstTokenMicros() < 0) {
            json.putNull("first_token_ms");
        } else {
            json.put("first_token_ms", millis(outcome.firstTokenMicros()));
        }
        long generatingMicros = outcome.durationMicros() - Math.max(0, outcome.firstTokenMicros());
        if (outcome.firstTokenMicros() < 0
                || generatingMicros <= 0
                || line.usage().outputTokens() == 0) {
            json.putNull("tokens_per_second");
        } else {
            json.put(
                    "tokens_per_second",
                    Json.number(BigDecimal.valueOf(line.usage().outputTokens())
                            .multiply(MICROS_PER_SECOND)
                            .divide(BigDecimal.valueOf(generatingMicros), 2, RoundingMode.HALF_EVEN)));
        }
        json.put("attempts", outcome.attempts());
    }

    private static BigDecimal millis(long micros) {
        return Json.number(BigDecimal.valueOf(micros, 3));
    }
}
