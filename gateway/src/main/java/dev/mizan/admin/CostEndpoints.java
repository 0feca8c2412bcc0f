package dev.mizan.admin;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.limit.Limit;
import dev.mizan.messages.Texts;
import dev.mizan.money.NanoUsd;
import dev.mizan.report.CostLimitStore;
import dev.mizan.report.CostSettings;
import dev.mizan.report.CostStatus;
import dev.mizan.report.CostStatus.Share;
import dev.mizan.report.CostSummary;
import dev.mizan.report.Dimension;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.Period;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The cost API of the cost tracker: today and this month against their limits, and what they are made of. Amounts are
 * numbers with all their digits.
 */
final class CostEndpoints {
    private static final List<String> NAMES = List.of(CostLimitStore.DAILY, CostLimitStore.MONTHLY);

    private final LedgerReader ledger;
    private final HolderSpend spend;
    private final CostLimiting limits;
    private final Texts texts;

    /** @param spend sets what counts in a budget */
    CostEndpoints(LedgerReader ledger, HolderSpend spend, CostLimiting limits, Texts texts) {
        this.ledger = ledger;
        this.spend = spend;
        this.limits = limits;
        this.texts = texts;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/api/v2/cost/status", Access.COST, this::status),
                Endpoint.get("/api/v2/cost/summary/daily", Access.COST, this::daily),
                Endpoint.get("/api/v2/cost/summary/monthly", Access.COST, this::monthly),
                Endpoint.get("/api/v2/cost/export", Access.COST, this::export),
                Endpoint.post("/api/v2/cost/limits/update", Access.MASTER, this::updateLimits),
                Endpoint.post("/api/v2/cost/reset/daily", Access.MASTER, this::resetDaily));
    }

    private Answer status(Exchange exchange) {
        exchange.query().only(List.of());
        CostStatus status = status(exchange, exchange.caller().scope());
        ObjectNode json = Json.object();
        put(json, "daily", status.daily());
        put(json, "monthly", status.monthly());
        json.put("status", status.level().label());
        json.put(
                "message",
                texts.text(exchange.language(), "cost.status." + status.level().label()));
        return Answer.json(json);
    }

    /** Sets the budgets by parameters of the address or fields of the body; one that is missing stays as it is. */
    private Answer updateLimits(Exchange exchange) {
        ObjectNode body = exchange.json();
        for (String name : body.propertyNames()) {
            if (!NAMES.contains(name)) {
                throw Problem.unknownField(name, String.join(", ", NAMES));
            }
        }
        Query query = exchange.query().only(NAMES);
        Optional<NanoUsd> daily = limit(query, body, CostLimitStore.DAILY);
        Optional<NanoUsd> monthly = limit(query, body, CostLimitStore.MONTHLY);
        if (daily.isEmpty() && monthly.isEmpty()) {
            throw Problem.value(CostLimitStore.DAILY, "", "an amount in USD, here or for monthly_limit");
        }
        CostSettings now = limits.update(daily, monthly, exchange.caller().key().id());
        ObjectNode json = Json.object();
        put(json, CostLimitStore.DAILY, now.dailyLimit());
        put(json, CostLimitStore.MONTHLY, now.monthlyLimit());
        return Answer.json(json);
    }

    private static Optional<NanoUsd> limit(Query query, ObjectNode body, String name) {
        JsonNode field = body.path(name);
        String text = query.has(name) ? query.text(name) : field.isNull() ? "" : field.asString("");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        BigDecimal most = NanoUsd.ofNanos(Limit.CAP_MAX).usd();
        try {
            BigDecimal usd = new BigDecimal(text);
            if (usd.signum() > 0
                    && usd.compareTo(most) <= 0
                    && usd.stripTrailingZeros().scale() <= 9) {
                return Optional.of(NanoUsd.of(usd, RoundingMode.UNNECESSARY));
            }
        } catch (NumberFormatException e) {
            // It is refused below.
        }
        throw Problem.value(name, text, "USD above 0, at most " + most.toPlainString() + ", with at most 9 decimals");
    }

    /** Begins the day's budget anew, by a dated adjustment. The ledger's lines and summaries stay what they are. */
    private Answer resetDaily(Exchange exchange) {
        exchange.query().only(List.of());
        Limit day = exchange.settings().cost().day(exchange.zone());
        NanoUsd before = spend.setTo(List.of(day), NanoUsd.ZERO, "the day was reset", exchange);
        ObjectNode json = Json.object();
        json.put("reset_cost", Json.number(before));
        json.put("daily_cost", Json.number(NanoUsd.ZERO));
        put(json, CostLimitStore.DAILY, exchange.settings().cost().dailyLimit());
        return Answer.json(json);
    }

    private static void put(ObjectNode json, String name, NanoUsd limit) {
        if (limit.isZero()) {
            json.putNull(name);
        } else {
            json.put(name, Json.number(limit));
        }
    }

    private Answer daily(Exchange exchange) {
        Query query = exchange.query().only(List.of("date", "tenant"));
        LocalDate date = query.date("date", exchange.today());
        return Answer.json(summary(exchange, Period.of(date, exchange.zone())));
    }

    private Answer monthly(Exchange exchange) {
        Query query = exchange.query().only(List.of("date", "tenant"));
        LocalDate date = query.date("date", exchange.today());
        return Answer.json(summary(exchange, Period.of(YearMonth.from(date), exchange.zone())));
    }

    /** Both summaries and the status in one file to keep. */
    private Answer export(Exchange exchange) {
        Query query = exchange.query().only(List.of("date", "tenant"));
        LocalDate date = query.date("date", exchange.today());
        ObjectNode json = Json.object();
        json.put("date", date.toString());
        json.put("month", YearMonth.from(date).toString());
        json.put("time_zone", exchange.zone().getId());
        json.set("daily", summary(exchange, Period.of(date, exchange.zone())));
        json.set("monthly", summary(exchange, Period.of(YearMonth.from(date), exchange.zone())));
        return Answer.json(json)
                .with(Map.of("content-disposition", "attachment; filename=\"cost_report_" + date + ".json\""));
    }

    private ObjectNode summary(Exchange exchange, Period period) {
        CostSummary summary = CostSummary.read(
                ledger, period, filters(exchange), exchange.caller().measure());
        ObjectNode json = Json.object();
        json.put("total_cost", Json.number(summary.totalCost()));
        json.put("total_requests", summary.totalRequests());
        json.put("total_input_tokens", summary.totalInputTokens());
        json.put("total_output_tokens", summary.totalOutputTokens());
        json.set("by_model", parts(summary.byModel()));
        json.set("by_provider", parts(summary.byProvider()));
        json.set("by_tenant", parts(summary.byTenant()));
        json.set("by_endpoint", parts(summary.byEndpoint()));
        return json;
    }

    /** The caller's own scope, and the tenant asked for; a key has only one tenant. */
    private static Map<Dimension, String> filters(Exchange exchange) {
        Caller caller = exchange.caller();
        Map<Dimension, String> equal = new EnumMap<>(Dimension.class);
        String tenant = exchange.query().text("tenant");
        if (!tenant.isEmpty()) {
            if (!caller.isMaster() && !caller.key().principal().tenant().equals(tenant)) {
                throw new Problem(ErrorCode.PERMISSION_DENIED, "error.foreign", Map.of(), "tenant", 0).thrown();
            }
            equal.put(Dimension.TENANT, tenant);
        }
        return Dimensions.scoped(equal, caller);
    }

    /** The limits are those of all calls: whoever sees only their own has none to compare with. */
    private CostStatus status(Exchange exchange, Map<Dimension, String> scope) {
        CostSettings limits = exchange.settings().cost();
        LocalDate today = exchange.today();
        return CostStatus.of(
                share(exchange, Period.of(today, exchange.zone()), scope, limits.day(exchange.zone())),
                share(
                        exchange,
                        Period.of(YearMonth.from(today), exchange.zone()),
                        scope,
                        limits.month(exchange.zone())));
    }

    /** What was spent of a budget: what the ledger says, and what was set otherwise. */
    private Share share(Exchange exchange, Period period, Map<Dimension, String> scope, Limit budget) {
        NanoUsd cost = cost(exchange, period, scope);
        if (!exchange.caller().isMaster()) {
            return new Share(cost, NanoUsd.ZERO);
        }
        long spent = Math.max(0, cost.nanos() + spend.adjusted(budget, period.fromMillis()));
        return new Share(NanoUsd.ofNanos(spent), NanoUsd.ofNanos(budget.cap()));
    }

    private NanoUsd cost(Exchange exchange, Period period, Map<Dimension, String> scope) {
        return CostSummary.cost(ledger, period, scope, exchange.caller().measure());
    }

    private static void put(ObjectNode json, String prefix, Share share) {
        json.put(prefix + "_cost", Json.number(share.cost()));
        if (share.isLimited()) {
            json.put(prefix + "_limit", Json.number(share.limit()));
        } else {
            json.putNull(prefix + "_limit");
        }
        share.percentage()
                .ifPresentOrElse(
                        percentage -> json.put(prefix + "_percentage", Json.number(percentage)),
                        () -> json.putNull(prefix + "_percentage"));
        share.remaining()
                .ifPresentOrElse(
                        remaining -> json.put(prefix + "_remaining", Json.number(remaining)),
                        () -> json.putNull(prefix + "_remaining"));
    }

    private static ObjectNode parts(Map<String, NanoUsd> parts) {
        ObjectNode json = Json.object();
        parts.forEach((name, cost) -> json.put(name, Json.number(cost)));
        return json;
    }
}
