package dev.mizan.admin;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.identity.Holder;
import dev.mizan.identity.Holder.Kind;
import dev.mizan.identity.Holder.Profile;
import dev.mizan.identity.Limited;
import dev.mizan.identity.Plan;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.money.NanoUsd;
import io.vertx.core.http.HttpMethod;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Plans: those of the configuration are shown, those that are stored are made, changed and deleted here. */
final class PlanEndpoints {
    private static final HolderShape SHAPE = HolderShape.PLAN;
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
    private static final Pattern PER = Pattern.compile("month|[1-9][0-9]{0,3}[dw]");
    private static final BigDecimal PRICE_MAX = new BigDecimal("1000000000");
    private static final int PRICE_SCALE_MAX = 9;

    private final HolderCalls calls;
    private final References references;
    private final Supplier<Map<String, Plan>> configured;

    PlanEndpoints(HolderCalls calls, References references, Supplier<Map<String, Plan>> configured) {
        this.calls = calls;
        this.references = references;
        this.configured = configured;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/api/v1/plans", Access.MASTER, this::list),
                Endpoint.post("/api/v1/plans", Access.MASTER, this::make),
                Endpoint.get("/api/v1/plans/:name", Access.MASTER, this::info),
                new Endpoint(HttpMethod.PATCH, "/api/v1/plans/:name", Access.MASTER, this::update),
                new Endpoint(HttpMethod.DELETE, "/api/v1/plans/:name", Access.MASTER, this::delete));
    }

    private Answer list(Exchange exchange) {
        exchange.query().only(List.of());
        ObjectNode body = Json.object();
        ArrayNode data = body.putArray("data");
        Map<String, Plan> fixed = configured.get();
        fixed.values().forEach(plan -> data.add(row(plan)));
        for (Holder stored : calls.holders().list(Kind.PLAN)) {
            if (!fixed.containsKey(stored.id())) {
                data.add(row(stored, List.of()));
            }
        }
        return Answer.json(body);
    }

    private Answer info(Exchange exchange) {
        exchange.query().only(List.of());
        String name = exchange.pathValue("name");
        Plan fixed = configured.get().get(name);
        return Answer.json(fixed == null ? row(calls.required(SHAPE, name), List.of()) : row(fixed));
    }

    private Answer make(Exchange exchange) {
        HolderFields fields = new HolderFields(SHAPE, exchange, exchange.json(), Set.of());
        String name = fields.reader().required("name");
        requireStored(name);
        if (references.isPlan(name)) {
            // Also a package of licences, which would hide it.
            throw HolderCalls.refusal(ErrorCode.ALREADY_EXISTS, "error.exists", "name", name);
        }
        List<String> warnings = fields.warnings();
        Holder plan = calls.make(SHAPE, fields, profile -> priced(profile, fields.json()), exchange, warnings);
        return Answer.json(row(plan, warnings));
    }

    private Answer update(Exchange exchange) {
        String name = exchange.pathValue("name");
        HolderFields fields = new HolderFields(SHAPE, exchange, exchange.json(), Set.of());
        if (!fields.id().isEmpty() && !fields.id().equals(name)) {
            throw Problem.value("name", fields.id(), "the name in the path; a plan keeps its name");
        }
        requireStored(name);
        Holder plan = calls.change(SHAPE, name, before -> priced(fields.applyTo(before), fields.json()), exchange);
        return Answer.json(row(plan, fields.warnings()));
    }

    /** One that somebody has can't go: its limits would be lost. */
    private Answer delete(Exchange exchange) {
        String name = exchange.pathValue("name");
        requireStored(name);
        Holder plan = calls.required(SHAPE, name);
        references.requireUnused("name", "plan", name, Limited::plan);
        calls.delete(plan, exchange);
        ObjectNode body = Json.object();
        body.put("deleted", name);
        return Answer.json(body);
    }

    private void requireStored(String name) {
        if (configured.get().containsKey(name)) {
            throw HolderCalls.refusal(ErrorCode.ALREADY_EXISTS, "error.plan.configured", "name", name);
        }
    }

    /** {@code plan} with the price that the request names. */
    private static Profile priced(Profile plan, ObjectNode json) {
        JsonNode value = json.path("price");
        if (value.isMissingNode()) {
            return plan;
        }
        ObjectNode details = (ObjectNode) Json.read(plan.details());
        if (value.isNull()) {
            details.remove("price");
            return plan.withDetails(details.toString());
        }
        JsonNode amount = value.path("amount");
        boolean right = value.isObject()
                && Set.of("amount", "currency", "per").containsAll(value.propertyNames())
                && amount.isNumber()
                && amount.decimalValue().signum() >= 0
                && amount.decimalValue().scale() <= PRICE_SCALE_MAX
                && amount.decimalValue().compareTo(PRICE_MAX) <= 0
                && CURRENCY.matcher(value.path("currency").asString("USD")).matches()
                && PER.matcher(value.path("per").asString("month")).matches();
        if (!right) {
            throw Problem.value(
                    "price", value.toString(), "an object with amount, currency (as USD), per (month, or as 30d)");
        }
        ObjectNode price = details.putObject("price");
        price.put("amount", amount.decimalValue());
        price.put("currency", value.path("currency").asString("USD"));
        price.put("per", value.path("per").asString("month"));
        return plan.withDetails(details.toString());
    }

    private ObjectNode row(Holder plan, List<String> warnings) {
        ObjectNode row = calls.row(SHAPE, plan);
        row.put("source", "api");
        if (!warnings.isEmpty()) {
            row.set("warnings", KeyJson.array(warnings));
        }
        return row;
    }

    private static ObjectNode row(Plan plan) {
        ObjectNode row = Json.object();
        row.put("name", plan.name());
        row.put("source", "configuration");
        ObjectNode price = row.putObject("price");
        price.put("amount", plan.price());
        price.put("currency", plan.currency());
        price.put("per", plan.per());
        row.set("models", KeyJson.array(plan.models().stream().sorted().toList()));
        ArrayNode limits = row.putArray("limits");
        for (Limit limit : plan.limits()) {
            ObjectNode one = limits.addObject();
            one.put("meter", limit.meter().label());
            one.put("per", limit.window().label());
            if (limit.meter() == Meter.COST) {
                one.put("cap", Json.number(NanoUsd.ofNanos(limit.cap())));
            } else {
                one.put("cap", limit.cap());
            }
            one.put("at_cap", atCap(limit.atCap()));
        }
        return row;
    }

    private static String atCap(AtCap atCap) {
        return switch (atCap) {
            case AtCap.Block block -> "block";
            case AtCap.Notify notify -> "notify";
            case AtCap.Degrade degrade -> "degrade: " + degrade.alias();
            case AtCap.Overage overage -> "overage: " + overage.amount().toPlainString() + " " + overage.currency();
        };
    }
}
